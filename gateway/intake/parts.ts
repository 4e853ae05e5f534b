/**
 * Sub-packaged messages, from their parts to the journal.
 *
 * Parts are acknowledged one by one, so the whole must not be lost once they are: one that the journal refuses is
 * offered again until it is taken, and a start finds what the process before left unfinished among the last records.
 *
 * Bounds: those of the reassembler, whose unfinished messages are given up in time; `MAX_REFUSED_BYTES` of wholes
 * that the journal refused, beyond which the oldest is let go until a start finds it again.
 */
import { type Assembled, type Cancel, type Clock, type Header, Reassembler } from '../../protocol/index.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

/** Who sent it, when, and over which link: as the record says. */
interface Sender {
  readonly terminal: string;
  readonly link: number;
  readonly receivedAt: number;
}

interface Whole extends Sender {
  readonly octets: Uint8Array;
}

const MAX_REFUSED_BYTES = 16 << 20;
const AGAIN_MS = 1000;
/** Expiry is looked at no more often than this. */
const EXPIRE_EVERY_MS = 1000;

export class Parts {
  readonly #clock: Clock;
  readonly #journal: Journal;
  readonly #gaveUp: () => void;
  readonly #reassembler = new Reassembler();
  #refused: Whole[] = [];
  #refusedBytes = 0;
  /** Found by `recall` and not seen as a record yet, by what tells them apart. */
  readonly #recalled = new Map<string, Whole>();
  #again: Cancel | undefined;
  #expiry: Cancel | undefined;
  #closed = false;

  /** `gaveUp` hears of every message whose other parts did not come in time. */
  constructor(given: { clock: Clock; journal: Journal; gaveUp: () => void }) {
    this.#clock = given.clock;
    this.#journal = given.journal;
    this.#gaveUp = given.gaveUp;
  }

  /** Messages under way, and finished ones that are remembered so that late copies of their parts are known. */
  get messages(): number {
    return this.#reassembler.messages;
  }

  get bytes(): number {
    return this.#reassembler.bytes + this.#refusedBytes;
  }

  /** Takes a part; returns the whole that it completes, on its way to the journal by then. */
  take(sender: Sender, b: Uint8Array, header: Header): Assembled | undefined {
    const offer = this.#reassembler.offer(sender.terminal, b, header, this.#clock.monotonic());
    this.#watch();
    if (typeof offer === 'string') return undefined;
    this.#write({ ...sender, octets: offer.octets });
    return offer;
  }

  /** Takes a part that the journal holds, when a start looks back. */
  recall({ terminal, link, receivedAt, b }: RecordView, header: Header): void {
    const at = this.#clock.monotonic() - Math.max(0, this.#clock.now() - receivedAt);
    this.#reassembler.expire(at);
    const offer = this.#reassembler.offer(terminal, b, header, at);
    if (typeof offer === 'string') return;
    const { octets } = offer;
    this.#recalled.set(keyOf(terminal, octets, 0, octets.length), { terminal, link, receivedAt, octets });
  }

  /** The whole that a record holds is on disk. */
  written({ terminal, b, payloadStart, payloadEnd }: RecordView): void {
    this.#recalled.delete(keyOf(terminal, b, payloadStart, payloadEnd));
  }

  /** Ends the looking back: writes the wholes that did not get to the disk. */
  resume(): void {
    for (const whole of this.#recalled.values()) this.#write(whole);
    this.#recalled.clear();
    this.#expire();
  }

  /** Waits for nothing any more: what the journal refuses now, the next start finds again. */
  close(): void {
    this.#closed = true;
    this.#again?.();
    this.#expiry?.();
  }

  #write(whole: Whole): void {
    const { terminal, link, receivedAt, octets } = whole;
    const record = { kind: RECORD_KIND.assembled, terminal, link, receivedAt, ackable: false };
    const waiter = { committed: () => {}, refused: () => this.#keep(whole) };
    const refusal = this.#journal.append({ ...record, b: octets, start: 0, end: octets.length }, waiter, 0);
    if (refusal !== undefined) this.#keep(whole);
  }

  #keep(whole: Whole): void {
    if (this.#closed) return;
    this.#refused.push(whole);
    this.#refusedBytes += whole.octets.length;
    while (this.#refusedBytes > MAX_REFUSED_BYTES && this.#refused.length > 1) {
      this.#refusedBytes -= this.#refused.shift()!.octets.length;
    }
    this.#again ??= this.#clock.wake(this.#clock.monotonic() + AGAIN_MS, () => {
      this.#again = undefined;
      const wholes = this.#refused;
      this.#refused = [];
      this.#refusedBytes = 0;
      for (const one of wholes) this.#write(one);
    });
  }

  #watch(): void {
    const next = this.#reassembler.nextDeadline();
    if (this.#expiry !== undefined || next === Number.POSITIVE_INFINITY) return;
    const now = this.#clock.monotonic();
    this.#expiry = this.#clock.wake(Math.max(next, now + EXPIRE_EVERY_MS), () => this.#expire());
  }

  #expire(): void {
    this.#expiry = undefined;
    for (const { kind } of this.#reassembler.expire(this.#clock.monotonic())) if (kind === 'gaveUp') this.#gaveUp();
    this.#watch();
  }
}

/** Two wholes of a terminal that are alike in header and length are the same message. */
function keyOf(terminal: string, b: Uint8Array, start: number, end: number): string {
  // The longest header without a package item: 17 octets.
  return `${terminal}:${end - start}:${b.subarray(start, Math.min(end, start + 17)).join(' ')}`;
}
