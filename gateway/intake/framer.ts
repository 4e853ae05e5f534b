/** Puts what the platform side says into octets that a link may keep. */
import {
  ACK_ROOM,
  type AckWriter,
  type Address,
  type BodyOf,
  codecFor,
  MAX_BODY,
  MAX_FRAME,
  type Revision,
  writeFrame,
} from '../../protocol/index.ts';
import type { SentMessage } from '../parts/sent-parts.ts';
import { idOf, resultOf, serialOf } from './tokens.ts';

/** Whoever is acknowledged to, and counts the platform's serials. */
interface Acknowledged {
  nextSerial(): number;
  /** Its peer has not read all that it was told. */
  readonly isBehind: boolean;
}

/** What is to be acknowledged: the first `count` tokens. An array that is emptied is given room anew by the next token, so it is not. */
export interface DueAcks {
  readonly tokens: number[];
  count: number;
}

const TIME_RESPONSE = 0x8004;
const TIME_ROOM = 16;
const REGISTRATION_RESPONSE = 0x8100;
/** Serial, result, a code of 16 characters, and room to spare. */
const REGISTRATION_ROOM = 64;

export class Framer {
  readonly #ack = { serial: 0, toSerial: 0, toId: 0, result: 0 };
  #scratch = new Uint8Array(64 * ACK_ROOM);

  /**
   * 0x8001 for each token, back to back. A piece of an array that Node shares among small buffers, which costs next to nothing and
   * lives no longer than the write; what waits for a slow reader has its own, as a few octets would keep 8 KiB.
   */
  acknowledgements(writer: AckWriter, { tokens, count }: DueAcks, to: Acknowledged): Uint8Array {
    this.#room(count * ACK_ROOM);
    const ack = this.#ack;
    let end = 0;
    for (let i = 0; i < count; i++) {
      const token = tokens[i]!;
      ack.serial = to.nextSerial();
      ack.toSerial = serialOf(token);
      ack.toId = idOf(token);
      ack.result = resultOf(token);
      end = writer.write(ack, this.#scratch, end);
    }
    const octets = to.isBehind ? Buffer.allocUnsafeSlow(end) : Buffer.allocUnsafe(end);
    for (let i = 0; i < end; i++) octets[i] = this.#scratch[i]!;
    return octets;
  }

  /** Body of 0x8100. */
  registration(revision: Revision, body: BodyOf<'registrationResponse'>): Uint8Array {
    const out = new Uint8Array(REGISTRATION_ROOM);
    return out.subarray(0, codecFor(REGISTRATION_RESPONSE, revision).encode(body, out, 0));
  }

  /** Body of 0x8004: UTC, the one time in the standard that is. */
  time(now: number, revision: Revision): Uint8Array {
    const out = new Uint8Array(TIME_ROOM);
    return out.subarray(0, codecFor(TIME_RESPONSE, revision).encode({ time: now }, out, 0));
  }

  /**
   * Frames of a message, back to back: all, or only the parts of those numbers. Parts take the serials from `serial`
   * on; `partsOf` says how many those are.
   */
  message(
    address: Address,
    { id, serial, body, encryption = 0 }: SentMessage,
    numbers?: readonly number[],
  ): Uint8Array {
    const parts = partsOf(body);
    const count = numbers?.length ?? parts;
    this.#room(count * MAX_FRAME);
    const outgoing = {
      id,
      serial,
      encryption,
      total: parts === 1 ? 0 : parts,
      number: 0,
      body,
      start: 0,
      end: body.length,
    };
    let end = 0;
    for (let n = 0; n < count; n++) {
      const i = numbers === undefined ? n : numbers[n]! - 1;
      outgoing.serial = (serial + i) & 0xffff;
      outgoing.number = parts === 1 ? 0 : i + 1;
      outgoing.start = i * MAX_BODY;
      outgoing.end = Math.min(body.length, outgoing.start + MAX_BODY);
      end = writeFrame(address, outgoing, this.#scratch, end);
    }
    return new Uint8Array(this.#scratch.subarray(0, end));
  }

  #room(octets: number): void {
    if (this.#scratch.length < octets) this.#scratch = new Uint8Array(octets);
  }
}

/** Frames that a body takes. */
export function partsOf(body: Uint8Array): number {
  return Math.max(1, Math.ceil(body.length / MAX_BODY));
}
