/** Waits between attempts: doubling, with jitter so that many gateways do not come back in one second. */
import type { Cancel, Clock, Random } from '../../protocol/index.ts';

export interface BackoffOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly firstMs: number;
  readonly maxMs: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #attempts = 0;
  #stopped = false;
  #cancel: Cancel | undefined;
  #end: ((goOn: boolean) => void) | undefined;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** An attempt succeeded: the next wait is the first again. */
  reset(): void {
    this.#attempts = 0;
  }

  /** Resolves true when it is time to try again, `atLeastMs` from now, false when stopped. `say` hears how long it will be. */
  wait(atLeastMs: number, say?: (delayMs: number) => void): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    const { clock, random, firstMs, maxMs } = this.#options;
    // 2^30 first waits are beyond any maximum; the exponent stays small for days of outage.
    const whole = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attempts, 30));
    const delayMs = Math.max(atLeastMs, Math.round(whole * (0.5 + random.next() / 2)));
    this.#attempts += 1;
    say?.(delayMs);
    return new Promise((resolve) => {
      this.#end = resolve;
      this.#cancel = clock.wake(clock.monotonic() + delayMs, () => resolve(true));
    });
  }

  /** Ends a wait under way and refuses others. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
    this.#end?.(false);
  }
}
