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

/** Where the scores of a hypothesis begin. */
const FIRST = {} as Record<HypothesisName, number>;
let total = 0;
for (const name of HYPOTHESIS_NAMES) {
  FIRST[name] = total;
  total += HYPOTHESES[name].values.length;
}
const SCORES = total;
const PLACE = Object.fromEntries(HYPOTHESIS_NAMES.map((name, i) => [name, i])) as Record<HypothesisName, number>;

/** Behind the scores, by hypothesis: which value is believed, and of which more evidence changes nothing. 0 none, else its place + 1. */
const BELIEVED = SCORES;
const STEADY = BELIEVED + HYPOTHESIS_NAMES.length;

const OCTETS = STEADY + HYPOTHESIS_NAMES.length;

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

/** Takes evidence that `value` holds; true where a score changed. */
export function learn<H extends HypothesisName>({ octets, at }: Learnt, name: H, value: ValueOf<H>): boolean {
  const { values, enter } = HYPOTHESES[name];
  const first = at + FIRST[name];
  const believed = at + BELIEVED + PLACE[name];
  const steady = at + STEADY + PLACE[name];
  const chosen = (values as readonly string[]).indexOf(value);
  // What nearly every message shows.
  if (octets[steady] === chosen + 1) return false;
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
  octets[steady] = changed ? 0 : chosen + 1;
  return changed;
}

/** The value that is believed; undefined while the evidence does not suffice. */
export function believedOf<H extends HypothesisName>({ octets, at }: Learnt, name: H): ValueOf<H> | undefined {
  const held = octets[at + BELIEVED + PLACE[name]]!;
  return held === 0 ? undefined : HYPOTHESES[name].values[held - 1];
}

/** The score of the value that is believed. */
export function scoreOf({ octets, at }: Learnt, name: HypothesisName): number {
  const held = octets[at + BELIEVED + PLACE[name]]!;
  return held === 0 ? 0 : octets[at + FIRST[name] + held - 1]!;
}

/** By names, so that a snapshot outlives a change of the table: `{"time":{"utc":6,"is":"utc"}}`. */
export type LearntJson = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

export function learntToJson(learnt: Learnt): LearntJson {
  const json: Record<string, Record<string, number | string>> = {};
  for (const name of HYPOTHESIS_NAMES) {
    const entry: Record<string, number | string> = {};
    for (const [i, value] of HYPOTHESES[name].values.entries()) {
      const score = learnt.octets[learnt.at + FIRST[name] + i]!;
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
    for (const [i, value] of HYPOTHESES[name].values.entries()) {
      const entry = json[name];
      octets[at + FIRST[name] + i] = Math.min(FULL, Number(entry?.[value] ?? 0));
      if (entry?.['is'] === value) octets[at + BELIEVED + PLACE[name]] = i + 1;
    }
  }
  return learnt;
}
