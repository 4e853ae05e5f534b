/** What the journal's tests share: records, waiters that remember, temporary folders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Batch, CommitWaiter, Journal } from '../../../gateway/journal/journal.ts';
import { recordBytes, type RecordInput, writeRecord } from '../../../gateway/journal/record.ts';
import type { Commit } from '../../../gateway/journal/storage.ts';
import { frame } from './support-clock.ts';

export { frame, wallClock } from './support-clock.ts';

/** A turn of the event loop, in which every promise that can settle does. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'xingji-journal-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The octets of records as a batch holds them. */
export function bodyOf(records: readonly RecordInput[]): Uint8Array {
  let size = 0;
  for (const record of records) size += recordBytes(record);
  const body = new Uint8Array(size);
  let at = 0;
  for (const record of records) at = writeRecord(body, at, record);
  return body;
}

/** A commit of nothing. */
export const NO_RECORDS: Commit = {
  batch: null,
  cursors: [],
  letters: [],
  unacknowledged: [],
  settled: [],
  signed: [],
};

/** A commit of `count` records from `first`, and nothing else. */
export function commitOf(first: number, count: number, at = 1000): Commit {
  const records = Array.from({ length: count }, (_, i) => frame('13900000001', `record ${first + i}`));
  return { ...NO_RECORDS, batch: { first, count, at, body: bodyOf(records) } };
}

export function firsts(batches: readonly Batch[]): number[] {
  return batches.map(({ first }) => first);
}

/** A waiter that writes down what it is told, in order. */
export function remember(): CommitWaiter & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    committed: (token, seq) => void told.push(`${token}@${seq}`),
    refused: (token, reason) => void told.push(`${token} ${reason}`),
  };
}

/** Appends a frame and resolves with its position, or rejects with the reason. */
export function write(journal: Journal, text: string, terminal = '13900000001'): Promise<number> {
  return new Promise((resolve, reject) => {
    const waiter: CommitWaiter = {
      committed: (_, seq) => resolve(seq),
      refused: (_, reason) => reject(new Error(reason)),
    };
    const refusal = journal.append(frame(terminal, text), waiter, 0);
    if (refusal !== undefined) reject(new Error(refusal));
  });
}
