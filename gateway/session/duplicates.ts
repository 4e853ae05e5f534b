/**
 * Recognises a frame that a terminal sends again because our answer was late or lost.
 *
 * JT/T 808 repeats the original frame with its serial, so equal serial, id and content within the last
 * few frames of a terminal is the same report: it is acknowledged again and not journalled again.
 */
import type { Seq } from '../journal/record.ts';

/** Frames remembered per terminal; a terminal waits for far fewer answers at once. */
const KEPT = 32;
/** Stands for "on its way to the disk". */
const PENDING: Seq = 0;
/** Places begin again with this one: the place of a frame says where it is kept. */
const FIRST_AGAIN = KEPT;
const LAST_PLACE = 0xffff;

/** What is kept of frames lies in columns of one array, as each array takes 200 octets of its own; the keys come first. */
const HASH = KEPT;
const LINK = 2 * KEPT;
const PLACE = 3 * KEPT;
/** Sequence numbers have 53 bits. Of the high word `EMPTY` is none. */
const HIGH = 4 * KEPT;
const LOW = 5 * KEPT;
const COLUMNS = 6;
const EMPTY = 0xffff_ffff;
const WORD = 0x1_0000_0000;

/**
 * The last frames of a terminal. Each has a place of its own, by which its fate is told: some firmware counts no
 * serials, so several frames of one serial and id may be on their way to the disk at once.
 */
export class RecentFrames {
  readonly #words = new Uint32Array(COLUMNS * KEPT).fill(EMPTY, HIGH, LOW);
  #place = 0;

  /** The place of a frame that is known and was not refused; 0 where it is new. */
  find(id: number, serial: number, hash: number): number {
    const words = this.#words;
    const key = keyOf(id, serial);
    for (let i = 0; i < KEPT; i++)
      if (words[i] === key && words[i + HASH] === hash && words[i + HIGH] !== EMPTY) return words[i + PLACE]!;
    return 0;
  }

  /** Remembers a frame in place of the oldest, as on its way to the disk or at `seq`; returns its place, 1 to 65,535. */
  add(frame: { id: number; serial: number; hash: number; link: number }, seq: Seq = PENDING): number {
    this.#place = this.#place === LAST_PLACE ? FIRST_AGAIN : this.#place + 1;
    const at = this.#place % KEPT;
    this.#words[at] = keyOf(frame.id, frame.serial);
    this.#words[at + HASH] = frame.hash;
    this.#words[at + LINK] = frame.link;
    this.#words[at + PLACE] = this.#place;
    this.#keep(at, seq);
    return this.#place;
  }

  isPending(place: number): boolean {
    const at = place % KEPT;
    return this.#holds(place) && this.#words[at + HIGH] === 0 && this.#words[at + LOW] === PENDING;
  }

  /** The link on which the frame at a place came. */
  linkOf(place: number): number {
    return this.#words[(place % KEPT) + LINK]!;
  }

  committed(place: number, seq: Seq): void {
    if (this.isPending(place)) this.#keep(place % KEPT, seq);
  }

  /** The journal did not take it: the next copy is new. */
  refused(place: number): void {
    if (this.isPending(place)) this.#words[(place % KEPT) + HIGH] = EMPTY;
  }

  #keep(at: number, seq: Seq): void {
    this.#words[at + HIGH] = Math.floor(seq / WORD);
    this.#words[at + LOW] = seq % WORD;
  }

  /** False where so many frames came since that it is forgotten. */
  #holds(place: number): boolean {
    return place > 0 && this.#words[(place % KEPT) + PLACE] === place;
  }
}

function keyOf(id: number, serial: number): number {
  return ((serial << 16) | id) >>> 0;
}
