/** Packets of a link for attachments → messages with their bodies, sub-packages joined. */
import {
  type Address,
  addressOf,
  codecFor,
  type Header,
  IGNORE_QUIRKS,
  newHeader,
  phoneOf,
  ProtocolError,
  readHeader,
  type Revision,
  revisionOf,
  terminalOf,
} from '../../protocol/index.ts';

/** A message as it was read. */
export interface FileMessage {
  readonly id: number;
  readonly serial: number;
  readonly terminal: string;
  /** Of the sender, in which it is answered. */
  readonly address: Address;
  readonly revision: Revision;
  /** The body; undefined for a message that is not in the catalogue, and where it could not be read. */
  readonly body: unknown;
  /** The packet itself, where it says that a file is finished. */
  readonly packet: Uint8Array | undefined;
}

/** Parts of one message: a list of 255 files takes some 15. */
const MAX_PARTS = 64;
const ENCRYPTED = 0;
const FILE_FINISHED = 0x1212;

/** One for every link. Parts come in order on it, or the message is not read. */
export class MessageReader {
  readonly #header = newHeader();
  #parts: Uint8Array[] = [];
  #partsOf = '';

  /** The message of packet [start, end), or the part that makes one whole; a part that does not has no body. */
  read(b: Uint8Array, start: number, end: number): FileMessage | undefined {
    const header = this.#header;
    if (readHeader(b, start, end, header) !== undefined) return undefined;
    const { id, serial } = header;
    const revision = revisionOf(header);
    const terminal = terminalOf(phoneOf(b, header));
    const body = header.encryption === ENCRYPTED ? this.#body(b, header, revision) : undefined;
    const packet = id === FILE_FINISHED ? new Uint8Array(b.subarray(start, end)) : undefined;
    return { id, serial, terminal, address: addressOf(b, header), revision, body, packet };
  }

  #body(b: Uint8Array, header: Header, revision: Revision): unknown {
    const octets = b.subarray(header.bodyAt, header.bodyEnd);
    const whole = header.total > 1 ? this.#joined(octets, header) : octets;
    if (whole === undefined) return undefined;
    try {
      return codecFor(header.id, revision)?.decode(whole, 0, whole.length, IGNORE_QUIRKS);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return undefined;
    }
  }

  #joined(octets: Uint8Array, { id, total, number }: Header): Uint8Array | undefined {
    const of = `${id}/${total}`;
    if (number === 1) this.#parts = [];
    else if (of !== this.#partsOf || number !== this.#parts.length + 1) return undefined;
    this.#partsOf = of;
    if (total > MAX_PARTS) return undefined;
    this.#parts.push(new Uint8Array(octets));
    return number === total ? Buffer.concat(this.#parts.splice(0)) : undefined;
  }
}
