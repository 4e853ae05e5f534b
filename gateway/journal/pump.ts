/**
 * Carries records to one outlet, from its own place in the journal, until the other side has them.
 *
 * A record is done with when it was delivered or buried, so a crash means that something is delivered again
 * with the same ids, never that something is left out. One chunk is under way at a time. After an outage new
 * records go first and the backlog beside them (`pump-lanes.ts`); each of the two keeps the order of every terminal.
 * While the other side is away the pump holds two chunks a lane, however long that lasts.
 */
import type { Outlet } from '../../bridge/index.ts';
import type { Cancel, Clock, Random } from '../../protocol/index.ts';
import { Delivery } from './delivery.ts';
import { DrainRate } from './drain-rate.ts';
import { type DeadLetter, type Journal, OUTLET_PREFIX } from './journal.ts';
import { LettersAgain } from './letter-again.ts';
import type { Project } from './pump-feed.ts';
import { PumpLanes, type Turn } from './pump-lanes.ts';
import type { Seq } from './record.ts';
import type { RecordView } from './record-view.ts';

export interface PumpOptions {
  /** Envelopes in one delivery, at most; fewer while the other side struggles. Default 2,000: while the loop is busy a delivery takes two or three turns of it, whatever it holds. */
  readonly maxBatch?: number;
  /** Octets of batches that a lane reads from the journal at a time. Default 1 MiB. */
  readonly readBytes?: number;
  /** First and longest wait between attempts. Default 500 ms, 30 s. */
  readonly retryMs?: number;
  readonly maxRetryMs?: number;
  /** The other side may ask to be left alone for longer, up to this. Default 5 min. */
  readonly maxAfterMs?: number;
  /** An attempt that takes longer is given up and repeated. Default 60 s. */
  readonly attemptMs?: number;
  /** After a delivery that took longer, the next ones are smaller. Default 2 s. */
  readonly slowMs?: number;
  /** Records that have waited longer are backlog: newer ones go first. Infinity: everything in order. Default 10 s. */
  readonly liveMs?: number;
  /** Where fewer wait, everything goes in order all the same. Default 2,000. */
  readonly leapRecords?: number;
  /** How often it is looked for dead letters that somebody wants sent again. Default 5 s. */
  readonly lettersEveryMs?: number;
  /** How long `stop` waits for the delivery under way. Default 3 s. */
  readonly stopMs?: number;
}

/** Hears what the pump does, as it does it. */
export interface PumpObserver {
  delivered?(envelopes: number, upTo: Seq, lane: Turn['lane']): void;
  retrying?(error: unknown, delayMs: number): void;
  buried?(letter: DeadLetter): void;
  /** A dead letter was delivered after all. */
  resent?(letter: DeadLetter): void;
}

/** Counters since the start, and where the pump stands. */
export interface PumpState {
  readonly cursor: Seq;
  /** Records that the outlet is not done with. */
  readonly backlog: number;
  /** At the rate of the last seconds; 0 without a backlog, null where it does not shrink. */
  readonly secondsToDrain: number | null;
  /** Envelopes that the other side has. */
  readonly delivered: number;
  readonly retries: number;
  readonly buried: number;
  /** Of the last failed attempt; undefined again when one succeeds. */
  readonly lastError: string | undefined;
}

export interface Pump {
  /** `outlet:<name>`: the reader whose place this is. */
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
  /**
   * Makes a test of records that go before the rest of a backlog: alarms. Asked for every record of a backlog, in
   * order, so it should be cheap. Missing: there is nothing urgent.
   */
  readonly urgent?: () => (view: RecordView) => boolean;
}

const DEFAULTS: Required<PumpOptions> = {
  maxBatch: 2000,
  readBytes: 1 << 20,
  retryMs: 500,
  maxRetryMs: 30_000,
  maxAfterMs: 300_000,
  attemptMs: 60_000,
  slowMs: 2000,
  liveMs: 10_000,
  leapRecords: 2000,
  lettersEveryMs: 5000,
  stopMs: 3000,
};

/** The reader's name of an outlet. */
export function readerOf(outlet: string): string {
  return OUTLET_PREFIX + outlet;
}

/** Makes the pump of an outlet and registers its reader, so that the journal keeps what it has yet to carry. */
export function createPump(parts: PumpParts): Pump {
  return new OutletPump(parts);
}

class OutletPump implements Pump {
  readonly reader: string;
  readonly #parts: PumpParts;
  readonly #options: Required<PumpOptions>;
  readonly #lanes: PumpLanes;
  readonly #delivery: Delivery;
  readonly #letters: LettersAgain;
  readonly #drain: DrainRate;
  #running: Promise<void> | undefined;
  #wake: Cancel | undefined;

  constructor(parts: PumpParts) {
    const { journal, outlet, project, clock, random, observer = {}, urgent } = parts;
    const reader = readerOf(outlet.name);
    const options = { ...DEFAULTS, ...parts.options };
    this.reader = reader;
    this.#parts = parts;
    this.#options = options;
    const place = journal.place(reader);
    const delivery = new Delivery({ journal, reader, outlet, clock, random, options, observer });
    this.#delivery = delivery;
    this.#lanes = new PumpLanes(
      {
        feed: {
          journal,
          clock,
          reader,
          project,
          wants: (envelope) => outlet.wants(envelope),
          deaf: () => outlet.deaf === true,
          ...(outlet.gatherMs === undefined ? {} : { gatherMs: outlet.gatherMs }),
          readBytes: options.readBytes,
        },
        size: () => delivery.size,
        unreadable: (error) => delivery.unreadable(error),
        liveMs: options.liveMs,
        leapRecords: options.leapRecords,
        urgent,
        now: () => clock.now(),
      },
      { gaps: place.gaps(), live: place.ahead.at(-1)?.to ?? place.cursor },
    );
    const resent = (letter: DeadLetter): void => observer.resent?.(letter);
    this.#letters = new LettersAgain({ journal, reader, outlet, project, now: () => clock.now(), resent });
    this.#drain = new DrainRate(clock, place.left(journal.state.head));
  }

  get state(): PumpState {
    const { journal } = this.#parts;
    const { delivered, retries, buried, lastError } = this.#delivery;
    const place = journal.place(this.reader);
    const backlog = place.left(journal.state.head);
    const secondsToDrain = this.#drain.secondsLeft(backlog);
    return { cursor: place.cursor, backlog, secondsToDrain, delivered, retries, buried, lastError };
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#run();
    this.#wakeForLetters(this.#options.lettersEveryMs);
  }

  async stop(): Promise<void> {
    const { clock } = this.#parts;
    this.#wake?.();
    this.#lanes.stop();
    this.#delivery.stop();
    const cancel = clock.wake(clock.monotonic() + this.#options.stopMs, () => this.#delivery.abort());
    await this.#running;
    this.#wake?.();
    cancel();
  }

  async #run(): Promise<void> {
    for (;;) {
      const turn = await this.#lanes.next();
      if (turn === undefined) return;
      if (turn === 'called') await this.#sendLetters();
      else if (!(await this.#carry(turn))) return;
    }
  }

  /** False when it was stopped before the other side had everything. */
  async #carry(turn: Turn): Promise<boolean> {
    const { envelopes } = turn.chunk;
    if (!(await this.#delivery.settle(envelopes))) return false;
    // What cannot be read is met again by the backlog, which what is urgent goes before.
    const letters = turn.lane === 'urgent' ? [] : turn.chunk.letters;
    for (const letter of letters) if (!(await this.#delivery.bury(letter))) return false;
    this.#done(turn);
    if (envelopes.length === 0) await this.#pause();
    return true;
  }

  async #sendLetters(): Promise<void> {
    const more = await this.#letters.send(this.#delivery);
    this.#wakeForLetters(more ? 0 : this.#options.lettersEveryMs);
  }

  #wakeForLetters(afterMs: number): void {
    const { clock } = this.#parts;
    this.#wake = clock.wake(clock.monotonic() + afterMs, () => this.#lanes.call());
  }

  #done({ chunk, lane }: Turn): void {
    const { journal, observer } = this.#parts;
    const { envelopes, from, upTo } = chunk;
    // What is urgent is done with when its turn comes: the records around it are not.
    if (lane === 'urgent') this.#lanes.early(chunk);
    else if (upTo >= from) journal.done(this.reader, from, upTo);
    this.#drain.progress(journal.place(this.reader).left(journal.state.head));
    if (envelopes.length > 0) observer?.delivered?.(envelopes.length, upTo, lane);
  }

  /** Lets others have the loop: a chunk of which nothing was wanted waited for nobody. */
  #pause(): Promise<void> {
    const { clock } = this.#parts;
    return new Promise((resolve) => void clock.wake(clock.monotonic(), resolve));
  }
}
