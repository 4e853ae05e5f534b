/** What is written along with records: readers' cursors, dead letters, acknowledgements that did not go out. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { JournalError } from './errors.ts';
import type { DeadLetter } from './journal.ts';
import type { Seq } from './record.ts';
import type { CursorMove, Unacknowledged } from './storage.ts';

interface Letter {
  readonly letter: DeadLetter;
  readonly written: () => void;
  readonly failed: (error: JournalError) => void;
}

/** Entries handed to one commit. */
export interface Entries {
  readonly cursors: readonly CursorMove[];
  readonly letters: readonly Letter[];
  readonly unacknowledged: readonly Unacknowledged[];
}

/**
 * Notes of unsent acknowledgements that wait while the disk refuses. They stand for records that are
 * committed, so only those since just before the fault can come to this; the oldest are forgotten first, and
 * their records count as acknowledged.
 */
const MAX_UNACKNOWLEDGED = 262_144;

export class Bookkeeping {
  readonly #clock: Clock;
  readonly #flushMs: number;
  readonly #due: () => void;
  readonly #cursors: Map<string, Seq>;
  /** Readers whose place on disk is an older one, or who are to be forgotten there (null). */
  readonly #moved = new Map<string, Seq | null>();
  #letters: Letter[] = [];
  #unacknowledged: Unacknowledged[] = [];
  #wake: Cancel | undefined;
  #flush = false;

  /** `due` is called when something should be written although no records are. */
  constructor(given: { clock: Clock; flushMs: number; cursors: ReadonlyMap<string, Seq>; due: () => void }) {
    this.#clock = given.clock;
    this.#flushMs = given.flushMs;
    this.#due = given.due;
    this.#cursors = new Map(given.cursors);
  }

  get cursors(): ReadonlyMap<string, Seq> {
    return this.#cursors;
  }

  /** Something has waited long enough. */
  get isDue(): boolean {
    return this.#letters.length > 0 || (this.#flush && (this.#moved.size > 0 || this.#unacknowledged.length > 0));
  }

  /** The record that every reader has passed; `head` where there is no reader. */
  slowest(head: Seq): Seq {
    let slowest = head;
    for (const seq of this.#cursors.values()) slowest = Math.min(slowest, seq);
    return slowest;
  }

  cursor(reader: string): Seq {
    const seq = this.#cursors.get(reader);
    if (seq !== undefined) return seq;
    this.#move(reader, 0);
    return 0;
  }

  /** Never moves back: an older place would let nothing be trimmed that was not kept before. */
  advance(reader: string, seq: Seq): void {
    if (seq > this.cursor(reader)) this.#move(reader, seq);
  }

  forget(reader: string): void {
    if (!this.#cursors.delete(reader)) return;
    this.#moved.set(reader, null);
    this.#flushSoon();
  }

  unacknowledged(one: Unacknowledged): void {
    if (this.#unacknowledged.length >= MAX_UNACKNOWLEDGED) this.#unacknowledged.splice(0, MAX_UNACKNOWLEDGED >> 4);
    this.#unacknowledged.push(one);
    this.#flushSoon();
  }

  bury(letter: DeadLetter): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#letters.push({ letter, written: resolve, failed: reject });
    this.#due();
    return promise;
  }

  /** Hands everything over to a commit. */
  take(): Entries {
    const entries = { cursors: [...this.#moved], letters: this.#letters, unacknowledged: this.#unacknowledged };
    this.#moved.clear();
    this.#letters = [];
    this.#unacknowledged = [];
    this.#flush = false;
    this.#cancelWake();
    return entries;
  }

  written({ letters }: Entries): void {
    for (const { written } of letters) written();
  }

  /** The commit failed: letters are their senders' again, the rest goes with the commit that tries the disk next. */
  putBack({ cursors, letters, unacknowledged }: Entries, error: JournalError): void {
    for (const [reader, seq] of cursors) if (!this.#moved.has(reader)) this.#moved.set(reader, seq);
    this.#unacknowledged = [...unacknowledged, ...this.#unacknowledged].slice(-MAX_UNACKNOWLEDGED);
    for (const { failed } of letters) failed(error);
  }

  flushNow(): void {
    this.#flush = true;
    this.#cancelWake();
  }

  /** The disk refuses and there will be no other commit. */
  giveUp(error: JournalError): void {
    this.#moved.clear();
    this.#unacknowledged = [];
    for (const { failed } of this.#letters.splice(0)) failed(error);
  }

  stop(): void {
    this.#cancelWake();
  }

  #move(reader: string, seq: Seq): void {
    this.#cursors.set(reader, seq);
    this.#moved.set(reader, seq);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#flush || this.#wake !== undefined) return;
    this.#wake = this.#clock.wake(this.#clock.monotonic() + this.#flushMs, () => {
      this.#wake = undefined;
      this.#flush = true;
      this.#due();
    });
  }

  #cancelWake(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
