/**
 * The envelope of a sentence, `$` id `,` fields `*` check: octets ↔ id and fields. NMEA 0183 5.3; the RDSS 2.1
 * interface uses the same.
 *
 * Fields are texts of one character an octet (U+0000–U+00FF): Chinese text stands in RDSS sentences as raw GB 2312.
 */
import type { FrameFault } from '../errors.ts';
import { ProtocolError } from '../errors.ts';
import { latin1Text, putLatin1 } from '../text/gbk.ts';

/** Most octets of a sentence, `$` to check: NMEA allows 82, a BeiDou-3 message of 14,000 bits has 3,500 digits. */
export const MAX_SENTENCE = 4096;

const DOLLAR = 0x24;
const STAR = 0x2a;
/** Two letters of talker and three of type, `P` and a maker's words, or five letters of RDSS. */
const ID = /^[A-Z][A-Z0-9]{2,7}$/;

/** A sentence whose check was right. */
export interface Sentence {
  /** `GNRMC`, `PCAS03`, `BDTXR`. */
  readonly id: string;
  /** What stands between the commas. */
  readonly fields: readonly string[];
}

/** Octets that are no sentence. */
export interface RefusedSentence {
  readonly fault: FrameFault;
  /** What is wrong, in words, with the numbers. */
  readonly detail: string;
}

/** Folds octets [start, end) as both interfaces do: exclusive or. */
export function xorOf(b: Uint8Array, start: number, end: number): number {
  let check = 0;
  for (let i = start; i < end; i++) check ^= b[i]!;
  return check;
}

/** Value of two hexadecimal digits of either case at `at`, or -1. */
function hexPair(b: Uint8Array, at: number): number {
  const digits = latin1Text(b, at, at + 2);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : -1;
}

/** How a sentence is read. */
export interface SentenceOptions {
  /** Takes a sentence without `*hh` too. Off by default: on a noisy line it is the check that keeps wrong positions out. */
  readonly unchecked?: boolean;
}

/** Reads octets [start, end), with or without the line end. Never throws. */
export function readSentence(
  b: Uint8Array,
  start: number,
  end: number,
  options: SentenceOptions = {},
): Sentence | RefusedSentence {
  let from = start;
  let to = end;
  while (from < to && b[from]! <= 0x20) from++;
  while (to > from && b[to - 1]! <= 0x20) to--;
  if (b[from] !== DOLLAR || from === to) return { fault: 'delimiter', detail: 'a sentence starts with $' };
  if (to - from > MAX_SENTENCE)
    return { fault: 'length', detail: `${to - from} octets, a sentence has at most ${MAX_SENTENCE}` };
  const star = b.subarray(0, to).lastIndexOf(STAR);
  if (star > from) {
    const check = star + 3 === to ? hexPair(b, star + 1) : -1;
    if (check < 0) return { fault: 'checksum', detail: 'behind * stand two hexadecimal digits, and nothing else' };
    const expected = xorOf(b, from + 1, star);
    if (check !== expected) {
      const [is, should] = [check, expected].map((each) => each.toString(16).padStart(2, '0').toUpperCase());
      return { fault: 'checksum', detail: `check code ${is}, expected ${should}` };
    }
    to = star;
  } else if (options.unchecked !== true) return { fault: 'checksum', detail: 'no check code' };
  for (let i = from; i < to; i++) {
    const octet = b[i]!;
    if (octet < 0x20 || octet === 0x7f || octet === 0xff)
      return { fault: 'delimiter', detail: `octet ${octet.toString(16).padStart(2, '0')} inside a sentence` };
  }
  const [id = '', ...fields] = latin1Text(b, from + 1, to).split(',');
  return ID.test(id) ? { id, fields } : { fault: 'header', detail: 'no sentence has this id' };
}

/**
 * The octets of a sentence: check in upper case, carriage return and line feed behind it. A field may hold a comma
 * where it is the last. Throws ProtocolError where a field cannot stand in a sentence.
 */
export function writeSentence(id: string, fields: readonly string[]): Uint8Array {
  const body = [id, ...fields].join(',');
  for (let i = 0; i < body.length; i++) {
    const unit = body.charCodeAt(i);
    if (unit < 0x20 || unit === DOLLAR || unit === STAR || unit === 0x7f || unit >= 0xff)
      throw new ProtocolError('TEXT', id, `character ${i} cannot stand in a sentence`);
  }
  if (body.length + 4 > MAX_SENTENCE)
    throw new ProtocolError('RANGE', id, `${body.length + 4} octets, a sentence has at most ${MAX_SENTENCE}`);
  const octets = new Uint8Array(body.length + 6);
  octets[0] = DOLLAR;
  putLatin1(octets, 1, body);
  const check = xorOf(octets, 1, body.length + 1)
    .toString(16)
    .padStart(2, '0')
    .toUpperCase();
  putLatin1(octets, body.length + 1, `*${check}\r\n`);
  return octets;
}
