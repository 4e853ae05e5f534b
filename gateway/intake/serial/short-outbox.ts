/**
 * Short messages to cards, one after another: a card may send so often and so much, and the machine says of each
 * whether it went out. Nothing tells whether it arrived.
 *
 * Holds at most `MAX_WAITING` messages; a further one is refused.
 */
import {
  type Cancel,
  type Clock,
  encodeRdssFrame,
  encodeSentence,
  type EpochMs,
  mixedText,
  type MonotonicMs,
  ProtocolError,
  type RdssContent,
  rdssCapacityBits,
} from '../../../protocol/index.ts';
import type { CardInfo, Dialect, Feedback, Said } from './short-message.ts';

/** A text on its way to a card. */
export interface ShortMessage {
  /** Chosen by the sender, for `withdraw`. */
  readonly id: string;
  readonly card: string;
  readonly text: string;
  readonly expiresAt: EpochMs;
  /** It was handed to the machine. */
  written(): void;
  /** Said once, last. `sent`: the machine says that it went out. */
  ended(how: 'sent' | 'refused' | 'expired', why: string): void;
}

/** Why a message is not taken; undefined: it is. */
export type Unsendable = 'too-long' | 'not-writable' | 'full';

const MAX_WAITING = 100;
/** What civil cards may do, while the machine has not told what its own may. */
const USUAL_INTERVAL_S = 60;
const USUAL_LEVEL = 3;
/** A BeiDou-3 regional message of the highest level. */
const BDS3_BITS = 14_000;
const FEEDBACK_MS = 10_000;
/** A machine that was asked for its card answers within this, or is taken for one with a usual card. */
const CARD_MS = 2000;
const MAX_TRIES = 5;
/** Bits of mixed content before its text. */
const MARK_BITS = 8;

interface Queued extends ShortMessage {
  readonly content: RdssContent;
  tries: number;
}

/** One for every machine. */
export class ShortOutbox {
  readonly #clock: Clock;
  readonly #write: (octets: Uint8Array) => void;
  readonly #queue: Queued[] = [];
  #dialect: Dialect = '2.1';
  #heard = false;
  /** The machine was asked for its card, as it had not told it when it was first needed. */
  #asked = false;
  #info: CardInfo | undefined;
  #underWay: Queued | undefined;
  #nextAt: MonotonicMs = -Infinity;
  #wake: Cancel | undefined;

  constructor(clock: Clock, write: (octets: Uint8Array) => void) {
    this.#clock = clock;
    this.#write = write;
  }

  /** A machine is there: it has said something. */
  get ready(): boolean {
    return this.#heard;
  }

  /** Messages that wait, the one under way with them. */
  get waiting(): number {
    return this.#queue.length + (this.#underWay === undefined ? 0 : 1);
  }

  /** Takes a message in the form that the machine speaks. */
  submit(message: ShortMessage): Unsendable | undefined {
    if (this.waiting >= MAX_WAITING) return 'full';
    let content: RdssContent;
    try {
      content = mixedText(message.text);
      if (!('octets' in content) || 8 * content.octets.length - MARK_BITS > this.#capacityBits()) return 'too-long';
      this.#encode(message.card, content);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return error.code === 'RANGE' ? 'too-long' : 'not-writable';
    }
    this.#queue.push({ ...message, content, tries: 0 });
    this.#pump();
    return undefined;
  }

  /** Takes a message back that was not handed over yet; false where it was, or is not known. */
  withdraw(id: string): boolean {
    const at = this.#queue.findIndex((each) => each.id === id);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  /** The machine said something. */
  heard({ dialect, info, feedback }: Said): void {
    if (dialect !== undefined) {
      this.#dialect = dialect;
      this.#heard = true;
    }
    if (info !== undefined) {
      // What waited for it need not wait any longer.
      if (this.#info === undefined && this.#asked) this.#nextAt = -Infinity;
      this.#info = info;
    }
    if (feedback !== undefined) this.#answered(feedback);
    this.#pump();
  }

  /** The line is gone: what waits is tried again when it is back, or expires. */
  lost(): void {
    this.#heard = false;
    this.#asked = false;
    // It may be another card that comes back.
    this.#info = undefined;
    if (this.#underWay !== undefined) this.#queue.unshift(this.#underWay);
    this.#underWay = undefined;
  }

  stop(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#queue.length = 0;
    this.#underWay = undefined;
  }

  #capacityBits(): number {
    const { level = USUAL_LEVEL, encrypted = false } = this.#info ?? {};
    return rdssCapacityBits(level, encrypted) ?? (this.#dialect === 'bds-3' ? BDS3_BITS : 0);
  }

  #encode(card: string, content: RdssContent): Uint8Array {
    const to = { destination: card, content };
    if (this.#dialect === 'bds-3')
      return encodeSentence('CCTCQ', { ...to, frequency: 1, confirm: false, form: 'mixed', interval: 0 });
    if (this.#dialect === '2.1') return encodeSentence('CCTXA', { ...to, class: 'ordinary', form: 'mixed' });
    return encodeRdssFrame('TXSQ', { ...to, acknowledge: 0 }, this.#info?.card ?? '0000000');
  }

  #cardQuery(): Uint8Array {
    if (this.#dialect === '4.0') return encodeRdssFrame('ICJC', { frame: 0 });
    return encodeSentence(this.#dialect === 'bds-3' ? 'CCICR' : 'CCICA', { kind: 0, frame: '00' });
  }

  /** Sends what may be sent now, and sees to being called when there is more to do. */
  #pump(): void {
    const now = this.#clock.monotonic();
    this.#expire();
    if (this.#underWay !== undefined && now >= this.#nextAt) {
      // A machine that does not answer may have sent it all the same; nothing is gained by saying it twice.
      this.#end('refused', 'the machine gave no feedback');
      this.#nextAt = now + this.#intervalMs() - FEEDBACK_MS;
    }
    const next = this.#queue[0];
    if (this.#heard && next !== undefined && this.#info === undefined && !this.#asked) {
      this.#asked = true;
      this.#write(this.#cardQuery());
      this.#nextAt = Math.max(this.#nextAt, now + CARD_MS);
    }
    if (this.#underWay === undefined && this.#heard && next !== undefined && now >= this.#nextAt) {
      this.#queue.shift();
      next.tries++;
      this.#underWay = next;
      this.#nextAt = now + FEEDBACK_MS;
      this.#hand(next);
    }
    this.#watch();
  }

  #hand(message: Queued): void {
    let octets: Uint8Array;
    try {
      octets = this.#encode(message.card, message.content);
    } catch (error) {
      // The machine that came back speaks a form that has no room for it.
      if (!(error instanceof ProtocolError)) throw error;
      this.#nextAt = -Infinity;
      return this.#end('refused', error.message);
    }
    this.#write(octets);
    if (message.tries === 1) message.written();
  }

  #watch(): void {
    this.#wake?.();
    this.#wake = undefined;
    if (this.waiting === 0) return;
    const now = this.#clock.monotonic();
    const expiry = Math.min(...this.#queue.map(({ expiresAt }) => now + Math.max(0, expiresAt - this.#clock.now())));
    const due = this.#heard || this.#underWay !== undefined ? Math.min(expiry, Math.max(this.#nextAt, now)) : expiry;
    this.#wake = this.#clock.wake(due, () => {
      this.#wake = undefined;
      this.#pump();
    });
  }

  #expire(): void {
    const now = this.#clock.now();
    for (let i = this.#queue.length - 1; i >= 0; i--) {
      if (this.#queue[i]!.expiresAt > now) continue;
      const [late] = this.#queue.splice(i, 1);
      late!.ended('expired', 'the card could not send it in time');
    }
  }

  #answered({ sent, waitSeconds, why, never }: Feedback): void {
    const message = this.#underWay;
    if (message === undefined) return;
    const now = this.#clock.monotonic();
    if (sent) {
      this.#nextAt = now + this.#intervalMs();
      return this.#end('sent', 'the machine says that it went out');
    }
    this.#nextAt = now + (waitSeconds === undefined || waitSeconds === 0 ? this.#intervalMs() : 1000 * waitSeconds);
    if (never || message.tries >= MAX_TRIES) return this.#end('refused', `the machine says ${why}`);
    this.#underWay = undefined;
    this.#queue.unshift(message);
  }

  #end(how: 'sent' | 'refused', why: string): void {
    const message = this.#underWay;
    this.#underWay = undefined;
    message?.ended(how, why);
  }

  #intervalMs(): number {
    return 1000 * Math.max(1, this.#info?.serviceInterval ?? USUAL_INTERVAL_S);
  }
}
