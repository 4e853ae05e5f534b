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

/**
 * The last frames of a terminal. Each has a place of its own, by which its fate is told: some firmware counts no
 * serials, so several frames of one serial and id may be on their way to the disk at once.
 */
export class RecentFrames {
  readonly #keys = new Uint32Array(KEPT);
  readonly #hashes = new Uint32Array(KEPT);
  readonly #places = new Uint16Array(KEPT);
  readonly #links = new Uint32Array(KEPT);
  /** Sequence numbers are doubles; -1: the slot is empty. */
  readonly #seqs = new Float64Array(KEPT).fill(-1);
  #place = 0;

  /** The place of a frame that is known and was not refused; 0 where it is new. */
  find(id: number, serial: number, hash: number): number {
    const key = keyOf(id, serial);
    for (let i = 0; i < KEPT; i++)
      if (this.#keys[i] === key && this.#hashes[i] === hash && this.#seqs[i]! >= 0) return this.#places[i]!;
    return 0;
  }

  /** Remembers a frame in place of the oldest, as on its way to the disk or at `seq`; returns its place, 1 to 65,535. */
  add(frame: { id: number; serial: number; hash: number; link: number }, seq: Seq = PENDING): number {
    this.#place = this.#place === 0xffff ? KEPT : this.#place + 1;
    const at = this.#place % KEPT;
    this.#keys[at] = keyOf(frame.id, frame.serial);
    this.#hashes[at] = frame.hash;
    this.#links[at] = frame.link;
    this.#places[at] = this.#place;
    this.#seqs[at] = seq;
    return this.#place;
  }

  isPending(place: number): boolean {
    return this.#holds(place) && this.#seqs[place % KEPT] === PENDING;
  }

  /** The link on which the frame at a place came. */
  linkOf(place: number): number {
    return this.#links[place % KEPT]!;
  }

  committed(place: number, seq: Seq): void {
    if (this.isPending(place)) this.#seqs[place % KEPT] = seq;
  }

  /** The journal did not take it: the next copy is new. */
  refused(place: number): void {
    if (this.isPending(place)) this.#seqs[place % KEPT] = -1;
  }

  /** False where so many frames came since that it is forgotten. */
  #holds(place: number): boolean {
    return place > 0 && this.#places[place % KEPT] === place;
  }
}

function keyOf(id: number, serial: number): number {
  return ((serial << 16) | id) >>> 0;
}
