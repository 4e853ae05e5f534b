/**
 * Looks for flags and escapes and folds the check octet in the same pass, a 32-bit word at a time where it can.
 *
 * On Node 24 `Buffer.indexOf` costs more than a loop for spans as short as frames, and an octet at a time costs
 * twice as much as words: `bench/framing.ts` shows all three.
 */
import { ESCAPE, FLAG } from './escape.ts';

/** Chunks below this are scanned by octet unless a view of their buffer is at hand: making one costs as much as it saves. */
const WORTH_A_VIEW = 512;

let viewed: ArrayBufferLike | undefined;
let view: Int32Array | undefined;
let folded = 0;

/** Whether one of four octets is a flag, an escape, or one of their neighbours 7C and 7F. */
export function holdsNearSpecial(word: number): boolean {
  // Octets 7C–7F become 00, and a zero octet borrows into its high bit.
  const near = (word ^ 0x7c7c7c7c) & 0xfcfcfcfc;
  return ((near - 0x01010101) & ~near & 0x80808080) !== 0;
}

/** Words over the whole buffer of a chunk, or undefined where octets are cheaper. Links that read into one buffer share the view. */
export function wordsOf(chunk: Uint8Array): Int32Array | undefined {
  const buffer = chunk.buffer;
  if (buffer === viewed) return view;
  if (chunk.length < WORTH_A_VIEW) return undefined;
  viewed = buffer;
  view = new Int32Array(buffer, 0, buffer.byteLength >> 2);
  return view;
}

/** Offset of the next flag or escape in [at, end), or `end`. `foldedCheck` then is the XOR of the octets before it. */
export function nextSpecial(chunk: Uint8Array, words: Int32Array | undefined, at: number, end: number): number {
  let i = at;
  let check = 0;
  if (words !== undefined) {
    const base = chunk.byteOffset;
    const lastWord = end - 4;
    let wide = 0;
    for (;;) {
      // Octets up to a word boundary, or through a word that held a special octet or a neighbour of one.
      const stop = Math.min(i + 4 - ((base + i) & 3), end);
      for (; i < stop; i++) {
        const octet = chunk[i]!;
        if (octet === FLAG || octet === ESCAPE) {
          wide ^= wide >>> 16;
          folded = (check ^ wide ^ (wide >>> 8)) & 0xff;
          return i;
        }
        check ^= octet;
      }
      let w = (base + i) >> 2;
      for (; i <= lastWord; i += 4, w++) {
        const word = words[w]!;
        if (holdsNearSpecial(word)) break;
        wide ^= word;
      }
      if (i >= end) break;
    }
    wide ^= wide >>> 16;
    folded = (check ^ wide ^ (wide >>> 8)) & 0xff;
    return end;
  }
  for (; i < end; i++) {
    const octet = chunk[i]!;
    if (octet === FLAG || octet === ESCAPE) break;
    check ^= octet;
  }
  folded = check;
  return i;
}

/** XOR of the octets that the last `nextSpecial` passed over. */
export function foldedCheck(): number {
  return folded;
}

/** Offset of the next flag in [at, end), or `end`. */
export function nextFlag(chunk: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && chunk[i] !== FLAG) i++;
  return i;
}
