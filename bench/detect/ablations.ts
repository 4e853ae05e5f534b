/** The detector without one of its means: what it costs says what it is worth. */
import type { RecordInput } from '../../gateway/journal/record.ts';
import { onlyOf, withoutFeeds, withoutReplay } from './journal-edit.ts';
import type { WeightsFile } from './other-weights.ts';

export interface Ablation {
  readonly name: string;
  /** Sources of evidence that weigh nothing. */
  readonly sources?: readonly string[];
  /** Ids that weigh nothing. */
  readonly evidence?: readonly string[];
  /** All explanations of a bench are as likely before any evidence. */
  readonly flat?: boolean;
  /** What of the journal is not heard; `self`: the names of the terminal of the scenario. */
  readonly without?: (records: readonly RecordInput[], self: ReadonlySet<string>) => RecordInput[];
}

export const ABLATIONS: readonly Ablation[] = [
  { name: 'replay', without: (records) => withoutReplay(records) },
  { name: 'fleet', sources: ['fleet', 'passing'], without: onlyOf },
  {
    name: 'map',
    evidence: ['M0', 'M1', 'M2', 'B10'],
    without: (records) => withoutFeeds(records, new Set(['deadZone'])),
  },
  { name: 'tcp', evidence: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'] },
  { name: 'voltage', sources: ['voltage'] },
  { name: 'orders', without: (records) => withoutFeeds(records, new Set(['workOrder', 'order', 'habit'])) },
  { name: 'priors', flat: true },
];

/** The table without what an ablation takes away. */
export function ablated(weights: WeightsFile, { sources = [], evidence = [], flat = false }: Ablation): WeightsFile {
  const gone = (id: string, source: string): boolean => evidence.includes(id) || sources.includes(source);
  return {
    ...weights,
    evidence: Object.fromEntries(
      Object.entries(weights.evidence).map(([id, one]) => [id, gone(id, one.source) ? { ...one, weights: {} } : one]),
    ),
    priors: flat
      ? Object.fromEntries(Object.entries(weights.priors).map(([bench, priors]) => [bench, level(priors)]))
      : weights.priors,
  };
}

function level(priors: Readonly<Record<string, number>>): Record<string, number> {
  const values = Object.values(priors);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Object.fromEntries(Object.keys(priors).map((name) => [name, mean]));
}
