/** Frames as text, a line at a time: what `xingji decode` reads. */
import { describeSpanFault } from './fault.ts';
import { Deframer } from './frame/deframer.ts';
import { FLAG } from './frame/escape.ts';
import { decodeMessage, type DecodeOptions, type DecodedMessage, type RefusedMessage } from './message.ts';
import { formatHex, parseHex } from './text/index.ts';

/** Most characters of a line that is no hex which are repeated in the answer. */
const SHOWN = 80;

/** What is made of a packet: octets [start, end) of `b`, check octet left off, with the `QUIRKS` met before. */
type ReadPacket<T> = (b: Uint8Array, start: number, end: number, quirks: number) => T;

/**
 * Decodes the frames on a line of hex: upper or lower case, with or without spaces, commas and `0x`, any number
 * of frames and noise between them. A line without any flag is taken for one frame whose flags were left off.
 * One result for each frame and each run of noise; none for an empty line. Never throws.
 */
export function decodeFrameHex(line: string, options: DecodeOptions = {}): (DecodedMessage | RefusedMessage)[] {
  return readFrameHex(line, decoderOf(options));
}

/** Decodes all frames of a stream that is at hand as a whole. */
export function decodeFrames(stream: Uint8Array, options: DecodeOptions = {}): (DecodedMessage | RefusedMessage)[] {
  return readFrames(stream, decoderOf(options));
}

function decoderOf(options: DecodeOptions): ReadPacket<DecodedMessage | RefusedMessage> {
  return (b, start, end, quirks) =>
    decodeMessage(b, start, end, { ...options, quirks: (options.quirks ?? 0) | quirks });
}

/** As `decodeFrameHex`, with a reading of packets of one's own. */
export function readFrameHex<T>(line: string, read: ReadPacket<T>): (T | RefusedMessage)[] {
  const digits = line.replaceAll(/0x|[\s,;:]/gi, '');
  if (digits === '') return [];
  const octets = parseHex(digits);
  if (octets === undefined) {
    const detail = /^[0-9a-f]*$/i.test(digits) ? 'an odd number of hexadecimal digits' : 'not hexadecimal';
    return [{ fault: 'delimiter', detail, hex: line.trim().slice(0, SHOWN) }];
  }
  return readFrames(octets.includes(FLAG) ? octets : Uint8Array.of(FLAG, ...octets, FLAG), read);
}

function readFrames<T>(stream: Uint8Array, read: ReadPacket<T>): (T | RefusedMessage)[] {
  const found: (T | RefusedMessage)[] = [];
  const deframer = new Deframer();
  const sink = {
    packet(b: Uint8Array, start: number, end: number): void {
      found.push(read(b, start, end, deframer.quirks));
    },
    fault(fault: RefusedMessage['fault'], b: Uint8Array, start: number, end: number): void {
      const between = formatHex(b, start, end);
      const hex = fault === 'delimiter' ? between : `7e${between}7e`;
      found.push({ fault, detail: describeSpanFault(fault, b, start, end), hex });
    },
  };
  deframer.feed(stream, sink);
  deframer.end(sink);
  return found;
}
