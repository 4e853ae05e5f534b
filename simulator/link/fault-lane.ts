/** One direction of a link with faults: chunks on their way, in the order in which they will arrive. */
import type { Clock, MonotonicMs, Random } from '../../protocol/index.ts';
import type { Faults } from './faults.ts';

/** How long a chunk waits for a companion to be joined with or overtaken by. */
export const HOLD_MS = 20;
/** Chunks that one direction may keep on their way; beyond, the oldest are let through at once. */
const MAX_HELD = 256;

export interface LaneOptions {
  readonly faults: Faults;
  readonly clock: Clock;
  readonly random: Random;
  /** What befalls the link as a whole. */
  readonly fate: { silence(): void; reset(): void; forget(): void };
  /** Takes a chunk that has arrived. */
  readonly pass: (chunk: Uint8Array) => void;
}

/** A chunk on its way. */
interface Held {
  readonly chunk: Uint8Array;
  readonly at: MonotonicMs;
}

export class FaultLane {
  readonly #options: LaneOptions;
  readonly #held: Held[] = [];
  /** The chunk that waits for a companion, and what it waits for. */
  #waiting: { chunk: Uint8Array; how: 'join' | 'reorder'; at: MonotonicMs } | undefined;
  #cancel: (() => void) | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;
  #lastAt: MonotonicMs = 0;
  octets = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  offer(chunk: Uint8Array): void {
    const { faults, random, fate, clock } = this.#options;
    if (random.next() < faults.reset) return fate.reset();
    if (random.next() < faults.halfOpen) return fate.silence();
    // Drawn only where it is asked for, so that runs of old seeds stay what they were.
    if (faults.rebind > 0 && random.next() < faults.rebind) return fate.forget();
    if (random.next() < faults.loss) return;
    const own = new Uint8Array(chunk);
    if (random.next() < faults.flip && own.length > 0) {
      const at = random.int(0, own.length - 1);
      own[at] = (own[at] as number) ^ (1 << random.int(0, 7));
    }
    const companion = this.#waiting;
    if (faults.joinTo > 0) return this.#gather(own);
    if (companion === undefined) {
      const how = random.next() < faults.join ? 'join' : random.next() < faults.reorder ? 'reorder' : undefined;
      if (how !== undefined) {
        this.#waiting = { chunk: own, how, at: clock.monotonic() + HOLD_MS };
        this.#arm();
        return;
      }
      this.#send(own);
    } else {
      this.#waiting = undefined;
      if (companion.how === 'join') this.#send(joined(companion.chunk, own));
      else {
        this.#send(own);
        this.#send(companion.chunk);
      }
    }
    if (random.next() < faults.duplicate) this.#send(new Uint8Array(own));
    this.#settle();
  }

  /** One more chunk for the heap; it goes when it is long enough, or when nothing was added for a while. */
  #gather(chunk: Uint8Array): void {
    const { faults, clock } = this.#options;
    const heap = this.#waiting === undefined ? chunk : joined(this.#waiting.chunk, chunk);
    this.#waiting = undefined;
    if (heap.length >= faults.joinTo) this.#send(heap);
    else this.#waiting = { chunk: heap, how: 'join', at: clock.monotonic() + HOLD_MS };
    this.#settle();
  }

  /** Lets everything through at once, in order. */
  flush(): void {
    for (const { chunk } of this.#held.splice(0)) this.#options.pass(chunk);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#options.pass(waiting.chunk);
    this.drop();
  }

  /** Forgets everything. */
  drop(): void {
    this.#held.length = 0;
    this.#waiting = undefined;
    this.octets = 0;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakesAt = Number.POSITIVE_INFINITY;
  }

  #send(chunk: Uint8Array): void {
    const { faults, random } = this.#options;
    const delay = faults.delay === 0 ? 0 : random.next() * faults.delay;
    if (faults.splitAt > 0 && chunk.length > faults.splitAt) {
      this.#hold(chunk.subarray(0, faults.splitAt), delay);
      this.#hold(chunk.subarray(faults.splitAt), delay + 1);
    } else if (chunk.length > 1 && random.next() < faults.split) {
      const cut = random.int(1, chunk.length - 1);
      this.#hold(chunk.subarray(0, cut), delay);
      this.#hold(chunk.subarray(cut), delay + 1);
    } else {
      this.#hold(chunk, delay);
    }
  }

  #hold(chunk: Uint8Array, delay: number): void {
    this.#lastAt = Math.max(this.#lastAt, this.#options.clock.monotonic() + delay);
    this.#held.push({ chunk, at: this.#lastAt });
    this.octets += chunk.length;
    if (this.#held.length > MAX_HELD) this.#pass();
  }

  #pass(): void {
    const next = this.#held.shift();
    if (next === undefined) return;
    this.octets -= next.chunk.length;
    this.#options.pass(next.chunk);
  }

  /** Passes on what is due and asks to be woken for the rest. */
  #settle(): void {
    const now = this.#options.clock.monotonic();
    const waiting = this.#waiting;
    if (waiting !== undefined && waiting.at <= now) {
      this.#waiting = undefined;
      this.#send(waiting.chunk);
    }
    while (this.#held[0] !== undefined && this.#held[0].at <= now) this.#pass();
    this.#arm();
  }

  #arm(): void {
    const at = Math.min(this.#waiting?.at ?? Number.POSITIVE_INFINITY, this.#held[0]?.at ?? Number.POSITIVE_INFINITY);
    if (at === this.#wakesAt) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakesAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    this.#cancel = this.#options.clock.wake(at, () => {
      this.#cancel = undefined;
      this.#wakesAt = Number.POSITIVE_INFINITY;
      this.#settle();
    });
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
