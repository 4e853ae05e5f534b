/**
 * Recognises a frame that a terminal sends again because our answer was late or lost.
 *
 * JT/T 808 repeats the original frame with its serial, so equal serial, id and content within the last
 * few frames of a terminal is the same report: it is acknowledged again and not journalled again.
 */
import type { Seq } from '../journal/record.ts';

/** Frames remembered per terminal; a terminal waits for far fewer answers at once. */
const KEPT = 32;
/** Of one that has not sent more yet: most of a fleet that is parked. */
const KEPT_FIRST = 8;
/** Stands for "on its way to the disk". */
const PENDING: Seq = 0;
/** Places begin again with this one: the place of a frame says where it is kept. */
const FIRST_AGAIN = KEPT;
const LAST_PLACE = 0xffff;

/** What is kept of frames lies in columns of one array, as each array takes 200 octets of its own. The keys come first. */
const HASH = 1;
const LINK = 2;
const PLACE = 3;
/** Sequence numbers have 53 bits. Of the high word `EMPTY` is none. */
const HIGH = 4;
const LOW = 5;
const COLUMNS = 6;
const EMPTY = 0xffff_ffff;
const WORD = 0x1_0000_0000;

/**
 * The last frames of a terminal. Each has a place of its own, by which its fate is told: some firmware counts no
 * serials, so several frames of one serial and id may be on their way to the disk at once.
 */
export class RecentFrames {
  #kept = KEPT_FIRST;
  #words = wordsFor(KEPT_FIRST);
  #place = 0;

  /** The place of a frame that is known and was not refused; 0 where it is new. */
  find(id: number, serial: number, hash: number): number {
    const words = this.#words;
    const kept = this.#kept;
    const key = keyOf(id, serial);
    for (let i = 0; i < kept; i++) {
      if (words[i] === key && words[i + HASH * kept] === hash && words[i + HIGH * kept] !== EMPTY)
        return words[i + PLACE * kept]!;
    }
    return 0;
  }

  /** Remembers a frame in place of the oldest, as on its way to the disk or at `seq`; returns its place, 1 to 65,535. */
  add(frame: { id: number; serial: number; hash: number; link: number }, seq: Seq = PENDING): number {
    this.#place = this.#place === LAST_PLACE ? FIRST_AGAIN : this.#place + 1;
    if (this.#place >= this.#kept && this.#kept < KEPT) this.#grow();
    const place = this.#place;
    this.#set(place, 0, keyOf(frame.id, frame.serial));
    this.#set(place, HASH, frame.hash);
    this.#set(place, LINK, frame.link);
    this.#set(place, PLACE, place);
    this.#keep(place, seq);
    return place;
  }

  isPending(place: number): boolean {
    return this.#holds(place) && this.#at(place, HIGH) === 0 && this.#at(place, LOW) === PENDING;
  }

  /** The link on which the frame at a place came. */
  linkOf(place: number): number {
    return this.#at(place, LINK);
  }

  committed(place: number, seq: Seq): void {
    if (this.isPending(place)) this.#keep(place, seq);
  }

  /** The journal did not take it: the next copy is new. */
  refused(place: number): void {
    if (this.isPending(place)) this.#set(place, HIGH, EMPTY);
  }

  /** All places so far are below `#kept`: each stays where it is in its column. */
  #grow(): void {
    const [before, words] = [this.#words, wordsFor(KEPT)];
    for (let column = 0; column < COLUMNS; column++)
      words.set(before.subarray(column * this.#kept, (column + 1) * this.#kept), column * KEPT);
    this.#words = words;
    this.#kept = KEPT;
  }

  #keep(place: number, seq: Seq): void {
    this.#set(place, HIGH, Math.floor(seq / WORD));
    this.#set(place, LOW, seq % WORD);
  }

  #at(place: number, column: number): number {
    return this.#words[(place % this.#kept) + column * this.#kept]!;
  }

  #set(place: number, column: number, value: number): void {
    this.#words[(place % this.#kept) + column * this.#kept] = value;
  }

  /** False where so many frames came since that it is forgotten. */
  #holds(place: number): boolean {
    return place > 0 && this.#at(place, PLACE) === place;
  }
}

function wordsFor(kept: number): Uint32Array {
  return new Uint32Array(COLUMNS * kept).fill(EMPTY, HIGH * kept, LOW * kept);
}

function keyOf(id: number, serial: number): number {
  return ((serial << 16) | id) >>> 0;
}
