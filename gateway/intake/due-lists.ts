/**
 * When each of many is looked at again: those of one time lie in one list, which costs each of them a place in it, where entries of
 * a heap that are found by key cost a hundred octets more. Times are rounded up, so that lists are few.
 */
import type { Cancel, Clock, MonotonicMs } from '../../protocol/index.ts';

/** What lies in a list knows where; nobody else writes these. */
export interface Listed {
  /** Number of its list; 0: it lies in none. */
  dueList: number;
  /** Its place there. */
  dueAt: number;
}

export interface DueListsOptions {
  /** Times are rounded up to multiples of it. There are as many lists as of these are between now and the last time. */
  readonly grainMs: number;
}

export class DueLists<T extends Listed> {
  readonly #clock: Clock;
  readonly #due: (one: T) => void;
  readonly #grainMs: number;
  readonly #lists = new Map<number, T[]>();
  #wakeFor = Number.POSITIVE_INFINITY;
  #wake: Cancel | undefined;

  /** `due` is called for each when its time has come, in the order of times; it lies in no list then, and may be set again. */
  constructor(clock: Clock, due: (one: T) => void, { grainMs }: DueListsOptions) {
    this.#clock = clock;
    this.#due = due;
    this.#grainMs = grainMs;
  }

  /** Sets or moves its time. One that is past comes within `grainMs`, never during the call. */
  set(one: T, at: MonotonicMs): void {
    this.cancel(one);
    // Behind the list that may be told now.
    const first = Math.floor(this.#clock.monotonic() / this.#grainMs) + 1;
    const number = Math.max(first, Math.ceil(at / this.#grainMs));
    const list = this.#lists.get(number);
    one.dueList = number;
    one.dueAt = list?.length ?? 0;
    if (list === undefined) this.#lists.set(number, [one]);
    else list.push(one);
    if (number < this.#wakeFor) this.#arm(number);
  }

  cancel(one: T): void {
    const number = one.dueList;
    one.dueList = 0;
    const list = this.#lists.get(number);
    // The list whose time has come is none of these.
    if (list === undefined) return;
    const last = list.pop()!;
    if (last !== one) {
      list[one.dueAt] = last;
      last.dueAt = one.dueAt;
    } else if (list.length === 0) this.#lists.delete(number);
  }

  /** Nothing is due any more. */
  clear(): void {
    this.#lists.clear();
    this.#wake?.();
    this.#wake = undefined;
    this.#wakeFor = Number.POSITIVE_INFINITY;
  }

  #arm(number: number): void {
    this.#wake?.();
    this.#wakeFor = number;
    this.#wake = this.#clock.wake(number * this.#grainMs, () => this.#tell());
  }

  #tell(): void {
    this.#wake = undefined;
    this.#wakeFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.monotonic();
    const due = [...this.#lists.keys()].filter((number) => number * this.#grainMs <= now).sort((a, b) => a - b);
    for (const number of due) {
      const list = this.#lists.get(number) ?? [];
      this.#lists.delete(number);
      for (const one of list) {
        // Cancelled by one before it, or set anew.
        if (one.dueList !== number) continue;
        one.dueList = 0;
        this.#due(one);
      }
    }
    const next = Math.min(...this.#lists.keys());
    if (next < this.#wakeFor) this.#arm(next);
  }
}
