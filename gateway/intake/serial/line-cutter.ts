/**
 * Cuts what comes over a serial line into JT/T 808 frames, sentences and binary RDSS frames, in whatever order they
 * follow one another. A candidate counts when its check is right; until then nothing behind its first octet is given
 * up, so that a sentence inside a broken frame is found, and a `$` or 0x7e inside a good one does no harm.
 *
 * Keeps at most `MAX_KEPT` octets between chunks. Any split of the stream gives the same units. Never throws.
 */
import {
  Deframer,
  decodeRdssFrame,
  type PacketSink,
  readSentence,
  type SentenceOptions,
} from '../../../protocol/index.ts';

/** What a line was heard to speak. */
export type Speech = 'jt808' | 'sentence' | 'rdss';

/** Whoever takes what is cut out. Octets [start, end) of `b` are valid during the call only. */
export interface LineSink {
  /** `jt808`: a frame with its flags; `sentence`: from `$` on, the line end left off; `rdss`: a binary frame. Its check was right. */
  unit(speech: Speech, b: Uint8Array, start: number, end: number): void;
  /** Something that has the ends of a unit, but not its check. */
  damaged(speech: Speech, b: Uint8Array, start: number, end: number): void;
  /** Octets that are part of nothing. */
  noise(octets: number): void;
}

const FLAG = 0x7e;
const DOLLAR = 0x24;
const STAR = 0x2a;
/** The longest sentence, and some room; a JT/T 808 frame with every octet escaped is half of it. */
const MAX_UNIT = 4200;
/** Octets that wait for their rest, at most. */
export const MAX_KEPT = 2 * MAX_UNIT;
/** Flags, header of 12, check octet. */
const SHORTEST_FRAME = 15;
/** The longest sentence, and one octet behind it. */
const LONGEST_LINE = 4097;
/** `$`, four capitals and a length: what tells a binary frame from a sentence. */
const LEAD = 7;
const SHORTEST_RDSS = 11;
const LONGEST_RDSS = 300;

/** Whether a frame was found, as the deframer tells. */
class Check implements PacketSink {
  good = false;
  packet(): void {
    this.good = true;
  }
  fault(): void {
    this.good = false;
  }
}

/** One for every line. A sink must not feed it from inside a call. */
export class LineCutter {
  readonly #options: SentenceOptions;
  readonly #buffer = new Uint8Array(MAX_KEPT);
  readonly #deframer = new Deframer({ datagram: true });
  readonly #check = new Check();
  #held = 0;
  /** The flag that comes next has ended a frame already: it may begin another, or none. */
  #spent = false;

  constructor(options: SentenceOptions = {}) {
    this.#options = options;
  }

  /** Octets that wait for their rest. */
  get kept(): number {
    return this.#held;
  }

  /** Takes a chunk of any length, which is not kept. */
  feed(chunk: Uint8Array, sink: LineSink): void {
    for (let at = 0; at < chunk.length; ) {
      const room = Math.min(MAX_KEPT - this.#held, chunk.length - at);
      this.#buffer.set(chunk.subarray(at, at + room), this.#held);
      this.#held += room;
      at += room;
      this.#scan(sink, false);
    }
  }

  /** The line fell silent, or is gone: what waited for its rest is looked at as it is. */
  settle(sink: LineSink): void {
    this.#scan(sink, true);
  }

  #scan(sink: LineSink, over: boolean): void {
    const b = this.#buffer;
    let at = 0;
    while (at < this.#held) {
      const octet = b[at];
      const next =
        octet === FLAG
          ? this.#frame(at, over, sink)
          : octet === DOLLAR
            ? this.#dollar(at, over, sink)
            : this.#skip(at, sink);
      if (next === undefined) break;
      at = next;
    }
    b.copyWithin(0, at, this.#held);
    this.#held -= at;
  }

  /** Where to go on behind octets that begin nothing; blanks between units are no noise. */
  #skip(from: number, sink: LineSink): number {
    const b = this.#buffer;
    let at = from;
    let dirty = 0;
    for (; at < this.#held && b[at] !== FLAG && b[at] !== DOLLAR; at++) if (!isBlank(b[at]!)) dirty++;
    if (dirty > 0) sink.noise(dirty);
    return at;
  }

  /** Where to go on behind the frame that may begin at `at`; undefined where more octets must tell. */
  #frame(at: number, over: boolean, sink: LineSink): number | undefined {
    const b = this.#buffer;
    const next = at + 1 < this.#held ? b[at + 1]! : -1;
    // No message has an id whose first octet is one of these.
    const begins = next !== FLAG && next !== DOLLAR && next !== 0x0d && next !== 0x20;
    if (this.#spent && (!begins || (over && next < 0))) return this.#pass(at);
    if (next === FLAG) return at + 1;
    const end = b.subarray(0, this.#held).indexOf(FLAG, at + 1);
    if (end < 0) {
      if (!over && this.#held - at <= MAX_UNIT) return undefined;
      return this.#drop(at, sink);
    }
    if (end + 1 - at >= SHORTEST_FRAME) {
      this.#check.good = false;
      this.#deframer.feed(b.subarray(at, end + 1), this.#check);
      if (this.#check.good) {
        sink.unit('jt808', b, at, end + 1);
        this.#spent = true;
        return end;
      }
      if (!b.subarray(at, end).includes(DOLLAR)) {
        if (this.#spent) sink.noise(end - at - 1);
        else sink.damaged('jt808', b, at, end + 1);
        this.#spent = false;
        return end;
      }
    }
    return this.#drop(at, sink);
  }

  /** Where to go on behind the sentence or binary frame that may begin at `at`; undefined where more octets must tell. */
  #dollar(at: number, over: boolean, sink: LineSink): number | undefined {
    const b = this.#buffer;
    const left = this.#held - at;
    if (left < LEAD) return over ? this.#drop(at, sink) : undefined;
    const length = this.#declared(at);
    if (length !== undefined) {
      if (left < length && !over) return undefined;
      if (left >= length && xor(b, at, at + length) === 0 && 'id' in readable(b, at, at + length)) {
        sink.unit('rdss', b, at, at + length);
        return at + length;
      }
    }
    return this.#line(at, over, sink);
  }

  #line(at: number, over: boolean, sink: LineSink): number | undefined {
    const b = this.#buffer;
    const limit = Math.min(this.#held, at + LONGEST_LINE);
    let end = at + 1;
    for (; end < limit; end++) {
      const octet = b[end]!;
      if (octet === 0x0a || octet === 0x0d) break;
      // A Chinese character may hold 0x7e, so a flag or `$` ends a line only behind a check code.
      if ((octet === FLAG || octet === DOLLAR) && b[end - 3] === STAR) break;
      if (octet === DOLLAR || (octet < 0x20 && octet !== 0x09) || octet === 0x7f || octet === 0xff)
        return this.#drop(at, sink);
    }
    if (end === limit && !over && limit - at < LONGEST_LINE) return undefined;
    if (!('fault' in readSentence(b, at, end, this.#options))) {
      sink.unit('sentence', b, at, end);
      return end;
    }
    if (end === limit || b.subarray(at, end).includes(FLAG)) return this.#drop(at, sink);
    sink.damaged('sentence', b, at, end);
    return end;
  }

  /** The length that a binary frame at `at` declares; undefined where none can begin. */
  #declared(at: number): number | undefined {
    const b = this.#buffer;
    for (let i = at + 1; i < at + 5; i++) if (b[i]! < 0x41 || b[i]! > 0x5a) return undefined;
    const length = (b[at + 5]! << 8) | b[at + 6]!;
    return length >= SHORTEST_RDSS && length <= LONGEST_RDSS ? length : undefined;
  }

  #pass(at: number): number {
    this.#spent = false;
    return at + 1;
  }

  #drop(at: number, sink: LineSink): number {
    if (this.#spent && this.#buffer[at] === FLAG) return this.#pass(at);
    sink.noise(1);
    return at + 1;
  }
}

function readable(b: Uint8Array, start: number, end: number): object {
  const decoded = decodeRdssFrame(b, start, end);
  // One whose body is not as declared is a frame all the same.
  return 'fault' in decoded && decoded.fault === 'body' ? { id: '' } : decoded;
}

const isBlank = (octet: number): boolean => octet === 0x0d || octet === 0x0a || octet === 0x20 || octet === 0x09;

function xor(b: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum ^= b[i]!;
  return sum;
}
