/**
 * Splits the stream of a link for attachments: frames of JT/T 808, and between them octets of files. Any cut into
 * chunks gives the same. Of a file packet only its head is kept, of a frame at most `MAX_FRAME` octets; the data is
 * handed on as it comes. What is neither is skipped. Never throws.
 */
import { Deframer, type PacketSink } from '../frame/deframer.ts';
import { FLAG, MAX_FRAME } from '../frame/escape.ts';
import {
  type FileNameForm,
  fileHeadSize,
  fileMagicAt,
  type FilePacket,
  MAX_FILE_HEAD,
  readFileHead,
} from './file-packet.ts';

/** Whoever takes what a splitter finds. All octets are valid during the call only. */
export interface AttachmentSink extends PacketSink {
  /** Data of a file: octets [start, end) of `b` belong at `offset`. A packet may come in several pieces. */
  data(packet: FilePacket, offset: number, b: Uint8Array, start: number, end: number): void;
}

const MAGIC_SIZE = 4;

/** One for every link. */
export class AttachmentSplitter {
  /** How names are written in file packets: set when the terminal has shown it. */
  nameForm: FileNameForm = 'fixed';
  readonly #maxData: number;
  readonly #deframer = new Deframer({ datagram: true });
  /** A frame or the head of a file packet that goes on in the next chunk; an octet more than either may have. */
  readonly #hold = new Uint8Array(Math.max(MAX_FRAME, MAX_FILE_HEAD) + 1);
  #held = 0;
  /** The file packet whose data is coming. */
  #packet: FilePacket | undefined;
  #done = 0;

  /**
   * @param options.maxData most octets of data in one packet: a head that says more is none. 1 MiB unless given;
   * T/JSATL 12-2017 has 64 KiB.
   */
  constructor(options: { readonly maxData?: number } = {}) {
    this.#maxData = options.maxData ?? 1 << 20;
  }

  /** Takes a chunk of any length, which is not kept after the call. */
  feed(chunk: Uint8Array, sink: AttachmentSink): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#packet !== undefined) at = this.#data(this.#packet, chunk, at, sink);
      else if (this.#held > 0) at = this.#goOn(chunk, at, sink);
      else at = this.#begin(chunk, at, sink);
    }
  }

  /** Hands on what there is of the data. */
  #data(packet: FilePacket, b: Uint8Array, at: number, sink: AttachmentSink): number {
    const end = Math.min(b.length, at + packet.length - this.#done);
    const offset = packet.offset + this.#done;
    this.#done += end - at;
    if (this.#done === packet.length) this.#packet = undefined;
    sink.data(packet, offset, b, at, end);
    return end;
  }

  /** Nothing is kept: looks for what begins here. */
  #begin(chunk: Uint8Array, from: number, sink: AttachmentSink): number {
    let at = from;
    while (at < chunk.length && chunk[at] !== FLAG && fileMagicAt(chunk, at, chunk.length) === 0) at++;
    if (at > from) sink.fault('delimiter', chunk, from, at);
    if (at === chunk.length) return at;
    const next = chunk[at] === FLAG ? this.#frameIn(chunk, at, sink) : this.#headIn(chunk, at, sink);
    if (next !== at) return next;
    this.#hold.set(chunk.subarray(at));
    this.#held = chunk.length - at;
    return chunk.length;
  }

  /** Takes the frame at `at` if it is whole; the offset behind it, or `at`. */
  #frameIn(b: Uint8Array, at: number, sink: AttachmentSink): number {
    // Flags that only fill, and one that closed a frame whose first flag was lost, are followed by what really begins.
    if (at + 1 === b.length) return at;
    if (b[at + 1] === FLAG || fileMagicAt(b, at + 1, b.length) === MAGIC_SIZE) return at + 1;
    const end = b.indexOf(FLAG, at + 1);
    const size = (end === -1 ? b.length : end + 1) - at;
    if (size > MAX_FRAME) {
      sink.fault('length', b, at, at + 1);
      return at + 1;
    }
    if (end === -1) return at;
    this.#deframer.feed(b.subarray(at, end + 1), sink);
    return end + 1;
  }

  /** Takes the head of the file packet at `at` if it is whole; the offset behind it, or `at`. */
  #headIn(b: Uint8Array, at: number, sink: AttachmentSink): number {
    const size = fileHeadSize(b, at, b.length, this.nameForm);
    if (size === 0 || b.length - at < size) return at;
    const packet = readFileHead(b, at, size, this.nameForm);
    if (packet.length > this.#maxData) {
      sink.fault('length', b, at, at + 1);
      return at + 1;
    }
    this.#done = 0;
    this.#packet = packet.length === 0 ? undefined : packet;
    return at + size;
  }

  /** Adds to what is kept, up to where that is whole or shown to be nothing. */
  #goOn(chunk: Uint8Array, from: number, sink: AttachmentSink): number {
    const hold = this.#hold;
    const before = this.#held;
    const more = Math.min(chunk.length - from, hold.length - before);
    hold.set(chunk.subarray(from, from + more), before);
    const all = hold.subarray(0, before + more);
    this.#held = 0;
    const begins = all[0] === FLAG || fileMagicAt(all, 0, all.length) > 0;
    const next = !begins ? 1 : all[0] === FLAG ? this.#frameIn(all, 0, sink) : this.#headIn(all, 0, sink);
    if (!begins) sink.fault('delimiter', all, 0, 1);
    if (next === 0) {
      this.#held = all.length;
      return from + more;
    }
    if (next >= before) return from + next - before;
    // Less than what was kept came to an end: what was kept behind it begins anew, in front of the rest of the chunk.
    const rest = new Uint8Array(hold.subarray(next, before));
    this.feed(rest, sink);
    return from;
  }
}
