/** How fast a backlog shrinks, and so when it will be gone. */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';

/** A reading at most this often; older readings weigh half as much each time. */
const READ_EVERY_MS = 2000;
/** When nothing was delivered for so long, nobody can say when it will be. */
const STALE_MS = 15_000;

export class DrainRate {
  readonly #clock: Clock;
  #readAt: MonotonicMs;
  #backlog: number;
  /** Records that the backlog shrinks by a millisecond; NaN before the second reading. */
  #rate = Number.NaN;

  constructor(clock: Clock, backlog: number) {
    this.#clock = clock;
    this.#readAt = clock.monotonic();
    this.#backlog = backlog;
  }

  /** Something was delivered, and so much is left. */
  progress(backlog: number): void {
    const elapsed = this.#clock.monotonic() - this.#readAt;
    if (elapsed < READ_EVERY_MS) return;
    const rate = (this.#backlog - backlog) / elapsed;
    this.#rate = Number.isNaN(this.#rate) || elapsed > STALE_MS ? rate : (this.#rate + rate) / 2;
    this.#readAt += elapsed;
    this.#backlog = backlog;
  }

  /** Seconds until `backlog` is gone at this rate; null where it does not shrink or nobody knows yet. */
  secondsLeft(backlog: number): number | null {
    if (backlog === 0) return 0;
    const known = this.#rate > 0 && this.#clock.monotonic() - this.#readAt <= STALE_MS;
    return known ? Math.ceil(backlog / this.#rate / 1000) : null;
  }
}
