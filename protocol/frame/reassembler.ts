/**
 * Joins the parts of sub-packaged messages: any order, duplicates, losses, parts that come again on another link or
 * under other serials.
 *
 * A message is known by its terminal, id, total and the serial of its first part, so two pictures of the same size
 * do not mix. Everything is bounded; there are no timers inside: `nextDeadline` says when to call `expire`. Octets
 * that are kept elsewhere (`stored`) are let go when memory runs short, and fetched again when all parts have come.
 */
import type { MonotonicMs } from '../host/clock.ts';
import { contentHash } from './content-hash.ts';
import type { Header } from './header.ts';
import { type Absent, type Assembled, PartialMessage } from './partial-message.ts';

/** Bounds of what is kept while parts are missing. */
export interface ReassemblerOptions {
  /** Messages under way at once, finished ones that are still remembered included; 4,096 unless given. A terminal that has none then is refused. */
  readonly maxMessages?: number;
  /** The same for one terminal; 8 unless given. Above it the terminal's oldest finished one is forgotten, or else its oldest is given up. */
  readonly maxPerTerminal?: number;
  /** Octets in memory, some 100 a part for its keeping included; 64 MiB unless given. */
  readonly maxBytes?: number;
  /** Octets of unfinished messages, wherever they are kept; no bound of their own unless given. */
  readonly maxStoredBytes?: number;
  /** Parts of one message; 4,096 unless given, which is about 4 MiB. */
  readonly maxParts?: number;
  /** After how long without a new part the missing ones are asked for (0x8003), and again; 10 s unless given. */
  readonly askAfterMs?: number;
  /** How often they are asked for; 3 unless given. It begins anew when the terminal has returned. */
  readonly asks?: number;
  /** After how long without a new part the message is given up; 60 s unless given. */
  readonly giveUpAfterMs?: number;
  /** How long a finished one is remembered, so that late copies of its parts are known; 60 s unless given. */
  readonly rememberMs?: number;
}

/** A part whose header was read from packet `b`; its octets are copied. */
export interface OfferedPart {
  readonly terminal: string;
  readonly b: Uint8Array;
  readonly header: Header;
  /** The caller's own, for `oldestMark`; 0 unless given. */
  readonly mark?: number;
}

/** A message whose parts have all come, though the octets of some are elsewhere. */
export interface Scattered {
  readonly absent: readonly Absent[];
  /** What `Assembled.octets` will begin with, and how long it will be. */
  readonly header: Uint8Array;
  readonly size: number;
  /** What its first part was marked with. */
  readonly mark: number;
  /** Joins it with the bodies that were fetched, by number. Undefined where some are lost: those are missing again. */
  join(fetched: ReadonlyMap<number, Uint8Array>, now: MonotonicMs): Assembled | undefined;
  /** Nobody needs it joined any more: it counts as finished. */
  settle(now: MonotonicMs): void;
}

/** All parts of a message, joined, or to be joined when the absent ones have been fetched. */
export type Whole = Assembled | Scattered;

/**
 * - `waiting` the part was taken and others are missing.
 * - `duplicate` it was taken before.
 * - `refused` a bound is reached, and the part was not taken.
 */
export type Offer = 'waiting' | 'duplicate' | 'refused' | Whole;

/**
 * What time or another part has done to a message: parts to ask for, or the end of it.
 *
 * - `gaveUp` no new part came for `giveUpAfterMs`.
 * - `crowdedOut` the terminal began more messages than it may have under way.
 * - `replaced` the terminal began anew with the same serials.
 */
export interface Overdue {
  readonly kind: 'ask' | 'gaveUp' | 'crowdedOut' | 'replaced';
  readonly terminal: string;
  readonly id: number;
  readonly total: number;
  /** Serial of the first part, by which 0x8003 names the message; reckoned from another part where it has not come. */
  readonly firstSerial: number;
  /** Numbers of parts that have not come, at most 255: as many as 0x8003 of 2013 can name. */
  readonly missing: readonly number[];
  readonly received: number;
  /** How often it was asked for before, since a part came last. */
  readonly asked: number;
  /** The first 8 octets of the body, where part 1 has come. */
  readonly opening?: Uint8Array;
}

/** A message that became whole as time showed which parts belong together. */
export interface Settled {
  readonly kind: 'whole';
  readonly terminal: string;
  readonly whole: Whole;
}

const MOST_MISSING = 255;
const PART_KEEPING = 100;
/** Letting octets go goes on until so much of the bound is in use, so that it is not done for every part. */
const SPILL_TO = 0.75;

/** One for all terminals of a process: parts may come over any link. */
export class Reassembler {
  readonly #options: Required<ReassemblerOptions>;
  readonly #byTerminal = new Map<string, PartialMessage[]>();
  /** Ends that came about between two calls of `expire`. */
  #ended: Overdue[] = [];
  #messages = 0;
  #bytes = 0;
  #storedBytes = 0;
  /** Not later than the earliest deadline. */
  #next: MonotonicMs = Infinity;

  constructor(options: ReassemblerOptions = {}) {
    this.#options = {
      maxMessages: options.maxMessages ?? 4096,
      maxPerTerminal: options.maxPerTerminal ?? 8,
      maxBytes: options.maxBytes ?? 64 * 1024 * 1024,
      maxStoredBytes: options.maxStoredBytes ?? Infinity,
      maxParts: options.maxParts ?? 4096,
      askAfterMs: options.askAfterMs ?? 10_000,
      asks: options.asks ?? 3,
      giveUpAfterMs: options.giveUpAfterMs ?? 60_000,
      rememberMs: options.rememberMs ?? 60_000,
    };
  }

  get messages(): number {
    return this.#messages;
  }

  /** Octets in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Octets of unfinished messages, in memory or let go. */
  get storedBytes(): number {
    return this.#storedBytes;
  }

  /** Whether `offer` would not refuse a part of this size. What can be let go for it is. */
  admits(terminal: string, size: number): boolean {
    const known = (this.#byTerminal.get(terminal)?.length ?? 0) > 0;
    return (known || this.#messages < this.#options.maxMessages) && this.#hasRoomFor(size);
  }

  offer({ terminal, b, header, mark = 0 }: OfferedPart, now: MonotonicMs): Offer {
    const partials = this.#byTerminal.get(terminal) ?? [];
    const hash = contentHash(b, header.bodyAt, header.bodyEnd);
    if (partials.some((candidate) => candidate.holds(header, hash))) return 'duplicate';
    const clash = partials.find((candidate) => candidate.clashes(header, hash));
    if (clash !== undefined) this.#lose(terminal, partials, clash, 'replaced');
    const size = header.bodyEnd - header.bodyAt;
    if (header.total > this.#options.maxParts || !this.#hasRoomFor(size)) return 'refused';
    let partial =
      partials.find((candidate) => candidate.follows(header)) ?? partials.find((candidate) => candidate.drifts(header));
    if (partial === undefined) {
      if (!this.#makeRoom(terminal, partials)) return 'refused';
      partial = new PartialMessage(header, mark, now);
      partials.push(partial);
      this.#byTerminal.set(terminal, partials);
      this.#messages++;
    }
    partial.take(b, header, hash);
    partial.bytes += size + PART_KEEPING;
    this.#bytes += size + PART_KEEPING;
    this.#storedBytes += size;
    partial.lastPartAt = now;
    partial.asked = 0;
    this.#waitUntil(partial, now + Math.min(this.#options.askAfterMs, this.#options.giveUpAfterMs));
    if (partial.complete) return this.#whole(partials, partial, now);
    return 'waiting';
  }

  /** The part is kept at `place`, from 1, from where it can be fetched: its octets may be let go. */
  stored(terminal: string, header: Header, place: number): void {
    for (const partial of this.#byTerminal.get(terminal) ?? []) if (partial.stored(header, place)) return;
  }

  /** When `expire` has something to say, or earlier; Infinity when nothing is under way. */
  nextDeadline(): MonotonicMs {
    return this.#next;
  }

  /**
   * What is to be asked for again, what was given up by `now` and what became whole. A terminal that is not `reachable`
   * is asked for nothing.
   */
  expire(now: MonotonicMs, reachable: (terminal: string) => boolean = () => true): (Overdue | Settled)[] {
    const events: (Overdue | Settled)[] = this.#ended;
    this.#ended = [];
    if (now < this.#next) return events;
    this.#next = Infinity;
    for (const [terminal, partials] of this.#byTerminal) {
      for (const partial of partials.toReversed())
        if (partial.deadline <= now && partials.includes(partial))
          this.#due(terminal, partials, partial, now, reachable, events);
      for (const { deadline } of partials) this.#next = Math.min(this.#next, deadline);
      if (partials.length === 0) this.#byTerminal.delete(terminal);
    }
    return events;
  }

  /** The terminal can be reached again: what it left unfinished is asked for anew. */
  returned(terminal: string, now: MonotonicMs): void {
    for (const partial of this.#byTerminal.get(terminal) ?? []) {
      if (partial.finished) continue;
      partial.asked = 0;
      this.#waitUntil(partial, Math.min(now + this.#options.askAfterMs, this.#endOf(partial)));
    }
  }

  /** The lowest mark of an unfinished message; Infinity where there is none. */
  oldestMark(): number {
    let oldest = Infinity;
    for (const partials of this.#byTerminal.values())
      for (const { finished, mark } of partials) if (!finished && mark < oldest) oldest = mark;
    return oldest;
  }

  /** Forgets all that a terminal has under way, or only the message of that id, total and first serial. */
  forget(
    terminal: string,
    which?: { readonly id: number; readonly total: number; readonly firstSerial: number },
  ): void {
    const partials = this.#byTerminal.get(terminal) ?? [];
    for (const partial of partials.toReversed()) {
      const { id, total, firstSerial } = partial;
      if (which === undefined || (which.id === id && which.total === total && which.firstSerial === firstSerial))
        this.#drop(partials, partial);
    }
    if (partials.length === 0) this.#byTerminal.delete(terminal);
  }

  #due(
    terminal: string,
    partials: PartialMessage[],
    partial: PartialMessage,
    now: MonotonicMs,
    reachable: (terminal: string) => boolean,
    events: (Overdue | Settled)[],
  ): void {
    const { askAfterMs, asks } = this.#options;
    const end = this.#endOf(partial);
    if (partial.finished) return this.#drop(partials, partial);
    if (partials.some((other) => partial.isCopyOf(other))) return this.#drop(partials, partial);
    if (now >= end) {
      events.push(overdue('gaveUp', terminal, partial));
      return this.#drop(partials, partial);
    }
    // All are here, and absent ones are being fetched.
    if (partial.complete) return this.#waitUntil(partial, end);
    if (partial.asked < asks) {
      if (reachable(terminal)) {
        events.push(overdue('ask', terminal, partial));
        partial.asked++;
        partial.askedAt = Math.min(partial.askedAt, now);
      }
      return this.#waitUntil(partial, Math.min(now + askAfterMs, end));
    }
    this.#waitUntil(partial, end);
    // The terminal knows nothing of such a message: it is what another one was asked for, if that can only be one.
    const [into, another] = partials.filter((other) => other.awaits(partial));
    const whole = into === undefined || another !== undefined ? undefined : this.#adopt(partials, into, now);
    if (whole !== undefined) events.push({ kind: 'whole', terminal, whole });
  }

  /**
   * Gives a message the parts that it was asked for and that came under serials of their own, each perhaps under its
   * own: where they are just those that are missing, and asking for others beside them was in vain.
   */
  #adopt(partials: PartialMessage[], into: PartialMessage, now: MonotonicMs): Whole | undefined {
    const answers = partials.filter((other) => into.awaits(other) && other.asked >= this.#options.asks);
    const numbers = new Set(answers.flatMap((other) => other.numbers));
    const count = answers.reduce((sum, { received }) => sum + received, 0);
    if (numbers.size !== count || into.received + count !== into.total) return undefined;
    for (const other of answers) {
      into.adopt(other);
      partials.splice(partials.indexOf(other), 1);
      this.#messages--;
    }
    return this.#whole(partials, into, now);
  }

  #whole(partials: PartialMessage[], partial: PartialMessage, now: MonotonicMs): Whole {
    const absent = partial.absent();
    if (absent.length === 0) return this.#finish(partials, partial, now);
    const header = partial.header!;
    return {
      absent,
      header,
      size: header.length + partial.size,
      mark: partial.mark,
      join: (fetched, at) => {
        const { size } = partial;
        for (const { number } of absent) partial.restore(number, fetched.get(number));
        if (partial.complete) return this.#finish(partials, partial, at);
        if (partials.includes(partial)) this.#storedBytes -= size - partial.size;
        this.#recount(partials, partial);
        this.#waitUntil(partial, Math.min(at + this.#options.askAfterMs, this.#endOf(partial)));
        return undefined;
      },
      settle: (at) => this.#finished(partials, partial, at),
    };
  }

  #finish(partials: PartialMessage[], partial: PartialMessage, now: MonotonicMs): Assembled {
    const assembled = partial.assemble();
    this.#finished(partials, partial, now);
    return assembled;
  }

  #finished(partials: PartialMessage[], partial: PartialMessage, now: MonotonicMs): void {
    // It may have been given up while its parts were fetched.
    if (partials.includes(partial)) this.#storedBytes -= partial.size;
    partial.finish();
    this.#recount(partials, partial);
    this.#waitUntil(partial, now + this.#options.rememberMs);
    // The terminal has sent it again as a whole, under other serials: nobody needs what came at first.
    for (const other of partials.toReversed())
      if (!other.finished && other.isCopyOf(partial)) this.#drop(partials, other);
  }

  /** Finished ones are kept without their octets, so that parts sent once more are known for duplicates. */
  #recount(partials: PartialMessage[], partial: PartialMessage): void {
    const bytes = partial.received * PART_KEEPING + partial.held;
    if (partials.includes(partial)) this.#bytes += bytes - partial.bytes;
    partial.bytes = bytes;
  }

  #endOf(partial: PartialMessage): MonotonicMs {
    return partial.lastPartAt + this.#options.giveUpAfterMs;
  }

  #waitUntil(partial: PartialMessage, deadline: MonotonicMs): void {
    partial.deadline = deadline;
    this.#next = Math.min(this.#next, deadline);
  }

  #hasRoomFor(size: number): boolean {
    const { maxBytes, maxStoredBytes } = this.#options;
    if (this.#storedBytes + size > maxStoredBytes) return false;
    const needed = size + PART_KEEPING;
    if (this.#bytes + needed > maxBytes) this.#spill(SPILL_TO * maxBytes - needed);
    return this.#bytes + needed <= maxBytes;
  }

  /**
   * Lets go of octets that are kept elsewhere, those of the terminals that were met first before others; then of what
   * is remembered of finished messages.
   */
  #spill(until: number): void {
    for (const finished of [false, true]) {
      for (const partials of this.#byTerminal.values()) {
        if (this.#bytes <= until) return;
        for (const partial of partials.toReversed()) {
          if (partial.finished && finished) this.#drop(partials, partial);
          else if (!partial.finished) this.#bytes -= partial.letGo();
        }
      }
    }
  }

  #makeRoom(terminal: string, partials: PartialMessage[]): boolean {
    const { maxMessages, maxPerTerminal } = this.#options;
    if (partials.length < maxPerTerminal && this.#messages < maxMessages) return true;
    const [oldest] = partials;
    const finished = partials.find((partial) => partial.finished);
    if (finished !== undefined) this.#drop(partials, finished);
    else if (oldest !== undefined) this.#lose(terminal, partials, oldest, 'crowdedOut');
    return oldest !== undefined;
  }

  #lose(terminal: string, partials: PartialMessage[], partial: PartialMessage, kind: Overdue['kind']): void {
    this.#ended.push(overdue(kind, terminal, partial));
    this.#next = -Infinity;
    this.#drop(partials, partial);
  }

  #drop(partials: PartialMessage[], partial: PartialMessage): void {
    this.#bytes -= partial.bytes;
    if (!partial.finished) this.#storedBytes -= partial.size;
    partials.splice(partials.indexOf(partial), 1);
    this.#messages--;
  }
}

function overdue(kind: Overdue['kind'], terminal: string, partial: PartialMessage): Overdue {
  const { id, total, firstSerial, received, asked, opening } = partial;
  const missing = partial.missing(MOST_MISSING);
  const common = { kind, terminal, id, total, firstSerial, missing, received, asked };
  return opening === undefined ? common : { ...common, opening };
}
