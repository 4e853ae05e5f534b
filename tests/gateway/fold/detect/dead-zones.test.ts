import { describe, expect, it } from 'vitest';
import { DeadZones } from '../../../../gateway/fold/detect/dead-zones.ts';

const IN = { latitude: 24_880_000, longitude: 102_830_000, course: 90 };
const OUT = { latitude: 24_880_000, longitude: 102_860_000 };
const ASIDE = { latitude: 24_900_000, longitude: 102_860_000 };
const who = (n: number): string => `1391234500${n}`;

/** A tunnel that vehicles `from` to `until` were lost in. */
function learnt(from: number, until: number, exit = OUT): DeadZones {
  const zones = new DeadZones();
  for (let n = from; n < until; n++) zones.learn({ ...IN, terminal: who(n), seconds: 120, exit });
  return zones;
}

describe('a dead zone that was learnt', () => {
  it('leads out where three others came out', () => {
    expect(learnt(0, 4).joins({ ...IN, terminal: who(0), reach: 300, exit: OUT })).toBe(true);
    expect(learnt(0, 4).joins({ ...IN, terminal: who(0), reach: 300, exit: ASIDE })).toBe(false);
  });

  it('leads nowhere by the word of the vehicle itself, however often', () => {
    const zones = new DeadZones();
    for (let n = 0; n < 20; n++) zones.learn({ ...IN, terminal: who(1), seconds: 120, exit: OUT });
    for (let n = 2; n < 4; n++) zones.learn({ ...IN, terminal: who(n), seconds: 120, exit: OUT });
    expect(zones.joins({ ...IN, terminal: who(1), reach: 300, exit: OUT })).toBe(false);
    expect(zones.joins({ ...IN, terminal: who(7), reach: 300, exit: OUT })).toBe(true);
  });

  it('keeps the two ways out that most vehicles took, over a restart too', () => {
    const zones = learnt(0, 4);
    for (let n = 4; n < 8; n++) zones.learn({ ...IN, terminal: who(n), seconds: 120, exit: ASIDE });
    zones.learn({ ...IN, terminal: who(8), seconds: 120, exit: { latitude: 24_700_000, longitude: 102_000_000 } });
    const again = new DeadZones();
    again.restore(zones.snapshot());
    for (const exit of [OUT, ASIDE]) expect(again.joins({ ...IN, terminal: who(9), reach: 300, exit })).toBe(true);
  });
});

describe('a vehicle that passes', () => {
  const chance = (zones: DeadZones): number =>
    zones.at({ ...IN, terminal: who(9), reach: 100, seconds: 0 })!.probability;

  it('makes it less of a dead zone, and nowhere else one', () => {
    const zones = learnt(0, 4);
    const before = chance(zones);
    for (let n = 0; n < 100; n++) zones.pass(IN.latitude, IN.longitude, IN.course);
    expect(chance(zones)).toBeLessThan(before / 2);
    for (let n = 0; n < 100; n++) zones.pass(IN.latitude + n * 1000, IN.longitude, IN.course);
    expect(zones.size).toBe(1);
  });

  it('counts after a restart as before', () => {
    const [zones, again] = [learnt(0, 4), new DeadZones()];
    again.restore(zones.snapshot());
    for (const one of [zones, again]) one.pass(IN.latitude, IN.longitude, IN.course);
    expect(again.snapshot()).toBe(zones.snapshot());
  });
});

describe('a dead zone that was surveyed', () => {
  it('leads out at its own rim', () => {
    const zones = new DeadZones();
    const counts = { vehicles: 9, losses: 90, passes: 100, q50: 120, q99: 400 };
    zones.survey({ id: 'z', kind: 'tunnel', latitude: 24.88, longitude: 102.845, radius: 1600, ...counts });
    expect(zones.joins({ ...IN, terminal: who(0), reach: 300, exit: OUT })).toBe(true);
    expect(zones.joins({ ...IN, terminal: who(0), reach: 300, exit: ASIDE })).toBe(false);
  });
});

it('of zones that overlap the one counts that explains the stay', () => {
  const zones = new DeadZones();
  const at = {
    latitude: IN.latitude / 1e6,
    longitude: IN.longitude / 1e6,
    radius: 300,
    vehicles: 8,
    losses: 400,
    passes: 430,
  };
  zones.survey({ ...at, id: 'tunnel', kind: 'tunnel', q50: 60, q99: 420 });
  zones.survey({ ...at, id: 'garage', kind: 'garage', q50: 30_000, q99: 180_000 });
  const kind = (seconds: number) => zones.at({ ...IN, terminal: who(0), reach: 100, seconds })?.kind;
  expect(kind(20_000)).toBe('garage');
  zones.survey({ ...at, id: 'garage', kind: 'garage', q50: 30_000, q99: 180_000, deleted: true });
  expect(kind(20_000)).toBe('tunnel');
});
