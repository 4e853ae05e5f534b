import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated, MUTATIONS } from '../../../bench/detect/mutations.ts';
import { CATALOGUE, readScenarios, type Scenario, type ScenarioFile } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
const of = (from: ScenarioFile, id: string): Scenario | undefined => from.scenarios.find((one) => one.id === id);

describe.each(MUTATIONS)('mutation %s', (kind) => {
  const other = mutated(file, kind, 'm');

  test('is in form, the same for the same seed, and changes what it keeps', () => {
    expect(readScenarios(JSON.stringify(other))).toHaveProperty('file');
    expect(mutated(file, kind, 'm')).toEqual(other);
    expect(other.scenarios.length).toBeGreaterThan(3);
    for (const scenario of other.scenarios) {
      expect(scenario).not.toEqual(of(file, scenario.id));
      expect(scenario.expect).toEqual(of(file, scenario.id)!.expect);
    }
  });

  test('keeps steps in order of time, and the act where it was', () => {
    for (const { timeline, duration_s: duration, id, onset_s: onset } of other.scenarios) {
      const times = timeline.map(({ t }) => t);
      expect(times, id).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(duration);
      const was = of(file, id)!;
      if (kind !== 'merge') expect(onset).toBe(was.onset_s);
    }
  });
});

test('pauses leave alone what an order or a group shares', () => {
  const other = mutated(file, 'pauses', 'm');
  for (const id of ['I22', 'I10', 'G18']) expect(of(other, id)).toBeUndefined();
});

test('a merged act comes later, and so does the window of its order', () => {
  const other = mutated(file, 'merge', 'm');
  const [was, is] = [of(file, 'G17')!, of(other, 'G17')!];
  const later = is.onset_s! - was.onset_s!;
  expect(later).toBeGreaterThan(900);
  expect(is.context!.work_order!.window[0] - was.context!.work_order!.window[0]).toBe(later);
  expect(is.timeline.filter(({ t }) => t > 0 && t < is.onset_s!).length).toBeGreaterThan(1);
  expect(other.scenarios.every(({ kind }) => kind === 'guilty')).toBe(true);
});
