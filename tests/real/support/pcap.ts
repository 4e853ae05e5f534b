/** Captures as files: just what a dissector needs of a network. */

const LINKTYPE_RAW = 101;
const TERMINAL_PORT = 40_000;
const PLATFORM_PORT = 8808;
/** Octets of IP and UDP before the payload, and of IP and TCP. */
export const UDP_HEAD = 28;

function u32(value: number): Buffer {
  const b = Buffer.alloc(4);
  b.writeUInt32LE(value);
  return b;
}

function ip(protocol: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(20);
  head[0] = 0x45;
  head.writeUInt16BE(20 + payload.length, 2);
  head[8] = 64;
  head[9] = protocol;
  head.set([127, 0, 0, 1], 12);
  head.set([127, 0, 0, 1], 16);
  return Buffer.concat([head, payload]);
}

/** A datagram from a terminal to its platform. */
export function udp(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(TERMINAL_PORT, 0);
  head.writeUInt16BE(PLATFORM_PORT, 2);
  head.writeUInt16BE(8 + payload.length, 4);
  return ip(17, Buffer.concat([head, payload]));
}

/** Segments of a connection whose stream was cut as given. */
export function tcp(chunks: readonly Uint8Array[]): Buffer[] {
  let sequence = 1;
  return chunks.map((chunk) => {
    const head = Buffer.alloc(20);
    head.writeUInt16BE(TERMINAL_PORT + 1, 0);
    head.writeUInt16BE(PLATFORM_PORT, 2);
    head.writeUInt32BE(sequence, 4);
    head.writeUInt32BE(1, 8);
    head[12] = 0x50;
    head[13] = 0x18;
    head.writeUInt16BE(0xffff, 14);
    sequence += chunk.length;
    return ip(6, Buffer.concat([head, chunk]));
  });
}

/** A capture file of packets, a millisecond apart. */
export function pcap(packets: readonly Buffer[]): Buffer {
  const head = [u32(0xa1b2c3d4), Buffer.from([2, 0, 4, 0]), u32(0), u32(0), u32(0xffff), u32(LINKTYPE_RAW)];
  const records = packets.flatMap((packet, i) => [
    u32(1_700_000_000 + Math.floor(i / 1000)),
    u32((i % 1000) * 1000),
    u32(packet.length),
    u32(packet.length),
    packet,
  ]);
  return Buffer.concat([...head, ...records]);
}
