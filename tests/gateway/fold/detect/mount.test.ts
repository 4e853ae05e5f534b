import { describe, expect, it } from 'vitest';
import { Drive, hear } from './drive.ts';

const OFF = 8;
const parked = { acc: false, east: 12_600 };
const town = (at: number) => ({ speed: 38 + (at % 50) / 10, wheels: 38, east: at * 10.5 });
/** Parked for an hour, and without its main power for five minutes of it. */
const cut = (): Drive =>
  new Drive()
    .login()
    .report(1200, 10, town)
    .report(1800, 60, parked)
    .report(300, 60, { ...parked, alarms: [OFF] })
    .report(1500, 60, parked);
const removed = (drive: Drive): boolean => hear(drive.records).findings.some(({ code }) => code === 'T103');

describe('a terminal whose main power was cut', () => {
  it('and that is elsewhere with its ignition off all the while was carried there', () => {
    expect(removed(cut().report(600, 60, { ...parked, east: 13_100 }))).toBe(true);
  });

  it('and that stood at lights, and is parked when it is heard again, was driven there', () => {
    const lights = cut().report(60, 10, { east: 13_100, wheels: 0 });
    expect(removed(lights.silence(70).report(900, 60, { ...parked, east: 13_600 }))).toBe(false);
  });

  it('and that is parked elsewhere after a silence may have been driven there', () => {
    const gone = cut().wait(1500).login();
    expect(removed(gone.report(1800, 60, { ...parked, east: 13_600 }))).toBe(false);
  });
});
