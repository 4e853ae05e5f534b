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

/** Murmur-like mix of octets [start, end), 32 bits: enough beside an equal serial and id. */
export function contentHash(b: Uint8Array, start: number, end: number): number {
  let h = (end - start) | 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    h = Math.imul(h ^ (b[i]! | (b[i + 1]! << 8) | (b[i + 2]! << 16) | (b[i + 3]! << 24)), 0x9e3779b1);
    h ^= h >>> 15;
  }
  for (; i < end; i++) h = Math.imul(h ^ b[i]!, 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

export class RecentFrames {
  readonly #keys = new Uint32Array(KEPT);
  readonly #hashes = new Uint32Array(KEPT);
  /** Sequence numbers are doubles; -1: the slot is empty. */
  readonly #seqs = new Float64Array(KEPT).fill(-1);
  #next = 0;

  /** `pending` or `committed` where the frame is known, undefined where it is new. */
  find(id: number, serial: number, hash: number): 'pending' | 'committed' | undefined {
    const at = this.#indexOf(((serial << 16) | id) >>> 0, hash);
    if (at < 0) return undefined;
    return this.#seqs[at] === PENDING ? 'pending' : 'committed';
  }

  /** Remembers a frame that was handed to the journal, in place of the oldest. */
  add(id: number, serial: number, hash: number, seq: Seq = PENDING): void {
    const at = this.#next;
    this.#next = (at + 1) % KEPT;
    this.#keys[at] = ((serial << 16) | id) >>> 0;
    this.#hashes[at] = hash;
    this.#seqs[at] = seq;
  }

  committed(id: number, serial: number, seq: Seq): void {
    const key = ((serial << 16) | id) >>> 0;
    for (let i = 0; i < KEPT; i++) if (this.#keys[i] === key && this.#seqs[i] === PENDING) this.#seqs[i] = seq;
  }

  /** The journal did not take it: the next copy is new. */
  refused(id: number, serial: number): void {
    const key = ((serial << 16) | id) >>> 0;
    for (let i = 0; i < KEPT; i++) if (this.#keys[i] === key && this.#seqs[i] === PENDING) this.#seqs[i] = -1;
  }

  #indexOf(key: number, hash: number): number {
    for (let i = 0; i < KEPT; i++)
      if (this.#keys[i] === key && this.#hashes[i] === hash && this.#seqs[i]! >= 0) return i;
    return -1;
  }
}
