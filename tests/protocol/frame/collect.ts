/** Feeds a deframer and writes down what it says, and frames made independently of the code under test. */
import fc from 'fast-check';
import { Deframer } from '../../../protocol/frame/deframer.ts';

export interface Fault {
  readonly reason: string;
  readonly hex: string;
}

export interface Collected {
  readonly packets: string[];
  /** Quirk bits of each packet. */
  readonly quirks: number[];
  /** Faults with their continuations joined. */
  readonly faults: Fault[];
  readonly deframer: Deframer;
  feed(chunk: Uint8Array): void;
  end(): void;
}

export function hexOf(b: Uint8Array, start = 0, end = b.length): string {
  return Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('hex');
}

export function octets(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

export function collector(options: { datagram?: boolean } = {}): Collected {
  const deframer = new Deframer(options);
  const packets: string[] = [];
  const quirks: number[] = [];
  const faults: { reason: string; hex: string }[] = [];
  const sink = {
    packet(b: Uint8Array, start: number, end: number): void {
      packets.push(hexOf(b, start, end));
      quirks.push(deframer.quirks);
    },
    fault(reason: string, b: Uint8Array, start: number, end: number): void {
      const hex = hexOf(b, start, end);
      if (deframer.continued) faults.at(-1)!.hex += hex;
      else faults.push({ reason, hex });
    },
  };
  return {
    packets,
    quirks,
    faults,
    deframer,
    feed: (chunk) => deframer.feed(chunk, sink),
    end: () => deframer.end(sink),
  };
}

export function collect(...chunks: readonly (string | Uint8Array)[]): Collected {
  const all = collector();
  for (const chunk of chunks) all.feed(typeof chunk === 'string' ? octets(chunk) : chunk);
  return all;
}

/** A frame around a packet by the letter of the standard: check octet, escapes one octet at a time, flags. */
export function frameOf(packet: Uint8Array): Uint8Array {
  const checked = [...packet, packet.reduce((check, octet) => check ^ octet, 0)];
  const escaped = checked.flatMap((octet) => (octet === 0x7e ? [0x7d, 2] : octet === 0x7d ? [0x7d, 1] : [octet]));
  return Uint8Array.from([0x7e, ...escaped, 0x7e]);
}

/** A packet of 2013 whose declared length is right. */
export function packetOf(id: number, phone: readonly number[], serial: number, body: readonly number[]): Uint8Array {
  const { length } = body;
  return Uint8Array.from([id >> 8, id, length >> 8, length, ...phone, serial >> 8, serial, ...body]);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Cuts octets at the given places. */
export function cut(b: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (b.length + 1)).toSorted((x, y) => x - y), b.length];
  return at.slice(1).map((end, i) => b.subarray(at[i], end));
}

/** Octets among which flags, escapes and their marks are frequent. */
export const nastyOctet = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 255 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x7e, 0x7d, 0x7c, 0x7f, 0x01, 0x02, 0x00) },
);

export const anyPacket = fc
  .tuple(
    fc.integer({ min: 0, max: 0xffff }),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 6, maxLength: 6 }),
    fc.integer({ min: 0, max: 0xffff }),
    fc.array(nastyOctet, { maxLength: 60 }),
  )
  .map(([id, phone, serial, body]) => packetOf(id, phone, serial, body));
