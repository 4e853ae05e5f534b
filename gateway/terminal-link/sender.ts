/** Puts messages to one terminal into frames, in the form in which it speaks, and sends parts again that it lost. */
import {
  type Address,
  addressOf,
  decodeMessage,
  describeMessage,
  type DescribedMessage,
  Deframer,
  type Header,
  MAX_BODY,
  MAX_FRAME,
  Serials,
  writeFrame,
} from '../../protocol/index.ts';
import { partsOf } from '../intake/framer.ts';

interface Sent {
  readonly id: number;
  readonly serial: number;
  readonly body: Uint8Array;
}

/** Messages in parts that can be sent again. */
const MAX_KEPT = 8;

/** One for every link. */
export class Sender {
  readonly #write: (frame: Uint8Array) => void;
  readonly #serials = new Serials();
  readonly #inParts: Sent[] = [];
  #address: Address | undefined;

  constructor(write: (frame: Uint8Array) => void) {
    this.#write = write;
  }

  /** Whoever sent this packet is answered from now on. */
  address(b: Uint8Array, header: Header): void {
    this.#address = addressOf(b, header);
  }

  /** Serial that the next message of such a body will have. */
  take(body: Uint8Array): number {
    return this.#serials.take(partsOf(body));
  }

  /** Sends a message, and describes it; undefined while nobody has spoken, whom it could be for. */
  send(id: number, body: Uint8Array, serial = this.take(body)): DescribedMessage | undefined {
    const sent = { id, serial, body };
    const parts = partsOf(body);
    if (parts > 1 && !this.#inParts.some((each) => each.serial === serial)) {
      this.#inParts.push(sent);
      if (this.#inParts.length > MAX_KEPT) this.#inParts.shift();
    }
    let first: Uint8Array | undefined;
    for (let number = 1; number <= parts; number++) {
      const frame = this.#frame(sent, number, parts);
      if (frame === undefined) return undefined;
      first ??= frame;
      this.#write(frame);
    }
    return described(first!);
  }

  /** 0x0005: the terminal lacks parts. What is not kept any more is passed over. */
  again({
    originalSerial,
    packageIds,
  }: {
    readonly originalSerial: number;
    readonly packageIds: readonly number[];
  }): void {
    const sent = this.#inParts.find(({ serial }) => serial === originalSerial);
    if (sent === undefined) return;
    const parts = partsOf(sent.body);
    for (const number of packageIds) {
      const frame = number >= 1 && number <= parts ? this.#frame(sent, number, parts) : undefined;
      if (frame !== undefined) this.#write(frame);
    }
  }

  #frame({ id, serial, body }: Sent, number: number, parts: number): Uint8Array | undefined {
    const address = this.#address;
    if (address === undefined) return undefined;
    const out = new Uint8Array(MAX_FRAME);
    const start = (number - 1) * MAX_BODY;
    const end = writeFrame(
      address,
      {
        id,
        serial: (serial + number - 1) & 0xffff,
        encryption: 0,
        total: parts === 1 ? 0 : parts,
        number: parts === 1 ? 0 : number,
        body,
        start,
        end: Math.min(body.length, start + MAX_BODY),
      },
      out,
      0,
    );
    return new Uint8Array(out.subarray(0, end));
  }
}

/** A frame of ours as it is shown. */
function described(frame: Uint8Array): DescribedMessage | undefined {
  let message: DescribedMessage | undefined;
  new Deframer({ datagram: true }).feed(frame, {
    packet(b, start, end) {
      const decoded = decodeMessage(b, start, end);
      if (!('fault' in decoded)) message = describeMessage(decoded);
    },
    fault: () => undefined,
  });
  return message;
}
