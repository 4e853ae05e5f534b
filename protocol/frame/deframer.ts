/**
 * Splits a stream of octets into packets: flags, escapes, check octet. JT/T 808-2019 4.4.
 *
 * Every non-empty span between two flags is tried as a frame, so shared and doubled flags cost nothing. A span
 * that fails costs itself: the next flag starts afresh. Nothing is kept but the span under way, at most `MAX_FRAME`
 * octets, and no buffer exists while no frame is split between chunks. Never throws.
 */
import type { FrameFault } from '../errors.ts';
import { ESCAPE, FLAG, MAX_FRAME } from './escape.ts';
import { couldBeFrame, examine, examined, fitsDeclared } from './examine.ts';
import { giveHold, type Hold, takeHold } from './hold.ts';
import { QUIRKS } from './quirks.ts';
import { foldedCheck, nextFlag, nextSpecial, wordsOf } from './scan.ts';

/** Whoever takes what a deframer finds. */
export interface PacketSink {
  /**
   * A packet whose check octet was right: octets [start, end) of `b`, unescaped, header first, check octet left off.
   * `b` is the chunk itself or a scratch that all deframers share: valid during the call only.
   */
  packet(b: Uint8Array, start: number, end: number): void;
  /** Octets [start, end) of `b` that were given up, as they came; valid during the call only. */
  fault(reason: FrameFault, b: Uint8Array, start: number, end: number): void;
}

/** Fewest octets between two flags that hold a header and a check octet; and the most, all of them escaped. */
const MIN_SPAN = 13;
const MAX_SPAN = MAX_FRAME - 2;
const FLAG_OCTET = Uint8Array.of(FLAG);
const UNESCAPED_DELIMITER = 1 << QUIRKS['unescaped-delimiter'].bit;

/** One for every link. Feeding is synchronous: a sink must not feed a deframer from inside a call. */
export class Deframer {
  /** Bits of `QUIRKS` met in the packet that is being handed over: read it during `packet`. */
  quirks = 0;
  /** During `fault`: these octets carry on the noise that was reported just before, so it is one fault, not two. */
  continued = false;

  readonly #datagram: boolean;
  /** A suspect with the flag behind it, then the span under way. */
  #hold: Hold | undefined;
  #held = 0;
  /** Octets of `#hold` that belong to a failed span which, by its declared length, may have been cut by a raw 7E. */
  #suspect = 0;
  #suspectReason: FrameFault = 'checksum';
  /** A flag was seen, and what follows may be a frame; otherwise octets are noise up to the next flag. */
  #inside = false;
  /** The flag behind us closed something, so what follows is noise unless it shares the flag. */
  #closed = false;
  #noisy = false;

  /** @param options.datagram every chunk stands alone: nothing is kept from one to the next. */
  constructor(options: { readonly datagram?: boolean } = {}) {
    this.#datagram = options.datagram ?? false;
  }

  /** Octets kept for the next chunk: at most `MAX_FRAME`. */
  get kept(): number {
    return this.#held;
  }

  /** Takes a chunk of any length, which is not kept after the call. */
  feed(chunk: Uint8Array, sink: PacketSink): void {
    const length = chunk.length;
    const words = wordsOf(chunk);
    let at = this.#inside ? 0 : this.#skipNoise(chunk, sink);
    while (at < length) {
      let end = nextSpecial(chunk, words, at, length);
      const check = foldedCheck();
      const escaped = end < length && chunk[end] === ESCAPE;
      if (escaped) end = nextFlag(chunk, end + 1, length);
      if (end === length) {
        this.#keep(chunk, at, sink);
        break;
      }
      if (this.#held > 0) this.#close(chunk, at, end, sink);
      else if (end === at) this.#closed = false;
      else if (check === 0 && !escaped && end - at >= MIN_SPAN && end - at <= MAX_SPAN) {
        this.#pass(chunk, at, end - 1, sink);
      } else this.#judge(chunk, at, end, sink);
      at = end + 1;
    }
    if (this.#datagram) this.end(sink);
  }

  /** The link is over: what was kept is given up, and the next chunk starts afresh. */
  end(sink: PacketSink): void {
    if (this.#suspect > 0) this.#giveUpSuspect(sink);
    if (this.#held > 0) this.#fault('delimiter', this.#hold!.octets, 0, this.#held, sink);
    this.#release();
    this.#inside = false;
    this.#closed = false;
    this.#noisy = false;
  }

  /** Reports octets up to the next flag as noise; returns the offset behind that flag. */
  #skipNoise(chunk: Uint8Array, sink: PacketSink): number {
    const end = nextFlag(chunk, 0, chunk.length);
    if (end > 0) {
      this.continued = this.#noisy;
      sink.fault('delimiter', chunk, 0, end);
    }
    this.#inside = end < chunk.length;
    this.#noisy = !this.#inside && (this.#noisy || end > 0);
    this.#closed = false;
    return end + 1;
  }

  /** Keeps the beginning of a span for the next chunk. */
  #keep(chunk: Uint8Array, at: number, sink: PacketSink): void {
    if (this.#overflows(chunk, at, chunk.length, sink)) {
      this.#inside = false;
      this.#noisy = true;
    } else this.#append(chunk, at, chunk.length);
  }

  /** A flag ends a span that follows kept octets. */
  #close(chunk: Uint8Array, at: number, end: number, sink: PacketSink): void {
    if (this.#overflows(chunk, at, end, sink)) {
      this.#closed = false;
      return;
    }
    this.#append(chunk, at, end);
    const hold = this.#hold;
    if (hold === undefined) this.#closed = false;
    else if (this.#suspect > 0) this.#confront(hold.octets, sink);
    else {
      const held = this.#held;
      this.#release();
      const clean = nextSpecial(hold.octets, hold.words, 0, held) === held && foldedCheck() === 0;
      if (clean && held >= MIN_SPAN) this.#pass(hold.octets, 0, held - 1, sink);
      else this.#judge(hold.octets, 0, held, sink);
    }
  }

  /** Gives up what is kept and octets [at, end) where together they are longer than any frame can be. */
  #overflows(chunk: Uint8Array, at: number, end: number, sink: PacketSink): boolean {
    if (this.#suspect > 0 && this.#held + end - at > MAX_SPAN) this.#giveUpSuspect(sink);
    if (this.#held + end - at <= MAX_SPAN) return false;
    const held = this.#held;
    if (held > 0) this.#fault('delimiter', this.#hold!.octets, 0, held, sink);
    this.#release();
    this.continued = held > 0;
    sink.fault('delimiter', chunk, at, end);
    return true;
  }

  /** Decides over a whole span that nothing precedes. */
  #judge(b: Uint8Array, start: number, end: number, sink: PacketSink): void {
    const verdict = end - start > MAX_SPAN ? 'delimiter' : examine(b, start, end);
    if (verdict === 'packet' && (!this.#closed || examined.size >= MIN_SPAN - 1)) {
      this.#deliver(sink);
      return;
    }
    // Octets between a closing flag and the next opening one were never announced as a frame.
    const noise = verdict === 'delimiter' || verdict === 'packet' || (this.#closed && !couldBeFrame(b, start, end));
    this.#closed = !noise;
    const reason: FrameFault = noise ? 'delimiter' : verdict === 'cut' ? 'checksum' : verdict;
    if (verdict === 'cut') {
      this.#append(b, start, end);
      this.#appendFlag();
      this.#suspectReason = reason;
    } else this.#fault(reason, b, start, end, sink);
  }

  /**
   * A suspect, a flag, and another span. Either the span is a frame of its own, or the flag between them was an
   * octet of the frame sent raw (some terminals do not escape 7E), or the suspect is lost.
   */
  #confront(hold: Uint8Array, sink: PacketSink): void {
    const span = this.#suspect;
    const held = this.#held;
    if (span < held && examine(hold, span, held) === 'packet' && fitsDeclared()) {
      this.#giveUpSuspect(sink);
      this.#release();
      this.#deliver(sink);
      return;
    }
    const joined = examine(hold, 0, held);
    if (joined === 'packet') {
      examined.quirks |= UNESCAPED_DELIMITER;
      this.#release();
      this.#deliver(sink);
    } else if (joined === 'cut' && held < MAX_SPAN) this.#appendFlag();
    else {
      this.#giveUpSuspect(sink);
      const rest = this.#held;
      this.#release();
      if (rest > 0) this.#judge(hold, 0, rest, sink);
      else this.#closed = false;
    }
  }

  #pass(b: Uint8Array, start: number, end: number, sink: PacketSink): void {
    this.#closed = true;
    this.quirks = 0;
    sink.packet(b, start, end);
  }

  #deliver(sink: PacketSink): void {
    this.#closed = true;
    this.quirks = examined.quirks;
    sink.packet(examined.octets, 0, examined.size);
  }

  #fault(reason: FrameFault, b: Uint8Array, start: number, end: number, sink: PacketSink): void {
    this.continued = false;
    sink.fault(reason, b, start, end);
  }

  /** Reports the suspect, without the flag behind it, and moves the span under way to the front. */
  #giveUpSuspect(sink: PacketSink): void {
    const hold = this.#hold!.octets;
    const suspect = this.#suspect;
    this.#suspect = 0;
    this.#fault(this.#suspectReason, hold, 0, suspect - 1, sink);
    hold.copyWithin(0, suspect, this.#held);
    this.#held -= suspect;
    if (this.#held === 0) this.#release();
  }

  /** Turns everything kept and the flag behind it into a suspect. */
  #appendFlag(): void {
    this.#append(FLAG_OCTET, 0, 1);
    this.#suspect = this.#held;
  }

  #append(b: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    // A buffer just released may be the one taken here and `b` at once: then each octet is written where it was read.
    const { octets } = (this.#hold ??= takeHold());
    let to = this.#held;
    for (let from = start; from < end; ) octets[to++] = b[from++]!;
    this.#held = to;
  }

  #release(): void {
    if (this.#hold !== undefined) giveHold(this.#hold);
    this.#hold = undefined;
    this.#held = 0;
    this.#suspect = 0;
  }
}
