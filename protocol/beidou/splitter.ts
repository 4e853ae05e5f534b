/**
 * Splits what comes on a serial line into sentences and binary RDSS frames, which may follow one another in any
 * order. A run of octets that is neither costs itself: the next `$` starts afresh.
 *
 * At most `MAX_SENTENCE` octets are kept between chunks. Any split of the stream gives the same sentences and frames.
 * Never throws. A line that falls silent inside a frame leaves its beginning here until something follows, or `end`.
 */
import type { FrameFault } from '../errors.ts';
import { declaredLength } from './rdss/binary.ts';
import { MAX_SENTENCE, xorOf } from './sentence.ts';

/** Whoever takes what a splitter finds. Octets [start, end) of `b` are valid during the call only. */
export interface BeidouSink {
  /** A line that begins with `$`, up to its check or its end; what is in it, is for `readSentence` to say. */
  sentence(b: Uint8Array, start: number, end: number): void;
  /** A binary frame whose length and check were right. */
  frame(b: Uint8Array, start: number, end: number): void;
  /** Octets that were given up. Long ones come in pieces, as the stream does. */
  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void;
}

const DOLLAR = 0x24;
const STAR = 0x2a;
/** Octets that show whether a `$` begins a frame: id and length. */
const LEAD = 7;
/** `*` and two digits. */
const CHECK = 3;
/** Octets of the longest line with the first octet of its end. */
const LONGEST = MAX_SENTENCE + 1;

/** One for every line. Feeding is synchronous: a sink must not feed a splitter from inside a call. */
export class BeidouSplitter {
  readonly #buffer = new Uint8Array(2 * MAX_SENTENCE);
  #held = 0;

  /** Octets kept for the next chunk. */
  get kept(): number {
    return this.#held;
  }

  /** Takes a chunk of any length, which is not kept after the call. */
  feed(chunk: Uint8Array, sink: BeidouSink): void {
    for (let at = 0; at < chunk.length; ) {
      const room = Math.min(this.#buffer.length - this.#held, chunk.length - at);
      this.#buffer.set(chunk.subarray(at, at + room), this.#held);
      this.#held += room;
      at += room;
      this.#consume(this.#scan(sink, false));
    }
  }

  /** The line is over, or silent for good: what was kept is a sentence, or is given up. */
  end(sink: BeidouSink): void {
    this.#scan(sink, true);
    this.#held = 0;
  }

  #consume(upTo: number): void {
    this.#buffer.copyWithin(0, upTo, this.#held);
    this.#held -= upTo;
  }

  /** Hands over all that is complete; returns where the rest begins. */
  #scan(sink: BeidouSink, over: boolean): number {
    const b = this.#buffer;
    let at = 0;
    while (at < this.#held) {
      const start = this.#skipNoise(at, sink);
      if (start === this.#held) return start;
      const end = this.#binaryEnd(start, over);
      if (end === undefined) return start;
      if (end > start) {
        sink.frame(b, start, end);
        at = end;
        continue;
      }
      const lineEnd = this.#lineEnd(start, over);
      if (lineEnd === undefined) return start;
      const [to, next, reason] = lineEnd;
      if (reason === undefined) sink.sentence(b, start, to);
      // What announced itself as a frame failed by its check.
      else sink.fault(declaredLength(b, start) === undefined ? reason : 'checksum', b, start, to);
      at = next;
    }
    return at;
  }

  /** Reports octets up to the next `$` as noise, but for blanks; returns where it is. */
  #skipNoise(from: number, sink: BeidouSink): number {
    const b = this.#buffer;
    let at = from;
    let blank = true;
    while (at < this.#held && b[at] !== DOLLAR) {
      const octet = b[at++]!;
      blank &&= octet === 0x20 || octet === 0x0d || octet === 0x0a || octet === 0x09;
    }
    if (!blank) sink.fault('delimiter', b, from, at);
    return at;
  }

  /** End of the binary frame at `start`; `start` where there is none; undefined where more octets must tell. */
  #binaryEnd(start: number, over: boolean): number | undefined {
    const left = this.#held - start;
    if (left < LEAD) return over || this.#isText(start) ? start : undefined;
    const length = declaredLength(this.#buffer, start);
    if (length === undefined) return start;
    if (left < length) return over ? start : undefined;
    const end = start + length;
    return xorOf(this.#buffer, start, end) === 0 ? end : start;
  }

  /** Whether the few octets there are rule a frame out already: its length has a high octet of 0 or 1. */
  #isText(start: number): boolean {
    for (let i = start + 1; i < this.#held; i++) {
      const octet = this.#buffer[i]!;
      if (i < start + 5 ? octet < 0x41 || octet > 0x5a : i === start + 5 && octet > 1) return true;
    }
    return false;
  }

  /** Where the sentence at `start` ends, where to go on, and why it is none; undefined where it is not over. */
  #lineEnd(start: number, over: boolean): readonly [end: number, next: number, reason?: FrameFault] | undefined {
    const b = this.#buffer;
    const limit = Math.min(this.#held, start + LONGEST);
    for (let i = start + 1; i < limit; i++) {
      const octet = b[i]!;
      if (octet === 0x0a || octet === 0x0d) return [i, i + 1];
      if (octet === DOLLAR) return this.#hasCheck(start, i) ? [i, i] : [i, i, 'delimiter'];
      if ((octet < 0x20 && octet !== 0x09) || octet === 0x7f || octet === 0xff) return [i, i, 'delimiter'];
    }
    if (limit === start + LONGEST) return [limit, limit, 'length'];
    if (over) return this.#hasCheck(start, limit) ? [limit, limit] : [limit, limit, 'delimiter'];
    return undefined;
  }

  #hasCheck(start: number, end: number): boolean {
    return end - CHECK > start && this.#buffer[end - CHECK] === STAR;
  }
}
