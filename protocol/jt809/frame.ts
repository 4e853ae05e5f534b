/** One frame: a span between flags to the packet inside, and back. */
import type { FrameFault } from '../errors.ts';
import { crc16 } from './crc.ts';
import { BEGIN, END, escape809, escapedSize, unescape809, unescaped } from './escape.ts';
import { AROUND, declaredLength, LEAST_HEADER } from './header.ts';

/** A packet that a span holds: octets [0, size) of `octets`, header first, CRC left off. */
export interface Examined {
  readonly octets: Uint8Array;
  readonly size: number;
  /** Octets that should have been escaped were not. */
  readonly unescaped: boolean;
}

const crcOf = (b: Uint8Array, end: number): number => (b[end - 2]! << 8) | b[end - 1]!;

/** Whether [0, end) of `b` is a packet and its CRC. */
function verdict(b: Uint8Array, end: number): FrameFault | undefined {
  if (end < LEAST_HEADER + 2) return 'header';
  if (crc16(b, 0, end - 2) !== crcOf(b, end)) return 'checksum';
  return declaredLength(b, 0) === end + AROUND - 2 ? undefined : 'length';
}

/**
 * Examines octets [start, end) between two flags. Read first as the standard has it, an octet without its escape
 * standing for itself; then, since ciphered octets can look like an escape where the sender knows none, as they are.
 */
export function examine809(b: Uint8Array, start: number, end: number): Examined | FrameFault {
  const octets = new Uint8Array(end - start);
  unescape809(b, start, end, octets, 0);
  const { end: size, lenient } = unescaped;
  const fault = verdict(octets, size);
  if (fault === undefined) return { octets, size: size - 2, unescaped: lenient };
  if (size < end - start && declaresAsIs(b, start, end)) {
    for (let i = start; i < end; i++) octets[i - start] = b[i]!;
    if (verdict(octets, end - start) === undefined) return { octets, size: end - start - 2, unescaped: true };
  }
  return fault;
}

/** Whether the length field fits the octets of a span as they stand, escapes and all. */
export function declaresAsIs(b: Uint8Array, start: number, end: number): boolean {
  return end - start >= LEAST_HEADER + 2 && declaredLength(b, start) === end - start + AROUND - 2;
}

/** Octets that a packet must be followed by, where the CRC is put. */
export const CRC_ROOM = 2;

/** The frame of a packet that fills `b` but for `CRC_ROOM` octets at its end, into which the CRC is written. */
export function enframe809(b: Uint8Array): Uint8Array {
  const size = b.length - CRC_ROOM;
  const crc = crc16(b, 0, size);
  b[size] = crc >> 8;
  b[size + 1] = crc;
  const out = new Uint8Array(2 + escapedSize(b, 0, b.length));
  out[0] = BEGIN;
  out[escape809(b, 0, b.length, out, 1)] = END;
  return out;
}
