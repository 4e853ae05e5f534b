/**
 * Splits a stream of octets into JT/T 809 packets.
 *
 * Chunks may be cut anywhere. Octets between frames and frames that are no packet are reported and passed over; the
 * next frame is found. A frame whose sender leaves escapes off is recovered, if need be over a raw 5D inside it, by its
 * length field and CRC, without holding back good frames behind a damaged one.
 */
import type { FrameFault } from '../errors.ts';
import { BEGIN, END } from './escape.ts';
import { declaresAsIs, examine809, type Examined } from './frame.ts';
import { declaredLength } from './header.ts';

/** Where packets and faults go. Octets are valid during the call only. */
export interface Jt809Sink {
  /** A packet [start, end): unescaped, header first, CRC left off. */
  packet(b: Uint8Array, start: number, end: number, unescaped: boolean): void;
  /** Octets [start, end) that are no packet, flags included where they had any. */
  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void;
}

/** How much a deframer may hold. */
export interface Jt809DeframerOptions {
  /**
   * Most octets of a frame on the wire; beyond, it is reported as `delimiter` and given up. Photographs of 1502 take
   * tens of thousands. 1 MiB unless told.
   */
  readonly maxFrame?: number;
}

const FIRST_ROOM = 1024;
/** Octets of the length field, behind the 5B. */
const LENGTH_FIELD = 4;
const MOST_ROOM_AT_REST = 16 * 1024;

/** Splits one stream. What it holds between calls is at most `maxFrame` octets. */
export class Jt809Deframer {
  readonly #maxFrame: number;
  /** The octets since the last 5B that may begin a frame, that one first; or noise. */
  #held = new Uint8Array(FIRST_ROOM);
  #size = 0;
  /** Where the frame after the last 5D begins, if the octets before were no packet; else 0. */
  #second = 0;
  #reason: FrameFault = 'delimiter';

  constructor(options: Jt809DeframerOptions = {}) {
    this.#maxFrame = options.maxFrame ?? 1 << 20;
  }

  /** Takes octets as read; `chunk` is not kept. Never throws but for what the sink throws. */
  feed(chunk: Uint8Array, sink: Jt809Sink): void {
    for (let i = 0; i < chunk.length; i++) {
      const octet = chunk[i]!;
      if (octet === BEGIN && this.#size > 0 && this.#held[0] !== BEGIN) this.#report('delimiter', this.#size, sink);
      this.#push(octet);
      if (octet === END && this.#held[0] === BEGIN) this.#close(sink);
      else if (this.#size >= this.#maxFrame) this.#giveUp(sink);
    }
  }

  /** The link is gone: what is held is no packet. */
  end(sink: Jt809Sink): void {
    while (this.#size > 0) {
      if (this.#second > 0) this.#report(this.#reason, this.#second, sink);
      else this.#report('delimiter', this.#size, sink);
    }
  }

  #push(octet: number): void {
    if (this.#size === this.#held.length) {
      const more = new Uint8Array(2 * this.#size);
      more.set(this.#held);
      this.#held = more;
    }
    this.#held[this.#size++] = octet;
  }

  /** A 5D came: the end of a frame, or an octet of one whose sender leaves escapes off. */
  #close(sink: Jt809Sink): void {
    const held = this.#held;
    const size = this.#size;
    if (this.#second === 0) {
      const found = examine809(held, 1, size - 1);
      if (typeof found !== 'string') {
        this.#deliver(found, sink);
        return;
      }
      this.#reason = found;
      if (this.#inner(1, sink)) return;
      // Perhaps a raw 5D; but only a frame that says it is longer is worth waiting for.
      if (this.#mayGoOn()) this.#second = size;
      else this.#report(found, size, sink);
      return;
    }
    if (declaresAsIs(held, 1, size - 1)) {
      const found = examine809(held, 1, size - 1);
      if (typeof found !== 'string') {
        this.#deliver(found, sink);
        return;
      }
    }
    if (this.#inner(this.#second, sink)) return;
    this.#second = size;
    if (!this.#mayGoOn()) this.#report(this.#reason, size, sink);
  }

  /** Whether a frame that begins behind `from` ends here: then what stands before it was none. */
  #inner(from: number, sink: Jt809Sink): boolean {
    const held = this.#held;
    const end = this.#size - 1;
    const span = held.subarray(from, end);
    const first = span.indexOf(BEGIN);
    if (first < 0) return false;
    const last = span.lastIndexOf(BEGIN);
    for (const begin of first === last ? [from + first] : [from + first, from + last]) {
      const found = examine809(held, begin + 1, end);
      if (typeof found === 'string') continue;
      sink.fault(this.#reason, held, 0, begin);
      this.#deliver(found, sink);
      return true;
    }
    return false;
  }

  #mayGoOn(): boolean {
    // The length field itself may hold a raw 5D.
    if (this.#size <= LENGTH_FIELD) return true;
    const declared = declaredLength(this.#held, 1);
    return declared > this.#size && declared <= this.#maxFrame;
  }

  #deliver(found: Examined, sink: Jt809Sink): void {
    this.#size = 0;
    this.#second = 0;
    // One photograph does not hold its room for the rest of the link's life.
    if (this.#held.length > MOST_ROOM_AT_REST) this.#held = new Uint8Array(FIRST_ROOM);
    sink.packet(found.octets, 0, found.size, found.unescaped);
  }

  /** The longest frame there may be has not ended. */
  #giveUp(sink: Jt809Sink): void {
    if (this.#second > 0) this.#report(this.#reason, this.#second, sink);
    else this.#report('delimiter', this.#size, sink);
  }

  /** Reports the first `end` octets held and goes on with the rest. */
  #report(reason: FrameFault, end: number, sink: Jt809Sink): void {
    const reported = new Uint8Array(this.#held.subarray(0, end));
    this.#held.copyWithin(0, end, this.#size);
    this.#size -= end;
    this.#second = 0;
    sink.fault(reason, reported, 0, end);
    const begin = this.#held.subarray(0, this.#size).indexOf(BEGIN);
    if (begin > 0) this.#report('delimiter', begin, sink);
  }
}
