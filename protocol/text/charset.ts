/** Texts in UTF-8, which some terminals send where the standard has GBK. */

/** Character set of the texts (STRING) of a terminal. */
export type Charset = 'gbk' | 'utf-8';

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** Octets [start, end) as UTF-8; U+FFFD stands for what is no character. */
export function utf8TextOf(b: Uint8Array, start: number, end: number): string {
  return DECODER.decode(b.subarray(start, end));
}

/** Writes a text in UTF-8 at `at` and returns the offset after it. Octets past the end are counted, not written. */
export function putUtf8(b: Uint8Array, at: number, text: string): number {
  const octets = ENCODER.encode(text);
  for (let i = 0; i < octets.length; i++) b[at + i] = octets[i]!;
  return at + octets.length;
}
