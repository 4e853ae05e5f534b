/**
 * Splits a media stream into its packets, however it was cut into chunks. What is no packet is skipped up to the
 * next magic; at most one packet is kept between chunks. Never throws.
 */
import { isMediaMagic, type MediaHeader, newMediaHeader, readMediaHeader, type SimSize } from './media-packet.ts';

/** Whoever takes what a splitter finds. */
export interface MediaSink {
  /** A packet with its body in octets [start, end) of `b`; `header` and `b` are valid during the call only. */
  packet(header: MediaHeader, b: Uint8Array, start: number, end: number): void;
  /** So many octets were given up. */
  noise(octets: number): void;
}

const MAGIC_SIZE = 4;
const OTHER: Readonly<Record<SimSize, SimSize>> = { 6: 10, 10: 6 };

/** One for every link. */
export class MediaSplitter {
  readonly #fixed: SimSize | undefined;
  /** The size that the packet before had: tried first. */
  #likely: SimSize = 6;
  readonly #header = newMediaHeader();
  #hold = new Uint8Array(0);

  /** @param options.simSize octets of SIM numbers; seen from the packets where it is not given. */
  constructor(options: { readonly simSize?: SimSize } = {}) {
    this.#fixed = options.simSize;
  }

  /** Octets kept for the next chunk: fewer than `MAX_MEDIA_PACKET`. */
  get kept(): number {
    return this.#hold.length;
  }

  /** Takes a chunk of any length, which is not kept after the call. */
  feed(chunk: Uint8Array, sink: MediaSink): void {
    const b = this.#hold.length === 0 ? chunk : joined(this.#hold, chunk);
    let at = 0;
    for (;;) {
      const magic = nextMagic(b, at);
      if (magic > at) sink.noise(magic - at);
      at = magic;
      const size = b.length - at < MAGIC_SIZE ? 0 : this.#read(b, at);
      if (size === -1) {
        sink.noise(1);
        at++;
        continue;
      }
      const end = at + size + this.#header.length;
      if (size === 0 || end > b.length) break;
      sink.packet(this.#header, b, at + size, end);
      at = end;
    }
    this.#hold = new Uint8Array(b.subarray(at));
  }

  /** Octets of the header at `at`, 0 where it goes on in the next chunk, -1 where there is none. */
  #read(b: Uint8Array, at: number): number {
    const header = this.#header;
    if (this.#fixed !== undefined) return readMediaHeader(b, at, b.length, this.#fixed, header);
    const first = this.#likely;
    const size = readMediaHeader(b, at, b.length, first, header);
    if (size > 0 && isFollowed(b, at + size + header.length)) return size;
    if (size === 0) return 0;
    const second = readMediaHeader(b, at, b.length, OTHER[first], header);
    if (
      second > 0 &&
      (size === -1 || (at + second + header.length < b.length && isFollowed(b, at + second + header.length)))
    ) {
      this.#likely = OTHER[first];
      return second;
    }
    return size === -1 ? second : readMediaHeader(b, at, b.length, first, header);
  }
}

/** Whether a packet may end at `end`: there is another one, or no more octets to judge by. */
function isFollowed(b: Uint8Array, end: number): boolean {
  return end + MAGIC_SIZE > b.length || isMediaMagic(b, end);
}

/** Offset of the next magic, or of octets at the end that may be its beginning. */
function nextMagic(b: Uint8Array, from: number): number {
  for (let at = from; at < b.length; at++) {
    if (b[at] !== 0x30) continue;
    if (at + MAGIC_SIZE <= b.length ? isMediaMagic(b, at) : isBeginning(b, at)) return at;
  }
  return b.length;
}

const MAGIC = [0x30, 0x31, 0x63, 0x64];

function isBeginning(b: Uint8Array, at: number): boolean {
  for (let i = at; i < b.length; i++) if (b[i] !== MAGIC[i - at]) return false;
  return true;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
