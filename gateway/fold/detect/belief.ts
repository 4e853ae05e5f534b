/**
 * From evidence to a verdict: each accusation against every innocent explanation, and what weighed how much.
 *
 * A case is a list of evidence, one entry per id, in the order of ids: the verdict does not depend on the order in
 * which things were heard, and the explanation is the sum itself, to the thousandth of a nat.
 */
import type { Because, Hypothesis, Rejected, Says } from './finding.ts';
import { EXPLANATIONS } from './hypotheses.ts';
import { type Bench, type EvidenceId, SOURCE_CAP, SOURCES, weightOf } from './weights.ts';

/** One piece of evidence of a case. */
export interface Item {
  readonly id: EvidenceId;
  /** Strength in thousandths: 1000 is once in full, 500 half, 3000 three times; the cap of the evidence holds. */
  readonly strength: number;
  /** Record that it was last seen in; 0 where it is the absence of records. */
  readonly seq: number;
  readonly says: Says;
  /** Nats by hypothesis, in thousandths, where they are worked out and not looked up. */
  readonly own?: Readonly<Partial<Record<Hypothesis, number>>>;
}

/** Most pieces of evidence of a case; further ones are not taken. */
export const MAX_ITEMS = 24;

/** Puts an item in its place, over the one of the same id; false where the list is full, or nothing changed. */
export function put(items: Item[], item: Item): boolean {
  const { order } = weightOf(item.id);
  let at = items.length;
  while (at > 0 && weightOf(items[at - 1]!.id).order >= order) at--;
  const before = items[at];
  if (before?.id === item.id) {
    if (before.strength === item.strength && before.own === item.own) return false;
    items[at] = item;
    return true;
  }
  if (items.length >= MAX_ITEMS) return false;
  items.splice(at, 0, item);
  return true;
}

export function take(items: Item[], id: EvidenceId): boolean {
  const at = items.findIndex((item) => item.id === id);
  if (at === -1) return false;
  items.splice(at, 1);
  return true;
}

/** What follows from the evidence. Margins and nats are thousandths. */
export interface Verdict {
  readonly lead: Hypothesis;
  readonly margin: number;
  /** The innocent explanation closest to it. */
  readonly rival: Hypothesis;
  /** The next accusation and by how much it is behind; undefined where there is none. */
  readonly second: { readonly hypothesis: Hypothesis; readonly behind: number } | undefined;
  /** Sources that speak for the lead against the rival. */
  readonly sources: number;
  /** By how much the best innocent explanation leads all others, accusations included; negative while an accusation leads. */
  readonly innocentLead: number;
}

const MAX_EXPLANATIONS = 16;
const scores = new Int32Array(MAX_EXPLANATIONS);
/** Contribution of item i to explanation e: `given[i * MAX_EXPLANATIONS + e]`. */
const given = new Int32Array(MAX_ITEMS * MAX_EXPLANATIONS);
const perSource = new Int32Array(SOURCES * MAX_EXPLANATIONS);

/** Adds up; afterwards `scores` and `given` hold what it came to. */
function add(bench: Bench, items: readonly Item[]): void {
  const explanations = EXPLANATIONS[bench];
  perSource.fill(0);
  for (let e = 0; e < explanations.length; e++) scores[e] = explanations[e]!.prior;
  for (let i = 0; i < items.length; i++) {
    const { id, strength, own } = items[i]!;
    const { cap, source, weights } = weightOf(id);
    for (let e = 0; e < explanations.length; e++) {
      const { hypothesis } = explanations[e]!;
      const raw = own === undefined ? ((weights[hypothesis] ?? 0) * strength) / 1000 : (own[hypothesis] ?? 0);
      const wanted = Math.round(Math.max(-cap, Math.min(cap, raw)));
      const at = source * MAX_EXPLANATIONS + e;
      const had = perSource[at]!;
      const has = Math.max(-SOURCE_CAP, Math.min(SOURCE_CAP, had + wanted));
      perSource[at] = has;
      given[i * MAX_EXPLANATIONS + e] = has - had;
      scores[e]! += has - had;
    }
  }
}

/** The best place among explanations of one kind; -1 where there is none. */
function best(bench: Bench, guilty: boolean, without = -1): number {
  const explanations = EXPLANATIONS[bench];
  let found = -1;
  for (let e = 0; e < explanations.length; e++) {
    if (explanations[e]!.guilty !== guilty || e === without) continue;
    if (found === -1 || scores[e]! > scores[found]!) found = e;
  }
  return found;
}

export function judge(bench: Bench, items: readonly Item[]): Verdict {
  add(bench, items);
  const explanations = EXPLANATIONS[bench];
  const lead = best(bench, true);
  const rival = best(bench, false);
  const next = best(bench, true, lead);
  const second = next === -1 ? undefined : explanations[next]!.hypothesis;
  const otherInnocent = best(bench, false, rival);
  const runnerUp = Math.max(scores[lead]!, otherInnocent === -1 ? Number.NEGATIVE_INFINITY : scores[otherInnocent]!);
  return {
    lead: explanations[lead]!.hypothesis,
    margin: scores[lead]! - scores[rival]!,
    rival: explanations[rival]!.hypothesis,
    second: second === undefined ? undefined : { hypothesis: second, behind: scores[lead]! - scores[next]! },
    sources: sourcesFor(items, lead, rival),
    innocentLead: scores[rival]! - runnerUp,
  };
}

function sourcesFor(items: readonly Item[], lead: number, rival: number): number {
  const seen = new Set<number>();
  for (let i = 0; i < items.length; i++) {
    const row = i * MAX_EXPLANATIONS;
    if (given[row + lead]! - given[row + rival]! > 0) seen.add(weightOf(items[i]!.id).source);
  }
  return seen.size;
}

/** Sources that speak for an explanation by themselves: two of them make a fault sure. */
export function sourcesOf(items: readonly Item[], hypothesis: Hypothesis): number {
  const seen = new Set<number>();
  for (const { id } of items) {
    const { source, weights } = weightOf(id);
    if ((weights[hypothesis] ?? 0) > 0) seen.add(source);
  }
  return seen.size;
}

/** What a finding says of a verdict. Numbers in nats. */
export interface Account {
  readonly prior: number;
  readonly because: readonly Because[];
  readonly rejected: readonly Rejected[];
  readonly candidates: readonly { readonly hypothesis: Hypothesis; readonly margin: number }[];
  readonly confidence: number;
}

const MAX_CANDIDATES = 4;

/** Explains a verdict: computed only where something is said, which is seldom. */
export function account(bench: Bench, items: readonly Item[], verdict: Pick<Verdict, 'lead' | 'rival'>): Account {
  add(bench, items);
  const explanations = EXPLANATIONS[bench];
  const lead = explanations.findIndex(({ hypothesis }) => hypothesis === verdict.lead);
  const rival = explanations.findIndex(({ hypothesis }) => hypothesis === verdict.rival);
  const nats = (i: number, e: number): number => given[i * MAX_EXPLANATIONS + lead]! - given[i * MAX_EXPLANATIONS + e]!;
  const because = items
    .map(({ id, says, seq }, i): Because => ({ evidence: id, says, nats: nats(i, rival) / 1000, seq }))
    .filter((one) => one.nats !== 0)
    .toSorted((a, b) => Math.abs(b.nats) - Math.abs(a.nats));
  const rejected: Rejected[] = [];
  const candidates: { hypothesis: Hypothesis; margin: number }[] = [];
  let others = 0;
  explanations.forEach(({ hypothesis, guilty }, e) => {
    if (guilty) {
      candidates.push({ hypothesis, margin: (scores[e]! - scores[rival]!) / 1000 });
      return;
    }
    others += Math.exp((scores[e]! - scores[lead]!) / 1000);
    const by = items
      .map(({ id }, i) => ({ id, nats: nats(i, e) }))
      .filter((one) => one.nats > 0)
      .toSorted((a, b) => b.nats - a.nats)
      .slice(0, 3);
    rejected.push({ hypothesis, margin: (scores[lead]! - scores[e]!) / 1000, by: by.map(({ id }) => id) });
  });
  return {
    prior: (explanations[lead]!.prior - explanations[rival]!.prior) / 1000,
    because,
    rejected: rejected.toSorted((a, b) => a.margin - b.margin),
    candidates: candidates.toSorted((a, b) => b.margin - a.margin).slice(0, MAX_CANDIDATES),
    confidence: Math.round(1000 / (1 + others)) / 1000,
  };
}
