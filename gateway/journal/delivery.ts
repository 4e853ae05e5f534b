/**
 * One batch of envelopes at a time, handed to an outlet until the other side has every one of them or has
 * said that it never will: then the batch is halved until the culprit stands alone, and that one is buried.
 */
import { type Envelope, type Outlet, recordOf } from '../../bridge/index.ts';
import type { Clock, Random } from '../../protocol/index.ts';
import { Backoff } from './backoff.ts';
import { isRetryable } from './errors.ts';
import type { DeadLetter, Journal } from './journal.ts';
import type { PumpObserver, PumpOptions } from './pump.ts';

export interface DeliveryParts {
  readonly journal: Journal;
  readonly reader: string;
  readonly outlet: Outlet;
  readonly clock: Clock;
  readonly random: Random;
  readonly options: Required<PumpOptions>;
  readonly observer: PumpObserver;
}

/** Least envelopes of a batch, however the other side struggles. */
const MIN_BATCH = 16;
const MAX_REASON = 500;

export class Delivery {
  delivered = 0;
  retries = 0;
  buried = 0;
  /** Of the last failed attempt; undefined again when one succeeds. */
  lastError: string | undefined;
  readonly #parts: DeliveryParts;
  readonly #backoff: Backoff;
  readonly #readBackoff: Backoff;
  #size: number;
  #stopping = false;
  #attempt: AbortController | undefined;

  constructor(parts: DeliveryParts) {
    const { clock, random, options } = parts;
    const { retryMs, maxRetryMs, maxBatch } = options;
    this.#parts = parts;
    this.#size = Math.max(Math.min(MIN_BATCH, maxBatch), maxBatch >> 2);
    this.#backoff = new Backoff({ clock, random, firstMs: retryMs, maxMs: maxRetryMs });
    this.#readBackoff = new Backoff({ clock, random, firstMs: retryMs, maxMs: maxRetryMs });
  }

  /** Envelopes that a batch should have now: more while the other side keeps up, fewer while it struggles. */
  get size(): number {
    return this.#size;
  }

  /** Begins to end: no further attempt is made. */
  stop(): void {
    this.#stopping = true;
    this.#backoff.stop();
    this.#readBackoff.stop();
  }

  /** Gives up the attempt under way. */
  abort(): void {
    this.#attempt?.abort();
  }

  /** Resolves true when every envelope is delivered or buried, false when it was stopped before. */
  async settle(envelopes: readonly Envelope[]): Promise<boolean> {
    if (envelopes.length === 0) return true;
    for (;;) {
      const error = await this.attempt(envelopes);
      if (error === undefined) return true;
      if (this.#stopping) return false;
      if (isRejection(error)) return this.#split(envelopes, error);
      if (!(await this.#retryLater(this.#backoff, error))) return false;
    }
  }

  /** One attempt; resolves with what went wrong. */
  async attempt(envelopes: readonly Envelope[]): Promise<unknown> {
    const { outlet, clock, options } = this.#parts;
    const attempt = new AbortController();
    const began = clock.monotonic();
    this.#attempt = attempt;
    const cancel = clock.wake(began + options.attemptMs, () => attempt.abort());
    // An outlet that does not heed the signal is not waited for; what arrives late arrives twice, with one id.
    const givenUp = new Promise<Error>((resolve) => {
      attempt.signal.addEventListener('abort', () => resolve(new Error('no answer in time')), { once: true });
    });
    try {
      const late = await Promise.race([outlet.deliver(envelopes, attempt.signal), givenUp]);
      if (late !== undefined) return late;
      this.delivered += envelopes.length;
      this.lastError = undefined;
      this.#backoff.reset();
      this.#adapt(envelopes.length, clock.monotonic() - began);
      return undefined;
    } catch (error) {
      return error ?? new Error('the outlet failed without a reason');
    } finally {
      cancel();
      this.#attempt = undefined;
    }
  }

  /** Resolves true when the letter is on disk: only what is there is buried, and must be before anything is passed over. */
  async bury(letter: DeadLetter): Promise<boolean> {
    const { journal, observer } = this.#parts;
    for (;;) {
      try {
        await journal.bury(letter);
        this.buried += 1;
        this.lastError = letter.reason;
        observer.buried?.(letter);
        return true;
      } catch (error) {
        if (!isRetryable(error) || !(await this.#retryLater(this.#backoff, error))) return false;
      }
    }
  }

  /** The disk cannot be read: nothing may be passed over, so it is waited for. False when stopped. */
  unreadable(error: unknown): Promise<boolean> {
    return this.#retryLater(this.#readBackoff, error);
  }

  /** Something in there will never be taken: halves tell which, and the rest goes on. */
  async #split(envelopes: readonly Envelope[], error: unknown): Promise<boolean> {
    const [only] = envelopes;
    if (envelopes.length === 1 && only !== undefined) {
      const { id } = only.payload;
      const { reader, clock } = this.#parts;
      return this.bury({ reader, seq: recordOf(only), id, reason: describe(error), at: clock.now() });
    }
    const middle = envelopes.length >>> 1;
    return (await this.settle(envelopes.slice(0, middle))) && this.settle(envelopes.slice(middle));
  }

  #adapt(envelopes: number, tookMs: number): void {
    const { maxBatch, slowMs } = this.#parts.options;
    if (tookMs > slowMs) this.#shrink();
    else if (envelopes >= this.#size) this.#size = Math.min(maxBatch, this.#size * 2);
  }

  #shrink(): void {
    this.#size = Math.max(Math.min(MIN_BATCH, this.#parts.options.maxBatch), this.#size >> 1);
  }

  async #retryLater(backoff: Backoff, error: unknown): Promise<boolean> {
    const { observer, options } = this.#parts;
    this.retries += 1;
    this.lastError = describe(error);
    this.#shrink();
    return backoff.wait(Math.min(options.maxAfterMs, askedFor(error)), (delayMs) =>
      observer.retrying?.(error, delayMs),
    );
  }
}

/** By its shape: whatever else goes wrong may go right later, so it counts as a fault that passes. */
export function isRejection(error: unknown): boolean {
  return error instanceof Error && 'retry' in error && error.retry === false;
}

/** How long the other side asked to be left alone. */
function askedFor(error: unknown): number {
  return error instanceof Error && 'afterMs' in error && typeof error.afterMs === 'number' ? error.afterMs : 0;
}

/** In one line of at most `MAX_REASON` characters. */
export function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return (typeof code === 'string' ? `${code}: ${text}` : text).slice(0, MAX_REASON);
}
