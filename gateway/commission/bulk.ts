/** Jobs by the list: which there are, which are done, and what became of each, so that a day's work may be broken off. */
import { parseCsv } from '../registry/exchange/csv.ts';

/** One vehicle of a list: by its work order, or a file that has it. */
export interface BulkJob {
  readonly line: number;
  readonly order: string;
  /** For people: what stands in the other columns. */
  readonly about: string;
}

/** What became of one, as a line of the progress file. */
export interface BulkOutcome {
  readonly order: string;
  readonly outcome: 'passed' | 'failed';
  readonly record: string;
  readonly at: string;
}

const NAMES = ['order', 'workOrder', '工单', '工单号'];
const MAX_JOBS = 10_000;

/** Reads a list with a line of names, one of which is that of the order; at most 10,000 jobs. */
export function readBulkList(text: string): readonly BulkJob[] | { readonly wrong: readonly string[] } {
  const rows = [...parseCsv(text)];
  const [head, ...rest] = rows;
  const column = head?.cells.findIndex((name) => NAMES.includes(name)) ?? -1;
  if (column < 0) return { wrong: [`line 1: expected a column named ${NAMES.join(' or ')}`] };
  const wrong: string[] = [];
  const seen = new Map<string, number>();
  const jobs: BulkJob[] = [];
  for (const { line, cells } of rest) {
    const order = cells[column] ?? '';
    const before = seen.get(order);
    if (order === '') wrong.push(`line ${line}: has no order`);
    else if (before !== undefined) wrong.push(`line ${line}: ${order} stands in line ${before} already`);
    else {
      seen.set(order, line);
      jobs.push({ line, order, about: cells.filter((cell, i) => i !== column && cell !== '').join(' ') });
    }
  }
  if (jobs.length > MAX_JOBS) wrong.push(`expected at most ${MAX_JOBS} jobs, there are ${jobs.length}`);
  return wrong.length > 0 ? { wrong } : jobs;
}

/** What a progress file says: the last outcome of each order. Lines that a crash cut off are passed over. */
export function readProgress(text: string): ReadonlyMap<string, BulkOutcome> {
  const outcomes = new Map<string, BulkOutcome>();
  for (const line of text.split('\n')) {
    try {
      const outcome = JSON.parse(line) as BulkOutcome;
      outcomes.set(outcome.order, outcome);
    } catch {
      // Empty, or broken off.
    }
  }
  return outcomes;
}

/** Those that are still to be done: what failed is done again. */
export function remaining(jobs: readonly BulkJob[], done: ReadonlyMap<string, BulkOutcome>): readonly BulkJob[] {
  return jobs.filter(({ order }) => done.get(order)?.outcome !== 'passed');
}
