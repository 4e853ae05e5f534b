/** What weights are fitted to: judgements of cases, each with the explanations that were true. */
import type { Hypothesis, Judged } from '../../gateway/fold/detect/finding.ts';
import { judge } from '../../gateway/fold/detect/belief.ts';
import { codeOf, EXPLANATIONS } from '../../gateway/fold/detect/hypotheses.ts';
import { epochMsOf } from '../../gateway/fold/detect/terminal.ts';
import type { Bench } from '../../gateway/fold/detect/weights.ts';
import { terminalOf } from '../../protocol/index.ts';
import type { Scenario } from '../../simulator/index.ts';
import { type BedOptions, played } from './bed.ts';
import { type TruthInterval, truthsOf } from './matching.ts';
import { rejudged } from './rejudge.ts';

export interface SampleItem {
  readonly id: string;
  /** Thousandths. */
  readonly strength: number;
  /** Thousandths of a nat by hypothesis, where they are worked out and no weight applies. */
  readonly own?: Readonly<Record<string, number>>;
}

export interface Sample {
  readonly scenario: string;
  readonly bench: Bench;
  readonly items: readonly SampleItem[];
  /** Any of these is right. */
  readonly right: readonly string[];
  readonly guilty: boolean;
}

const BEFORE_S = 120;
const LICENSED = 'N606';

/**
 * Plays a run and takes from each case its last judgement and the one that accused most. Cases on benches that the act
 * of the scenario is not judged on are left out: what is true there nobody has written down.
 */
export async function samplesOf(options: BedOptions): Promise<Sample[]> {
  const { scenario, profile, file } = options;
  const { gateway, run, startAt } = await played(options, true);
  const kept = new Map<string, { last: Kept; worst: Kept }>();
  rejudged(gateway.batches, { judged: (judged) => keep(kept, judged) });
  const truths = truthsOf(scenario, { profile, facts: file.profiles[profile]!, refs: run.refs });
  const self = new Set([run.terminal, terminalOf(run.self.part.terminal.identity.phone)]);
  return [...kept.values()].flatMap(({ last, worst }) => {
    const since = last.since - startAt / 1000;
    const right = rightFor(scenario, truths, { bench: last.bench, since, isSelf: self.has(last.terminal) });
    if (right === undefined) return [];
    const ones = last.items === worst.items ? [last] : [last, worst];
    return ones.map(({ items, bench }) => ({ scenario: scenario.id, bench, items, ...right }));
  });
}

interface Kept {
  readonly terminal: string;
  readonly bench: Bench;
  /** Epoch seconds. */
  readonly since: number;
  readonly items: readonly SampleItem[];
  readonly margin: number;
}

function keep(kept: Map<string, { last: Kept; worst: Kept }>, { terminal, bench, since, items }: Judged): void {
  const key = `${terminal} ${bench} ${since}`;
  const before = kept.get(key);
  const { margin } = judge(bench, items);
  const copied = items.map(({ id, strength, own }) => ({ id, strength, ...(own === undefined ? {} : { own }) }));
  const last: Kept = { terminal, bench, since: epochMsOf(since) / 1000, items: copied, margin };
  kept.set(key, { last, worst: before === undefined || margin >= before.worst.margin ? last : before.worst });
}

function rightFor(
  { kind, truth, onset_s: planned }: Scenario,
  truths: readonly TruthInterval[],
  { bench, since, isSelf }: { readonly bench: Bench; readonly since: number; readonly isSelf: boolean },
): Pick<Sample, 'right' | 'guilty'> | undefined {
  const innocent = EXPLANATIONS[bench].filter(({ guilty }) => !guilty).map(({ hypothesis }) => hypothesis);
  const onset = truths[0]?.from ?? planned ?? 0;
  // An order licenses what somebody did; that somebody did it is true all the same.
  if (truth === LICENSED) return undefined;
  if (kind === 'innocent' || !isSelf || since < onset - BEFORE_S) return { right: innocent, guilty: false };
  if (kind === 'grey') return undefined;
  const codes = new Set(truths.flatMap(({ code, codes: all }) => [code, ...all]));
  const right = EXPLANATIONS[bench]
    .filter(({ hypothesis, guilty }) => guilty && namesOf(bench, hypothesis).some((code) => codes.has(code)))
    .map(({ hypothesis }) => hypothesis);
  return right.length === 0 ? undefined : { right, guilty: true };
}

/** A card and a whole terminal are one explanation under two names. */
function namesOf(bench: Bench, hypothesis: Hypothesis): string[] {
  return hypothesis === 'SWAP' ? ['T401', 'T402'] : [codeOf(bench, hypothesis, [])];
}
