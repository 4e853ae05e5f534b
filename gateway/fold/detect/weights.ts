/**
 * The weights file, made ready for adding up: nats of log-likelihood ratio as whole thousandths, by evidence and
 * hypothesis. Whole numbers, so that what an explanation says adds up exactly.
 */
import type { Hypothesis } from './finding.ts';
import file from './weights.json' with { type: 'json' };

/** Hypotheses that are judged against each other. `silence` is the link axis while nothing is heard yet. */
export type Bench = 'power' | 'gnss' | 'silence' | 'link' | 'mount' | 'identity' | 'config' | 'clock' | 'odometer';

/** Id of an evidence in the weights file. */
export type EvidenceId = keyof typeof file.evidence;

export interface Weight {
  readonly id: EvidenceId;
  /** Place in the order of ids, by which evidence is added up: the order of arrival must not matter. */
  readonly order: number;
  /** Where it comes from: what one source says is worth no more than `SOURCE_CAP`. */
  readonly source: number;
  readonly sourceName: string;
  /** Thousandths of a nat; the most that this evidence weighs, however strong. */
  readonly cap: number;
  readonly weights: Readonly<Partial<Record<Hypothesis, number>>>;
}

const MILLI = 1000;
/** As in every finding, so that old ones can be told from new ones. */
export const WEIGHTS_VERSION: number = file.version;
/** Margins, in thousandths of a nat: from `RAISE` it is said, from `CONFIRM` it is sure, below minus `CLEAR` it is withdrawn. */
export const RAISE: number = file.raise * MILLI;
export const CONFIRM: number = file.confirm * MILLI;
export const CLEAR: number = file.clear * MILLI;
export const SOURCE_CAP: number = file.sourceCap * MILLI;

const ids = Object.keys(file.evidence).toSorted() as EvidenceId[];
const sources = [...new Set(ids.map((id) => file.evidence[id].source))];
/** How many sources there are. */
export const SOURCES: number = sources.length;

const table = new Map<EvidenceId, Weight>(
  ids.map((id, order) => {
    const { source, cap, weights } = file.evidence[id];
    const entries = Object.entries(weights as Partial<Record<Hypothesis, number>>);
    const milli = Object.fromEntries(entries.map(([name, nats]) => [name, Math.round(nats * MILLI)]));
    return [id, { id, order, source: sources.indexOf(source), sourceName: source, cap: cap * MILLI, weights: milli }];
  }),
);

export function weightOf(id: EvidenceId): Weight {
  return table.get(id)!;
}

/** Ids of all evidence. */
export const EVIDENCE_IDS: readonly EvidenceId[] = ids;

/** Log-odds before any evidence, in thousandths. */
export function priorsOf(bench: Bench): Readonly<Partial<Record<Hypothesis, number>>> {
  const priors = file.priors[bench] as Partial<Record<Hypothesis, number>>;
  return Object.fromEntries(Object.entries(priors).map(([name, nats]) => [name, nats * MILLI]));
}
