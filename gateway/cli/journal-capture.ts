/** Records of a journal as a capture: what terminals said, without what they were answered, as the journal keeps only that. */
import { frameHex, parseHex, PcapngWriter } from '../../protocol/index.ts';
import type { RecordView } from '../journal/record-view.ts';
import { VERSION } from '../version.ts';

const PLATFORM = { address: '192.0.2.1', port: 8808 };
const FIRST_PORT = 40_000;
const PORTS = 20_000;

/** Gives the beginning of the file, then the packets of each frame that it is handed. */
export class JournalCapture {
  readonly #writer = new PcapngWriter();
  readonly #write: (octets: Uint8Array) => void;

  constructor(folder: string, write: (octets: Uint8Array) => void) {
    this.#write = write;
    write(this.#writer.head({ application: `xingji ${VERSION}`, interface: `journal of ${folder}` }));
  }

  /** Links have numbers instead of addresses: each is a connection of its own, from the range for measurements (RFC 2544). */
  frame({ b, payloadStart, payloadEnd, receivedAt, link }: RecordView): void {
    const from = {
      address: `198.18.${(link >>> 8) & 0xff}.${link & 0xff}`,
      port: FIRST_PORT + ((link >>> 16) % PORTS),
    };
    const octets = parseHex(frameHex(b, payloadStart, payloadEnd))!;
    this.#write(this.#writer.chunk({ at: receivedAt, transport: 'tcp', from, to: PLATFORM, way: 'in', octets }));
  }
}
