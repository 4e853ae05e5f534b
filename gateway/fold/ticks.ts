/**
 * Time for the folds that wait for it. A fold's time is that of the records it hears, so that hearing them again gives
 * the same; where something is due and no record comes that would say so, one is written.
 *
 * A record that comes by itself in time makes a tick needless, to a fold that lets it.
 */
import type { Cancel, Clock, EpochMs } from '../../protocol/index.ts';

export interface TickParts {
  readonly clock: Clock;
  /** Epoch ms of what is due next in any fold; Infinity while nothing is. */
  readonly due: () => EpochMs;
  /** A tick was heard and was not enough for all that is due: others follow at once. Missing: that does not happen. */
  readonly behind?: () => boolean;
  /** Writes a `tick` record with the time as it is now. */
  readonly write: () => void;
}

/** A record that comes by itself so soon after makes a tick needless. */
const GRACE_MS = 250;
/** Looked at again after so long at the latest: the wall clock may be set, and a refused tick is written again. */
const LOOK_EVERY_MS = 30_000;
/** Between two ticks at least; and between those that a mass of deadlines is worked off by. */
const LEAST_MS = 1000;
const LEAST_BEHIND_MS = 20;

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
    this.#look(this.#parts.behind?.() === true);
  }

  #look(late: boolean): void {
    if (this.#stopped) return;
    const { clock, due } = this.#parts;
    const next = due();
    if (next === Infinity) return;
    const monotonic = clock.monotonic();
    const wait = late ? 0 : Math.min(Math.max(next - clock.now() + GRACE_MS, 0), LOOK_EVERY_MS);
    const at = Math.max(monotonic + wait, this.#written + (late ? LEAST_BEHIND_MS : LEAST_MS));
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
    // Another follows at once only when this one was heard.
    this.#look(false);
  }
}
