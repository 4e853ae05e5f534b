/**
 * The message header of JT/T 808 (2011/2013: 12 or 16 octets; 2019: 17 or 21), JT/T 808-2019 4.4.3.
 */
import type { FrameFault } from '../errors.ts';
import type { Revision } from '../schema/revision.ts';
import { QUIRKS } from './quirks.ts';

/** Bit 13 of the properties: a part of a longer message. */
export const PART_FLAG = 0x2000;
/** Bit 14 of the properties: the layout of 2019. */
export const VERSION_FLAG = 0x4000;

const VERSION_QUIRK = 1 << QUIRKS['version-flag'].bit;
const PHONE_QUIRK = 1 << QUIRKS['phone-hex'].bit;

/**
 * A header as a view into a packet: numbers only, so that reading one into an object that is used
 * again allocates nothing. The phone stays in the packet until somebody asks (`phoneOf`).
 */
export interface Header {
  id: number;
  /** 消息体属性 as on the wire. */
  properties: number;
  /** True where the layout is that of 2019; bit 14 of `properties` says whether the terminal announced it. */
  flagged: boolean;
  /** 协议版本号; 0 in the layout before 2019. */
  version: number;
  /** Offset and octets of the BCD phone in the packet: 6, or 10 in 2019. */
  phoneAt: number;
  phoneSize: number;
  serial: number;
  /** Bits 10–12: 0 none, 1 RSA, others reserved. */
  encryption: number;
  /** Sub-packages: 0 and 0 where the message is whole. */
  total: number;
  number: number;
  /** The body is octets [bodyAt, bodyEnd) of the packet. */
  bodyAt: number;
  bodyEnd: number;
  /** Deviations met in the header, as bits of `QUIRKS`. */
  quirks: number;
}

/** An empty header to read into. */
export function newHeader(): Header {
  return {
    id: 0,
    properties: 0,
    flagged: false,
    version: 0,
    phoneAt: 0,
    phoneSize: 6,
    serial: 0,
    encryption: 0,
    total: 0,
    number: 0,
    bodyAt: 0,
    bodyEnd: 0,
    quirks: 0,
  };
}

/**
 * Reads the header of packet [start, end) into `into`, which is complete only when undefined is returned.
 *
 * Two contradictions between flag and layout are known from the field and borne: the 2019 layout without
 * the flag (five octets more than declared) and the flag on the older layout (five fewer).
 * A length that is wrong in any other way is `length`; a part number that cannot be is `header`.
 */
export function readHeader(b: Uint8Array, start: number, end: number, into: Header): FrameFault | undefined {
  return read(b, start, end, into, true);
}

/**
 * Reads the header in front of a message that was joined from its parts (`Reassembler`): its length field is that
 * of the first part and the body is whatever follows.
 */
export function readJoinedHeader(b: Uint8Array, start: number, end: number, into: Header): FrameFault | undefined {
  return read(b, start, end, into, false);
}

function read(b: Uint8Array, start: number, end: number, into: Header, exact: boolean): FrameFault | undefined {
  const size = end - start;
  if (size < 12) return 'header';
  const properties = (b[start + 2]! << 8) | b[start + 3]!;
  const parted = (properties & PART_FLAG) !== 0;
  const package4 = parted ? 4 : 0;
  let flagged = (properties & VERSION_FLAG) !== 0;
  let quirks = 0;
  if (exact) {
    const surplus = size - (flagged ? 17 : 12) - package4 - (properties & 0x3ff);
    if (surplus !== 0) {
      const misflagged = flagged ? surplus === -5 : surplus === 5 && isUnannounced2019(b, start);
      if (!misflagged) return size < (flagged ? 17 : 12) + package4 ? 'header' : 'length';
      flagged = !flagged;
      quirks = VERSION_QUIRK;
    }
  }
  const phoneSize = flagged ? 10 : 6;
  const phoneAt = start + (flagged ? 5 : 4);
  let at = phoneAt + phoneSize;
  if (end < at + 2 + package4) return 'header';
  into.id = (b[start]! << 8) | b[start + 1]!;
  into.properties = properties;
  into.flagged = flagged;
  into.version = flagged ? b[start + 4]! : 0;
  into.phoneAt = phoneAt;
  into.phoneSize = phoneSize;
  into.serial = (b[at]! << 8) | b[at + 1]!;
  into.encryption = (properties >> 10) & 7;
  at += 2;
  if (parted) {
    const total = (b[at]! << 8) | b[at + 1]!;
    const number = (b[at + 2]! << 8) | b[at + 3]!;
    // JT/T 808-2019 table 3: numbers run from 1 to the total.
    if (number === 0 || number > total) return 'header';
    into.total = total;
    into.number = number;
    at += 4;
  } else {
    into.total = 0;
    into.number = 0;
  }
  into.bodyAt = at;
  into.bodyEnd = end;
  into.quirks = quirks | (hasHexDigit(b, phoneAt, phoneSize) ? PHONE_QUIRK : 0);
  return undefined;
}

/** A version octet of 1 before a phone of 20 digits: older phones begin with 01 as well, but not with 01 00 00. */
export function isUnannounced2019(b: Uint8Array, start: number): boolean {
  return b[start + 4] === 1 && b[start + 5] === 0 && b[start + 6] === 0;
}

/** Whether one of the BCD digits is above 9: its high bit is set together with one of the next two. */
function hasHexDigit(b: Uint8Array, at: number, size: number): boolean {
  let above = digitsAbove9((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!);
  if (size === 6) return (above | digitsAbove9((b[at + 4]! << 8) | b[at + 5]!)) !== 0;
  above |= digitsAbove9((b[at + 4]! << 24) | (b[at + 5]! << 16) | (b[at + 6]! << 8) | b[at + 7]!);
  return (above | digitsAbove9((b[at + 8]! << 8) | b[at + 9]!)) !== 0;
}

function digitsAbove9(word: number): number {
  return word & ((word << 1) | (word << 2)) & 0x88888888;
}

/** The layout's revision as far as the header shows it: 2011 and 2013 have the same one. */
export function revisionOf(header: Header): Revision {
  return header.flagged ? 2019 : 2013;
}

/** Whether the message stands alone: not a part, or the only one (seen from real terminals). */
export function isWhole(header: Header): boolean {
  return header.total < 2;
}

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** The phone as on the wire: 12 digits, or 20 in 2019, leading zeros kept, hexadecimal digits in lower case. */
export function phoneOf(b: Uint8Array, header: Header): string {
  let phone = '';
  const end = header.phoneAt + header.phoneSize;
  for (let i = header.phoneAt; i < end; i++) phone += PAIRS[b[i]!]!;
  return phone;
}

/** What a terminal is known by: its phone without leading zeros, the same in every revision; `0` for all zeros. */
export function terminalOf(phone: string): string {
  let zeros = 0;
  while (zeros < phone.length - 1 && phone.charCodeAt(zeros) === 0x30) zeros++;
  return zeros === 0 ? phone : phone.substring(zeros);
}

/**
 * The phone last seen on a link with its strings, so that they are built once a session and not once a frame.
 */
export class PhoneMemo {
  /** As on the wire; empty before the first frame. */
  phone = '';
  terminal = '';
  #size = 0;
  #high = 0;
  #middle = 0;
  #low = 0;

  /** Takes the phone of a packet; true where it is another one than before. */
  take(b: Uint8Array, header: Header): boolean {
    const at = header.phoneAt;
    const size = header.phoneSize;
    const high = (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
    const low = (b[at + size - 2]! << 8) | b[at + size - 1]!;
    const middle = size === 6 ? 0 : (b[at + 4]! << 24) | (b[at + 5]! << 16) | (b[at + 6]! << 8) | b[at + 7]!;
    if (size === this.#size && high === this.#high && low === this.#low && middle === this.#middle) return false;
    this.#size = size;
    this.#high = high;
    this.#middle = middle;
    this.#low = low;
    this.phone = phoneOf(b, header);
    this.terminal = terminalOf(this.phone);
    return true;
  }
}
