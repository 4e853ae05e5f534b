/**
 * Pieces of InfluxDB line protocol, written straight into octets: each function writes at `at` and returns the
 * place after it. The caller has seen to it that there is room (`ROOM` says how much a piece can need).
 */

/** Most octets of a number: `-1.7976931348623157e+308`, or a 64-bit integer with its suffix. */
export const NUMBER_ROOM = 25;
/** Most octets per UTF-16 unit of text: two for an escape, three for a character. */
export const TEXT_ROOM = 3;

const SCALE = 1_000_000;
/** Up to fifteen digits a decimal and its double stand for each other, so the short way prints what `String` prints. */
const EXACT = 1e15;

const encoder = new TextEncoder();

/** ASCII, as it is: names, `,`, `=`. */
export function writeLiteral(b: Uint8Array, at: number, text: string): number {
  let to = at;
  for (let i = 0; i < text.length; i++) b[to++] = text.charCodeAt(i);
  return to;
}

/** Digits of a whole number below 2^31. */
function digits(value: number): number {
  if (value < 1000) return value < 10 ? 1 : value < 100 ? 2 : 3;
  if (value < 1_000_000) return value < 10_000 ? 4 : value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : value < 100_000_000 ? 8 : value < 1_000_000_000 ? 9 : 10;
}

/** A whole number from 0 up to 2^53. */
function writeDigits(b: Uint8Array, at: number, value: number): number {
  if (value > 0x7fffffff) {
    const high = Math.floor(value / 1_000_000_000);
    return writePadded(b, writeDigits(b, at, high), value - high * 1_000_000_000, 9);
  }
  const low = value | 0;
  return writePadded(b, at, low, digits(low));
}

/** The last `width` digits of a whole number below 2^31. */
function writePadded(b: Uint8Array, at: number, value: number, width: number): number {
  let rest = value | 0;
  for (let i = at + width - 1; i >= at; i--) {
    const tens = (rest / 10) | 0;
    b[i] = 48 + rest - tens * 10;
    rest = tens;
  }
  return at + width;
}

/** A field of type integer: `42i`. `value` is a safe integer. */
export function writeInteger(b: Uint8Array, at: number, value: number): number {
  let to = writeTimestamp(b, at, value);
  b[to++] = 105;
  return to;
}

/** A timestamp: whole, in the unit that the request names. */
export function writeTimestamp(b: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeDigits(b, at, value);
  b[at] = 45;
  return writeDigits(b, at + 1, -value);
}

/** A field of type float, the digits that `String(value)` has. `value` is finite. */
export function writeFloat(b: Uint8Array, at: number, value: number): number {
  const magnitude = value < 0 ? -value : value;
  const scaled = Math.round(magnitude * SCALE);
  if (scaled >= EXACT || scaled / SCALE !== magnitude) return writeLiteral(b, at, String(value));
  let to = at;
  if (value < 0) b[to++] = 45;
  const whole = Math.floor(scaled / SCALE);
  to = writeDigits(b, to, whole);
  const fraction = scaled - whole * SCALE;
  if (fraction === 0) return to;
  b[to++] = 46;
  to = writePadded(b, to, fraction, 6);
  while (b[to - 1] === 48) to--;
  return to;
}

/** A field of type boolean. */
export function writeBoolean(b: Uint8Array, at: number, value: boolean): number {
  b[at] = value ? 84 : 70;
  return at + 1;
}

function writeUtf8(b: Uint8Array, at: number, text: string): number {
  return at + encoder.encodeInto(text, b.subarray(at)).written;
}

/** A backslash at the end of a tag's value would escape the comma after it, and nothing can be put before it. */
const TAG_ESCAPE = /[,= ]|[\n\r\t]|\\+$/g;
const TAG_ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A tag's value. The digits of terminals and divisions need no escape and go the short way. */
export function writeTag(b: Uint8Array, at: number, text: string): number {
  let to = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 122 || code === 61 || code === 92) return writeUtf8(b, at, escapeTag(text));
    b[to++] = code;
  }
  return to;
}

function escapeTag(text: string): string {
  return text.replace(TAG_ESCAPE, (found) =>
    found[0] === '\\' ? '/'.repeat(found.length) : (TAG_ESCAPED[found] ?? `\\${found}`),
  );
}

/**
 * A field of type string, in quotes. Line breaks become spaces: InfluxDB would take them, but other stores
 * that read the protocol split at them before they look at quotes.
 */
export function writeText(b: Uint8Array, at: number, text: string): number {
  b[at] = 34;
  const to = writeUtf8(b, at + 1, text.replace(/["\\]/g, '\\$&').replace(/[\r\n]+/g, ' '));
  b[to] = 34;
  return to + 1;
}
