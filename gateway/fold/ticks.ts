/**
 * Time for the folds that wait for it. A fold's time is that of the records it hears, so that hearing them again gives
 * the same; where something is due and no record comes that would say so, one is written.
 *
 * Under load there are no ticks: any record does.
 */
import type { Cancel, Clock, EpochMs } from '../../protocol/index.ts';

export interface TickParts {
  readonly clock: Clock;
  /** Epoch ms of what is due next in any fold; Infinity while nothing is. */
  readonly due: () => EpochMs;
  /** Writes a `tick` record with the time as it is now. */
  readonly write: () => void;
}

/** A record that comes by itself so soon after makes a tick needless. */
const GRACE_MS = 250;
/** Looked at again after so long at the latest: the wall clock may be set, and a refused tick is written again. */
const LOOK_EVERY_MS = 30_000;
/** Between two ticks at least. */
const LEAST_MS = 1000;

export class Ticks {
  readonly #parts: TickParts;
  #cancel: Cancel | undefined;
  #wakeAt = Infinity;
  #written = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(parts: TickParts) {
    this.#parts = parts;
  }

  /** What is due may have changed: ask after every batch that the folds have heard. Costs a comparison mostly. */
  look(): void {
    if (this.#stopped) return;
    const { clock, due } = this.#parts;
    const next = due();
    if (next === Infinity) return;
    const monotonic = clock.monotonic();
    const wait = Math.min(Math.max(next - clock.now() + GRACE_MS, 0), LOOK_EVERY_MS);
    const at = Math.max(monotonic + wait, this.#written + LEAST_MS);
    // An earlier wake-up looks again by itself.
    if (this.#wakeAt <= at) return;
    this.#cancel?.();
    this.#wakeAt = at;
    this.#cancel = clock.wake(at, () => this.#wake());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #wake(): void {
    const { clock, due, write } = this.#parts;
    this.#wakeAt = Infinity;
    this.#cancel = undefined;
    if (due() <= clock.now()) {
      this.#written = clock.monotonic();
      write();
    }
    this.look();
  }
}
