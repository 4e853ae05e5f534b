import { describe, expect, it } from 'vitest';
import { Drive, hear, standing, told } from './drive.ts';

const road = (at: number) => ({ speed: 70 + (at % 50) / 10, wheels: 72, east: at * 20, volts: 14, csq: 23 });
const dead = (at: number) => ({ ...road(at), wheels: 0 });
const driven = (): Drive => new Drive().login().report(1200, 10, road);
const stood = (): Drive => driven().report(900, 10, { acc: false, east: 24_000, wheels: 0, volts: 12.6, csq: 23 });
const on = (at: number) => ({ ...dead(at), east: 24_000 + (at - 2100) * 20 });

describe('wheels that stand still while the fixes run', () => {
  it('since the vehicle was parked have lost their wire to somebody', () => {
    expect(standing(hear(stood().report(400, 10, on).records).findings)).toEqual(['T106 raised']);
  });

  it('since it was driven have lost their sensor', () => {
    expect(standing(hear(driven().report(400, 10, dead).records).findings)).toEqual(['F507 raised']);
  });

  it('for less than five kilometres are not told of', () => {
    expect(hear(stood().report(200, 10, on).records).findings).toEqual([]);
  });

  it('never turned: they are not wired', () => {
    const drive = new Drive().login().report(1200, 10, dead);
    expect(hear(drive.report(2000, 10, dead).records).findings).toEqual([]);
  });

  it('are those of a ferry', () => {
    const ferry = (at: number) => ({ ...on(at), speed: 20 + (at % 50) / 10, east: 24_000 + (at - 2100) * 6 });
    expect(hear(stood().report(2400, 10, ferry).records).findings).toEqual([]);
  });
});

describe('an odometer that counts nothing of the way', () => {
  it('is told of as a fault where nobody could reach it', () => {
    const counts = (at: number) => ({ ...road(at), mileage: Math.round(10_000 + at * 0.182) / 10 });
    const drive = new Drive().login().report(2400, 10, counts);
    const stands = (at: number) => ({ ...road(at), mileage: counts(2400).mileage });
    expect(told(hear(drive.report(900, 10, stands).records).findings)).toEqual(['F507 raised 1']);
  });

  it('is not told of twice where it was set back', () => {
    const counts = (at: number) => ({ ...road(at), mileage: Math.round(100_000 + at * 0.182) / 10 });
    const back = (at: number) => ({ ...road(at), mileage: Math.round(20_000 + at * 0.182) / 10 });
    const { findings } = hear(new Drive().login().report(2400, 10, counts).report(900, 10, back).records);
    expect(findings.at(-1)!.because.map(({ evidence }) => evidence)).toEqual(['D8']);
  });
});
