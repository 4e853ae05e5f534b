/** Parameters of a terminal: all read, those that differ set, and read back. */
import type { Json } from '../../protocol/index.ts';
import { canonical } from '../events/evidence/canonical.ts';
import { LinkFault } from '../terminal-link/faults.ts';
import type { Bench, Finding } from './step.ts';

export type Params = Readonly<Record<string, Json>>;

/** All parameters; undefined where the terminal does not tell them. */
export async function readParams({ link }: Bench): Promise<Params | undefined> {
  try {
    const { body } = await link.ask('queryTerminalParameters');
    return body['params'] as Params;
  } catch (error) {
    if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
    return undefined;
  }
}

/** Whether two values of a parameter are the same; the order of flags does not matter. */
export function sameValue(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const sorted = (value: Json): Json =>
    Array.isArray(value) ? value.map(canonical).toSorted((a, b) => (a < b ? -1 : 1)) : value;
  return canonical(sorted(one)) === canonical(sorted(other));
}

/** Those of `wanted` that differ. */
export function differing(wanted: Params, found: Params): Params {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !sameValue(value, found[name])));
}

/**
 * Sets parameters and reads them back; what was changed stands in the notes. A terminal that refuses the whole is asked
 * one by one, so that the one it minds can be named.
 */
export async function setParams(bench: Bench, wanted: Params): Promise<readonly Finding[]> {
  const names = Object.keys(wanted);
  if (names.length === 0) return [];
  const before = bench.notes.after ?? bench.notes.before ?? {};
  const changes = names.map((name) => ({ name, before: before[name] ?? null, after: wanted[name]! }));
  if (!(await bench.hand.confirm(changes)))
    return [{ code: 'left-alone', found: pick(before, names), expected: wanted }];
  const findings: Finding[] = [];
  const whole = await accepted(bench, wanted);
  if (whole !== true && names.length > 1) {
    for (const name of names) {
      const one = await accepted(bench, { [name]: wanted[name]! });
      if (one !== true) findings.push({ code: 'set-refused', found: one, expected: { [name]: wanted[name]! } });
    }
  } else if (whole !== true) findings.push({ code: 'set-refused', found: whole, expected: wanted });
  const after = await readParams(bench);
  if (after === undefined) return [...findings, { code: 'params-unread' }];
  bench.notes.after = after;
  const refused = new Set(findings.flatMap(({ expected }) => Object.keys(expected as Params)));
  for (const name of names) {
    const kept = sameValue(wanted[name], after[name]);
    if (kept && !sameValue(before[name], after[name]))
      bench.notes.changed.push({ name, before: before[name] ?? null, after: after[name]! });
    if (!kept && !refused.has(name))
      findings.push({ code: 'not-kept', found: { [name]: after[name] ?? null }, expected: { [name]: wanted[name]! } });
  }
  return findings;
}

function pick(params: Params, names: readonly string[]): Params {
  return Object.fromEntries(names.map((name) => [name, params[name] ?? null]));
}

async function accepted({ link }: Bench, params: Params): Promise<true | string> {
  try {
    await link.ask('setTerminalParameters', { params });
    return true;
  } catch (error) {
    if (!(error instanceof LinkFault) || error.code === 'gone') throw error;
    return error.result ?? error.message;
  }
}
