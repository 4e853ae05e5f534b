/** What is written along with records: readers' cursors, dead letters, acknowledgements that did not go out. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { JournalError } from './errors.ts';
import { type DeadLetter, type Lost, OUTLET_PREFIX } from './journal.ts';
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
  /** Among `cursors` are places behind these. */
  readonly writtenOff: readonly Lost[];
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
  readonly #tail: () => Seq;
  readonly #places = new Map<string, Place>();
  /** Readers whose place on disk is an older one, or who are to be forgotten there. */
  readonly #moved = new Set<string>();
  #letters: Letter[] = [];
  #unacknowledged: Unacknowledged[] = [];
  #settled: LetterKey[] = [];
  #signed: SignedHead[] = [];
  #wake: Cancel | undefined;
  #flush = false;

  /** `due` is called when something should be written although no records are; `tail`: the first record that is kept. */
  constructor(given: {
    clock: Clock;
    flushMs: number;
    cursors: ReadonlyMap<string, Seq>;
    ahead: ReadonlyMap<string, readonly SeqRange[]>;
    due: () => void;
    tail: () => Seq;
  }) {
    this.#clock = given.clock;
    this.#flushMs = given.flushMs;
    this.#due = given.due;
    this.#tail = given.tail;
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
      this.#places.set(reader, (place = new Place(this.#tail() - 1)));
      this.#move(reader);
    }
    return place;
  }

  /** The cursor never moves back: an older place would let nothing be trimmed that was not kept before. */
  done(reader: string, from: Seq, to: Seq): void {
    const place = this.place(reader);
    // Who reads on behind records that are gone has not had them.
    const first = Math.max(from, this.#tail());
    if (first <= to && place.done(first, to)) this.#move(reader);
  }

  /** As `Journal.lost`. */
  lost(): readonly Lost[] {
    const to = this.#tail() - 1;
    const lost: Lost[] = [];
    for (const [reader, place] of this.#places) {
      const records = reader.startsWith(OUTLET_PREFIX) ? place.left(to) : 0;
      if (records > 0) lost.push({ reader, from: place.cursor + 1, to, records });
    }
    return lost;
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

  /** Hands everything over to a commit whose records tell of these losses. */
  take(writtenOff: readonly Lost[]): Entries {
    for (const { reader } of writtenOff) this.#moved.add(reader);
    const cursors = [...this.#moved].map((reader): CursorMove => {
      const place = this.#places.get(reader);
      if (place === undefined) return [reader, null, []];
      const { cursor, ahead } = passed(place, reader, writtenOff);
      return [reader, cursor, ahead];
    });
    const entries = {
      cursors,
      writtenOff,
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

  /** The commit is on disk; returns how many records were written off with it. */
  written({ letters, writtenOff }: Entries): number {
    let records = 0;
    for (const lost of writtenOff) {
      this.#places.get(lost.reader)?.pass(lost.to);
      records += lost.records;
    }
    for (const { written } of letters) written();
    return records;
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

/** The place of a reader when these are written off, as it is on disk before it is so here. */
function passed(place: Place, reader: string, writtenOff: readonly Lost[]): Place {
  const lost = writtenOff.find((one) => one.reader === reader);
  if (lost === undefined) return place;
  const after = new Place(place.cursor, place.ahead);
  after.pass(lost.to);
  return after;
}
