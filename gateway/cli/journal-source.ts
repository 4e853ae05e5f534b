/** What the commands that look into a journal share: where it is, times on the command line, how they end. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { JournalError } from '../journal/errors.ts';
import { publicKeyPath } from '../journal/signing-key.ts';
import { type JournalFile, openJournalFile } from '../journal/sqlite-file.ts';
import type { Batch } from '../journal/journal.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { partitionPath, partitionsOn } from '../workers/partitions.ts';

/** `--data DIR`, or XINGJI_DATA, or ./data. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'data folder').env('XINGJI_DATA').default('./data');
}

/** `--terminal`, `--from`, `--to`: which records. */
export function addFilter(command: Command): Command {
  return command
    .option('--terminal <t>', 'only this terminal', terminal)
    .option('--from <time>', 'received at or after, ISO 8601', time)
    .option('--to <time>', 'received at or before, ISO 8601', time);
}

/** A phone without its leading zeros, as records name terminals. */
export function terminal(text: string): string {
  if (!/^[0-9a-f]{1,20}$/.test(text)) throw new InvalidArgumentError('Expected the digits of a terminal.');
  return text.replace(/^0+(?=.)/, '');
}

/** A time with its offset; without one it would mean something else on another machine. */
export function time(text: string): number {
  const ms = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Expected a time such as 2026-01-05T08:00:00+08:00.');
  return ms;
}

/** `10s`, `2m`, `500ms` as milliseconds. */
export function duration(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) throw new InvalidArgumentError('Expected a duration such as 10s.');
  return Number(number) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
}

/** A whole number from 0. */
export function count(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** The journal of one worker. */
export interface WorkerJournal {
  readonly worker: number;
  /** Its data folder. */
  readonly folder: string;
  readonly file: JournalFile;
}

/**
 * Opens the journals of a data folder, those of all workers, that of worker 0 first, hands them to `work` and closes them. A fault of
 * the folder is one line on stderr and exit code 1, or 2 where the program is too old for it.
 */
export async function withJournals(
  dataDir: string,
  work: (journals: readonly WorkerJournal[]) => Promise<void> | void,
): Promise<void> {
  const journals: WorkerJournal[] = [];
  try {
    for (const worker of partitionsOn(dataDir)) {
      const folder = partitionPath(dataDir, worker);
      journals.push({ worker, folder, file: openJournalFile(journalPath(folder)) });
    }
    await work(journals);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = error.code === 'DATA_NEWER' ? 2 : 1;
  } finally {
    for (const { file } of journals) file.close();
  }
}

const READ_BYTES = 1 << 20;

/**
 * Batches of several journals as they were committed, each from behind its `after` on. Where a terminal changed hands its records are
 * in order all the same. `after` is moved on with every batch that is given.
 */
export function* batchesOf(files: readonly JournalFile[], after: number[]): Generator<readonly [number, Batch]> {
  const waiting = files.map((file, i) => [...file.read(after[i]!, READ_BYTES)]);
  for (;;) {
    let next = -1;
    for (const [i, batches] of waiting.entries()) {
      if (batches[0] !== undefined && (next < 0 || batches[0].at < waiting[next]![0]!.at)) next = i;
    }
    if (next < 0) return;
    const batch = waiting[next]!.shift()!;
    yield [next, batch];
    after[next] = Math.max(after[next]!, batch.first + batch.count - 1);
    if (waiting[next]!.length === 0) waiting[next] = [...files[next]!.read(after[next]!, READ_BYTES)];
  }
}

/** The public key in `given`, or that of the data folder; undefined where that has none. Throws JournalError `DATA_KEY`. */
export function readPublicKey(dataDir: string, given: string | undefined): KeyObject | undefined {
  const path = given ?? publicKeyPath(dataDir);
  if (given === undefined && !existsSync(path)) return undefined;
  try {
    return createPublicKey(readFileSync(path));
  } catch (error) {
    throw new JournalError('DATA_KEY', path, error);
  }
}

/** Waits; commands that follow a journal look again when it is over. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
