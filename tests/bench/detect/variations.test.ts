/** A run's journal judged again: invariances that hold, and means that are missed where they are taken away. */
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { ABLATIONS, ablated } from '../../../bench/detect/ablations.ts';
import { playOnBed, type RunResult } from '../../../bench/detect/bed.ts';
import { AS_IT_IS, faultOf, INVARIANCES, readWeights, withWeights } from '../../../bench/detect/variations.ts';
import { CATALOGUE, readScenarios } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
// Whole runs: on a busy machine they take their time.
vi.setConfig({ testTimeout: 120_000 });

function play(id: string, profile: string, vary: readonly string[], laterS = 0): Promise<RunResult> {
  const scenario = file.scenarios.find((one) => one.id === id)!;
  return playOnBed({ file, scenario, profile, seed: 'v', warmupDays: 0.1, vary, laterS });
}

describe('a journal that is heard again', () => {
  test.each([
    ['G36', 'A'],
    ['I47', 'C'],
    ['G38', 'C'],
  ])('of %s says the same, permuted, doubled, with unknown items and across a restart', async (id, profile) => {
    const { varied } = await play(id, profile, INVARIANCES);
    expect(varied.map(({ name }) => name)).toEqual([AS_IT_IS, ...INVARIANCES]);
    expect(varied.filter(({ same }) => !same)).toEqual([]);
  });

  test('says the same twelve hours later', async () => {
    const [now, later] = [await play('G04', 'C', []), await play('G04', 'C', [], 43_200)];
    expect(later.final).toBe(now.final);
    expect(later.mark.pass).toBe(now.mark.pass);
  });
});

test('an ablation takes away what it names, and nothing else', () => {
  const weights = readWeights();
  const of = (name: string) => ablated(weights, ABLATIONS.find((one) => one.name === name)!);
  expect(of('voltage').evidence['V1']!.weights).toEqual({});
  expect(of('voltage').evidence['B4']).toEqual(weights.evidence['B4']);
  expect(of('tcp').evidence['T5']!.weights).toEqual({});
  expect(new Set(Object.values(of('priors').priors['link']!)).size).toBe(1);
  expect(of('orders')).toEqual(weights);
});

test('a table that is none is told in a line', () => {
  expect(faultOf(withWeights('/nowhere.json'))).toMatch(/^--weights: \/nowhere\.json cannot be read/);
  expect(faultOf(withWeights('package.json'))).toContain('has no evidence and priors');
  expect(faultOf(withWeights('gateway/fold/detect/weights.json'))).toBeUndefined();
  expect(faultOf('permuted')).toBeUndefined();
});
