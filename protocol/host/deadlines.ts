/**
 * Any number of deadlines on one wake-up of the clock.
 *
 * A deadline that is put off costs one assignment: it stays where it is in the heap and is looked at again when its
 * old time comes. Tens of thousands of connections that put theirs off with every frame thus cost next to nothing.
 */
import type { Cancel, Clock, MonotonicMs } from './clock.ts';

/** A deadline that was set; `postpone` is the cheap way to put it off without looking its key up. */
export interface Deadline {
  readonly at: MonotonicMs;
  /** Moves it to a later time; without effect where `at` is earlier, or after it was met or cancelled. */
  postpone(at: MonotonicMs): void;
}

class Entry<K> implements Deadline {
  readonly key: K;
  at: MonotonicMs;
  /** Where it stands in the heap: never later than `at`. */
  placed: MonotonicMs;
  order: number;
  /** -1 while it is not in the heap. */
  index = -1;

  constructor(key: K, at: MonotonicMs, order: number) {
    this.key = key;
    this.at = at;
    this.placed = at;
    this.order = order;
  }

  postpone(at: MonotonicMs): void {
    if (at > this.at) this.at = at;
  }
}

/** Deadlines by key. */
export class Deadlines<K> {
  readonly #clock: Clock;
  readonly #expired: (key: K) => void;
  readonly #grain: number;
  readonly #entries = new Map<K, Entry<K>>();
  readonly #heap: Entry<K>[] = [];
  #order = 0;
  #wakeAt = Infinity;
  #cancel: Cancel | undefined;

  /**
   * @param expired called once for each deadline met, in their order; may set and cancel others.
   * @param options.grainMs wake-ups are rounded up to multiples of it, so that many deadlines share one; 0 unless given.
   */
  constructor(clock: Clock, expired: (key: K) => void, options: { readonly grainMs?: number } = {}) {
    this.#clock = clock;
    this.#expired = expired;
    this.#grain = options.grainMs ?? 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sets or moves the deadline of a key. One that is already past is met at the next wake-up, never during the call. */
  set(key: K, at: MonotonicMs): Deadline {
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      entry = new Entry(key, at, this.#order++);
      this.#entries.set(key, entry);
    }
    entry.at = at;
    if (entry.index === -1) {
      entry.placed = at;
      entry.index = this.#heap.push(entry) - 1;
      this.#rise(entry);
    } else if (at < entry.placed) {
      entry.placed = at;
      this.#rise(entry);
    }
    this.#arm();
    return entry;
  }

  cancel(key: K): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    if (entry.index !== -1) this.#remove(entry);
  }

  /** Cancels all of them. */
  clear(): void {
    this.#entries.clear();
    this.#heap.length = 0;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#wakeAt = Infinity;
  }

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.placed >= this.#wakeAt) return;
    this.#cancel?.();
    const grain = this.#grain;
    this.#wakeAt = first.placed;
    const at = grain === 0 ? first.placed : Math.ceil(first.placed / grain) * grain;
    this.#cancel = this.#clock.wake(at, () => this.#wake());
  }

  #wake(): void {
    this.#cancel = undefined;
    this.#wakeAt = Infinity;
    const now = this.#clock.monotonic();
    const due: Entry<K>[] = [];
    for (let first = this.#heap[0]; first !== undefined && first.placed <= now; first = this.#heap[0]) {
      if (first.at > first.placed) {
        first.placed = first.at;
        this.#fall(first);
      } else {
        this.#remove(first);
        due.push(first);
      }
    }
    for (const entry of due) {
      // Set again or cancelled by the one before it: no longer due.
      if (entry.index !== -1 || this.#entries.get(entry.key) !== entry) continue;
      this.#entries.delete(entry.key);
      this.#expired(entry.key);
    }
    this.#arm();
  }

  #remove(entry: Entry<K>): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (last !== entry) {
      heap[entry.index] = last;
      last.index = entry.index;
      this.#rise(last);
      this.#fall(last);
    }
    entry.index = -1;
  }

  #rise(entry: Entry<K>): void {
    const heap = this.#heap;
    while (entry.index > 0) {
      const parent = heap[(entry.index - 1) >> 1]!;
      if (!before(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #fall(entry: Entry<K>): void {
    const heap = this.#heap;
    for (;;) {
      const left = 2 * entry.index + 1;
      if (left >= heap.length) return;
      let least = heap[left]!;
      const right = heap[left + 1];
      if (right !== undefined && before(right, least)) least = right;
      if (!before(least, entry)) return;
      this.#swap(least, entry);
    }
  }

  #swap(a: Entry<K>, b: Entry<K>): void {
    const index = a.index;
    a.index = b.index;
    b.index = index;
    this.#heap[a.index] = a;
    this.#heap[b.index] = b;
  }
}

function before<K>(a: Entry<K>, b: Entry<K>): boolean {
  return a.placed < b.placed || (a.placed === b.placed && a.order < b.order);
}
