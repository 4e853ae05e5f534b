/**
 * The journal's embedded engine: SQLite behind two threads. One commits; the other reads what memory no
 * longer holds and does the bulk of every checkpoint.
 *
 * A checkpoint that runs beside commits cannot empty the log, since the log goes on growing: so when the
 * reader thread has moved the bulk, the writer moves the short rest between two commits, and the next commit
 * begins the log anew.
 */
import { statSync } from 'node:fs';
import type { ChainReport } from './chain.ts';
import type { Batch, DeadLetter } from './journal.ts';
import { WorkerCalls } from './worker-calls.ts';
import type { SqliteWriterOptions } from './sqlite-writer.ts';
import type { Commit, Committed, Opened, Storage, StorageStats, Trimmed, TrimStep } from './storage.ts';

export interface SqliteStorageOptions extends SqliteWriterOptions {
  /** Octets written to the log before they are moved into the file. Default 32 MiB. */
  readonly checkpointBytes?: number;
}

const CHECKPOINT_BYTES = 32 << 20;
/** What a commit writes to the log beside its body: pages of indexes, of the chain's ends, of cursors. */
const COMMIT_OVERHEAD = 16 << 10;

/** The engine over the file at `path` (`journalPath` of the data folder); nothing is touched before `open`. */
export function sqliteStorage({ checkpointBytes = CHECKPOINT_BYTES, ...options }: SqliteStorageOptions): Storage {
  let writer: WorkerCalls | undefined;
  let reader: WorkerCalls | undefined;
  let logged = 0;
  let checkpoint: Promise<void> | undefined;

  async function moveLog(): Promise<void> {
    logged = 0;
    await reader?.call('checkpoint');
    // What came during the first pass: the second leaves the writer next to nothing to wait for.
    await reader?.call('checkpoint');
    await writer?.call('checkpoint');
  }

  function checkpointIfDue(): void {
    if (logged < checkpointBytes || checkpoint !== undefined) return;
    // A disk that fails here fails the commits too, which say so; the log is only longer meanwhile.
    checkpoint = moveLog()
      .catch(() => {})
      .finally(() => {
        checkpoint = undefined;
      });
  }

  return {
    async open(): Promise<Opened> {
      // What a process that was killed left in the log counts: else one that is killed again and again would never move it.
      logged = statSync(`${options.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
      const opening = new WorkerCalls('sqlite-writer.worker', options satisfies SqliteWriterOptions);
      try {
        const opened = await opening.call<Opened>('open');
        writer = opening;
        reader = new WorkerCalls('sqlite-reader.worker', { path: options.path });
        return opened;
      } catch (error) {
        await opening.end();
        throw error;
      }
    },
    async commit(commit: Commit): Promise<Committed> {
      const transfer = commit.batch === null ? [] : [commit.batch.body.buffer as ArrayBuffer];
      logged += COMMIT_OVERHEAD + (commit.batch?.body.length ?? 0);
      const committed = await writer!.call<Committed>('commit', commit, transfer);
      checkpointIfDue();
      return committed;
    },
    read: (after, maxBytes) => reader!.call<readonly Batch[]>('read', { after, maxBytes }),
    trim: (step: TrimStep) => writer!.call<Trimmed>('trim', step),
    wanted: (reader, limit) => writer!.call<readonly DeadLetter[]>('wanted', { reader, limit }),
    check: () => reader!.call<ChainReport | null>('check'),
    stats: () => writer!.call<StorageStats>('stats'),
    async close(): Promise<void> {
      await checkpoint;
      await reader?.call('close');
      await writer?.call('close');
      await reader?.end();
      await writer?.end();
    },
  };
}
