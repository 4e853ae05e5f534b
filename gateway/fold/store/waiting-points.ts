/**
 * Positions that wait to be written: what a track keeps of each, as numbers in two arrays that are used again, and for every
 * terminal the chain of its own. A point is no object, so a second of a busy fleet leaves nothing to collect but the chains.
 *
 * Grows to the most that it was given between two calls of `clear`, 72 octets a point; the one who adds bounds that.
 */
import type { Seq } from '../../journal/record.ts';

/** Columns of `words`: the fields of 0x0200 as they stand on the wire (the time as two numbers of six digits), then the mileage. */
export const WORD = {
  alarm: 0,
  status: 1,
  latitude: 2,
  longitude: 3,
  altitude: 4,
  speed: 5,
  direction: 6,
  date: 7,
  clock: 8,
  mileage: 9,
} as const;
/** Words that a track keeps of a point. */
export const KEPT_WORDS = 10;
const FLAGS = 10;
const NEXT = 11;
const WORDS = 12;

const TIME = 0;
const LAG = 1;
const SEQ = 2;
const NUMBERS = 3;

const BACKFILL = 1;
const MILEAGE = 2;
const FIRST_CAPACITY = 1024;
const NOBODY = -1;

/** What is said of a position beside the octets of its 0x0200. */
export interface WaitingPoint {
  readonly terminal: string;
  readonly seq: Seq;
  /** What the track goes by, epoch ms. */
  readonly time: number;
  /** Milliseconds from the device time to the reception; from 1970 where the device has no time. */
  readonly lag: number;
  /** Item 0x01 in tenths of a kilometre; undefined where there is none. */
  readonly mileage: number | undefined;
  readonly backfill: boolean;
}

interface Chain {
  /** Of the terminal as it was first given: the key is kept once. */
  readonly terminal: string;
  readonly head: number;
  tail: number;
  length: number;
}

export class WaitingPoints {
  /** Row `i` of the words is at `i * WORDS`, as whole numbers of 32 bits with a sign. */
  #words = new Int32Array(FIRST_CAPACITY * WORDS);
  #numbers = new Float64Array(FIRST_CAPACITY * NUMBERS);
  #order = new Int32Array(FIRST_CAPACITY);
  #length = 0;
  readonly #chains = new Map<string, Chain>();

  get length(): number {
    return this.#length;
  }

  /** Adds the position whose 0x0200 begins at `b[at]`, at least its 28 fixed octets. */
  add(b: Uint8Array, at: number, about: WaitingPoint): void {
    const i = this.#length;
    if ((i + 1) * WORDS > this.#words.length) this.#grow();
    this.#length = i + 1;
    const words = this.#words;
    const row = i * WORDS;
    for (let word = 0; word < WORD.altitude; word++) words[row + word] = u32(b, at + 4 * word);
    for (let word: number = WORD.altitude; word < WORD.date; word++) words[row + word] = u16(b, at + 8 + 2 * word);
    words[row + WORD.date] = (b[at + 22]! << 16) | u16(b, at + 23);
    words[row + WORD.clock] = (b[at + 25]! << 16) | u16(b, at + 26);
    words[row + WORD.mileage] = about.mileage ?? 0;
    words[row + FLAGS] = (about.backfill ? BACKFILL : 0) | (about.mileage === undefined ? 0 : MILEAGE);
    words[row + NEXT] = NOBODY;
    const numbers = i * NUMBERS;
    this.#numbers[numbers + TIME] = about.time;
    this.#numbers[numbers + LAG] = about.lag;
    this.#numbers[numbers + SEQ] = about.seq;
    this.#link(about.terminal, i);
  }

  /** A word of a point, 32 bits with a sign. */
  word(i: number, word: number): number {
    return this.#words[i * WORDS + word]!;
  }

  hasMileage(i: number): boolean {
    return (this.#words[i * WORDS + FLAGS]! & MILEAGE) !== 0;
  }

  isBackfill(i: number): boolean {
    return (this.#words[i * WORDS + FLAGS]! & BACKFILL) !== 0;
  }

  time(i: number): number {
    return this.#numbers[i * NUMBERS + TIME]!;
  }

  lag(i: number): number {
    return this.#numbers[i * NUMBERS + LAG]!;
  }

  seq(i: number): Seq {
    return this.#numbers[i * NUMBERS + SEQ]!;
  }

  /** Calls `visit` for each terminal with its points by time, those of one time as they came; `order` is valid during the call. */
  forEachTerminal(visit: (terminal: string, order: Int32Array) => void): void {
    for (const { terminal, head, length } of this.#chains.values()) {
      const order = this.#order.subarray(0, length);
      let at = head;
      let sorted = true;
      for (let n = 0; n < length; n++) {
        order[n] = at;
        if (n > 0 && this.time(at) < this.time(order[n - 1]!)) sorted = false;
        at = this.#words[at * WORDS + NEXT]!;
      }
      if (!sorted) order.sort((a, b) => this.time(a) - this.time(b) || a - b);
      visit(terminal, order);
    }
  }

  clear(): void {
    this.#length = 0;
    this.#chains.clear();
  }

  #link(terminal: string, i: number): void {
    const chain = this.#chains.get(terminal);
    if (chain === undefined) {
      this.#chains.set(terminal, { terminal, head: i, tail: i, length: 1 });
      return;
    }
    this.#words[chain.tail * WORDS + NEXT] = i;
    chain.tail = i;
    chain.length++;
  }

  #grow(): void {
    const capacity = 2 * this.#order.length;
    const words = new Int32Array(capacity * WORDS);
    words.set(this.#words);
    this.#words = words;
    const numbers = new Float64Array(capacity * NUMBERS);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    this.#order = new Int32Array(capacity);
  }
}

function u16(b: Uint8Array, at: number): number {
  return (b[at]! << 8) | b[at + 1]!;
}

function u32(b: Uint8Array, at: number): number {
  return (u16(b, at) << 16) | u16(b, at + 2);
}
