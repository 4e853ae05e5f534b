import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withStress } from '../../../bench/detect/variants.ts';
import { CATALOGUE, readScenarios } from '../../../simulator/index.ts';

const read = readScenarios(readFileSync(CATALOGUE, 'utf8'));
if ('wrong' in read) throw new Error(read.wrong.join('\n'));
const { file } = read;

test('a terminal of contrary habits plays what C plays', () => {
  const stressed = withStress(file);
  const profilesOf = (id: string): readonly string[] => stressed.scenarios.find((one) => one.id === id)!.profiles;
  expect(readScenarios(JSON.stringify(stressed))).toHaveProperty('file');
  expect(profilesOf('G04')).toContain('stress');
  expect(profilesOf('I16')).toEqual(['B']);
  expect(stressed.profiles['stress']).toMatchObject({ rssi_when_detached: 'frozen', serial_reset: 'random' });
});
