/**
 * The ways by which records come to an outlet, and whose turn it is.
 *
 * Usually there is one, the live lane, in the order of the journal. When what comes next there has waited too
 * long, because the other side was away, the live lane leaps to the head of the journal and leaves a gap
 * behind. Gaps are drained beside it, oldest first; what is urgent in a gap is looked for and sent before the rest.
 *
 * Each lane keeps its records in order. What lies in a gap is older than what the live lane carries.
 */
import { recordOf } from '../../bridge/index.ts';
import { JournalError } from './errors.ts';
import type { SeqRange } from './place.ts';
import { type Chunk, type FeedOptions, PumpFeed } from './pump-feed.ts';
import type { Seq } from './record.ts';
import type { RecordView } from './record-view.ts';

export interface LanesOptions {
  readonly feed: Omit<FeedOptions, 'after' | 'to' | 'only'>;
  /** Envelopes that the next chunk should have. */
  readonly size: () => number;
  /** The disk cannot be read; resolves true when it is time to try again, false when all ends. */
  readonly unreadable: (error: JournalError) => Promise<boolean>;
  /** A record that has waited longer than this, and at least `leapRecords` with it, is not live. */
  readonly liveMs: number;
  readonly leapRecords: number;
  /** Makes a test of what is urgent, once for every gap, asked in the order of the journal. */
  readonly urgent: (() => (view: RecordView) => boolean) | undefined;
  readonly now: () => number;
}

/** A chunk and what is to be done when the other side has it. */
export interface Turn {
  readonly chunk: Chunk;
  readonly lane: 'live' | 'urgent' | 'backlog';
}

/** Gaps at a time: an outlet that comes and goes more often catches up in order. Well below `MAX_AHEAD`. */
const MAX_GAPS = 32;
/** Chunks in a row that a live lane which lags itself may have before the backlog gets one. */
const LIVE_STREAK = 7;
/** Urgent records that are remembered as sent, so that the backlog leaves them out; with so many, no more are looked for. */
const MAX_EARLY = 65_536;

/** A feed with its next chunk read and projected while another is on its way. */
class Lane {
  readonly feed: PumpFeed;
  ready: Chunk | undefined;
  /** The feed has come to its end. */
  ended = false;
  #fetching = false;

  constructor(feed: PumpFeed) {
    this.feed = feed;
  }

  fetch({ size, unreadable }: LanesOptions, changed: () => void): void {
    if (this.#fetching || this.ended || this.ready !== undefined) return;
    this.#fetching = true;
    void this.#read(size, unreadable).then((chunk) => {
      this.#fetching = false;
      this.ready = chunk;
      this.ended = chunk === undefined;
      changed();
    });
  }

  async #read(size: () => number, unreadable: LanesOptions['unreadable']): Promise<Chunk | undefined> {
    for (;;) {
      try {
        return await this.feed.next(size());
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        if (!(await unreadable(error))) return undefined;
      }
    }
  }
}

export class PumpLanes {
  readonly #options: LanesOptions;
  readonly #gaps: SeqRange[];
  readonly #early = new Set<Seq>();
  #live: Lane;
  #backlog: Lane | undefined;
  #urgent: Lane | undefined;
  /** Gaps in which what is urgent has yet to be looked for. */
  readonly #unsearched: SeqRange[];
  #streak = 0;
  #called = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  /** `from`: gaps left by the last run, and the record behind which the live lane goes on. */
  constructor(options: LanesOptions, from: { gaps: readonly SeqRange[]; live: Seq }) {
    this.#options = options;
    this.#gaps = [...from.gaps];
    this.#unsearched = [...from.gaps];
    this.#live = new Lane(new PumpFeed({ ...options.feed, after: from.live }));
  }

  /** The next chunk, as soon as there is one; `called` when somebody called meanwhile; undefined when stopped. */
  async next(): Promise<Turn | 'called' | undefined> {
    while (!this.#stopped) {
      if (this.#called) {
        this.#called = false;
        return 'called';
      }
      this.#fetch();
      const turn = this.#choose();
      if (turn !== undefined) {
        this.#fetch();
        return turn;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return undefined;
  }

  /** Has `next` return before there is a chunk. */
  call(): void {
    this.#called = true;
    this.#wake?.();
  }

  /** Urgent records were delivered: the backlog leaves them out. */
  early(chunk: Chunk): void {
    for (const envelope of chunk.envelopes) this.#early.add(recordOf(envelope));
  }

  stop(): void {
    this.#stopped = true;
    for (const lane of [this.#live, this.#backlog, this.#urgent]) lane?.feed.stop();
    this.#wake?.();
  }

  #fetch(): void {
    const changed = (): void => this.#wake?.();
    const { urgent, feed } = this.#options;
    if (this.#backlog?.ended === true && this.#backlog.ready === undefined) {
      this.#backlog = undefined;
      this.#gaps.shift();
    }
    const [gap] = this.#gaps;
    if (this.#backlog === undefined && gap !== undefined) {
      const only = (view: RecordView): boolean => !this.#early.delete(view.seq);
      this.#backlog = new Lane(new PumpFeed({ ...feed, after: gap.from - 1, to: gap.to, only }));
    }
    if (this.#urgent?.ended === true && this.#urgent.ready === undefined) this.#urgent = undefined;
    const search = urgent === undefined || this.#urgent !== undefined ? undefined : this.#unsearched.shift();
    if (search !== undefined && urgent !== undefined) this.#urgent = this.#search(search, urgent());
    for (const lane of [this.#live, this.#backlog, this.#urgent]) lane?.fetch(this.#options, changed);
  }

  #search({ from, to }: SeqRange, isUrgent: (view: RecordView) => boolean): Lane {
    const only = (view: RecordView): boolean =>
      isUrgent(view) && this.#early.size < MAX_EARLY && !this.#isDrained(view.seq);
    return new Lane(new PumpFeed({ ...this.#options.feed, after: from - 1, to, only }));
  }

  #isDrained(seq: Seq): boolean {
    const [gap] = this.#gaps;
    return gap === undefined || seq < gap.from || seq <= (this.#backlog?.feed.done ?? 0);
  }

  #choose(): Turn | undefined {
    const live = this.#live.ready;
    if (live !== undefined && this.#isOld(live)) {
      this.#leap(live);
      return this.#choose();
    }
    const lags = live !== undefined && live.envelopes.length >= this.#options.size();
    const first = this.#streak === 0 || (lags && this.#streak < LIVE_STREAK);
    if (first && live !== undefined) return this.#take(this.#live, 'live');
    return this.#take(this.#urgent, 'urgent') ?? this.#take(this.#backlog, 'backlog') ?? this.#take(this.#live, 'live');
  }

  #take(lane: Lane | undefined, name: Turn['lane']): Turn | undefined {
    const chunk = lane?.ready;
    if (lane === undefined || chunk === undefined) return undefined;
    lane.ready = undefined;
    this.#streak = name === 'live' ? this.#streak + 1 : 0;
    return { chunk, lane: name };
  }

  #isOld(chunk: Chunk): boolean {
    const { feed, liveMs, leapRecords, now } = this.#options;
    if (this.#gaps.length >= MAX_GAPS || feed.journal.state.head - chunk.from < leapRecords) return false;
    return now() - chunk.at > liveMs;
  }

  #leap({ from }: Chunk): void {
    const { feed } = this.#options;
    const to = feed.journal.state.head;
    this.#live.feed.stop();
    this.#live = new Lane(new PumpFeed({ ...feed, after: to }));
    this.#gaps.push({ from, to });
    this.#unsearched.push({ from, to });
    this.#fetch();
  }
}
