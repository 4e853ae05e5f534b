/**
 * Joins the parts of sub-packaged messages: any order, duplicates, parts that come again on another link.
 *
 * A message is known by its terminal, id, total and the serial of its first part, so two pictures of the same size
 * do not mix. Everything is bounded; there are no timers inside: `nextDeadline` says when to call `expire`.
 */
import type { MonotonicMs } from '../host/clock.ts';
import type { Header } from './header.ts';
import { type Assembled, PartialMessage } from './partial-message.ts';

/** Bounds of what is kept while parts are missing. */
export interface ReassemblerOptions {
  /** Messages under way at once, finished ones that are still remembered included; 4,096 unless given. */
  readonly maxMessages?: number;
  /** The same for one terminal; 8 unless given. Above it the terminal's oldest finished one is forgotten. */
  readonly maxPerTerminal?: number;
  /** Octets kept in all, some 100 a part for its keeping included; 64 MiB unless given. */
  readonly maxBytes?: number;
  /** Parts of one message; 4,096 unless given, which is about 4 MiB. */
  readonly maxParts?: number;
  /** After how long without a new part the missing ones are asked for (0x8003), and again; 10 s unless given. */
  readonly askAfterMs?: number;
  /** How often they are asked for; 3 unless given. */
  readonly asks?: number;
  /** After how long without a new part the message is given up, or forgotten once finished; 60 s unless given. */
  readonly giveUpAfterMs?: number;
}

/**
 * - `waiting` the part was taken and others are missing.
 * - `duplicate` it was taken before.
 * - `refused` a bound is reached, and the part was not taken.
 */
export type Offer = 'waiting' | 'duplicate' | 'refused' | Assembled;

/** What time has done to a message: parts to ask for, or the end of it. */
export interface Overdue {
  readonly kind: 'ask' | 'gaveUp';
  readonly terminal: string;
  readonly id: number;
  readonly total: number;
  /** Serial of the first part, by which 0x8003 names the message; reckoned from another part where it has not come. */
  readonly firstSerial: number;
  /** Numbers of parts that have not come, at most 255: as many as 0x8003 of 2013 can name. */
  readonly missing: readonly number[];
  readonly received: number;
}

const MOST_MISSING = 255;
const PART_KEEPING = 100;

/** One for all terminals of a process: parts may come over any link. */
export class Reassembler {
  readonly #maxMessages: number;
  readonly #maxPerTerminal: number;
  readonly #maxBytes: number;
  readonly #maxParts: number;
  readonly #askAfterMs: number;
  readonly #asks: number;
  readonly #giveUpAfterMs: number;
  readonly #byTerminal = new Map<string, PartialMessage[]>();
  #messages = 0;
  #bytes = 0;
  /** Not later than the earliest deadline. */
  #next: MonotonicMs = Infinity;

  constructor(options: ReassemblerOptions = {}) {
    this.#maxMessages = options.maxMessages ?? 4096;
    this.#maxPerTerminal = options.maxPerTerminal ?? 8;
    this.#maxBytes = options.maxBytes ?? 64 * 1024 * 1024;
    this.#maxParts = options.maxParts ?? 4096;
    this.#askAfterMs = options.askAfterMs ?? 10_000;
    this.#asks = options.asks ?? 3;
    this.#giveUpAfterMs = options.giveUpAfterMs ?? 60_000;
  }

  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes the part whose header was read from packet `b`; its octets are copied. */
  offer(terminal: string, b: Uint8Array, header: Header, now: MonotonicMs): Offer {
    const partials = this.#byTerminal.get(terminal) ?? [];
    let partial = partials.find((candidate) => candidate.holds(header));
    if (partial !== undefined) return 'duplicate';
    partial =
      partials.find((candidate) => candidate.follows(header)) ?? partials.find((candidate) => candidate.drifts(header));
    const cost = header.bodyEnd - header.bodyAt + PART_KEEPING;
    if (this.#bytes + cost > this.#maxBytes || header.total > this.#maxParts) return 'refused';
    if (partial === undefined) {
      if (!this.#makeRoom(partials)) return 'refused';
      partial = new PartialMessage(header);
      if (partials.push(partial) === 1) this.#byTerminal.set(terminal, partials);
      this.#messages++;
    }
    partial.take(b, header);
    partial.bytes += cost;
    this.#bytes += cost;
    partial.lastPartAt = now;
    partial.asked = 0;
    partial.deadline = now + Math.min(this.#askAfterMs, this.#giveUpAfterMs);
    if (partial.received < partial.total) {
      this.#next = Math.min(this.#next, partial.deadline);
      return 'waiting';
    }
    const assembled = partial.assemble();
    // Kept without its octets for a while, so that parts sent once more are known for duplicates.
    const keeping = partial.total * PART_KEEPING;
    this.#bytes += keeping - partial.bytes;
    partial.bytes = keeping;
    partial.deadline = now + this.#giveUpAfterMs;
    this.#next = Math.min(this.#next, partial.deadline);
    return assembled;
  }

  /** When `expire` has something to say, or earlier; Infinity when nothing is under way. */
  nextDeadline(): MonotonicMs {
    return this.#next;
  }

  /** What is to be asked for again and what was given up by `now`. */
  expire(now: MonotonicMs): Overdue[] {
    const overdue: Overdue[] = [];
    if (now < this.#next) return overdue;
    this.#next = Infinity;
    for (const [terminal, partials] of this.#byTerminal) {
      for (let i = partials.length - 1; i >= 0; i--) {
        const partial = partials[i]!;
        if (partial.deadline <= now && !this.#outlives(partial, terminal, now, overdue)) this.#drop(partials, i);
        else this.#next = Math.min(this.#next, partial.deadline);
      }
      if (partials.length === 0) this.#byTerminal.delete(terminal);
    }
    return overdue;
  }

  /** Forgets all that a terminal has under way, as when it deregisters. */
  forget(terminal: string): void {
    const partials = this.#byTerminal.get(terminal) ?? [];
    while (partials.length > 0) this.#drop(partials, 0);
    this.#byTerminal.delete(terminal);
  }

  #outlives(partial: PartialMessage, terminal: string, now: MonotonicMs, overdue: Overdue[]): boolean {
    if (partial.finished) return false;
    const { id, total, received } = partial;
    const gaveUp = now >= partial.lastPartAt + this.#giveUpAfterMs;
    if (gaveUp || partial.asked < this.#asks) {
      const missing = partial.missing(MOST_MISSING);
      const kind = gaveUp ? 'gaveUp' : 'ask';
      overdue.push({ kind, terminal, id, total, firstSerial: partial.firstSerial, missing, received });
    }
    if (gaveUp) return false;
    partial.asked++;
    const end = partial.lastPartAt + this.#giveUpAfterMs;
    partial.deadline = partial.asked < this.#asks ? Math.min(now + this.#askAfterMs, end) : end;
    return true;
  }

  #makeRoom(partials: PartialMessage[]): boolean {
    if (partials.length < this.#maxPerTerminal && this.#messages < this.#maxMessages) return true;
    const finished = partials.findIndex((partial) => partial.finished);
    if (finished === -1) return false;
    this.#drop(partials, finished);
    return true;
  }

  #drop(partials: PartialMessage[], index: number): void {
    this.#bytes -= partials[index]!.bytes;
    partials.splice(index, 1);
    this.#messages--;
  }
}
