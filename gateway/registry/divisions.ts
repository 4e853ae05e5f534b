/**
 * Administrative divisions (GB/T 2260): province, prefecture, county, with their names. A code that is not in the table
 * is taken all the same, since divisions come and go; it only has no name.
 */
import { readFileSync } from 'node:fs';

export interface Division {
  /** Six digits. */
  readonly code: string;
  readonly name: string;
}

/** From the province down. */
export interface DivisionPath extends Division {
  readonly level: 'province' | 'prefecture' | 'county';
  readonly path: readonly string[];
}

function load(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('./divisions.txt', import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  const entries = lines.flatMap((line) => line.split(' ')).filter((entry) => entry !== '');
  return new Map(entries.map((entry) => [entry.slice(0, 6), entry.slice(6)]));
}

let loaded: ReadonlyMap<string, string> | undefined;
/** Read when it is first asked for: a gateway without platform never needs it. */
function names(): ReadonlyMap<string, string> {
  loaded ??= load();
  return loaded;
}

function levelOf(code: string): DivisionPath['level'] {
  if (code.endsWith('0000')) return 'province';
  return code.endsWith('00') ? 'prefecture' : 'county';
}

/** A division with its names from the province down; undefined where the table has no such code. */
export function divisionByCode(code: string): DivisionPath | undefined {
  const name = names().get(code);
  if (name === undefined) return undefined;
  const above = [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code];
  const path = [...new Set(above)].flatMap((each) => names().get(each) ?? []);
  return { code, name, level: levelOf(code), path };
}

/** What lies directly below a division; provinces for the empty code. In the order of codes. */
export function divisionsBelow(code: string): readonly Division[] {
  const all = [...names()].map(([each, name]) => ({ code: each, name }));
  if (code === '') return all.filter((each) => each.code.endsWith('0000'));
  const prefix = code.replace(/(00){1,2}$/, '');
  const inside = all.filter((each) => each.code.startsWith(prefix) && each.code !== code);
  if (prefix.length >= 4) return inside;
  // Counties without a prefecture (and the whole of some provinces) hang from the province.
  const held = new Set(inside.filter((each) => each.code.endsWith('00')).map((each) => each.code.slice(0, 4)));
  return inside.filter((each) => each.code.endsWith('00') || !held.has(each.code.slice(0, 4)));
}
