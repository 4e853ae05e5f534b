/** What is written along with records: readers' cursors, dead letters, acknowledgements that did not go out. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { JournalError } from './errors.ts';
import { type DeadLetter, OUTLET_PREFIX } from './journal.ts';
import { Place, type SeqRange } from './place.ts';
import type { Seq } from './record.ts';
import type { CursorMove, LetterKey, SignedHead, Unacknowledged } from './storage.ts';

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
  /** Letters that were delivered after all. */
  readonly settled: readonly LetterKey[];
  readonly signed: readonly SignedHead[];
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
  readonly #places = new Map<string, Place>();
  /** Readers whose place on disk is an older one, or who are to be forgotten there. */
  readonly #moved = new Set<string>();
  #letters: Letter[] = [];
  #unacknowledged: Unacknowledged[] = [];
  #settled: LetterKey[] = [];
  #signed: SignedHead[] = [];
  #wake: Cancel | undefined;
  #flush = false;

  /** `due` is called when something should be written although no records are. */
  constructor(given: {
    clock: Clock;
    flushMs: number;
    cursors: ReadonlyMap<string, Seq>;
    ahead: ReadonlyMap<string, readonly SeqRange[]>;
    due: () => void;
  }) {
    this.#clock = given.clock;
    this.#flushMs = given.flushMs;
    this.#due = given.due;
    for (const [reader, seq] of given.cursors) this.#places.set(reader, new Place(seq, given.ahead.get(reader)));
  }

  get cursors(): ReadonlyMap<string, Seq> {
    return new Map([...this.#places].map(([reader, { cursor }]) => [reader, cursor]));
  }

  /** Something has waited long enough. */
  get isDue(): boolean {
    if (this.#letters.length > 0) return true;
    return this.#flush && this.#moved.size + this.#unacknowledged.length + this.#settled.length > 0;
  }

  /** The record that every reader has passed, or every one that is no outlet; `head` where there is no reader. */
  slowest(head: Seq, butOutlets: boolean): Seq {
    let slowest = head;
    for (const [reader, { cursor }] of this.#places) {
      if (!butOutlets || !reader.startsWith(OUTLET_PREFIX)) slowest = Math.min(slowest, cursor);
    }
    return slowest;
  }

  place(reader: string): Place {
    let place = this.#places.get(reader);
    if (place === undefined) {
      this.#places.set(reader, (place = new Place(0)));
      this.#move(reader);
    }
    return place;
  }

  /** The cursor never moves back: an older place would let nothing be trimmed that was not kept before. */
  done(reader: string, from: Seq, to: Seq): void {
    if (this.place(reader).done(from, to)) this.#move(reader);
  }

  forget(reader: string): void {
    if (this.#places.delete(reader)) this.#move(reader);
  }

  settled(letter: LetterKey): void {
    this.#settled.push(letter);
    this.#flushSoon();
  }

  /** A signed head waits for a commit to go with. */
  get hasSigned(): boolean {
    return this.#signed.length > 0;
  }

  /** Goes with the next commit; nothing is written for it alone. */
  signed(head: SignedHead): void {
    this.#signed.push(head);
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
    const cursors = [...this.#moved].map((reader): CursorMove => {
      const place = this.#places.get(reader);
      return place === undefined ? [reader, null, []] : [reader, place.cursor, place.ahead];
    });
    const entries = {
      cursors,
      letters: this.#letters,
      unacknowledged: this.#unacknowledged,
      settled: this.#settled,
      signed: this.#signed,
    };
    this.#moved.clear();
    this.#letters = [];
    this.#unacknowledged = [];
    this.#settled = [];
    this.#signed = [];
    this.#flush = false;
    this.#cancelWake();
    return entries;
  }

  written({ letters }: Entries): void {
    for (const { written } of letters) written();
  }

  /** The commit failed: letters are their senders' again, the rest goes with the commit that tries the disk next. */
  putBack({ cursors, letters, unacknowledged, settled, signed }: Entries, error: JournalError): void {
    for (const [reader] of cursors) this.#moved.add(reader);
    this.#settled.unshift(...settled);
    this.#signed.unshift(...signed);
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
    this.#settled = [];
    for (const { failed } of this.#letters.splice(0)) failed(error);
  }

  stop(): void {
    this.#cancelWake();
  }

  #move(reader: string): void {
    this.#moved.add(reader);
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
