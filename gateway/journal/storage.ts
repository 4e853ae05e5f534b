/**
 * What the journal asks of a storage engine: whole batches in, whole batches out, each commit atomic and on
 * disk when it resolves. `tests/gateway/journal/conformance.ts` is the suite that an engine passes.
 *
 * The journal calls `commit` and `trim` one at a time, never both; `read` at any time beside them.
 */
import type { ChainReport } from './chain.ts';
import type { Batch, DeadLetter } from './journal.ts';
import type { SeqRange } from './place.ts';
import type { Seq } from './record.ts';

/** A reader's new place: its cursor, and all that it is done with ahead of it. null: the reader is forgotten. */
export type CursorMove = readonly [reader: string, seq: Seq | null, ahead: readonly SeqRange[]];

/** What names a dead letter. */
export type LetterKey = Pick<DeadLetter, 'reader' | 'seq' | 'id'>;

/** A place in the chain that the gateway has signed (`signed-head.ts`). */
export interface SignedHead {
  readonly seq: Seq;
  /** Of the batch that ends with `seq`. */
  readonly hash: Uint8Array;
  readonly at: number;
  /** Signed heads of a journal are numbered, so that one that is taken away is missed. */
  readonly number: number;
  /** Which key signed. */
  readonly key: string;
  readonly signature: Uint8Array;
}

/** A committed record whose acknowledgement did not go out. */
export interface Unacknowledged {
  readonly seq: Seq;
  readonly why: string;
  readonly at: number;
}

/** Everything that one commit makes durable together. */
export interface Commit {
  /** Records, or null where there is only the rest. `body` is the engine's from here on: its buffer may be transferred. */
  readonly batch: {
    readonly first: Seq;
    readonly count: number;
    readonly at: number;
    readonly body: Uint8Array;
  } | null;
  readonly cursors: readonly CursorMove[];
  readonly letters: readonly DeadLetter[];
  readonly unacknowledged: readonly Unacknowledged[];
  /** Letters that are none any more. */
  readonly settled: readonly LetterKey[];
  readonly signed: readonly SignedHead[];
}

export interface Committed {
  /** The batch with its hash and its octets handed back; null where the commit had none. */
  readonly batch: Batch | null;
  readonly space: Space;
}

export interface Space {
  /** Octets in use by what is kept: what retention looks at. */
  readonly usedBytes: number;
  /** Octets taken from the file system. */
  readonly diskBytes: number;
}

export interface Opened {
  /** Made at random when the journal was made. */
  readonly id: string;
  readonly createdAt: number;
  /** Last record; 0 when nothing was ever written. */
  readonly head: Seq;
  /** First record still kept; head + 1 when there is none. */
  readonly tail: Seq;
  readonly cursors: ReadonlyMap<string, Seq>;
  readonly ahead: ReadonlyMap<string, readonly SeqRange[]>;
  /** Number of the last signed head; 0 where there is none. */
  readonly signed: number;
  readonly space: Space;
}

/** One small step of trimming: batches that meet every condition, oldest first. */
export interface TrimStep {
  /** Only batches that end at or before this record. */
  readonly upTo: Seq;
  /** Only while the batch is older than this or more than `keepBytes` are used. */
  readonly olderThan: number;
  readonly keepBytes: number;
  readonly maxBatches: number;
}

export interface Trimmed {
  readonly tail: Seq;
  /** Another step would find more. */
  readonly more: boolean;
  readonly space: Space;
}

export interface StorageStats extends Space {
  readonly batches: number;
  readonly letters: number;
}

/** Failures are JournalError: `JOURNAL_UNWRITABLE` for writes, `DATA_*` from `open`, `DATA_UNREADABLE` from `read`. */
export interface Storage {
  /** Makes or opens the journal and locks it against a second writer. */
  open(): Promise<Opened>;
  /** Resolves when all of it is on disk; where it rejects, none of it is in the journal. */
  commit(commit: Commit): Promise<Committed>;
  /** Batches that hold records after `after`, oldest first, at least one if there is any, up to about `maxBytes`. */
  read(after: Seq, maxBytes: number): Promise<readonly Batch[]>;
  /** Leaves readers' places as they are: one before the tail says what the reader lost. */
  trim(step: TrimStep): Promise<Trimmed>;
  /** Letters of a reader that somebody wants sent again, oldest first, at most `limit`. */
  wanted(reader: string, limit: number): Promise<readonly DeadLetter[]>;
  /**
   * Goes through the chain a few MiB further and resolves null; at the end with what was found, and begins anew
   * with the next call.
   */
  check(): Promise<ChainReport | null>;
  stats(): Promise<StorageStats>;
  close(): Promise<void>;
}
