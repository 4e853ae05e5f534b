import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../protocol/index.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';
import { YearRun } from '../../../simulator/scenario/year-run.ts';

const read = readScenarios(
  readFileSync(new URL('../../../simulator/scenario/catalogue.json', import.meta.url), 'utf8'),
);
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
const DAYS = 25;
const VEHICLES = 20;
const startAt = Date.UTC(2026, 2, 1, 16);
const clock = new VirtualClock(startAt);
const run = new YearRun(
  { file, seed: 'd', first: 0, vehicles: VEHICLES, days: DAYS, startAt },
  { clock, dial: () => () => {}, tell: () => {}, order: () => {} },
);
run.start();
clock.advance(DAYS * 86_400_000);
const truths = [...run.truth().values()];

test('an outage befalls some of a district, at the same time', () => {
  const begun = truths.flatMap(({ steps }) => steps.filter(({ set }) => set.net === 'outage').map(({ at }) => at));
  const together = Map.groupBy(begun, (at) => Math.round(at));
  const most = Math.max(...[...together.values()].map((ones) => ones.length));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(0.4 * VEHICLES);
});

test('who suffers an outage has it until it is over, whatever its own network does meanwhile', () => {
  const broken = truths.flatMap(({ steps }) => {
    let out = false;
    return steps.filter(({ at, set }, i) => {
      if (set.net === undefined) return false;
      if (set.net === 'outage') out = true;
      else if (set.net === 'ok') out = false;
      else if (out) return steps.slice(i + 1).find((next) => next.set.net !== undefined)?.at !== at;
      return false;
    });
  });
  expect(broken).toEqual([]);
});
