import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../protocol/index.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';
import { actOf } from '../../../simulator/world/acts.ts';
import type { DayKind } from '../../../simulator/world/calendar.ts';
import { happeningsOf } from '../../../simulator/world/district.ts';
import { type Day, dayOf, ORDINARY_RATES, type YearWorld } from '../../../simulator/world/year.ts';

const read = readScenarios(
  readFileSync(new URL('../../../simulator/scenario/catalogue.json', import.meta.url), 'utf8'),
);
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const world: YearWorld = { seed: 'w', rates: ORDINARY_RATES, base: read.file.base_state, districts: 3, models: 2 };
const year = (index: number): Day[] =>
  Array.from({ length: 365 }, (_, day) => dayOf(world, index, day, day % 7 < 5 ? 'workday' : 'weekend'));
const years = [0, 1, 2, 3, 4, 5].map(year);
const steps = years.flatMap((days) => days.flatMap((day) => day.steps));
const perDay = (count: number): number => count / (years.length * 365);

describe('a year of a vehicle', () => {
  test('is the same whoever asks for which day first', () => {
    expect(dayOf(world, 3, 77, 'workday')).toEqual(years[3]![77]);
    expect(dayOf({ ...world, seed: 'v' }, 3, 77, 'workday')).not.toEqual(years[3]![77]);
  });

  test('has its steps in the order of time', () => {
    for (const { steps: own } of years[0]!) {
      expect(own.map(({ at }) => at)).toEqual(own.map(({ at }) => at).toSorted((a, b) => a - b));
    }
  });

  test('has about as many ways, tunnels, canyons and handovers as the rates say', () => {
    const count = (test: (set: (typeof steps)[number]['set']) => boolean): number =>
      perDay(steps.filter(({ set }) => test(set)).length);
    expect(count(({ speed_kmh: speed }) => (speed ?? 0) > 0)).toBeGreaterThan(1.6);
    expect(count(({ place }) => place === 'tunnel')).toBeCloseTo(0.7, 0);
    expect(count(({ place }) => place === 'canyon')).toBeCloseTo(1.35, 0);
    expect(count(({ net }) => net === 'nat_rebind')).toBeGreaterThan(11);
    expect(count(({ net }) => net === 'nat_rebind')).toBeLessThan(13);
  });

  test('shares its outages with its district, and restarts of the gateway with all', () => {
    const times = (index: number, net: string): number[] =>
      years[index]!.flatMap((day) => day.steps.filter(({ set }) => set.net === net).map(({ at }) => at));
    expect(times(0, 'outage').length).toBeGreaterThan(1);
    expect(times(0, 'outage')).toEqual(times(3, 'outage'));
    expect(times(0, 'outage')).not.toEqual(times(1, 'outage'));
    expect(times(0, 'gateway_restart').length).toBeGreaterThan(10);
    expect(times(0, 'gateway_restart')).toEqual(times(1, 'gateway_restart'));
  });

  test('has a wrong time zone now and then for a day, with all terminals of its make', () => {
    const often = { ...world, rates: { ...ORDINARY_RATES, modelBugs: 365 } };
    const [first, second, third] = [0, 1, 2].map((index) =>
      dayOf(often, index, 5, 'workday').steps.filter(({ set }) => set.clock_offset_s !== undefined),
    );
    expect(first).toEqual(third);
    expect(first!.length + second!.length).toBe(2);
  });

  test('is out again on some evenings, with an order that covers it', () => {
    for (const { steps: own, facts } of years[2]!) {
      const last = own.findLast(({ set }) => (set.speed_kmh ?? 0) > 20);
      const order = facts.find(({ kind }) => kind === 'order');
      if (last !== undefined && order !== undefined) expect(last.at).toBeLessThan(order.until);
    }
    const ways = years[2]!.map(({ steps: own }) => own.filter(({ road }) => road !== undefined).length);
    expect(ways.filter((count) => count === 4).length).toBeGreaterThan(40);
  });

  test('hands nothing over while there is no network', () => {
    const lost = years.flat().filter(({ steps: own }) => {
      let dark = false;
      return own.some(({ set }) => {
        const handedOver = dark && set.net === 'nat_rebind';
        if (set.net !== undefined) dark = set.net === 'outage' || set.net === 'gateway_restart';
        return handedOver;
      });
    });
    expect(lost).toEqual([]);
  });

  test('files an order for every day with ways, and for every approved service', () => {
    for (const { steps: own, facts } of years[1]!) {
      const drives = own.some(({ set }) => (set.speed_kmh ?? 0) > 0);
      expect(facts.some(({ kind }) => kind === 'order')).toBe(drives);
    }
    const served = years
      .flatMap((days) => days.flatMap(({ facts }) => facts))
      .filter(({ kind }) => kind === 'maintenance');
    expect(served.length / years.length).toBeGreaterThan(1);
    expect(served.length / years.length).toBeLessThan(5);
  });

  test('stays at home more often on holidays, and goes out without an order as often as it is said', () => {
    const goes = (kind: DayKind, unordered = 0): { out: number; told: number; grey: number } => {
      const strict = { ...world, rates: { ...ORDINARY_RATES, unordered } };
      const days = Array.from({ length: 300 }, (_, day) => dayOf(strict, 9, day, kind));
      const out = days.filter(({ steps: own }) => own.some(({ set }) => (set.speed_kmh ?? 0) > 20)).length;
      const told = days.filter(({ facts }) => facts.some((fact) => fact.kind === 'order')).length;
      return { out, told, grey: days.flatMap(({ grey }) => grey).filter(({ what }) => what === 'trip').length };
    };
    expect(goes('workday').out).toBe(300);
    const [weekend, holiday, secret] = [goes('weekend'), goes('holiday'), goes('workday', 0.2)];
    expect(weekend.out).toBeGreaterThan(holiday.out + 30);
    expect(holiday.out).toBeGreaterThan(70);
    expect(holiday.told).toBe(holiday.out);
    expect(secret.told + secret.grey).toBe(300);
    expect(secret.grey).toBeGreaterThan(35);
    expect(secret.grey).toBeLessThan(85);
  });

  test('counts what is grey apart', () => {
    const grey = years.flatMap((days) => days.flatMap((day) => day.grey));
    expect(grey.length).toBeGreaterThan(0);
    expect(grey.length / years.length).toBeLessThan(1.5);
  });
});

describe('a district', () => {
  const often = { ...ORDINARY_RATES, outages: 365 * 0.175, areaInterferences: 0 };
  const drawn = Array.from({ length: 400 }, (_, day) => happeningsOf('w', often, 0, day)).flat();

  test('has outages so often that each vehicle meets as many as the rates say', () => {
    const met = drawn.reduce((sum, { share }) => sum + share, 0);
    expect(met / 400).toBeCloseTo(0.175, 1);
    expect(drawn.every(({ share }) => share >= 0.05 && share <= 0.3)).toBe(true);
    expect(new Set(drawn.map(({ befalls }) => befalls))).toEqual(new Set(['place', 'network']));
  });

  test('has its hot days together and in summer: terminals switch themselves off on some of its days', () => {
    const hot = { ...world, districts: 1, rates: { ...ORDINARY_RATES, thermalStops: 36 } };
    const days = (index: number): number[] =>
      Array.from({ length: 300 }, (_, day) => day).filter((day) =>
        dayOf(hot, index, day, 'workday').steps.some(({ set }) => set.terminal === 'thermal_off'),
      );
    const all = [1, 2, 3, 4, 5, 6].flatMap(days);
    expect(all.length).toBeGreaterThan(30);
    expect(new Set(all).size).toBeLessThan(55);
    expect(all.every((day) => day + 60 > 120 && day + 60 < 273)).toBe(true);
  });

  test('has goals that stay where they are, and garages at some of them', () => {
    const goals = years.map((days) =>
      days.flatMap(({ steps: own }) =>
        own.flatMap(({ road, ends }) => (road === undefined || road === 'back' ? [] : [`${String(road)} ${ends}`])),
      ),
    );
    for (const own of goals) expect(new Set(own).size).toBe(5);
    const stays = perDay(steps.filter(({ set }) => set.place === 'garage').length);
    expect(stays).toBeGreaterThan(0.3);
    expect(stays).toBeLessThan(1.6);
  });
});

describe('acts', () => {
  const acts = Array.from({ length: 3650 }, (_, day) => actOf(seededRandom(`a ${day}`), day * 86_400, 2));

  test('are as rare as is asked', () => {
    expect(acts.filter((act) => act !== undefined).length).toBeGreaterThan(8);
    expect(acts.filter((act) => act !== undefined).length).toBeLessThan(35);
  });

  test('end, and undo what they did', () => {
    for (const act of acts) {
      if (act === undefined) continue;
      const [doing, undoing] = act.steps;
      expect(undoing!.at).toBeGreaterThan(doing!.at);
      expect(Object.keys(undoing!.set)).toEqual(Object.keys(doing!.set));
      expect(act.act).toMatchObject({ from: doing!.at, until: undoing!.at });
    }
  });
});
