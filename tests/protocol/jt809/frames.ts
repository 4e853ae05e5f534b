/** Frames made by the letter of the standard, apart from the code under test. */
import fc from 'fast-check';
import { Jt809Deframer } from '../../../protocol/index.ts';

export const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
export const hexOf = (b: Uint8Array, start = 0, end = b.length): string =>
  Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('hex');

/** CRC-16/CCITT-FALSE, a bit at a time. */
export function slowCrc(b: Uint8Array): number {
  let crc = 0xffff;
  for (const octet of b) {
    for (let bit = 7; bit >= 0; bit--) {
      const high = (crc >> 15) ^ ((octet >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (high === 1 ? 0x1021 : 0);
    }
  }
  return crc;
}

const ESCAPES: Readonly<Record<number, readonly number[]>> = {
  0x5b: [0x5a, 1],
  0x5a: [0x5a, 2],
  0x5d: [0x5e, 1],
  0x5e: [0x5e, 2],
};

/** A packet with its length field set, and its CRC. */
function checked(packet: Uint8Array): Uint8Array {
  const copy = Buffer.from(packet);
  copy.writeUInt32BE(packet.length + 4, 0);
  const crc = slowCrc(copy);
  return Uint8Array.from([...copy, crc >> 8, crc & 0xff]);
}

/** The frame of a packet; its length field is set. */
export function frameOf(packet: Uint8Array): Uint8Array {
  return Uint8Array.from([0x5b, ...[...checked(packet)].flatMap((octet) => ESCAPES[octet] ?? [octet]), 0x5d]);
}

/** The frame of a sender that knows no escapes. */
export const rawFrameOf = (packet: Uint8Array): Uint8Array => Uint8Array.from([0x5b, ...checked(packet), 0x5d]);

/** A packet with a header of 2011, or of 2019 where there is a time in seconds. */
export function packetOf(
  id: number,
  body: Uint8Array,
  header: { serial?: number; encrypted?: boolean; key?: number; seconds?: number } = {},
): Uint8Array {
  const size = header.seconds === undefined ? 22 : 30;
  const packet = Buffer.alloc(size + body.length);
  packet.writeUInt32BE(header.serial ?? 1, 4);
  packet.writeUInt16BE(id, 8);
  packet.writeUInt32BE(20_180_920, 10);
  packet.set([1, 2, 15, header.encrypted === true ? 1 : 0], 14);
  packet.writeUInt32BE(header.key ?? 0, 18);
  if (header.seconds !== undefined) packet.writeUInt32BE(header.seconds, 26);
  packet.set(body, size);
  packet.writeUInt32BE(packet.length + 4, 0);
  return Uint8Array.from(packet);
}

/** Octets among which flags, escapes and their marks are frequent. */
export const nastyOctet = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 255 }) },
  { weight: 1, arbitrary: fc.constantFrom(0x5a, 0x5b, 0x5d, 0x5e, 1, 2, 0) },
);
export const nasty = (most: number): fc.Arbitrary<Uint8Array> =>
  fc.array(nastyOctet, { maxLength: most }).map((list) => Uint8Array.from(list));

export const anyPacket: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.nat(0xffff), nasty(60), fc.nat(0xffff_ffff))
  .map(([id, body, serial]) => packetOf(id, body, { serial }));

export const concat = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

/** Cuts octets at the given places. */
export function cut(b: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (b.length + 1)).toSorted((x, y) => x - y), b.length];
  return at.slice(1).map((end, i) => b.subarray(at[i], end));
}

export interface Collected {
  readonly packets: string[];
  readonly lenient: boolean[];
  readonly faults: { readonly reason: string; readonly hex: string }[];
  feed(chunk: Uint8Array): void;
  end(): void;
}

/** Feeds a deframer and writes down what it says. */
export function collector(options: { maxFrame?: number } = {}): Collected {
  const deframer = new Jt809Deframer(options);
  const packets: string[] = [];
  const lenient: boolean[] = [];
  const faults: { reason: string; hex: string }[] = [];
  const sink = {
    packet(b: Uint8Array, start: number, end: number, unescaped: boolean): void {
      packets.push(hexOf(b, start, end));
      lenient.push(unescaped);
    },
    fault(reason: string, b: Uint8Array, start: number, end: number): void {
      faults.push({ reason, hex: hexOf(b, start, end) });
    },
  };
  return {
    packets,
    lenient,
    faults,
    feed: (chunk) => deframer.feed(chunk, sink),
    end: () => deframer.end(sink),
  };
}
