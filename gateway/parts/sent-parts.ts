/**
 * Messages of ours that went out in parts, so that a terminal which missed some can have them again (0x0005,
 * JT/T 808-2019 8.5): the same parts with the same serials.
 *
 * Bounds: `PER_LINK` messages of one link and `MAX_BYTES` in all; beyond them the oldest is forgotten. A link that is
 * gone is forgotten with all of its own, since serials begin anew on the next.
 */
import type { BodyOf } from '../../protocol/index.ts';
import { partsOf } from '../intake/framer.ts';
import type { PartsCounters } from './counters.ts';

/** Whoever can write parts of a message again. */
export interface Resender {
  resend(message: SentMessage, numbers: readonly number[]): void;
}

export interface SentMessage {
  readonly id: number;
  /** Of its first part. */
  readonly serial: number;
  readonly body: Uint8Array;
  /** Bits 10 to 12 of the properties; 0 unless given. */
  readonly encryption?: number;
}

const PER_LINK = 8;
const MAX_BYTES = 16 << 20;

export class SentParts {
  readonly #counters: PartsCounters;
  readonly #byLink = new Map<Resender, SentMessage[]>();
  /** All of them, oldest first. */
  readonly #order = new Map<SentMessage, Resender>();
  #bytes = 0;

  constructor(counters: PartsCounters) {
    this.#counters = counters;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Notes a message that was sent in parts; one that is sent again takes the place of the first. */
  remember(link: Resender, message: SentMessage): void {
    const sent = this.#byLink.get(link) ?? [];
    this.#byLink.set(link, sent);
    const same = sent.find(({ serial }) => serial === message.serial);
    if (same !== undefined) this.#remove(sent, same);
    else if (sent.length === PER_LINK) this.#remove(sent, sent[0]!);
    sent.push(message);
    this.#order.set(message, link);
    this.#bytes += message.body.length;
    for (const [oldest, owner] of this.#order) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#remove(this.#byLink.get(owner)!, oldest);
    }
  }

  /** Answers a 0x0005. Terminals name a message by the serial of its first part; one that names another part is understood. */
  requested(link: Resender, { originalSerial, packageIds }: BodyOf<'terminalResendRequest'>): void {
    const message = this.#byLink
      .get(link)
      ?.findLast(({ serial, body }) => ((originalSerial - serial) & 0xffff) < partsOf(body));
    if (message === undefined) {
      this.#counters.notResent += packageIds.length;
      return;
    }
    const total = partsOf(message.body);
    const numbers = [...new Set(packageIds)].filter((number) => number >= 1 && number <= total);
    this.#counters.resent += numbers.length;
    if (numbers.length > 0) link.resend(message, numbers);
  }

  /** The link is gone. */
  forget(link: Resender): void {
    const sent = this.#byLink.get(link) ?? [];
    for (const message of sent.toReversed()) this.#remove(sent, message);
    this.#byLink.delete(link);
  }

  #remove(sent: SentMessage[], message: SentMessage): void {
    sent.splice(sent.indexOf(message), 1);
    this.#order.delete(message);
    this.#bytes -= message.body.length;
  }
}
