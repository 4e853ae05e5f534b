/** A terminal's end of a link: octets in, messages of the platform out. Deaf once the terminal has hung up. */
import {
  type Address,
  type CloseKind,
  Deframer,
  type FrameFault,
  type Link,
  type LinkSink,
  MAX_FRAME,
  newHeader,
  type Outgoing,
  type PacketSink,
  type Revision,
  readHeader,
  writeFrame,
} from '../../protocol/index.ts';
import type { Input, Send } from '../firmware/effects.ts';
import { inputOf } from '../firmware/hear.ts';

export interface LineListener {
  heard(input: Input): void;
  /** Octets came in. */
  received(octets: number): void;
  /** What the platform sent cannot be read; the line goes on. */
  garbled(fault: FrameFault): void;
  /** The link ended, and not because the terminal hung up. */
  lost(kind: CloseKind): void;
}

/** Shared by all lines: reading and writing are synchronous. */
const header = newHeader();
const frame = new Uint8Array(MAX_FRAME);
const outgoing: Outgoing = { id: 0, serial: 0, encryption: 0, total: 0, number: 0, body: frame, start: 0, end: 0 };

export class Line implements LinkSink, PacketSink {
  readonly #link: Link;
  readonly #address: Address;
  readonly #revision: Revision;
  readonly #listener: LineListener;
  readonly #deframer: Deframer;
  #live = true;

  constructor(
    link: Link,
    { address, revision, listener }: { address: Address; revision: Revision; listener: LineListener },
  ) {
    this.#link = link;
    this.#address = address;
    this.#revision = revision;
    this.#listener = listener;
    this.#deframer = new Deframer({ datagram: link.datagram });
    link.open(this);
  }

  /** Sends a message as one frame; returns its octets on the wire. */
  send({ id, serial, body, total, number }: Send): number {
    outgoing.id = id;
    outgoing.serial = serial;
    outgoing.total = total;
    outgoing.number = number;
    outgoing.body = body;
    outgoing.end = body.length;
    const size = writeFrame(this.#address, outgoing, frame, 0);
    this.#link.write(frame.subarray(0, size));
    return size;
  }

  /** `silent` leaves the link as it is: the other side must find out by itself. `close` then ends it when that is over. */
  hangUp(how: 'local' | 'timeout' | 'reset' | 'silent'): void {
    this.#live = false;
    if (how === 'silent') this.#link.pause();
    else this.#link.close(how);
  }

  /** Ends a link that was left silently. */
  close(): void {
    this.#live = false;
    this.#link.close('reset');
  }

  receive(chunk: Uint8Array): void {
    if (!this.#live) return;
    this.#listener.received(chunk.length);
    this.#deframer.feed(chunk, this);
  }

  closed(kind: CloseKind): void {
    if (!this.#live) return;
    this.#live = false;
    this.#listener.lost(kind);
  }

  packet(b: Uint8Array, start: number, end: number): void {
    // An earlier packet of the same chunk may have made the terminal hang up.
    if (!this.#live) return;
    const fault = readHeader(b, start, end, header);
    if (fault !== undefined) return this.#listener.garbled(fault);
    const input = inputOf(b, header, this.#revision);
    if (input === undefined) this.#listener.garbled('body');
    else this.#listener.heard(input);
  }

  fault(reason: FrameFault): void {
    if (this.#live && !this.#deframer.continued) this.#listener.garbled(reason);
  }
}
