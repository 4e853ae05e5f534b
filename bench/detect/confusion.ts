/** Truth against label: a matrix, what follows from it, and how sure that is. */
import { seededRandom } from '../../protocol/index.ts';
import { PARENTS } from './matching.ts';

/** One truth and what it was called; `none` on either side: nothing was, nothing was said. */
export interface Labelled {
  readonly scenario: string;
  readonly truth: string;
  readonly label: string;
}

export type Matrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface Scores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export const NONE = 'none';
/** Stands for parent classes: found, but not told which. */
export const UNRESOLVED = 'unresolved';
const ROUNDS = 500;

export function matrixOf(pairs: readonly Labelled[]): Matrix {
  const matrix: Record<string, Record<string, number>> = {};
  for (const { truth, label } of pairs) {
    const row = (matrix[truth] ??= {});
    const column = columnOf(truth, label);
    row[column] = (row[column] ?? 0) + 1;
  }
  return sorted(matrix);
}

/** A parent class is a name of its own only where nothing finer was asked. */
function columnOf(truth: string, label: string): string {
  if (!PARENTS.has(label) || truth === label) return label;
  return truth === NONE ? label : UNRESOLVED;
}

function sorted(matrix: Matrix): Matrix {
  const by = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
  return Object.fromEntries(
    Object.entries(matrix)
      .sort(by)
      .map(([truth, row]) => [truth, Object.fromEntries(Object.entries(row).sort(by))]),
  );
}

interface Tally {
  hits: number;
  /** Times it was true, and times it was said. */
  truths: number;
  labels: number;
}

function tallies(pairs: readonly Labelled[]): Map<string, Tally> {
  const of = new Map<string, Tally>();
  const tally = (name: string): Tally => {
    let one = of.get(name);
    if (one === undefined) of.set(name, (one = { hits: 0, truths: 0, labels: 0 }));
    return one;
  };
  for (const { truth, label } of pairs) {
    if (truth !== NONE) tally(truth).truths++;
    if (label === NONE || (PARENTS.has(label) && truth !== label && truth !== NONE)) continue;
    tally(label).labels++;
    if (truth === label) tally(label).hits++;
  }
  return of;
}

/** Mean over the classes that were true of anything. */
export function macro(pairs: readonly Labelled[]): Scores {
  const classes = [...tallies(pairs).values()].filter(({ truths }) => truths > 0);
  const mean = (of: (tally: Tally) => number): number =>
    rounded(classes.reduce((sum, one) => sum + of(one), 0) / Math.max(1, classes.length));
  return {
    precision: mean(({ hits, labels }) => (labels === 0 ? 0 : hits / labels)),
    recall: mean(({ hits, truths }) => hits / truths),
    f1: mean(({ hits, truths, labels }) => (2 * hits) / (truths + labels)),
  };
}

/** Over all classes together. */
export function micro(pairs: readonly Labelled[]): Scores {
  const all = [...tallies(pairs).values()];
  const sum = (of: (tally: Tally) => number): number => all.reduce((total, one) => total + of(one), 0);
  const [hits, truths, labels] = [sum((one) => one.hits), sum((one) => one.truths), sum((one) => one.labels)];
  return {
    precision: rounded(hits / Math.max(1, labels)),
    recall: rounded(hits / Math.max(1, truths)),
    f1: rounded((2 * hits) / Math.max(1, truths + labels)),
  };
}

/**
 * Interval of 95 % of the macro F1 by drawing scenarios, not runs, again: many seeds of one scenario are not many facts.
 * The same pairs give the same interval.
 */
export function macroF1Interval(pairs: readonly Labelled[]): { readonly low: number; readonly high: number } {
  const groups = [...Map.groupBy(pairs, ({ scenario }) => scenario).values()];
  if (groups.length === 0) return { low: 0, high: 1 };
  const random = seededRandom('bootstrap');
  const drawn = Array.from({ length: ROUNDS }, () =>
    macro(Array.from({ length: groups.length }, () => groups[random.int(0, groups.length - 1)]!).flat()),
  ).map(({ f1 }) => f1);
  drawn.sort((a, b) => a - b);
  return { low: drawn[Math.floor(0.025 * ROUNDS)]!, high: drawn[Math.ceil(0.975 * ROUNDS) - 1]! };
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
