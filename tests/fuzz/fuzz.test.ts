import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readInputs } from '../../bench/fuzz/corpus.ts';
import { Coverage } from '../../bench/fuzz/coverage.ts';
import { fuzz } from '../../bench/fuzz/loop.ts';
import { TARGETS } from '../../bench/fuzz/targets.ts';
import { seededRandom } from '../../protocol/index.ts';

/** Of each target, beside the corpus; `npm run fuzz` goes on for as long as it is let. */
const EXECUTIONS = 2500;
const SEED = 1;

const coverage = new Coverage();
beforeAll(() => coverage.start());
afterAll(() => coverage.stop());

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test('what once reached new code, or broke something, breaks nothing', () => {
    const inputs = [...readInputs('corpus', name), ...readInputs('crashes', name)];
    expect(inputs.length).toBeGreaterThan(10);
    for (const input of inputs) target.run(input);
  });

  test('changed inputs break nothing', () => {
    const corpus = readInputs('corpus', name);
    const random = seededRandom(`${SEED} ${name}`);
    const goOn = (executions: number): boolean => executions < EXECUTIONS;
    const { executions, crashes } = fuzz({ target, corpus, coverage, random, goOn });
    expect(crashes.map(({ input, error }) => [Buffer.from(input).toString('hex'), String(error)])).toEqual([]);
    expect(executions).toBeGreaterThanOrEqual(EXECUTIONS);
  }, 120_000);
});
