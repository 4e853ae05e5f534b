/** One link of a terminal that is played by hand: sends what a check wants, well-formed or not, and keeps what comes back. */
import {
  type Address,
  addressFor,
  type Clock,
  type CloseKind,
  Deframer,
  encodeFrame,
  encodeFrames,
  type FrameFault,
  type Link,
  type LinkSink,
  newHeader,
  type PacketSink,
  phoneOf,
  readHeader,
} from '../../protocol/index.ts';
import type { Identity } from '../firmware/identity.ts';

/** A message of the platform. */
export interface Heard {
  readonly id: number;
  readonly serial: number;
  readonly phone: string;
  /** Bit 14 of the properties, and the version octet that comes with it. */
  readonly flagged: boolean;
  readonly version: number;
  readonly total: number;
  readonly body: Uint8Array;
}

/** Messages that are kept: of more, the oldest are forgotten. */
const MAX_HEARD = 1000;

const header = newHeader();

export class Probe implements LinkSink, PacketSink {
  readonly identity: Identity;
  readonly address: Address;
  readonly heard: Heard[] = [];
  /** Frames of the platform that cannot be read. */
  readonly faults: FrameFault[] = [];
  /** How the link ended; undefined while it stands. */
  ended: CloseKind | undefined;
  /** Of the next message; a check may set it. */
  serial = 0;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #deframer: Deframer;
  readonly #watching = new Set<() => void>();

  constructor(link: Link, identity: Identity, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.identity = identity;
    this.address = addressFor(identity.revision, identity.phone);
    this.#deframer = new Deframer({ datagram: link.datagram });
    link.open(this);
  }

  /** Sends a message, in as many parts as it needs; returns the serial of the first. */
  send(id: number, body: Uint8Array, partSize?: number): number {
    const { serial } = this;
    const frames = this.frames(id, body, partSize);
    for (const frame of frames) this.raw(frame);
    return serial;
  }

  /** The frames of a message, with serials taken. */
  frames(id: number, body: Uint8Array, partSize?: number): Uint8Array[] {
    const { revision, phone } = this.identity;
    const frames = encodeFrames({ id, revision, phone, serial: this.serial, body }, partSize);
    this.serial = (this.serial + frames.length) & 0xffff;
    return frames;
  }

  /** One frame with anything in its header. Takes a serial. */
  frame(
    id: number,
    body: Uint8Array,
    more: { encryption?: number; part?: { total: number; number: number } } = {},
  ): Uint8Array {
    const { revision, phone } = this.identity;
    const { serial } = this;
    this.serial = (serial + 1) & 0xffff;
    return encodeFrame({ id, revision, phone, serial, body, ...more });
  }

  /** Sends octets as they are. */
  raw(octets: Uint8Array): void {
    if (this.ended === undefined) this.#link.write(octets);
  }

  /** The first message so far or within `ms` that fits; undefined: there was none, or the link ended. */
  async message(fits: (heard: Heard) => boolean, ms: number): Promise<Heard | undefined> {
    const find = (): Heard | undefined => this.heard.find(fits);
    await this.until(() => find() !== undefined || this.ended !== undefined, ms);
    return find();
  }

  /** Resolves when `met` holds, looked at after everything that comes in, or after `ms`. Says whether it does. */
  async until(met: () => boolean, ms: number): Promise<boolean> {
    if (met()) return true;
    return new Promise((resolve) => {
      const over = (): void => {
        this.#watching.delete(look);
        cancel();
        resolve(met());
      };
      const look = (): void => {
        if (met()) over();
      };
      const cancel = this.#clock.wake(this.#clock.monotonic() + ms, over);
      this.#watching.add(look);
    });
  }

  /** Ends the link in order. */
  close(): void {
    if (this.ended === undefined) this.#link.close('local');
  }

  receive(chunk: Uint8Array): void {
    this.#deframer.feed(chunk, this);
    this.#tell();
  }

  closed(kind: CloseKind): void {
    this.ended = kind;
    this.#tell();
  }

  packet(b: Uint8Array, start: number, end: number): void {
    const fault = readHeader(b, start, end, header);
    if (fault !== undefined) {
      this.fault(fault);
      return;
    }
    const { id, serial, flagged, version, total, bodyAt, bodyEnd } = header;
    const body = new Uint8Array(b.subarray(bodyAt, bodyEnd));
    if (this.heard.length >= MAX_HEARD) this.heard.shift();
    this.heard.push({ id, serial, phone: phoneOf(b, header), flagged, version, total, body });
  }

  fault(reason: FrameFault): void {
    if (this.faults.length < MAX_HEARD) this.faults.push(reason);
  }

  #tell(): void {
    for (const look of this.#watching) look();
  }
}
