/**
 * When which terminal is due, on the time of records: a heap in which a terminal may stand more than once; what is out
 * of date is passed over. Of two that are due at once the one named first in text order comes first.
 *
 * Bound: one entry a change; out-of-date ones leave as their time comes, or when they are most of the heap.
 */
interface Entry {
  readonly at: number;
  readonly key: string;
}

export class DueTimes {
  #heap: Entry[] = [];
  readonly #current = new Map<string, number>();

  /** Infinity: nothing is due any more. */
  set(key: string, at: number): void {
    if (at === Infinity) {
      this.#current.delete(key);
      return;
    }
    if (this.#current.get(key) === at) return;
    this.#current.set(key, at);
    this.#push({ at, key });
    if (this.#heap.length > 64 + 4 * this.#current.size) this.#rebuild();
  }

  /** Epoch ms of what is due first; Infinity while nothing is. */
  next(): number {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined) return Infinity;
      if (this.#current.get(first.key) === first.at) return first.at;
      this.#pop();
    }
  }

  /** Takes the first that is due by `now`. */
  take(now: number): string | undefined {
    if (this.next() > now) return undefined;
    const { key } = this.#pop();
    this.#current.delete(key);
    return key;
  }

  #rebuild(): void {
    const entries = [...this.#current].map(([key, at]) => ({ at, key }));
    // Sorted, it is a heap.
    this.#heap = entries.sort((a, b) => (before(a, b) ? -1 : 1));
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (child >= heap.length || !before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.key < b.key);
}
