/** Which connection speaks for which terminal, and what is remembered of a terminal between connections. */
import { contentHash, type Header } from '../../protocol/index.ts';
import type { Seq } from '../journal/record.ts';
import { RecentFrames } from '../session/duplicates.ts';
import type { Connection } from './connection.ts';

export interface Slot {
  readonly terminal: string;
  /** The link that authenticated last; a new one supersedes it at once. */
  connection: Connection | undefined;
  /** Counts authentications: a late word of an earlier link is told apart by it. */
  epoch: number;
  /** Made with the first frame that carries data: an idle terminal does not pay for it. */
  recent: RecentFrames | undefined;
  /** Connections on which a frame came again while its first copy, from another link, was on its way to the disk. */
  waiting: { readonly connection: Connection; readonly place: number }[] | undefined;
  /** Monotonic time of the last release, for `forget`. */
  releasedAt: number;
}

/** The frame at `place` came on `connection` too, while its first copy was on its way to the disk. */
export function awaitFate(slot: Slot, connection: Connection, place: number): void {
  slot.waiting ??= [];
  if (!slot.waiting.some((one) => one.connection === connection && one.place === place))
    slot.waiting.push({ connection, place });
}

/** Answers those that wait for the fate of the frame at `place`; they wait no longer. */
export function tellThoseAwaiting(slot: Slot, place: number, token: number): void {
  const { waiting } = slot;
  if (waiting === undefined) return;
  const rest = waiting.filter((one) => one.place !== place);
  slot.waiting = rest.length === 0 ? undefined : rest;
  for (const one of waiting) if (one.place === place) one.connection.out.queue(token);
}

export class Slots {
  readonly #byTerminal = new Map<string, Slot>();
  #online = 0;

  get(terminal: string): Slot | undefined {
    return this.#byTerminal.get(terminal);
  }

  /** Terminals with a connection. */
  get online(): number {
    return this.#online;
  }

  /** Makes `connection` the one that speaks for `terminal`; returns the one it supersedes. */
  claim(terminal: string, connection: Connection): { slot: Slot; superseded: Connection | undefined } {
    const slot = this.#slotOf(terminal);
    const superseded = slot.connection === connection ? undefined : slot.connection;
    if (slot.connection === undefined) this.#online++;
    slot.connection = connection;
    slot.epoch++;
    return { slot, superseded };
  }

  /** True when `connection` was the one that spoke for the slot: not when it was superseded before. */
  release(slot: Slot, connection: Connection, now: number): boolean {
    if (slot.connection !== connection) return false;
    slot.connection = undefined;
    slot.releasedAt = now;
    this.#online--;
    return true;
  }

  /** Puts a frame that the journal holds among the recent ones of its terminal, after a restart. */
  restore(terminal: string, header: Header, b: Uint8Array, seq: Seq): void {
    const slot = this.#slotOf(terminal);
    slot.recent ??= new RecentFrames();
    const { id, serial, bodyAt, bodyEnd } = header;
    slot.recent.add({ id, serial, hash: contentHash(b, bodyAt, bodyEnd), link: 0 }, seq);
  }

  /** Lets go of the recent frames of terminals that were released before `before`. */
  forget(before: number): void {
    for (const [terminal, slot] of this.#byTerminal) {
      if (slot.connection === undefined && slot.waiting === undefined && slot.releasedAt < before)
        this.#byTerminal.delete(terminal);
    }
  }

  #slotOf(terminal: string): Slot {
    let slot = this.#byTerminal.get(terminal);
    if (slot === undefined) {
      slot = { terminal, connection: undefined, epoch: 0, recent: undefined, waiting: undefined, releasedAt: 0 };
      this.#byTerminal.set(terminal, slot);
    }
    return slot;
  }
}
