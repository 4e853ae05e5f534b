/**
 * When something is due at which terminal. A terminal has one entry; putting it off costs one assignment, and the entry
 * is moved when its old time comes.
 *
 * Bound: one entry a terminal.
 */
import type { Terminal } from './terminal.ts';

export class Deadlines {
  readonly #heap: Terminal[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** To be called after `due` of a terminal changed. */
  set(t: Terminal): void {
    if (t.due === 0) return;
    if (t.placed === 0) {
      t.placed = t.due;
      this.#heap.push(t);
      this.#rise(this.#heap.length - 1);
    } else if (t.due < t.placed) {
      t.placed = t.due;
      this.#rise(t.slot);
    }
  }

  /** Seconds at which something is due; Infinity while nothing is. */
  next(): number {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.due === first.placed) return first.placed;
      this.#replace(first);
    }
    return Infinity;
  }

  /** The next terminal of which something is due by `now`, taken out; undefined where there is none. */
  pop(now: number): Terminal | undefined {
    if (this.next() > now) return undefined;
    const first = this.#heap[0]!;
    first.due = 0;
    this.#replace(first);
    return first;
  }

  #replace(first: Terminal): void {
    const heap = this.#heap;
    if (first.due !== 0) first.placed = first.due;
    else {
      first.placed = 0;
      const last = heap.pop()!;
      if (last === first) return;
      heap[0] = last;
    }
    this.#fall(0);
  }

  #rise(from: number): void {
    const heap = this.#heap;
    const one = heap[from]!;
    let at = from;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up]!;
      if (!before(one, parent)) break;
      heap[at] = parent;
      parent.slot = at;
      at = up;
    }
    heap[at] = one;
    one.slot = at;
  }

  #fall(from: number): void {
    const heap = this.#heap;
    const one = heap[from]!;
    let at = from;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down++;
      if (!before(heap[down]!, one)) break;
      const child = heap[down]!;
      heap[at] = child;
      child.slot = at;
      at = down;
    }
    heap[at] = one;
    one.slot = at;
  }
}

/** Of equal times by number, so that a restart changes no order. */
function before(a: Terminal, b: Terminal): boolean {
  return a.placed < b.placed || (a.placed === b.placed && a.id < b.id);
}
