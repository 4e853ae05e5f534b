import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { unseenIn } from '../../../bench/detect/unseen.ts';
import { CATALOGUE, readScenarios } from '../../../simulator/index.ts';

const text = readFileSync(CATALOGUE, 'utf8');

describe('the scenarios that nobody made rules for', () => {
  const read = readScenarios(unseenIn(text));
  const { scenarios, profiles } = 'file' in read ? read.file : { scenarios: [], profiles: {} };

  test('are in form, guilty and innocent', () => {
    expect('wrong' in read ? read.wrong : []).toEqual([]);
    expect(new Set(scenarios.map(({ kind }) => kind))).toEqual(new Set(['guilty', 'innocent']));
    expect(Object.keys(profiles)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test('are none of the catalogue', () => {
    const known = readScenarios(text);
    const ids = new Set('file' in known ? known.file.scenarios.map(({ id }) => id) : []);
    expect(scenarios.length).toBeGreaterThan(20);
    expect(scenarios.filter(({ id }) => ids.has(id))).toEqual([]);
  });

  test('demand of a guilty run something that names it', () => {
    const idle = scenarios.filter(({ kind, expect: { must } }) => kind === 'guilty' && must.length === 0);
    expect(idle).toEqual([]);
  });
});
