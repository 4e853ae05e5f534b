import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Condition } from '../../../simulator/scenario/condition.ts';
import { readScenarios } from '../../../simulator/scenario/read.ts';
import { Track } from '../../../simulator/scenario/track.ts';
import { CATALOGUE } from '../../../simulator/index.ts';
import { ordinaryCauses } from '../../../simulator/world/causes.ts';

test('a counterfeit sky is one and the same for as long as it lasts', () => {
  const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
  if (!('file' in read)) throw new Error(read.wrong.join());
  const causes = ordinaryCauses();
  const names = { imei: {}, terminalId: {}, iccid: {}, phone: {} };
  const home = { latitude: 30, longitude: 120, altitude: 10, names };
  const condition = new Condition(read.file.base_state, causes, new Track(1, 0, 0), home, 0);
  condition.change({ at: 0, set: { spoof: { type: 'drag', rate_mps: 5 } }, ramp: {} });
  const { spoof } = causes;
  expect(spoof).toEqual({ type: 'drag', metresPerSecond: 5 });
  condition.goTo(10);
  expect(causes.spoof).toBe(spoof);
  condition.change({ at: 20, set: { spoof: null }, ramp: {} });
  expect(causes.spoof).toBeUndefined();
});
