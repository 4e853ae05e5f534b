/**
 * The few functions that compiled codecs call; everything else in them is straight-line.
 *
 * Writers past the end of the buffer lose what they write (typed arrays ignore it) and still advance, so that
 * `encode` can tell how much room it would have needed.
 */
import { ProtocolError } from '../errors.ts';
import { bcdText, putBcd } from '../text/bcd.ts';
import {
  calendarTime,
  isBinaryTime,
  isUtcMilliseconds,
  putCalendarTime,
  putUtcTime,
  utcTime,
} from '../text/binary-time.ts';
import { gbkText, latin1Text, putGbk, putLatin1 } from '../text/gbk.ts';
import { bcdTime, isBcdTime, putBcdTime } from '../text/time.ts';
import { formatId } from '../text/hex.ts';
import type { TimeNode } from './node.ts';
import type { QuirkSink } from './quirk.ts';

export { bcdText, bcdTime, calendarTime, ProtocolError };

export function truncated(at: string, need: number, have: number, offset: number): never {
  throw new ProtocolError('TRUNCATED', at, `needs ${need} octets, ${have} left`, offset);
}

export function outOfRange(at: string, value: unknown, expected: string): never {
  throw new ProtocolError('RANGE', at, `${String(value)} is not ${expected}`);
}

export function misshapen(at: string, detail: string): never {
  throw new ProtocolError('SHAPE', at, detail);
}

/** Up to so many octets a loop is faster than a call. */
const FEW = 64;

/** A copy: `slice` of a Buffer is a view, which would alias the receive buffer. */
export function octets(b: Uint8Array, start: number, end: number): Uint8Array {
  if (end - start > FEW) return new Uint8Array(b.subarray(start, end));
  const copy = new Uint8Array(end - start);
  for (let i = start; i < end; i++) copy[i - start] = b[i]!;
  return copy;
}

/** Text of a field of fixed length. Makers pad with NUL or spaces, most behind, some in front. */
export function paddedText(b: Uint8Array, start: number, end: number, gbk: boolean, quirks: QuirkSink): string {
  let from = start;
  let to = end;
  while (to > from && (b[to - 1] === 0 || b[to - 1] === 0x20)) to--;
  while (from < to && b[from] === 0) from++;
  return gbk ? knownText(b, from, to, quirks) : latin1Text(b, from, to);
}

/** Text of a field of its own length, without the terminator that 2011 sends for no data. */
export function plainText(b: Uint8Array, start: number, end: number, gbk: boolean, quirks: QuirkSink): string {
  let to = end;
  while (to > start && b[to - 1] === 0) to--;
  return gbk ? knownText(b, start, to, quirks) : latin1Text(b, start, to);
}

function knownText(b: Uint8Array, start: number, end: number, quirks: QuirkSink): string {
  const text = gbkText(b, start, end);
  if (text.includes('\ufffd')) quirks.quirk('text');
  return text;
}

/** XOR of octets [start, end). */
export function xorOf(b: Uint8Array, start: number, end: number): number {
  let check = 0;
  for (let i = start; i < end; i++) check ^= b[i]!;
  return check;
}

/** Between a time that is written in UTC and one in UTC+8. */
const UTC_OFFSET_MS = 8 * 3_600_000;

/** BCD[6] in UTC. */
export function utcBcdTime(b: Uint8Array, at: number): number {
  return bcdTime(b, at) + UTC_OFFSET_MS;
}

/** Degrees of a coordinate whose highest bit is set: no magnitude is that large, so it is two's complement. */
export function negativeCoordinate(raw: number, divisor: number, quirks: QuirkSink): number {
  quirks.quirk('signed-coordinate');
  return (raw - 0x1_0000_0000) / divisor;
}

/** A signed word at or above 0x8000. */
export function negative16(raw: number, quirks: QuirkSink): number {
  if (raw >= 0xc000) return raw - 0x1_0000;
  quirks.quirk('sign-magnitude');
  return 0 - (raw & 0x7fff);
}

/** Why a named item is kept raw. */
export function noteItem(repeated: boolean, quirks: QuirkSink): void {
  quirks.quirk(repeated ? 'repeated' : 'length');
}

/** A u64 of UTC, in seconds or milliseconds, whichever it was meant to be. */
export function eitherTime(b: Uint8Array, at: number, milliseconds: boolean, quirks: QuirkSink): number {
  const ms = utcTime(b, at);
  if (!Number.isNaN(ms) && isUtcMilliseconds(b, at) !== milliseconds) quirks.quirk('time-unit');
  return ms;
}

interface RawItems {
  unknown?: { id: number; bytes: Uint8Array }[] | undefined;
}

export function keepItem(into: RawItems, id: number, b: Uint8Array, start: number, end: number): void {
  (into.unknown ??= []).push({ id, bytes: octets(b, start, end) });
}

// --- writing

export function putOctets(b: Uint8Array, at: number, value: unknown, path: string): number {
  if (!(value instanceof Uint8Array)) misshapen(path, 'expected octets');
  // Few octets are copied faster one by one; octets past the end are counted, not written.
  if (value.length > FEW && at + value.length <= b.length) b.set(value, at);
  else for (let i = 0; i < value.length; i++) b[at + i] = value[i]!;
  return at + value.length;
}

export function putText(b: Uint8Array, at: number, value: unknown, gbk: boolean, path: string): number {
  if (typeof value !== 'string') misshapen(path, 'expected a text');
  const end = gbk ? putGbk(b, at, value) : putLatin1(b, at, value);
  if (end >= 0) return end;
  throw new ProtocolError('TEXT', path, `no ${gbk ? 'GBK' : 'one-octet'} code for ${JSON.stringify(value[-1 - end])}`);
}

export function putDigits(b: Uint8Array, at: number, size: number, value: unknown, path: string): void {
  if (typeof value !== 'string') misshapen(path, 'expected a text of digits');
  if (!putBcd(b, at, size, value)) outOfRange(path, JSON.stringify(value), `a text of at most ${2 * size} digits`);
}

export function putTime(b: Uint8Array, at: number, value: unknown, path: string): void {
  if (typeof value !== 'number') misshapen(path, 'expected epoch milliseconds');
  if (!isBcdTime(value)) outOfRange(path, value, TIME_RANGES.bcd);
  putBcdTime(b, at, value);
}

export function putUtcBcdTime(b: Uint8Array, at: number, value: unknown, path: string): void {
  if (typeof value !== 'number') misshapen(path, 'expected epoch milliseconds');
  if (!isTimeOf('utc', value)) outOfRange(path, value, TIME_RANGES.utc);
  putBcdTime(b, at, value - UTC_OFFSET_MS);
}

/** Times in the forms that platforms exchange; apart from `putTime`, which every report goes through. */
export function putBinaryTime(
  b: Uint8Array,
  at: number,
  value: unknown,
  form: Exclude<TimeNode['form'], 'bcd' | 'utc'>,
  path: string,
): void {
  if (typeof value !== 'number') misshapen(path, 'expected epoch milliseconds');
  if (!isTimeOf(form, value)) outOfRange(path, value, TIME_RANGES[form]);
  if (form === 'calendar') putCalendarTime(b, at, value);
  else putUtcTime(b, at, value, form === 'milliseconds');
}

/** What a form of time can say, in words. */
export const TIME_RANGES: Readonly<Record<TimeNode['form'], string>> = {
  bcd: 'a time of the years 2000 to 2099',
  utc: 'a time of the years 2000 to 2099',
  calendar: 'a time of the years 1970 to 9999',
  seconds: 'a time of the years 1970 to 9999',
  milliseconds: 'a time of the years 2000 to 9999',
};

/** Whether a form of time can say a moment; NaN is none. */
export function isTimeOf(form: TimeNode['form'], ms: number): boolean {
  if (form === 'utc') return isBcdTime(ms - UTC_OFFSET_MS);
  return form === 'bcd' ? isBcdTime(ms) : isBinaryTime(ms, form === 'milliseconds');
}

export function putItems(b: Uint8Array, at: number, value: unknown, idSize: number, path: string): number {
  if (!Array.isArray(value)) misshapen(path, 'expected a list of raw items');
  let p = at;
  for (const entry of value as readonly { id: number; bytes: Uint8Array }[]) {
    const { id, bytes } = entry;
    if (!Number.isInteger(id) || id < 0 || id >= 256 ** idSize)
      outOfRange(`${path}[].id`, id, `an id of ${idSize} octets`);
    if (!(bytes instanceof Uint8Array)) misshapen(`${path}[].bytes`, 'expected octets');
    if (bytes.length > 255) outOfRange(`${path}[].bytes`, bytes.length, 'a length of one octet');
    for (let shift = 8 * (idSize - 1); shift >= 0; shift -= 8) b[p++] = id >>> shift;
    b[p++] = bytes.length;
    p = putOctets(b, p, bytes, path);
  }
  return p;
}

/** The items of a range. */
export function rangedEntries(
  value: unknown,
  first: number,
  last: number,
  path: string,
): readonly { readonly id: number; readonly value: unknown }[] {
  const list = entries(value, path) as readonly { id: number; value: unknown }[];
  for (const entry of list) {
    const { id } = record(entry, `${path}[]`);
    const fits = Number.isInteger(id) && (id as number) >= first && (id as number) <= last;
    if (!fits) outOfRange(`${path}[].id`, id, `an id from ${formatId(first, 4)} to ${formatId(last, 4)}`);
  }
  return list;
}

/** The hemisphere bit that the signs of angles ask for. All have the same: one bit stands for them all. */
export function hemisphere(angles: readonly unknown[], bit: number, path: string): number {
  const negative = angles.some((angle) => (angle as number) < 0);
  if (!negative) return 0;
  if (angles.some((angle) => (angle as number) > 0))
    outOfRange(path, angles.join(', '), 'on one side of the equator or of the meridian');
  return bit;
}

export function entries(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : misshapen(path, 'expected a list');
}

export function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  return misshapen(path, 'expected an object');
}
