/** What is wrong with octets that were refused, in words. */
import type { FrameFault } from './errors.ts';
import { checkOf, escapeInto, ESCAPE, FLAG, MAX_FRAME, unescapeInto } from './frame/escape.ts';
import { PART_FLAG, VERSION_FLAG } from './frame/header.ts';
import { formatHex } from './text/index.ts';

/** The frame of packet [start, end) as hex: check octet, escapes and flags put back. */
export function frameHex(b: Uint8Array, start: number, end: number): string {
  const checked = new Uint8Array(end - start + 1);
  checked.set(b.subarray(start, end));
  checked[end - start] = checkOf(b, start, end);
  const escaped = new Uint8Array(2 * checked.length);
  return `7e${formatHex(escaped, 0, escapeInto(checked, 0, checked.length, escaped, 0))}7e`;
}

/** Says why a packet's header was refused (`length`, `header`), with the numbers. */
export function describePacketFault(fault: FrameFault, b: Uint8Array, start: number, end: number): string {
  const size = end - start;
  const properties = size < 4 ? 0 : (b[start + 2]! << 8) | b[start + 3]!;
  const flagged = (properties & VERSION_FLAG) !== 0;
  const parted = (properties & PART_FLAG) !== 0;
  const header = (flagged ? 17 : 12) + (parted ? 4 : 0);
  if (fault === 'length') return `the header declares ${properties & 0x3ff} octets of body, there are ${size - header}`;
  if (size < 12 || size < header) return `a header has ${header} octets, there are ${size}`;
  const at = start + header - 4;
  const total = (b[at]! << 8) | b[at + 1]!;
  const number = (b[at + 2]! << 8) | b[at + 3]!;
  return `there is no part ${number} of ${total}`;
}

/** Says why a span between two flags was refused (`delimiter`, `escape`, `checksum`), with the numbers. */
export function describeSpanFault(fault: FrameFault, b: Uint8Array, start: number, end: number): string {
  if (fault === 'checksum') {
    const plain = new Uint8Array(end - start);
    const size = unescapeInto(b, start, end, plain, 0);
    if (size > 0) {
      const expected = checkOf(plain, 0, size - 1);
      return `check code 0x${formatHex(plain, size - 1, size)}, expected 0x${expected.toString(16).padStart(2, '0')}`;
    }
  }
  if (fault === 'escape') {
    for (let i = start; i < end; i++) {
      if (b[i] !== ESCAPE) continue;
      if (i + 1 === end) return 'the octet 7d is the last one';
      const mark = b[++i]!;
      if (mark !== 1 && mark !== 2) return `the octet 7d is followed by ${formatHex(b, i, i + 1)}`;
    }
  }
  if (end - start > MAX_FRAME - 2) return `${end - start} octets without a flag 7e`;
  return b.subarray(start, end).includes(FLAG) ? 'no frame' : 'no frame: octets outside of two flags 7e';
}
