/** Single fields of the generic reading: in no way those of the compiled decoder, so that either can be wrong alone. */
import type { Charset } from '../text/charset.ts';
import type { TextNode, TimeNode } from './node.ts';
import type { QuirkSink } from './quirk.ts';

/** Two digits an octet. */
export const hexOf = (octets: Uint8Array): string =>
  Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

/** Epoch milliseconds, NaN where octets name no moment. */
export function timeOf(form: TimeNode['form'], octets: Uint8Array, quirks: QuirkSink): number {
  if (form === 'bcd') return bcdTimeOf(hexOf(octets));
  if (form === 'utc') return bcdTimeOf(hexOf(octets)) + 8 * 3_600_000;
  const number = (from: number, to: number): bigint => BigInt(`0x${hexOf(octets.subarray(from, to))}`);
  if (form === 'calendar') {
    const [day, month, hour, minute, second] = [0, 1, 4, 5, 6].map((i) => String(octets[i]).padStart(2, '0'));
    const local = `${String(number(2, 4)).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
    const ms = Date.parse(`${local}.000Z`);
    const real = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local) && ms >= 8 * 3_600_000;
    return real ? ms - 8 * 3_600_000 : Number.NaN;
  }
  const value = Number(number(0, 8));
  const end = Date.parse('9999-12-31T23:59:59.999+08:00');
  const seconds = value > 0 && value * 1000 <= end;
  if (!seconds && !(value >= Date.parse('2000-01-01T00:00:00+08:00') && value <= end)) return Number.NaN;
  if (seconds !== (form === 'seconds')) quirks.quirk('time-unit');
  return seconds ? value * 1000 : value;
}

function bcdTimeOf(digits: string): number {
  if (!/^\d{12}$/.test(digits)) return Number.NaN;
  const [yy, mo, dd, hh, mi, ss] = digits.match(/\d\d/g)!;
  const local = `20${yy}-${mo}-${dd}T${hh}:${mi}:${ss}`;
  const ms = Date.parse(`${local}Z`);
  // Date takes the 31st of April for the 1st of May, and 24:00:00 for midnight; a calendar does not.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local) ? ms - 8 * 3_600_000 : Number.NaN;
}

/** A signed word; two readings of the clause are met. */
export function signedOf(wire: number, quirks: QuirkSink): number {
  const signMagnitude = wire >= 0x8000 && wire < 0xc000;
  if (signMagnitude) quirks.quirk('sign-magnitude');
  return signMagnitude ? 0x8000 - wire : wire < 0x8000 ? wire : wire - 0x10000;
}

/** A text without its padding, or without the terminators behind it. */
export function textOf(octets: Uint8Array, node: TextNode, charset: Charset, quirks: QuirkSink): string {
  // Before decoding: with its padding, a character that is cut off would be taken for another one.
  const padded = typeof node.extent === 'number';
  const pads = padded ? [0, 0x20] : [0];
  const end = octets.findLastIndex((octet) => !pads.includes(octet)) + 1;
  const start = padded ? octets.findIndex((octet) => octet !== 0) : 0;
  const content = octets.subarray(Math.min(start, end), end);
  if (node.charset === 'latin1') return String.fromCharCode(...content);
  const text = new TextDecoder(charset, { ignoreBOM: true }).decode(content);
  if (text.includes('\ufffd')) quirks.quirk('text');
  return text;
}

/** The methods of a Buffer that buffer-layout calls, for platforms without one. */
class Octets extends Uint8Array {
  readUIntBE(offset: number, size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this[offset + i]!;
    return value;
  }

  /** Called for single octets only. */
  readUIntLE(offset: number): number {
    return this[offset]!;
  }
}

/** Octets [start, end) in a form that buffer-layout reads. */
export function wrapped(b: Uint8Array, start: number, end: number): Uint8Array {
  const from = b.byteOffset + start;
  const { Buffer: NodeBuffer } = globalThis as {
    Buffer?: { from(b: ArrayBufferLike, o: number, n: number): Uint8Array };
  };
  if (NodeBuffer !== undefined) return NodeBuffer.from(b.buffer, from, end - start);
  return new Octets(b.buffer as ArrayBuffer, from, end - start);
}
