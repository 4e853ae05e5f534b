/** Journal records on their way to an outlet: read, projected, filtered, cut into chunks. */
import type { Clock } from '../../protocol/index.ts';
import type { Envelope } from '../../bridge/index.ts';
import { JournalError } from './errors.ts';
import type { Batch, DeadLetter, Journal } from './journal.ts';
import type { Seq } from './record.ts';
import { RecordView } from './record-view.ts';

export interface Chunk {
  /** What the outlet wants, in the order of the journal. */
  readonly envelopes: readonly Envelope[];
  /** Records that could not be turned into envelopes. */
  readonly letters: readonly DeadLetter[];
  /** When all this is done with, so is everything up to here. */
  readonly upTo: Seq;
}

/** What a record means to platforms: none, one or more envelopes. `view` is valid during the call only. */
export type Project = (view: RecordView) => readonly Envelope[];

export interface FeedOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly reader: string;
  readonly project: Project;
  readonly wants: (envelope: Envelope) => boolean;
  /** Octets of batches read at a time. */
  readonly readBytes: number;
}

/** Records looked at for one chunk, per envelope that it may hold: a filter that drops all must not stall the loop. */
const RECORDS_PER_ENVELOPE = 4;

export class PumpFeed {
  readonly #options: FeedOptions;
  readonly #view = new RecordView();
  readonly #unsubscribe: () => void;
  #batches: readonly Batch[] = [];
  #index = 0;
  /** The view stands in batch `index`. */
  #inside = false;
  #done: Seq;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#done = options.journal.cursor(options.reader);
    this.#unsubscribe = options.journal.subscribe({ committed: () => this.#wake?.() });
  }

  /** The next chunk of up to about `max` envelopes, as soon as there is a record; undefined when stopped. Rejects when the disk cannot be read. */
  async next(max: number): Promise<Chunk | undefined> {
    while (!this.#stopped) {
      if (this.#index < this.#batches.length) return this.#collect(max);
      const { journal, readBytes } = this.#options;
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
  }

  #commit(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #collect(max: number): Chunk {
    const envelopes: Envelope[] = [];
    const letters: DeadLetter[] = [];
    let records = 0;
    while (envelopes.length < max && records < max * RECORDS_PER_ENVELOPE) {
      const batch = this.#batches[this.#index];
      if (batch === undefined) break;
      if (!this.#inside) this.#view.open(batch);
      this.#inside = true;
      if (!this.#advance(batch, letters)) {
        this.#index += 1;
        this.#inside = false;
        this.#done = Math.max(this.#done, batch.first + batch.count - 1);
      } else if (this.#view.seq > this.#done) {
        this.#project(envelopes, letters);
        this.#done = this.#view.seq;
        records += 1;
      }
    }
    return { envelopes, letters, upTo: this.#done };
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
