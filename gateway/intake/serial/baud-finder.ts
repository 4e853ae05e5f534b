/**
 * Finds the rate of a line by listening: a rate at which something is understood is kept; one at which only noise
 * comes, or nothing for a while, is left for the next. What was found is doubted again when the line turns to noise.
 */
import type { MonotonicMs } from '../../../protocol/index.ts';

/** In the order of how often they are met: terminals, receivers, short-message machines. */
export const BAUD_RATES = [115_200, 9600, 19_200, 38_400, 57_600, 4800, 230_400, 460_800, 921_600, 2400, 1200] as const;

/** Octets of noise after which a rate that was never understood is left. */
const NOISE_NEW = 64;
/** The same for one that was: noise of a bad cable comes between good units, not instead of them. */
const NOISE_KNOWN = 1024;
/** Receivers say something every second, some terminals every few. */
const LISTEN_MS = 5000;

/** One for every line whose rate is not told. */
export class BaudFinder {
  #index = 0;
  #found = false;
  #noise = 0;
  #since: MonotonicMs;

  constructor(now: MonotonicMs) {
    this.#since = now;
  }

  /** The rate to listen at. */
  get rate(): number {
    return BAUD_RATES[this.#index]!;
  }

  /** Something was understood at this rate. */
  get found(): boolean {
    return this.#found;
  }

  /** A unit whose check was right. */
  good(): void {
    this.#found = true;
    this.#noise = 0;
  }

  /** Octets that were part of nothing. True: the rate changed. */
  noise(octets: number, now: MonotonicMs): boolean {
    this.#noise += octets;
    return this.#noise >= (this.#found ? NOISE_KNOWN : NOISE_NEW) && this.#next(now);
  }

  /** When `expire` is due; undefined once a rate was found. */
  get nextDeadline(): MonotonicMs | undefined {
    return this.#found ? undefined : this.#since + LISTEN_MS;
  }

  /** The time is `now`. True: the rate changed. */
  expire(now: MonotonicMs): boolean {
    return this.nextDeadline !== undefined && now >= this.nextDeadline && this.#next(now);
  }

  #next(now: MonotonicMs): boolean {
    this.#index = (this.#index + 1) % BAUD_RATES.length;
    this.#found = false;
    this.#noise = 0;
    this.#since = now;
    return true;
  }
}
