/**
 * Authentication codes written over: they are kept nowhere in the clear, and even a wrong one may be somebody's
 * right one. Only what is certainly no code stays.
 */
import type { Header } from '../../protocol/index.ts';

const AUTHENTICATION = 0x0102;
/** Octets before the body in 2011 and 2013. */
const SHORTEST_HEADER = 12;
/** `*`. */
const MASK = 0x2a;

/** A packet as it may be kept: octets [start, end) themselves, or a copy of a 0x0102 without its code. */
export function fitToKeep(b: Uint8Array, start: number, end: number, header: Header): Uint8Array {
  return header.id === AUTHENTICATION ? maskCode(b, start, end, header) : b.subarray(start, end);
}

/** Octets that are no packet, as they may be kept. */
export function damagedFitToKeep(b: Uint8Array, start: number, end: number): Uint8Array {
  return maskDamaged(b, start, end) ?? b.subarray(start, end);
}

/** A copy of a 0x0102 whose code is written over. */
export function maskCode(b: Uint8Array, start: number, end: number, header: Header): Uint8Array {
  const copy = new Uint8Array(b.subarray(start, end));
  const body = header.bodyAt - start;
  const codeEnd = body + 1 + (b[header.bodyAt] ?? 0);
  // 2019 has a length before the code and more behind it; where that cannot be, it is a code of the older form.
  if (header.flagged && codeEnd <= copy.length) return copy.fill(MASK, body + 1, codeEnd);
  return copy.fill(MASK, body);
}

/** A copy of octets that are no packet, but may have been a 0x0102; undefined where they were none. */
function maskDamaged(b: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (b[start] !== AUTHENTICATION >> 8 || b[start + 1] !== (AUTHENTICATION & 0xff)) return undefined;
  return new Uint8Array(b.subarray(start, end)).fill(MASK, SHORTEST_HEADER);
}
