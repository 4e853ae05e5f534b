/**
 * What evidence says of one terminal. Pure.
 *
 * Each value of a hypothesis has a score: evidence for it adds one, evidence for another value takes one away, between
 * 0 and `FULL`. A value is believed from its hypothesis' threshold on, and stays believed until its score is gone: one
 * odd message never turns a terminal round, a firmware update does within `FULL` messages and the threshold.
 */
import { Slab } from '../slab.ts';
import { HYPOTHESES, HYPOTHESIS_NAMES, type HypothesisName, type ValueOf } from './hypotheses.ts';

/** Highest score. */
const FULL = 12;

/** Where the octets of a hypothesis lie: its scores; which value is believed, and of which more evidence changes nothing, 0 none, else its place + 1. */
interface Places {
  readonly values: readonly string[];
  readonly enter: number;
  readonly first: number;
  readonly believed: number;
  readonly steady: number;
}

const PLACES = {} as Record<HypothesisName, Places>;
let total = HYPOTHESIS_NAMES.reduce((scores, name) => scores + HYPOTHESES[name].values.length, 0);
let first = 0;
for (const name of HYPOTHESIS_NAMES) {
  const { values, enter } = HYPOTHESES[name];
  PLACES[name] = { values, enter, first, believed: total, steady: total + 1 };
  first += values.length;
  total += 2;
}
const OCTETS = total;

/** An octet for each score, belief and steady value of one terminal, from `at` on in an array that many share. */
export interface Learnt {
  readonly octets: Uint8Array;
  readonly at: number;
}

const SHARED = new Slab(4096);

export function newLearnt(): Learnt {
  const at = SHARED.reserve(OCTETS);
  return { octets: SHARED.octets, at };
}

/** What nearly every message shows: evidence that `value` holds changes nothing. */
export function isSteady({ octets, at }: Learnt, name: HypothesisName, value: string): boolean {
  const { values, steady } = PLACES[name];
  const held = octets[at + steady]!;
  return held !== 0 && values[held - 1] === value;
}

/** Takes evidence that `value` holds; true where a score changed. */
export function learn<H extends HypothesisName>({ octets, at }: Learnt, name: H, value: ValueOf<H>): boolean {
  const { values, enter, ...places } = PLACES[name];
  const first = at + places.first;
  const believed = at + places.believed;
  const chosen = values.indexOf(value);
  let changed = false;
  for (let i = 0; i < values.length; i++) {
    const before = octets[first + i]!;
    const after = i === chosen ? Math.min(FULL, before + 1) : Math.max(0, before - 1);
    octets[first + i] = after;
    if (after !== before) changed = true;
  }
  const held = octets[believed]! - 1;
  if (held !== chosen && octets[first + chosen]! >= enter && (held < 0 || octets[first + held] === 0)) {
    octets[believed] = chosen + 1;
    changed = true;
  }
  octets[at + places.steady] = changed ? 0 : chosen + 1;
  return changed;
}

/** The value that is believed; undefined while the evidence does not suffice. */
export function believedOf<H extends HypothesisName>({ octets, at }: Learnt, name: H): ValueOf<H> | undefined {
  const { values, believed } = PLACES[name];
  const held = octets[at + believed]!;
  return held === 0 ? undefined : (values[held - 1] as ValueOf<H>);
}

/** The score of the value that is believed. */
export function scoreOf({ octets, at }: Learnt, name: HypothesisName): number {
  const { first, believed } = PLACES[name];
  const held = octets[at + believed]!;
  return held === 0 ? 0 : octets[at + first + held - 1]!;
}

/** By names, so that a snapshot outlives a change of the table: `{"time":{"utc":6,"is":"utc"}}`. */
export type LearntJson = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

export function learntToJson(learnt: Learnt): LearntJson {
  const json: Record<string, Record<string, number | string>> = {};
  for (const name of HYPOTHESIS_NAMES) {
    const entry: Record<string, number | string> = {};
    const { values, first } = PLACES[name];
    for (const [i, value] of values.entries()) {
      const score = learnt.octets[learnt.at + first + i]!;
      if (score > 0) entry[value] = score;
    }
    const is = believedOf(learnt, name);
    if (is !== undefined) entry['is'] = is;
    if (Object.keys(entry).length > 0) json[name] = entry;
  }
  return json;
}

export function learntFromJson(json: LearntJson): Learnt {
  const learnt = newLearnt();
  const { octets, at } = learnt;
  for (const name of HYPOTHESIS_NAMES) {
    const { values, first, believed } = PLACES[name];
    for (const [i, value] of values.entries()) {
      const entry = json[name];
      octets[at + first + i] = Math.min(FULL, Number(entry?.[value] ?? 0));
      if (entry?.['is'] === value) octets[at + believed] = i + 1;
    }
  }
  return learnt;
}
