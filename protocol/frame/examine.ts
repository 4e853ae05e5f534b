/**
 * Examines one span between two flags: unescapes it, checks it, and says what it is.
 */
import { ESCAPE, FLAG, MAX_FRAME, unescapeInto } from './escape.ts';
import { isUnannounced2019, PART_FLAG, VERSION_FLAG } from './header.ts';
import { QUIRKS } from './quirks.ts';

export type Verdict =
  | 'packet'
  | 'escape'
  | 'checksum'
  /** The check fails and the declared length says that the frame is longer than the span. */
  | 'cut';

const UNESCAPED_DELIMITER = 1 << QUIRKS['unescaped-delimiter'].bit;
const UNESCAPED_CHECK = 1 << QUIRKS['unescaped-check'].bit;

/** What the last examination found. Shared by all deframers: feeding is synchronous and not re-entrant. */
export const examined = {
  /** The unescaped octets; the packet is [0, size). */
  octets: new Uint8Array(MAX_FRAME),
  size: 0,
  quirks: 0,
};

const words = new Int32Array(examined.octets.buffer);

/** XOR of octets [0, size), a word at a time. */
function checkOfExamined(size: number): number {
  const { octets } = examined;
  const whole = size >> 2;
  let wide = 0;
  for (let i = 0; i < whole; i++) wide ^= words[i]!;
  wide ^= wide >>> 16;
  let check = wide ^ (wide >>> 8);
  for (let i = 4 * whole; i < size; i++) check ^= octets[i]!;
  return check & 0xff;
}

/** Examines octets [start, end), at most `MAX_FRAME` of them, into `examined`. */
export function examine(b: Uint8Array, start: number, end: number): Verdict {
  const { octets } = examined;
  examined.quirks = 0;
  const size = unescapeInto(b, start, end, octets, 0);
  if (size === -1) {
    // A check octet of 7D sent raw stands directly before the flag; go-jt808 bears it as well.
    if (b[end - 1] !== ESCAPE) return 'escape';
    examined.size = unescapeInto(b, start, end - 1, octets, 0);
    if (examined.size < 0 || checkOfExamined(examined.size) !== ESCAPE || !fitsDeclared()) return 'escape';
    examined.quirks = UNESCAPED_CHECK;
    return 'packet';
  }
  const check = checkOfExamined(size);
  examined.size = size - 1;
  if (check === 0 && size > 1) return 'packet';
  const declared = size < 4 ? 0 : declaredSize(octets, 0);
  if (size > declared) return 'checksum';
  if (size < declared || check !== FLAG) return 'cut';
  // Only the check octet is missing and it would be 7E: the flag that ended the span was it.
  examined.size = size;
  examined.quirks = UNESCAPED_DELIMITER;
  return 'packet';
}

/** Octets of header and body by the properties of a packet at `start`. */
function declaredSize(b: Uint8Array, start: number): number {
  const properties = (b[start + 2]! << 8) | b[start + 3]!;
  const header = (properties & VERSION_FLAG) === 0 ? 12 : 17;
  return header + ((properties & PART_FLAG) === 0 ? 0 : 4) + (properties & 0x3ff);
}

/** Whether the examined packet has the length that it declares, or misses it as `readHeader` bears it. */
export function fitsDeclared(): boolean {
  const { octets, size } = examined;
  if (size < 12) return false;
  const surplus = size - declaredSize(octets, 0);
  if (surplus === 0) return true;
  return (octets[2]! & 0x40) === 0 ? surplus === 5 && isUnannounced2019(octets, 0) : surplus === -5;
}

/** Whether a span that failed was a frame by its length, or just octets between frames. */
export function couldBeFrame(b: Uint8Array, start: number, end: number): boolean {
  const raw = end - start;
  if (raw < 13) return false;
  const size = declaredSize(b, start) + 1;
  return size <= raw && raw <= 2 * size;
}
