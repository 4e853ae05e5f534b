import { expect, test } from 'vitest';
import { VirtualClock } from '../../../protocol/index.ts';
import { CATALOGUE } from '../../../simulator/scenario/catalogue.ts';
import { Run } from '../../../simulator/scenario/player.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';
import { readFileSync } from 'node:fs';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;
/** Scenarios that set a vehicle going at a road's speed after their onset. */
const driven = file.scenarios.filter(({ timeline, onset_s: onset }) =>
  timeline.some(({ t, set }) => t > (onset ?? 0) && (set?.speed_kmh ?? 0) > 20),
);

function played(id: string, seed: string): Run {
  const scenario = file.scenarios.find((one) => one.id === id)!;
  const host = { clock: new VirtualClock(0), dial: () => () => {}, tell: () => {}, order: () => {} };
  return new Run({ file, scenario, profile: scenario.profiles[0]!, seed }, host);
}

test('a vehicle that a scenario sets going drives, whatever it did in the days before', () => {
  expect(driven.length).toBeGreaterThan(10);
  for (const { id } of driven) {
    for (const seed of ['1', '2', '3', '4', '5', '6', '7']) {
      expect(played(id, seed).refs.motion, `${id} seed ${seed}`).not.toBeNull();
    }
  }
});
