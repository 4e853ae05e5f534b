/**
 * Text of JT/T 808: GBK (STRING) and single octets (BYTE[n] that hold text), JT/T 808-2019 4.2.
 *
 * Decoding is the platform's TextDecoder. There is no encoder in JavaScript, so the encoding table is the
 * decoder read backwards, once, when the first character beyond ASCII is written: what we write is exactly
 * what every WHATWG decoder reads.
 */

const DECODER = new TextDecoder('gbk');
/** What the decoder writes for octets that are no character. */
const REPLACEMENT = '\ufffd';

/** By UTF-16 code unit: the two octets as a number, 0 where GBK has no code. */
let codes: Uint16Array | undefined;

function readCodes(): Uint16Array {
  const table = new Uint16Array(0x10000);
  const pair = new Uint8Array(2);
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      if (low === 0x7f) continue;
      pair[0] = high;
      pair[1] = low;
      const text = DECODER.decode(pair);
      const unit = text.charCodeAt(0);
      // Some characters have two codes: the lower one is what the standard tables list.
      if (text.length === 1 && text !== REPLACEMENT && table[unit] === 0) table[unit] = (high << 8) | low;
    }
  }
  return table;
}

/** The two octets of a character as a number (high octet first), or 0 where GBK has none. */
export function gbkCode(unit: number): number {
  codes ??= readCodes();
  return codes[unit]!;
}

/** V8's own routine where there is one: a string of twenty octets costs 30 ns instead of 100. */
const latin1Slice: ((this: Uint8Array, start: number, end: number) => string) | undefined = (
  globalThis as { Buffer?: { prototype: { latin1Slice: (this: Uint8Array, start: number, end: number) => string } } }
).Buffer?.prototype.latin1Slice;

/** Octets [start, end) as characters U+0000–U+00FF: nothing is lost, whatever a maker puts there. */
export function latin1Text(b: Uint8Array, start: number, end: number): string {
  if (latin1Slice !== undefined) return latin1Slice.call(b, start, end);
  let text = '';
  for (let i = start; i < end; i++) text += String.fromCharCode(b[i]!);
  return text;
}

/** Octets [start, end) as GBK; U+FFFD stands for what is no character. */
export function gbkText(b: Uint8Array, start: number, end: number): string {
  for (let i = start; i < end; i++) if (b[i]! > 0x7f) return DECODER.decode(b.subarray(start, end));
  return latin1Text(b, start, end);
}

/** Octets that a text takes in GBK, or -1 where a character has no code. */
export function gbkSize(text: string): number {
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x7f) size += 1;
    else if (gbkCode(unit) !== 0) size += 2;
    else return -1;
  }
  return size;
}

/** Writes a text in GBK at `at` and returns the offset after it, or -1 - i where character i has no code. */
export function putGbk(b: Uint8Array, at: number, text: string): number {
  let p = at;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x7f) {
      b[p++] = unit;
      continue;
    }
    const code = gbkCode(unit);
    if (code === 0) return -1 - i;
    b[p++] = code >> 8;
    b[p++] = code & 0xff;
  }
  return p;
}

/** The same for single octets: characters above U+00FF have no code. */
export function putLatin1(b: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return -1 - i;
    b[at + i] = unit;
  }
  return at + text.length;
}
