import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '../../../protocol/catalogue/parameter-table.ts';

const page = readFileSync(new URL('../../../docs/simulator-firmware.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| 0x([0-9A-F]{4}) \| `(\w+)` \| (.+) \|$/gm)].map(([, id, name, does]) => ({
  id: Number.parseInt(id ?? '', 16),
  name,
  does,
}));
/** What the firmware asks for by name. */
const sources = ['parameters', 'strategy', 'periodic', 'camera', 'alarms', 'tasks', 'login', 'physical']
  .map((name) => readFileSync(new URL(`../../../simulator/firmware/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n')
  // What only stands in the factory's values has no effect.
  .replace(/function factoryValues[\s\S]*?\n}\n/, '');

describe('what the parameters of a simulated terminal do', () => {
  it('is told of every parameter of the standard, and of no other', () => {
    const known = Object.entries(PARAMETERS).map(([name, { id }]) => ({ id, name }));
    expect(rows.map(({ id, name }) => ({ id, name }))).toEqual(known.toSorted((a, b) => a.id - b.id));
  });

  it.each(rows)('$name: $does', ({ name = '', does }) => {
    expect(new RegExp(`\\b${name}\\b`).test(sources)).toBe(does !== '–');
  });
});
