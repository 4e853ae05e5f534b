/**
 * When the next commit may begin: at once at rest, and the more records come, the longer after the one before,
 * up to a few milliseconds.
 *
 * A commit costs about the same whether it carries one record or a thousand: two messages between threads, a
 * sync, a turn of the loop. Above a few thousand records a second, waiting for company makes that cost small
 * and nobody notices the wait; below, each record would only be late.
 */
import type { MonotonicMs } from '../../protocol/index.ts';

/** Below so many records a millisecond nothing waits; from `FULL_RATE` on, the whole window. */
const LEAST_RATE = 1;
const FULL_RATE = 4;
/** The rate is that of the last period of about this length. */
const PERIOD_MS = 16;

export class CommitPace {
  readonly #windowMs: number;
  #began: MonotonicMs = Number.NEGATIVE_INFINITY;
  #periodBegan: MonotonicMs = Number.NEGATIVE_INFINITY;
  #periodRecords = 0;
  #gapMs = 0;

  /** `windowMs`: the longest gap between the beginnings of two commits. 0: none. */
  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** From when on the next commit may begin. */
  get next(): MonotonicMs {
    return this.#began + this.#gapMs;
  }

  /** A commit of so many records begins. */
  begin(now: MonotonicMs, records: number): void {
    this.#began = now;
    this.#periodRecords += records;
    const elapsed = now - this.#periodBegan;
    if (elapsed < PERIOD_MS) return;
    const rate = this.#periodRecords / elapsed;
    this.#gapMs = rate < LEAST_RATE ? 0 : this.#windowMs * Math.min(1, rate / FULL_RATE);
    this.#periodBegan = now;
    this.#periodRecords = 0;
  }
}
