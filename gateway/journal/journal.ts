/**
 * The journal: an append-only, hash-chained, durable list of records, and named cursors into it.
 *
 * Records appended while a commit is under way form the next batch. At rest a record waits for one fsync;
 * under load commits begin a few milliseconds apart, and a batch carries thousands.
 */
import type { ChainReport } from './chain.ts';
import type { Place, SeqRange } from './place.ts';
import type { RecordInput, Seq } from './record.ts';

/** Readers that are outlets have this before their name; the ledger accounts for them. */
export const OUTLET_PREFIX = 'outlet:';

export type RefusalCode =
  /** The disk is full or will not take writes. */
  | 'JOURNAL_UNWRITABLE'
  /** More is waiting for the disk than `maxPendingBytes`. */
  | 'JOURNAL_BEHIND'
  /** The journal is closing. */
  | 'JOURNAL_CLOSED';

/** Whoever wants to know what became of a record. `token` is the caller's own. */
export interface CommitWaiter {
  /** The record is on disk at `seq`. */
  committed(token: number, seq: Seq): void;
  /** The record is not in the journal and will not be. */
  refused(token: number, reason: RefusalCode): void;
}

/** A committed batch. `body` holds `count` records back to back and is never written to again. */
export interface Batch {
  readonly first: Seq;
  readonly count: number;
  /** When its commit began, epoch ms. */
  readonly at: number;
  readonly body: Uint8Array;
  /** SHA-256 over the previous batch's hash, first, count, at and body (`chain.ts`). */
  readonly hash: Uint8Array;
}

export interface JournalState {
  /** Last committed record; 0 when empty. */
  readonly head: Seq;
  /** First record still kept; head + 1 when empty. */
  readonly tail: Seq;
  readonly writable: boolean;
  /** Why not, in words for an operator. */
  readonly fault: string | undefined;
  /** Octets appended and not yet on disk. */
  readonly pendingBytes: number;
  readonly diskBytes: number;
  /** Since the start: records that retention dropped, and those that were written off, for every outlet that had not had them. */
  readonly dropped: number;
  readonly lost: number;
  /** Faults that the check after the start found in the chain; undefined before it is through. */
  readonly chainFaults: number | undefined;
}

/** Records that were dropped before an outlet had them: so many between two places, both included. */
export interface Lost extends SeqRange {
  readonly reader: string;
  readonly records: number;
}

export interface JournalListener {
  /** After every commit that held records, when all its waiters have been told. */
  committed?(batch: Batch): void;
  /** The chain was checked after the start, from its first batch to the head at that time; who comes later is told as it comes. */
  checked?(report: ChainReport): void;
  /** `writable` changed. */
  changed?(state: JournalState): void;
  /** Records [from, to] were dropped, as retention says; outlets that had not had all of them are among `lost()`. */
  trimmed?(from: Seq, to: Seq): void;
}

export interface Journal {
  /**
   * Adds a record to the open batch. `waiter` hears of its fate after the commit, never synchronously.
   * Returns undefined, or at once the reason for which it was not taken (then `waiter` hears nothing).
   */
  append(record: RecordInput, waiter: CommitWaiter | null, token: number): RefusalCode | undefined;
  /** Hears of commits and of changes until the returned function is called. */
  subscribe(listener: JournalListener): () => void;
  /** Names the data folder for good: two journals never share it, so `<id>-<seq>` names a record anywhere. */
  readonly id: string;
  readonly state: JournalState;
  /**
   * Committed batches that hold records after `after`, oldest first, at least one if there is any, up to about `maxBytes`.
   * Recent ones come from memory. The first batch may begin at or before `after`: the reader skips.
   */
  read(after: Seq, maxBytes: number): Promise<readonly Batch[]>;
  /**
   * Where a reader stands: the last record that it is done with. Asking registers it, before the first record that is
   * kept where it is new: from then on nothing that it has not passed is trimmed, across restarts, until it is forgotten.
   */
  cursor(reader: string): Seq;
  /** All registered readers and where they stand. */
  readers(): ReadonlyMap<string, Seq>;
  /** Takes a reader off the list, so that one which will not come back does not hold the journal for ever. */
  forgetReader(reader: string): void;
  /** Moves it forward; on disk with the next commit, or within `cursorFlushMs`. What lies behind every cursor may be trimmed. */
  advance(reader: string, seq: Seq): void;
  /**
   * The reader is done with records [from, to], though older ones may still wait: its cursor follows when none does.
   * At most `MAX_AHEAD` ranges are kept apart; a further one is not remembered. What is not kept any more is left out:
   * a reader that has not had it stays behind it until that is written off.
   */
  done(reader: string, from: Seq, to: Seq): void;
  /** What retention took from outlets and nobody has written off, those of earlier runs included; at most one entry an outlet. */
  lost(): readonly Lost[];
  /** Appends the record that tells of a loss, and with the same commit takes the outlet past it: neither is ever there alone. */
  writeOff(lost: Lost, record: RecordInput, waiter: CommitWaiter): RefusalCode | undefined;
  /** The cursor, and what the reader is done with ahead of it. Registers as `cursor` does. */
  place(reader: string): Readonly<Pick<Place, 'cursor' | 'ahead' | 'gaps' | 'left'>>;
  /** Keeps a record that an outlet's other side will not take, with the reason. Durable when it resolves. */
  bury(letter: DeadLetter): Promise<void>;
  /** Letters of a reader that somebody wants sent again, oldest first, at most `limit`. */
  wanted(reader: string, limit: number): Promise<readonly DeadLetter[]>;
  /** The letter was delivered after all and is none any more. On disk with the next commit, or within `cursorFlushMs`. */
  settle(letter: DeadLetter): void;
  /**
   * Notes that the acknowledgement of a committed record could not be sent, and why (`link gone`): the ledger
   * then does not count it as acknowledged. On disk with the next commit, or within `cursorFlushMs`.
   */
  unacknowledged(seq: Seq, why: string): void;
  /** Commits what is pending, writes cursors, closes. */
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly reader: string;
  readonly seq: Seq;
  /** The envelope's id. */
  readonly id: string;
  readonly reason: string;
  readonly at: number;
}
