import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutated, withStress } from '../../../bench/detect/variants.ts';
import { CATALOGUE, readScenarios, type Scenario, type ScenarioFile } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
const of = (from: ScenarioFile, id: string): Scenario => from.scenarios.find((one) => one.id === id)!;

describe('mutated scenarios', () => {
  const other = mutated(file, 'm');

  test('are in form, and the same for the same seed', () => {
    expect(readScenarios(JSON.stringify(other))).toHaveProperty('file');
    expect(mutated(file, 'm')).toEqual(other);
    expect(mutated(file, 'n')).not.toEqual(other);
  });

  test('begin when they did and take longer, with the same expectations', () => {
    const [was, is] = [of(file, 'G04'), of(other, 'G04')];
    expect(is.timeline[0]?.t).toBe(was.timeline[0]?.t);
    expect(is.timeline[1]!.t).toBeGreaterThan(was.timeline[1]!.t);
    expect(is.duration_s - was.duration_s).toBe(is.timeline[1]!.t - was.timeline[1]!.t);
    expect(is.expect).toEqual(was.expect);
  });

  test('keep the times that an order or a group shares with them', () => {
    for (const id of ['I22', 'I10', 'G18']) expect(of(other, id).timeline).toEqual(of(file, id).timeline);
  });
});

test('a terminal of contrary habits plays what C plays', () => {
  const stressed = withStress(file);
  expect(readScenarios(JSON.stringify(stressed))).toHaveProperty('file');
  expect(of(stressed, 'G04').profiles).toContain('stress');
  expect(of(stressed, 'I16').profiles).toEqual(['B']);
  expect(stressed.profiles['stress']).toMatchObject({ rssi_when_detached: 'frozen', serial_reset: 'random' });
});
