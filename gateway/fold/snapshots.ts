/**
 * Keeps the folds' state on disk without stopping them: what changed is written a few rows at a time, and
 * the journal position moves once everything that had changed by then is written.
 *
 * Bound: at most one row per terminal, registration and unfinished command waits to be written.
 */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { Seq } from '../journal/record.ts';
import type { StateKind, StateRow } from './store/state-file.ts';
import type { Store } from './store/store.ts';

/** What a fold offers: its value under a key as JSON, or null where it has none any more. */
export interface Snapshotted {
  readonly kind: StateKind;
  snapshot(key: string): string | null;
  restore(key: string, value: string): void;
}

/** How snapshots are spread out over time. */
export interface SnapshotPace {
  /** Between cycles at least, and how often it is looked whether one is due. */
  readonly everyMs: number;
  /**
   * A cycle writes all that changed, most of a fleet as a rule: it is due when so many records came that a start, which hears the
   * journal from the last one on, would take seconds over them, or so much time passed.
   */
  readonly records: number;
  readonly atMostMs: number;
  /** Rows written at a time: a slice is a millisecond or two of work, and acknowledgements wait for no more. */
  readonly sliceRows: number;
  readonly sliceEveryMs: number;
}

const PACE: SnapshotPace = { everyMs: 30_000, records: 300_000, atMostMs: 300_000, sliceRows: 100, sliceEveryMs: 50 };

export class Snapshots {
  readonly #folds: ReadonlyMap<StateKind, Snapshotted>;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pace: SnapshotPace;
  readonly #advance: (seq: Seq) => void;
  readonly #settled: (() => Promise<void>) | undefined;
  /** Keys that changed and are not being written, per kind. */
  readonly #dirty: Map<StateKind, Set<string>>;
  #applied: Seq = 0;
  /** Up to where the store has all, and since when it has not. */
  #kept: Seq = 0;
  #since: MonotonicMs = 0;
  #cancel: (() => void) | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  /**
   * `advance` hears how far the journal may be forgotten. `settled` resolves when what the folds wrote to the journal is
   * in it: state that leads to no such record again is not kept before.
   */
  constructor(options: {
    folds: readonly Snapshotted[];
    store: Store;
    clock: Clock;
    advance: (seq: Seq) => void;
    settled?: () => Promise<void>;
    pace?: SnapshotPace;
  }) {
    this.#folds = new Map(options.folds.map((fold) => [fold.kind, fold]));
    this.#dirty = new Map(options.folds.map((fold) => [fold.kind, new Set<string>()]));
    this.#store = options.store;
    this.#clock = options.clock;
    this.#pace = options.pace ?? PACE;
    this.#advance = options.advance;
    this.#settled = options.settled;
  }

  /** Gives every fold back what was kept; returns the position from which it must hear the journal. */
  restore(): Seq {
    for (const { kind, key, value } of this.#store.rows) {
      if (value !== null) this.#folds.get(kind)?.restore(key, value);
    }
    this.#kept = this.#store.cursor;
    return this.#kept;
  }

  changed(kind: StateKind, key: string): void {
    this.#dirty.get(kind)?.add(key);
  }

  /** Every fold has taken the records up to `seq`. */
  applied(seq: Seq): void {
    this.#applied = seq;
    if (this.#cancel !== undefined || this.#running !== undefined || this.#stopped) return;
    this.#since = this.#clock.monotonic();
    this.#wake(this.#pace.everyMs);
  }

  /** Writes what is left and ends. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#running;
    await this.#cycle(false);
  }

  #wake(after: number): void {
    this.#cancel = this.#clock.wake(this.#clock.monotonic() + after, () => {
      this.#cancel = undefined;
      if (!this.#isDue) return this.#wake(this.#pace.everyMs);
      this.#running = this.#cycle(true).finally(() => {
        this.#running = undefined;
      });
    });
  }

  get #isDue(): boolean {
    const { records, atMostMs } = this.#pace;
    return this.#applied - this.#kept >= records || this.#clock.monotonic() - this.#since >= atMostMs;
  }

  /** Writes everything that is dirty now. Between slices others get their turn. */
  async #cycle(paced: boolean): Promise<void> {
    const upTo = this.#applied;
    // Taken as they are, and not copied: after a storm there are hundreds of thousands.
    const taken = [...this.#dirty];
    for (const [kind] of taken) this.#dirty.set(kind, new Set());
    const keys = keysOf(taken);
    let left = taken.reduce((sum, [, set]) => sum + set.size, 0);
    const none = left === 0;
    while (left > 0) {
      const slice = take(keys, this.#pace.sliceRows);
      left -= slice.length;
      await this.#settled?.();
      const rows = slice.map(([kind, key]): StateRow => ({ kind, key, value: this.#folds.get(kind)!.snapshot(key) }));
      if (!(await this.#store.save(rows, left === 0 ? upTo : undefined))) {
        // The disk does not take it: all of it is still to be written, and the cursor stays.
        for (const [kind, key] of slice) this.changed(kind, key);
        for (const [kind, key] of keys) this.changed(kind, key);
        return this.#again();
      }
      if (paced && left > 0) await this.#pause();
    }
    if (none && upTo > 0 && !(await this.#store.save([], upTo))) return this.#again();
    this.#advance(upTo);
    this.#kept = upTo;
    this.#since = this.#clock.monotonic();
    if (this.#applied > upTo) this.#again();
  }

  #again(): void {
    if (!this.#stopped && this.#cancel === undefined) this.#wake(this.#pace.everyMs);
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stopped) resolve();
      else this.#clock.wake(this.#clock.monotonic() + this.#pace.sliceEveryMs, resolve);
    });
  }
}

function* keysOf(sets: readonly (readonly [StateKind, ReadonlySet<string>])[]): Generator<[StateKind, string]> {
  for (const [kind, set] of sets) for (const key of set) yield [kind, key];
}

function take<T>(from: Iterator<T>, most: number): T[] {
  const out: T[] = [];
  while (out.length < most) {
    const { value, done } = from.next();
    if (done === true) break;
    out.push(value);
  }
  return out;
}
