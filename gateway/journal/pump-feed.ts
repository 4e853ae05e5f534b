/** Journal records on their way to an outlet: read, projected, filtered, cut into chunks. */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { Envelope } from '../../bridge/index.ts';
import { JournalError } from './errors.ts';
import type { Batch, DeadLetter, Journal } from './journal.ts';
import type { Seq } from './record.ts';
import { RecordView } from './record-view.ts';

export interface Chunk {
  /** First record that was looked at. */
  readonly from: Seq;
  /** What the outlet wants, in the order of the journal. */
  readonly envelopes: readonly Envelope[];
  /** Records that could not be turned into envelopes. */
  readonly letters: readonly DeadLetter[];
  /** When all this is done with, so is everything up to here. */
  readonly upTo: Seq;
  /** When the oldest of these records was committed, epoch ms. */
  readonly at: number;
}

/** What a record means to platforms: none, one or more envelopes. `view` is valid during the call only. */
export type Project = (view: RecordView) => readonly Envelope[];

export interface FeedOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly reader: string;
  readonly project: Project;
  readonly wants: (envelope: Envelope) => boolean;
  /** True while nobody would hear any of it. */
  readonly deaf?: () => boolean;
  /** As `Outlet.gatherMs`. */
  readonly gatherMs?: number;
  /** Records behind this one, up to `to`. */
  readonly after: Seq;
  readonly to?: Seq;
  /** Only these records; the others are passed over. */
  readonly only?: (view: RecordView) => boolean;
  /** Octets of batches read at a time. */
  readonly readBytes: number;
}

/** A chunk of so many envelopes says that more will come at once: they are worth being gathered. */
const MANY = 16;
/** Records looked at for one chunk, per envelope that it may hold: a filter that drops all must not stall the loop. */
const RECORDS_PER_ENVELOPE = 4;
/** The same where few are looked for among many, which costs next to nothing each. */
const RECORDS_WHERE_FEW = 20_000;
/** Envelopes made in one turn of the loop: terminals wait for their acknowledgements meanwhile. */
const IN_A_TURN = 250;
/** The same where a chunk's worth waits: of a loop that is never at rest, an outlet that falls behind takes a larger share. */
const IN_A_TURN_BEHIND = 1000;

/** A chunk that is being collected. */
type Collected = { -readonly [Key in keyof Chunk]: Chunk[Key] } & {
  readonly envelopes: Envelope[];
  readonly letters: DeadLetter[];
  /** Records looked at. */
  records: number;
};

export class PumpFeed {
  readonly #options: FeedOptions;
  readonly #view = new RecordView();
  readonly #unsubscribe: () => void;
  #batches: readonly Batch[] = [];
  #index = 0;
  /** The view stands in batch `index`. */
  #inside = false;
  readonly #to: Seq;
  #done: Seq;
  #stopped = false;
  #wake: (() => void) | undefined;
  /** Ends the gathering. */
  #cutShort: (() => void) | undefined;
  /** When the next chunk may be collected, where its records are to gather. */
  #gathered: MonotonicMs = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#done = options.after;
    this.#to = options.to ?? Number.POSITIVE_INFINITY;
    this.#unsubscribe = options.journal.subscribe({ committed: () => this.#wake?.() });
  }

  /** Records up to here have been looked at. */
  get done(): Seq {
    return this.#done;
  }

  /** The next chunk of up to about `max` envelopes, as soon as there is a record; undefined at the end or when stopped. Rejects when the disk cannot be read. */
  async next(max: number): Promise<Chunk | undefined> {
    while (!this.#stopped && this.#done < this.#to) {
      if (this.#index < this.#batches.length) return this.#pace(await this.#collect(max), max);
      const { journal, readBytes } = this.#options;
      await this.#gather();
      if (this.#stopped) break;
      this.#batches = await journal.read(this.#done, readBytes);
      this.#index = 0;
      this.#inside = false;
      if (!this.#stopped && this.#batches.length === 0 && journal.state.head <= this.#done) await this.#commit();
    }
    return undefined;
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#wake?.();
    this.#cutShort?.();
  }

  /** What is left of a backlog waits for nothing. */
  #pace(chunk: Chunk, max: number): Chunk {
    const { gatherMs = 0, clock } = this.#options;
    const { length } = chunk.envelopes;
    if (length >= MANY && length < max) this.#gathered = clock.monotonic() + gatherMs;
    return chunk;
  }

  /** Waits until it is worth to look again. */
  async #gather(): Promise<void> {
    const { clock } = this.#options;
    if (clock.monotonic() >= this.#gathered) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.wake(this.#gathered, resolve);
      this.#cutShort = () => {
        cancel();
        resolve();
      };
    });
    this.#cutShort = undefined;
  }

  #commit(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #collect(max: number): Promise<Chunk> {
    const at = this.#batches[this.#index]?.at ?? 0;
    const chunk: Collected = { from: this.#done + 1, envelopes: [], letters: [], upTo: this.#done, at, records: 0 };
    while (!this.#collectSome(chunk, max)) {
      await this.#nextTurn();
      if (this.#stopped) break;
    }
    chunk.upTo = this.#done;
    return chunk;
  }

  /** True when the chunk is full, or there is nothing more. */
  #collectSome(chunk: Collected, max: number): boolean {
    const { envelopes, letters } = chunk;
    const { only, deaf } = this.#options;
    const unheard = deaf?.() === true;
    const most = only === undefined && !unheard ? max * RECORDS_PER_ENVELOPE : RECORDS_WHERE_FEW;
    const behind = chunk.records + this.#options.journal.state.head - this.#done >= max;
    const enough = Math.min(max, envelopes.length + (behind ? IN_A_TURN_BEHIND : IN_A_TURN));
    while (envelopes.length < enough && chunk.records < most && this.#done < this.#to) {
      const batch = this.#batches[this.#index];
      if (batch === undefined) return true;
      if (!this.#inside) this.#enter(batch, letters);
      if (!this.#advance(batch, letters)) {
        this.#index += 1;
        this.#inside = false;
        this.#done = Math.min(this.#to, Math.max(this.#done, batch.first + batch.count - 1));
      } else if (this.#view.seq > this.#to) {
        // What was left of the range is gone.
        this.#done = this.#to;
      } else if (this.#view.seq > this.#done) {
        if ((only === undefined || only(this.#view)) && !unheard) this.#project(envelopes, letters);
        this.#done = this.#view.seq;
        chunk.records += 1;
      }
    }
    return envelopes.length >= max || chunk.records >= most || this.#done >= this.#to;
  }

  #nextTurn(): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => void clock.wake(clock.monotonic(), resolve));
  }

  /** Records between the last and this batch are missing, unless retention took them, which has been told. */
  #enter(batch: Batch, letters: DeadLetter[]): void {
    this.#view.open(batch);
    this.#inside = true;
    const next = Math.max(this.#done + 1, this.#options.journal.state.tail);
    if (batch.first <= next) return;
    const last = Math.min(this.#to, batch.first - 1);
    if (next <= last) letters.push(this.#letter(next, `missing-${next}`, `Records ${next} to ${last} are missing.`));
    this.#done = last;
  }

  /** Moves the view on; octets that are no records cost the rest of their batch, not the outlet. */
  #advance(batch: Batch, letters: DeadLetter[]): boolean {
    try {
      return this.#view.next();
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      letters.push(this.#letter(this.#done + 1, `batch-${batch.first}`, error.message));
      return false;
    }
  }

  #project(envelopes: Envelope[], letters: DeadLetter[]): void {
    const { project, wants } = this.#options;
    try {
      for (const envelope of project(this.#view)) if (wants(envelope)) envelopes.push(envelope);
    } catch (error) {
      // A record that nobody foresaw must not hold back all that follow it.
      letters.push(this.#letter(this.#view.seq, `record-${this.#view.seq}`, String(error)));
    }
  }

  #letter(seq: Seq, id: string, reason: string): DeadLetter {
    return { reader: this.#options.reader, seq, id, reason, at: this.#options.clock.now() };
  }
}
