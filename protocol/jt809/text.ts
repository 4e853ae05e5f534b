/** Frames as text, a line at a time: what `xingji jt809` reads. */
import type { FrameFault } from '../errors.ts';
import { parseHex } from '../text/hex.ts';
import { decodeJt809, type Jt809Decoded, type Jt809Options, type Jt809Refused } from './decode.ts';
import { Jt809Deframer } from './deframer.ts';

const DETAILS: Readonly<Partial<Record<FrameFault, string>>> = {
  delimiter: 'no frame: octets outside of 5b … 5d',
  header: 'too short for a header',
  checksum: 'the CRC is not that of the octets',
  length: 'the length field is not the number of octets',
};

/**
 * Decodes the frames on a line of hex: upper or lower case, with or without spaces, commas and `0x`, any number of
 * frames and noise between them. One result for each frame and each run of noise; none for an empty line. Never throws.
 */
export function decodeJt809Hex(line: string, options: Jt809Options = {}): (Jt809Decoded | Jt809Refused)[] {
  const digits = line.replaceAll(/0x|[\s,;:]/gi, '');
  if (digits === '') return [];
  const octets = parseHex(digits);
  if (octets === undefined) return [{ fault: 'delimiter', detail: 'not hexadecimal, or an odd number of digits' }];
  const found: (Jt809Decoded | Jt809Refused)[] = [];
  const deframer = new Jt809Deframer();
  const sink = {
    packet(b: Uint8Array, start: number, end: number, unescaped: boolean): void {
      const decoded = decodeJt809(b, start, end, options);
      const noted = unescaped && !('fault' in decoded);
      found.push(noted ? { ...decoded, quirks: ['unescaped', ...decoded.quirks] } : decoded);
    },
    fault(fault: FrameFault): void {
      found.push({ fault, detail: DETAILS[fault] ?? 'no frame' });
    },
  };
  deframer.feed(octets, sink);
  deframer.end(sink);
  return found;
}
