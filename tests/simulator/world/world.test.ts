import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../protocol/index.ts';
import { CITIES } from '../../../simulator/world/cities.ts';
import { newReading, type Reading, World } from '../../../simulator/world/world.ts';

const START = Date.parse('2026-01-05T08:00:00+08:00');
const instant = fc.integer({ min: 0, max: 30 * 86_400 }).map((seconds) => START + seconds * 1000);

function read(seed: string, terminal: number, at: number): Reading {
  const reading = newReading();
  new World(seededRandom(seed)).vehicle(terminal).read(at, reading);
  return reading;
}

/** Metres between two places that are near each other. */
function apart(a: Reading, b: { latitude: number; longitude: number }): number {
  const east = (a.longitude - b.longitude) * Math.cos((a.latitude * Math.PI) / 180);
  return Math.hypot(a.latitude - b.latitude, east) * 111_195;
}

describe('the world of a seed', () => {
  it('gives the same reading for the same terminal and instant, whoever asked for what before', () => {
    const world = new World(seededRandom('s'));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), instant), { minLength: 1, maxLength: 20 }), (asked) => {
        const reading = newReading();
        for (const [terminal, at] of asked) world.vehicle(terminal).read(at, reading);
        const [terminal, at] = asked.at(-1) as [number, number];
        expect(reading).toEqual(read('s', terminal, at));
      }),
      { numRuns: 30 },
    );
  });

  it('is another one for another seed', () => {
    expect(read('one', 0, START)).not.toEqual(read('two', 0, START));
  });

  it('puts vehicles into all of its cities, and keeps each within its own', () => {
    const world = new World(seededRandom('s'));
    const reading = newReading();
    const seen = new Set<string>();
    for (let terminal = 0; terminal < 200; terminal++) {
      const vehicle = world.vehicle(terminal);
      vehicle.read(START + terminal * 60_000, reading);
      seen.add(vehicle.city.name);
      expect(apart(reading, vehicle.city)).toBeLessThan(13_000);
    }
    expect(seen.size).toBe(CITIES.length);
  });

  it('lets a vehicle move as far in a second as its speed says, and its odometer with it', () => {
    fc.assert(
      fc.property(fc.nat(500), instant, (terminal, at) => {
        const world = new World(seededRandom('s'));
        const [before, after] = [newReading(), newReading()];
        world.vehicle(terminal).read(at, before);
        world.vehicle(terminal).read(at + 1000, after);
        const metres = (after.mileage - before.mileage) * 1000;
        expect(metres).toBeGreaterThanOrEqual(0);
        expect(metres * 3.6).toBeLessThanOrEqual(Math.max(before.speed, after.speed) + 4.5);
        expect(metres * 3.6).toBeGreaterThanOrEqual(Math.min(before.speed, after.speed) - 4.5);
        expect(apart(after, before)).toBeLessThanOrEqual(metres + 2);
      }),
      { numRuns: 300 },
    );
  });

  it('says nothing that a vehicle cannot say', () => {
    fc.assert(
      fc.property(fc.nat(500), instant, (terminal, at) => {
        const reading = read('s', terminal, at);
        expect(reading.moving).toBe(reading.speed > 0);
        if (reading.moving) expect(reading.acc).toBe(true);
        expect(reading.speed).toBeLessThan(80);
        expect(Math.abs(reading.wheelSpeed - reading.speed)).toBeLessThanOrEqual(0.6);
        expect(reading.direction).toBeGreaterThanOrEqual(0);
        expect(reading.direction).toBeLessThan(360);
        expect(reading.fuel).toBeGreaterThan(20);
        expect(reading.rssi).toBeLessThanOrEqual(31);
        expect(reading.satellites).toBeGreaterThanOrEqual(4);
        if (reading.turn !== 0) expect(reading.moving).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has vehicles that stand with the engine off, and headlamps after dark', () => {
    const world = new World(seededRandom('s'));
    const reading = newReading();
    let off = 0;
    for (let minute = 0; minute < 600; minute++) {
      world.vehicle(3).read(START + minute * 60_000, reading);
      if (!reading.acc) off++;
    }
    expect(off).toBeGreaterThan(20);
    expect(off).toBeLessThan(400);
    expect(read('s', 1, Date.parse('2026-01-05T21:00:00+08:00')).night).toBe(true);
    expect(read('s', 1, Date.parse('2026-01-05T12:00:00+08:00')).night).toBe(false);
  });
});
