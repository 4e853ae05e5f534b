/**
 * Carries records to one outlet, from its own cursor, until the other side has them.
 *
 * The cursor moves when everything before it was delivered or buried, so a crash means that something is
 * delivered again with the same ids, never that something is left out. One chunk is under way at a time and
 * chunks go in the order of the journal, which keeps the order of every terminal. While the other side is
 * away the pump holds two chunks, however long that lasts.
 */
import type { Clock, Random } from '../../protocol/index.ts';
import type { Envelope, Outlet } from '../../bridge/index.ts';
import { Backoff } from './backoff.ts';
import { isRetryable, JournalError } from './errors.ts';
import { type DeadLetter, type Journal, OUTLET_PREFIX } from './journal.ts';
import { type Chunk, type Project, PumpFeed } from './pump-feed.ts';
import type { Seq } from './record.ts';

export interface PumpOptions {
  /** Envelopes in one delivery, at most; fewer while the other side struggles. Default 500. */
  readonly maxBatch?: number;
  /** Octets of batches read from the journal at a time. Default 1 MiB. */
  readonly readBytes?: number;
  /** First and longest wait between attempts. Default 500 ms, 30 s. */
  readonly retryMs?: number;
  readonly maxRetryMs?: number;
  /** An attempt that takes longer is given up and repeated. Default 60 s. */
  readonly attemptMs?: number;
  /** How long `stop` waits for the delivery under way. Default 3 s. */
  readonly stopMs?: number;
}

/** Hears what the pump does, as it does it. */
export interface PumpObserver {
  delivered?(envelopes: number, upTo: Seq): void;
  retrying?(error: unknown, delayMs: number): void;
  buried?(letter: DeadLetter): void;
}

/** Counters since the start, and where the pump stands. */
export interface PumpState {
  readonly cursor: Seq;
  /** Records behind the cursor. */
  readonly backlog: number;
  /** Envelopes that the other side has. */
  readonly delivered: number;
  readonly retries: number;
  readonly buried: number;
  /** Of the last failed attempt; undefined again when one succeeds. */
  readonly lastError: string | undefined;
}

export interface Pump {
  /** `outlet:<name>`: the reader whose cursor this is. */
  readonly reader: string;
  readonly state: PumpState;
  /** Begins to deliver. The outlet has been started by its owner. */
  start(): void;
  /** Ends after the delivery under way, or gives it up at `stopMs`. What was not delivered is delivered after the next start. */
  stop(): Promise<void>;
}

export interface PumpParts {
  readonly journal: Journal;
  readonly outlet: Outlet;
  readonly project: Project;
  readonly clock: Clock;
  readonly random: Random;
  readonly options?: PumpOptions;
  readonly observer?: PumpObserver;
}

const DEFAULTS: Required<PumpOptions> = {
  maxBatch: 500,
  readBytes: 1 << 20,
  retryMs: 500,
  maxRetryMs: 30_000,
  attemptMs: 60_000,
  stopMs: 3000,
};
const MIN_BATCH = 16;
const MAX_REASON = 500;

/** The reader's name of an outlet. */
export function readerOf(outlet: string): string {
  return OUTLET_PREFIX + outlet;
}

/** Makes the pump of an outlet and registers its cursor, so that the journal keeps what it has yet to carry. */
export function createPump(parts: PumpParts): Pump {
  return new OutletPump(parts);
}

class OutletPump implements Pump {
  readonly reader: string;
  readonly #parts: PumpParts;
  readonly #options: Required<PumpOptions>;
  readonly #feed: PumpFeed;
  readonly #backoff: Backoff;
  readonly #readBackoff: Backoff;
  #size: number;
  #delivered = 0;
  #retries = 0;
  #buried = 0;
  #lastError: string | undefined;
  #stopping = false;
  #attempt: AbortController | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: PumpParts) {
    const { journal, outlet, project, clock, random } = parts;
    this.reader = readerOf(outlet.name);
    this.#parts = parts;
    this.#options = { ...DEFAULTS, ...parts.options };
    const { readBytes, retryMs, maxRetryMs, maxBatch } = this.#options;
    this.#size = Math.max(Math.min(MIN_BATCH, maxBatch), maxBatch >> 2);
    this.#feed = new PumpFeed({
      journal,
      clock,
      reader: this.reader,
      project,
      wants: (envelope) => outlet.wants(envelope),
      readBytes,
    });
    this.#backoff = new Backoff({ clock, random, firstMs: retryMs, maxMs: maxRetryMs });
    this.#readBackoff = new Backoff({ clock, random, firstMs: retryMs, maxMs: maxRetryMs });
  }

  get state(): PumpState {
    const { journal } = this.#parts;
    const cursor = journal.cursor(this.reader);
    return {
      cursor,
      backlog: Math.max(0, journal.state.head - cursor),
      delivered: this.#delivered,
      retries: this.#retries,
      buried: this.#buried,
      lastError: this.#lastError,
    };
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    const { clock } = this.#parts;
    this.#stopping = true;
    this.#feed.stop();
    this.#backoff.stop();
    this.#readBackoff.stop();
    const cancel = clock.wake(clock.monotonic() + this.#options.stopMs, () => this.#attempt?.abort());
    await this.#running;
    cancel();
  }

  async #run(): Promise<void> {
    let next = this.#read();
    for (;;) {
      const chunk = await next;
      if (chunk === undefined) return;
      // The next chunk is read and projected while this one is on its way.
      next = this.#read();
      if (!(await this.#settle(chunk.envelopes))) return;
      for (const letter of chunk.letters) if (!(await this.#bury(letter))) return;
      this.#advance(chunk);
      if (chunk.envelopes.length === 0) await this.#pause();
    }
  }

  async #read(): Promise<Chunk | undefined> {
    for (;;) {
      try {
        return await this.#feed.next(this.#size);
      } catch (error) {
        // A disk that cannot be read now: nothing may be passed over, so the outlet waits and says why.
        if (!(error instanceof JournalError)) throw error;
        if (!(await this.#retryLater(this.#readBackoff, error))) return undefined;
      }
    }
  }

  #advance({ envelopes, upTo }: Chunk): void {
    const { journal, observer } = this.#parts;
    journal.advance(this.reader, upTo);
    if (envelopes.length >= this.#size) this.#size = Math.min(this.#options.maxBatch, this.#size * 2);
    if (envelopes.length > 0) observer?.delivered?.(envelopes.length, upTo);
  }

  /** Lets others have the loop: a chunk of which nothing was wanted waited for nobody. */
  #pause(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => void clock.wake(clock.monotonic(), resolve));
  }

  /** Resolves true when every envelope is delivered or buried, false when the pump was stopped before. */
  async #settle(envelopes: readonly Envelope[]): Promise<boolean> {
    if (envelopes.length === 0) return true;
    for (;;) {
      const error = await this.#deliver(envelopes);
      if (error === undefined) return true;
      if (this.#stopping) return false;
      if (isRejection(error)) return this.#split(envelopes, error);
      if (!(await this.#retryLater(this.#backoff, error))) return false;
    }
  }

  /** Something in there will never be taken: halves tell which, and the rest goes on. */
  async #split(envelopes: readonly Envelope[], error: unknown): Promise<boolean> {
    const [only] = envelopes;
    if (envelopes.length === 1 && only !== undefined) {
      const { id, seq } = only.payload;
      return this.#bury({ reader: this.reader, seq, id, reason: describe(error), at: this.#parts.clock.now() });
    }
    const middle = envelopes.length >>> 1;
    return (await this.#settle(envelopes.slice(0, middle))) && this.#settle(envelopes.slice(middle));
  }

  /** One attempt; resolves with what went wrong. */
  async #deliver(envelopes: readonly Envelope[]): Promise<unknown> {
    const { outlet, clock } = this.#parts;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const cancel = clock.wake(clock.monotonic() + this.#options.attemptMs, () => attempt.abort());
    // An outlet that does not heed the signal is not waited for; what arrives late arrives twice, with one id.
    const givenUp = new Promise<Error>((resolve) => {
      attempt.signal.addEventListener('abort', () => resolve(new Error('no answer in time')), { once: true });
    });
    try {
      const late = await Promise.race([outlet.deliver(envelopes, attempt.signal), givenUp]);
      if (late !== undefined) return late;
      this.#delivered += envelopes.length;
      this.#lastError = undefined;
      this.#backoff.reset();
      return undefined;
    } catch (error) {
      return error ?? new Error('the outlet failed without a reason');
    } finally {
      cancel();
      this.#attempt = undefined;
    }
  }

  async #bury(letter: DeadLetter): Promise<boolean> {
    const { journal, observer } = this.#parts;
    for (;;) {
      try {
        await journal.bury(letter);
        this.#buried += 1;
        this.#lastError = letter.reason;
        observer?.buried?.(letter);
        return true;
      } catch (error) {
        // Only what is on disk is buried; a letter that is not must not be passed over.
        if (!isRetryable(error) || !(await this.#retryLater(this.#backoff, error))) return false;
      }
    }
  }

  async #retryLater(backoff: Backoff, error: unknown): Promise<boolean> {
    const { observer } = this.#parts;
    this.#retries += 1;
    this.#lastError = describe(error);
    this.#size = Math.max(Math.min(MIN_BATCH, this.#options.maxBatch), this.#size >> 1);
    return backoff.wait((delayMs) => observer?.retrying?.(error, delayMs));
  }
}

/** By its shape: whatever else goes wrong may go right later, so it counts as a fault that passes. */
function isRejection(error: unknown): boolean {
  return error instanceof Error && 'retry' in error && error.retry === false;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return (typeof code === 'string' ? `${code}: ${text}` : text).slice(0, MAX_REASON);
}
