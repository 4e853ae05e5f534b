/** When old records go: looked at now and then, in small steps, behind the slowest reader. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { Bookkeeping } from './bookkeeping.ts';
import type { Seq } from './record.ts';
import type { TrimStep } from './storage.ts';

export interface RetentionOptions {
  readonly retainMs: number;
  readonly retainBytes: number;
  readonly trimEveryMs: number;
  readonly trimPastOutlets: boolean;
}

/** Batches dropped by one step of trimming: few milliseconds, which is what a commit may have to wait for it. */
const TRIM_BATCHES = 64;
/** Under a load that never pauses, a step of trimming is let in this often all the same. */
const TRIM_TURN_MS = 250;

export class Retention {
  readonly #clock: Clock;
  readonly #options: RetentionOptions;
  readonly #books: Bookkeeping;
  readonly #due: () => void;
  #isDue = false;
  #last: number;
  #wake: Cancel | undefined;

  /** `due` is called when it is time to look. */
  constructor(given: { clock: Clock; options: RetentionOptions; books: Bookkeeping; due: () => void }) {
    this.#clock = given.clock;
    this.#options = given.options;
    this.#books = given.books;
    this.#due = given.due;
    this.#last = given.clock.monotonic();
    this.#wakeLater();
  }

  /** A step may be made now; `busy`: records wait for the disk. */
  isDue(busy: boolean): boolean {
    return this.#isDue && (!busy || this.#clock.monotonic() - this.#last >= TRIM_TURN_MS);
  }

  /** The next step, or undefined where there is nothing to drop. */
  step(tail: Seq, head: Seq): TrimStep | undefined {
    const { retainMs, retainBytes, trimPastOutlets } = this.#options;
    const upTo = this.#books.slowest(head, trimPastOutlets);
    this.#isDue = false;
    this.#last = this.#clock.monotonic();
    if (upTo < tail) return undefined;
    return { upTo, olderThan: this.#clock.now() - retainMs, keepBytes: retainBytes, maxBatches: TRIM_BATCHES };
  }

  /** The step is done, and another one would find something. */
  goOn(more: boolean): void {
    this.#isDue = more;
  }

  stop(): void {
    this.#wake?.();
  }

  #wakeLater(): void {
    this.#wake = this.#clock.wake(this.#clock.monotonic() + this.#options.trimEveryMs, () => {
      this.#isDue = true;
      this.#due();
      this.#wakeLater();
    });
  }
}
