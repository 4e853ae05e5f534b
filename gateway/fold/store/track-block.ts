/**
 * The form in which positions of a terminal lie together: what a 0x0200 says in its 28 fixed octets, lossless, its mileage, and
 * when and as which record it came, each as the difference from the point before.
 *
 *     block   points, one after the other, the first of them a fresh start
 *     point   u16 mask, big-endian
 *               bits 0–9   the word has changed, and its difference follows, in this order: alarm, status, latitude, longitude,
 *                          altitude, speed, direction, date (BCD yymmdd), clock (BCD hhmmss), mileage (0.1 km)
 *               bit 10     a fresh start: all words, the lag and the number before this point count as 0
 *               bit 11     it came out of the terminal's memory
 *               bit 12     it has a mileage
 *             the changed words' differences, modulo 2^32
 *             the difference of the lag: milliseconds from device time (0 where that is no time) to reception
 *             the difference of the journal's number of the record
 *     a difference d is written as 2d, or −2d − 1 where negative, seven bits an octet, the lowest first, bit 7 set in all but the last
 *
 * A vehicle on the move takes some 16 octets a point, a parked one 8. Points behind a fresh start can be added without knowing
 * what is before them.
 */
import { FIXED_OCTETS } from '../positions.ts';
import { KEPT_WORDS, WORD, type WaitingPoints } from './waiting-points.ts';

const FRESH = 1 << 10;
const BACKFILL = 1 << 11;
const MILEAGE = 1 << 12;
/** The most that a point takes: a mask, ten words of five octets, two numbers of eight. */
export const POINT_OCTETS = 2 + KEPT_WORDS * 5 + 2 * 8;
/** Id and length of the item of mileage, a u32. */
const MILEAGE_ITEM = [0x01, 4] as const;
const BODY_OCTETS = FIXED_OCTETS + MILEAGE_ITEM.length + 4;

/** The point before, which the next one is told by. */
export interface Before {
  readonly words: number[];
  lag: number;
  seq: number;
  /** Nothing is known of it: the next point starts afresh. */
  fresh: boolean;
}

export function nothingBefore(): Before {
  return { words: new Array<number>(KEPT_WORDS).fill(0), lag: 0, seq: 0, fresh: true };
}

function forget(before: Before): void {
  before.words.fill(0);
  before.lag = 0;
  before.seq = 0;
}

/** Writes points into an array of its own, which is used again after `clear`. */
export class BlockPacker {
  readonly #octets: Uint8Array;
  #length = 0;

  /** `capacity`: octets that it holds; who adds looks for room of `POINT_OCTETS`. */
  constructor(capacity: number) {
    this.#octets = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was added, valid until the next call. */
  get octets(): Uint8Array {
    return this.#octets.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Adds a point behind `before`, and moves `before` on to it. */
  add(points: WaitingPoints, i: number, before: Before): void {
    let mask = (points.isBackfill(i) ? BACKFILL : 0) | (points.hasMileage(i) ? MILEAGE : 0);
    if (before.fresh) {
      forget(before);
      before.fresh = false;
      mask |= FRESH;
    }
    const maskAt = this.#length;
    this.#length += 2;
    // A point without mileage leaves that of the one before.
    const words = points.hasMileage(i) ? KEPT_WORDS : WORD.mileage;
    for (let word = 0; word < words; word++) {
      const value = points.word(i, word);
      const by = (value - before.words[word]!) | 0;
      if (by === 0) continue;
      mask |= 1 << word;
      before.words[word] = value;
      this.#putWord(((by << 1) ^ (by >> 31)) >>> 0);
    }
    this.#octets[maskAt] = mask >> 8;
    this.#octets[maskAt + 1] = mask;
    const lag = points.lag(i);
    const seq = points.seq(i);
    this.#putNumber(lag - before.lag);
    this.#putNumber(seq - before.seq);
    before.lag = lag;
    before.seq = seq;
  }

  #putWord(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#octets[this.#length++] = rest | 0x80;
    this.#octets[this.#length++] = rest;
  }

  #putNumber(by: number): void {
    let rest = by < 0 ? -2 * by - 1 : 2 * by;
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) this.#octets[this.#length++] = (rest % 128) | 0x80;
    this.#putWord(rest);
  }
}

/** Goes over the points of a block. Octets that end in the middle of a point end the block before it. */
export class BlockReader {
  /** The point as a body of 0x0200 with its mileage, if it has one: octets [0, bodyEnd), used again for the next point. */
  readonly body = new Uint8Array(BODY_OCTETS);
  backfill = false;
  readonly #before = nothingBefore();
  #octets: Uint8Array = this.body;
  #at = 0;
  #mask = 0;

  constructor() {
    this.body.set(MILEAGE_ITEM, FIXED_OCTETS);
  }

  get bodyEnd(): number {
    return (this.#mask & MILEAGE) === 0 ? FIXED_OCTETS : BODY_OCTETS;
  }

  get lag(): number {
    return this.#before.lag;
  }

  get seq(): number {
    return this.#before.seq;
  }

  open(octets: Uint8Array): void {
    this.#octets = octets;
    this.#at = 0;
    forget(this.#before);
  }

  /** Moves on to the next point; false where there is none. */
  next(): boolean {
    const octets = this.#octets;
    if (this.#at + 2 > octets.length) return false;
    const mask = (octets[this.#at]! << 8) | octets[this.#at + 1]!;
    this.#at += 2;
    const before = this.#before;
    if ((mask & FRESH) !== 0) forget(before);
    for (let word = 0; word < KEPT_WORDS; word++) {
      if ((mask & (1 << word)) !== 0) before.words[word] = (before.words[word]! + this.#number()) | 0;
    }
    before.lag += this.#number();
    before.seq += this.#number();
    if (this.#at > octets.length) return false;
    this.#mask = mask;
    this.backfill = (mask & BACKFILL) !== 0;
    this.#writeBody();
    return true;
  }

  /** A difference; past the end of the block its place is, too. */
  #number(): number {
    let value = 0;
    let unit = 1;
    let octet: number;
    do {
      octet = this.#octets[this.#at++] ?? 0;
      value += (octet & 0x7f) * unit;
      unit *= 128;
    } while (octet > 0x7f);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #writeBody(): void {
    const { body } = this;
    const { words } = this.#before;
    for (let word = 0; word < WORD.altitude; word++) put(body, 4 * word, 4, words[word]!);
    for (let word: number = WORD.altitude; word < WORD.date; word++) put(body, 8 + 2 * word, 2, words[word]!);
    put(body, 22, 3, words[WORD.date]!);
    put(body, 25, 3, words[WORD.clock]!);
    put(body, FIXED_OCTETS + MILEAGE_ITEM.length, 4, words[WORD.mileage]!);
  }
}

/** Writes the low octets of `value`, the highest first. */
function put(b: Uint8Array, at: number, octets: number, value: number): void {
  for (let i = 0; i < octets; i++) b[at + i] = value >>> (8 * (octets - 1 - i));
}
