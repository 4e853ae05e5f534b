/**
 * Writes 0x8001, the one answer that is sent for every report, by filling in a template of the terminal's own.
 */
import type { Address } from './address.ts';
import { writeHeader } from './enframer.ts';
import { checkOf, ESCAPE, escapeInto, FLAG } from './escape.ts';
import { holdsNearSpecial as mayNeedEscape } from './scan.ts';

/** What an acknowledgement says; one object serves any number of them. JT/T 808-2019 8.2. */
export interface Ack {
  /** The platform's own serial. */
  serial: number;
  /** Serial and id of the message that is answered. */
  toSerial: number;
  toId: number;
  /** 0 done, 1 failed, 2 message wrong, 3 not supported, 4 alarm confirmed. */
  result: number;
}

/** Room that an acknowledgement may need, flags included: 23 octets, each escaped. */
export const ACK_ROOM = 48;

const PLATFORM_ACK = 0x8001;
const ACK_BODY = 5;
const NO_OCTETS = new Uint8Array(0);

/** One for every session. */
export class AckWriter {
  /** Flag and everything up to the serial, escaped: an octet a character, which takes a fifth of what a typed array does. */
  readonly #head: string;
  /** XOR of the same, unescaped. */
  readonly #check: number;

  constructor(address: Address) {
    const header = new Uint8Array(ACK_ROOM);
    const message = {
      id: PLATFORM_ACK,
      serial: 0,
      encryption: 0,
      total: 0,
      number: 0,
      body: NO_OCTETS,
      start: 0,
      end: ACK_BODY,
    };
    const fixed = writeHeader(address, message, header, 0) - 2;
    const head = new Uint8Array(ACK_ROOM);
    head[0] = FLAG;
    this.#head = String.fromCharCode(...head.subarray(0, escapeInto(header, 0, fixed, head, 1)));
    this.#check = checkOf(header, 0, fixed);
  }

  /** Writes the whole frame at `at`; returns the end. The caller sees to `ACK_ROOM` octets. Allocates nothing. */
  write(ack: Ack, out: Uint8Array, at: number): number {
    const head = this.#head;
    let to = at;
    for (let i = 0; i < head.length; i++) out[to++] = head.charCodeAt(i);
    const { serial, toSerial, toId, result } = ack;
    const mixed = serial ^ toSerial ^ toId;
    const check = (this.#check ^ result ^ mixed ^ (mixed >> 8)) & 0xff;
    const serials = (serial << 16) | toSerial;
    const answer = (toId << 16) | (result << 8) | check;
    if (!mayNeedEscape(serials) && !mayNeedEscape(answer)) {
      out[to] = serial >> 8;
      out[to + 1] = serial;
      out[to + 2] = toSerial >> 8;
      out[to + 3] = toSerial;
      out[to + 4] = toId >> 8;
      out[to + 5] = toId;
      out[to + 6] = result;
      out[to + 7] = check;
      out[to + 8] = FLAG;
      return to + 9;
    }
    for (let shift = 24; shift >= 0; shift -= 8) to = put((serials >> shift) & 0xff, out, to);
    for (let shift = 24; shift >= 0; shift -= 8) to = put((answer >> shift) & 0xff, out, to);
    out[to] = FLAG;
    return to + 1;
  }
}

function put(octet: number, out: Uint8Array, at: number): number {
  if (octet === FLAG || octet === ESCAPE) {
    out[at] = ESCAPE;
    out[at + 1] = octet - ESCAPE + 1;
    return at + 2;
  }
  out[at] = octet;
  return at + 1;
}
