import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BROKEN } from '../../../bench/faults/broken.ts';
import { SCENARIOS } from '../../../bench/faults/scenarios.ts';

it.each(BROKEN)('a gateway that $name is one: what is altered stands there once', ({ file, find, scenario }) => {
  const source = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  expect(source.split(find)).toHaveLength(2);
  expect(SCENARIOS.map(({ name }) => name)).toContain(scenario);
});
