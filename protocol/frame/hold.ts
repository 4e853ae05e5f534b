/**
 * Buffers for spans that are split between chunks, lent for as long as they are and then given back: an idle link has none.
 *
 * Links on a good network split few frames and all links of a process are fed one after the other, so some dozens of
 * buffers serve any number of them without allocation.
 */
import { MAX_FRAME } from './escape.ts';

export interface Hold {
  readonly octets: Uint8Array;
  /** The same memory. */
  readonly words: Int32Array;
}

/** Buffers kept for the next borrower, 134 KiB at most; more than that go to the garbage collector. */
const MOST_SPARE = 64;
const spare: Hold[] = [];

/** A buffer of `MAX_FRAME` octets; what it holds is left from before. */
export function takeHold(): Hold {
  const hold = spare.pop();
  if (hold !== undefined) return hold;
  const octets = new Uint8Array(MAX_FRAME);
  return { octets, words: new Int32Array(octets.buffer) };
}

/** Gives a buffer back. Its octets stand until the next `takeHold`. */
export function giveHold(hold: Hold): void {
  if (spare.length < MOST_SPARE) spare.push(hold);
}
