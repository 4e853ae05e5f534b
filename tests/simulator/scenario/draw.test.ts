import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drawPlan } from '../../../simulator/scenario/draw.ts';
import type { Scenario } from '../../../simulator/scenario/form.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';

const read = readScenarios(
  readFileSync(new URL('../../../simulator/scenario/catalogue.json', import.meta.url), 'utf8'),
);
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
const scenario = (id: string): Scenario => file.scenarios.find((one) => one.id === id)!;
const seeds = Array.from({ length: 60 }, (_, i) => String(i));
const plansOf = (id: string) => seeds.map((seed) => drawPlan(file, scenario(id), seed));

describe('a plan', () => {
  test('is the same for the same seed and another for another', () => {
    expect(drawPlan(file, scenario('G04'), '3')).toEqual(drawPlan(file, scenario('G04'), '3'));
    expect(new Set(plansOf('G04').map(({ shift, startAt }) => `${shift} ${startAt}`)).size).toBeGreaterThan(55);
  });

  test('moves everything but the start by one shift of ten minutes at most', () => {
    for (const { steps, shift, onset, duration } of plansOf('G36')) {
      expect(shift).toBeGreaterThanOrEqual(0);
      expect(shift).toBeLessThanOrEqual(600);
      expect(steps.map(({ at }) => at)).toEqual([900 + shift, 3300 + shift]);
      expect(onset).toBe(900 + shift);
      expect(duration).toBe(7200 + shift);
    }
  });

  test('draws an onset in the range that the file gives', () => {
    const onsets = plansOf('G01').map(({ onset }) => onset);
    expect(Math.min(...onsets)).toBeGreaterThanOrEqual(300);
    expect(Math.max(...onsets)).toBeLessThanOrEqual(1800);
    expect(Math.max(...onsets) - Math.min(...onsets)).toBeGreaterThan(600);
  });

  test('draws the first supply where the file asks for it', () => {
    for (const { state } of plansOf('G01')) {
      expect(state.supply_v).toBeGreaterThanOrEqual(12.2);
      expect(state.supply_v).toBeLessThanOrEqual(12.9);
    }
  });

  test('gives a drawn jammer its strength, and takes it away altogether', () => {
    for (const { steps } of plansOf('G23')) {
      const [on, off] = steps.map(({ set }) => set.jam_gnss_dbm as number);
      expect(on).toBeGreaterThanOrEqual(-90);
      expect(on).toBeLessThanOrEqual(-70);
      expect(off).toBe(-140);
    }
  });

  test('draws the lengths of pulses and pauses, and ends without a jammer', () => {
    for (const { steps } of plansOf('G25')) {
      const values = steps.map(({ set }) => set.jam_gnss_dbm);
      expect(values.at(-1)).toBe(-140);
      expect(values.filter((_, i) => i % 2 === 0).every((value) => value === -78)).toBe(true);
      const times = steps.map(({ at }) => at);
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expect((times[1] as number) - (times[0] as number)).toBeLessThanOrEqual(18);
      expect((times[2] as number) - (times[1] as number)).toBeGreaterThanOrEqual(12);
    }
  });

  test('leaves the beginnings of interruptions where they were when only their length is drawn', () => {
    for (const { steps, shift } of plansOf('G10')) {
      const off = steps.filter(({ set }) => set.supply_v === 0).map(({ at }) => at - shift);
      expect(off).toEqual([600, 15_000, 29_400, 43_800, 58_200, 72_600, 87_000, 101_400, 115_800, 130_200]);
      const first = (steps[1]?.at ?? 0) - (steps[0]?.at ?? 0);
      expect(first).toBeGreaterThanOrEqual(95);
      expect(first).toBeLessThanOrEqual(361);
    }
  });

  test('stretches a ramp and what follows it alike', () => {
    for (const { steps } of plansOf('G08')) {
      const takes = steps[0]?.ramp.supply_v?.[1] as number;
      expect((steps[1]?.at ?? 0) - (steps[0]?.at ?? 0)).toBeCloseTo(takes, 6);
    }
  });

  test('takes what is set at the very start for what was so before', () => {
    const { state, steps } = drawPlan(file, scenario('I27'), '1');
    expect(state).toMatchObject({ supply_v: 25.6, system_v: 24 });
    expect(steps[0]?.at).toBeGreaterThan(0);
  });

  test('replays in order mostly, backwards sometimes, shuffled now and then', () => {
    const orders = plansOf('G04').map(({ replay }) => replay);
    const share = (order: string): number => orders.filter((one) => one === order).length / orders.length;
    expect(share('fifo')).toBeGreaterThan(share('lifo'));
    expect(share('lifo')).toBeGreaterThan(0.08);
    expect(share('shuffled_dup')).toBeGreaterThan(0.02);
  });

  test('adds something harmless in three runs of ten, before anything else happens', () => {
    const plans = plansOf('G04');
    const with_ = plans.filter(({ distractor }) => distractor !== undefined);
    expect(with_.length).toBeGreaterThan(8);
    expect(with_.length).toBeLessThan(30);
    for (const { distractor, steps } of with_) expect(distractor!.at).toBeLessThan((steps[0]?.at ?? 0) - 60);
  });
});
