/**
 * Writes captures in the form pcapng (draft-ietf-opsawg-pcapng): a section header, one interface, and a packet for every
 * chunk of octets, with its direction and, where there is one, a comment.
 *
 * What passes between a terminal and a platform is written as the TCP segments or datagrams that carried it, or would have:
 * so Wireshark, tshark and every other tool opens the file as it is, follows streams, and finds our dissector by the port.
 */
import type { CapturedChunk } from './packet.ts';
import { SegmentWriter } from './segment-writer.ts';

/** Packets begin with an IP header. */
export const LINKTYPE_RAW = 101;
export const BLOCK = { section: 0x0a0d0d0a, interface: 1, simplePacket: 3, enhancedPacket: 6 } as const;
export const BYTE_ORDER = 0x1a2b3c4d;
export const OPTION = {
  end: 0,
  comment: 1,
  hardware: 2,
  application: 4,
  name: 2,
  description: 3,
  resolution: 9,
  flags: 2,
  offset: 14,
} as const;
/** Bits 0–1 of a packet's flags. */
export const WAY_FLAGS = { in: 1, out: 2 } as const;

/** Where a capture was taken. */
export interface CaptureSource {
  /** The program that writes: `xingji 0.1.0`. */
  readonly application: string;
  /** `tcp://127.0.0.1:8808`, `serial:/dev/ttyUSB0`. */
  readonly interface: string;
  /** For people. */
  readonly description?: string;
}

const text = new TextEncoder();

type WrittenOption = readonly [code: number, value: Uint8Array];

/** Turns chunks into the octets of a capture file. Keeps a position for each flow, at most 4096 of them: the one that began first is forgotten then, and begins anew. */
export class PcapngWriter {
  readonly #segments = new SegmentWriter();

  /** How a file begins. */
  head({ application, interface: name, description }: CaptureSource): Uint8Array {
    const section = new Uint8Array(16);
    const view = new DataView(section.buffer);
    view.setUint32(0, BYTE_ORDER, true);
    view.setUint16(4, 1, true);
    // The length of the section is not known yet.
    view.setBigInt64(8, -1n, true);
    const about = new Uint8Array(8);
    // No limit of length is said: 0.
    new DataView(about.buffer).setUint16(0, LINKTYPE_RAW, true);
    return joined([
      block(BLOCK.section, [section], [[OPTION.application, text.encode(application)]]),
      block(
        BLOCK.interface,
        [about],
        [
          [OPTION.name, text.encode(name)],
          ...(description === undefined ? [] : [[OPTION.description, text.encode(description)] as const]),
          // Microseconds, as ever.
          [OPTION.resolution, Uint8Array.of(6)],
        ],
      ),
    ]);
  }

  /** The packets of a chunk: one, or several where it is longer than a packet can be. Throws CaptureError for an address that is none. */
  chunk(chunk: CapturedChunk): Uint8Array {
    const { at, way, comment } = chunk;
    const options: WrittenOption[] = comment === undefined ? [] : [[OPTION.comment, text.encode(comment)]];
    if (way !== undefined) {
      const flags = new Uint8Array(4);
      new DataView(flags.buffer).setUint32(0, WAY_FLAGS[way], true);
      options.push([OPTION.flags, flags]);
    }
    return joined(
      this.#segments.segments(chunk).map((packet) => {
        const head = new Uint8Array(20);
        const view = new DataView(head.buffer);
        const micros = BigInt(Math.round(at * 1000));
        view.setUint32(4, Number(micros >> 32n), true);
        view.setUint32(8, Number(micros & 0xffff_ffffn), true);
        view.setUint32(12, packet.length, true);
        view.setUint32(16, packet.length, true);
        return block(BLOCK.enhancedPacket, [head, packet], options);
      }),
    );
  }
}

function block(type: number, content: readonly Uint8Array[], options: readonly WrittenOption[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const each of content) parts.push(each, padding(each.length));
  for (const [code, value] of options) {
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint16(0, code, true);
    new DataView(head.buffer).setUint16(2, value.length, true);
    parts.push(head, value, padding(value.length));
  }
  if (options.length > 0) parts.push(new Uint8Array(4));
  const size = parts.reduce((sum, part) => sum + part.length, 12);
  const head = new Uint8Array(8);
  new DataView(head.buffer).setUint32(0, type, true);
  new DataView(head.buffer).setUint32(4, size, true);
  const tail = new Uint8Array(4);
  new DataView(tail.buffer).setUint32(0, size, true);
  return joined([head, ...parts, tail]);
}

/** Contents and options end on four octets. */
function padding(length: number): Uint8Array {
  return new Uint8Array(-length & 3);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
