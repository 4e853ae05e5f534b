/**
 * When something is due at which terminal: a wheel of seconds, each with a ring of those that are due in it. A deadline that is put off
 * is taken out of one ring and put into another, which touches numbers only; whose second has come stands in a heap by second, order
 * and id, so that a mass of them is never put in order all at once.
 *
 * Bound: 20 octets a terminal and a reference, in arrays that double; 37 KiB beside them.
 */
import type { Terminal } from './terminal.ts';

/** A block is some half an hour. Of this one and the next every second has a ring, of later ones the block. */
const BLOCK_BITS = 11;
const NEAR = 2 << BLOCK_BITS;
/** Blocks to come that have rings of their own, some twelve days; what is due later waits with the last one. */
const FAR = 512;
/** Numbers below are those of the rings, which are members of themselves. */
const FIRST = NEAR + FAR;
const RIPE = -1;

export class Deadlines {
  /** By number: those before and behind in the ring; of a ripe one, its place in the heap, and `RIPE`. */
  #before = new Int32Array(2 * FIRST);
  #behind = new Int32Array(2 * FIRST);
  /** Seconds at which a number stands; 0: nowhere. */
  #due = new Int32Array(2 * FIRST);
  #order = new Int32Array(2 * FIRST);
  /** By number, less `FIRST`. */
  readonly #terminals: Terminal[] = [];
  #heap = new Int32Array(64);
  #ripe = 0;
  /** The first second that is on the wheel. */
  #base = 0;
  /** No second before this one has anybody on the wheel. */
  #from = 0;
  /** The earliest second of all later blocks; 0: not known, Infinity: they are empty. */
  #farFrom = Infinity;

  constructor() {
    for (let ring = 0; ring < FIRST; ring++) this.#before[ring] = this.#behind[ring] = ring;
  }

  /** To be called after `due` of a terminal changed. */
  set(t: Terminal): void {
    const { due } = t;
    const n = t.slot === 0 ? this.#number(t) : t.slot;
    const was = this.#due[n]!;
    if (was === due) return;
    if (was !== 0) this.#remove(n);
    if (due !== 0) this.#place(n, due);
  }

  /** Seconds at which something is due; Infinity while nothing is. */
  next(): number {
    if (this.#ripe > 0) return this.#due[this.#heap[0]!]!;
    const end = this.#nearEnd();
    let second = Math.max(this.#from, this.#base);
    while (second < end && this.#isEmpty(second & (NEAR - 1))) second++;
    this.#from = second;
    return second < end ? second : this.#farNext();
  }

  /** The next terminal of which something is due by `now`, taken out: it is to be set anew. Undefined where there is none. */
  pop(now: number): Terminal | undefined {
    if (now >= this.#base) this.#advance(now);
    if (this.#ripe === 0) return undefined;
    const n = this.#heap[0]!;
    if (this.#due[n]! > now) return undefined;
    this.#remove(n);
    return this.#terminals[n - FIRST];
  }

  /** Takes a terminal out where something is due of it by `now`. */
  take(t: Terminal, now: number): boolean {
    const second = t.slot === 0 ? 0 : this.#due[t.slot]!;
    if (second === 0 || second > now) return false;
    this.#remove(t.slot);
    return true;
  }

  #number(t: Terminal): number {
    const n = FIRST + this.#terminals.length;
    this.#terminals.push(t);
    if (n === this.#due.length) {
      this.#before = doubled(this.#before);
      this.#behind = doubled(this.#behind);
      this.#due = doubled(this.#due);
      this.#order = doubled(this.#order);
    }
    this.#order[n] = t.order;
    t.slot = n;
    return n;
  }

  // --- the wheel -----------------------------------------------------------------------------------

  #nearEnd(): number {
    return ((this.#base >> BLOCK_BITS) + 2) << BLOCK_BITS;
  }

  #isEmpty(ring: number): boolean {
    return this.#behind[ring] === ring;
  }

  #place(n: number, second: number): void {
    this.#due[n] = second;
    if (second < this.#base) return this.#ripen(n);
    let ring = second & (NEAR - 1);
    if (second < this.#nearEnd()) {
      if (second < this.#from) this.#from = second;
    } else {
      const last = (this.#base >> BLOCK_BITS) + FAR + 1;
      ring = NEAR + (Math.min(second >> BLOCK_BITS, last) & (FAR - 1));
      if (second < this.#farFrom) this.#farFrom = second;
    }
    const last = this.#before[ring]!;
    this.#before[n] = last;
    this.#behind[n] = ring;
    this.#behind[last] = n;
    this.#before[ring] = n;
  }

  #remove(n: number): void {
    const before = this.#before[n]!;
    const behind = this.#behind[n]!;
    if (behind === RIPE) this.#unripen(before);
    else {
      this.#behind[before] = behind;
      this.#before[behind] = before;
      if (this.#due[n] === this.#farFrom) this.#farFrom = 0;
    }
    this.#due[n] = 0;
  }

  /** All of the wheel up to `now` is ripe, and blocks that have come near get their seconds. */
  #advance(now: number): void {
    const block = this.#base >> BLOCK_BITS;
    const end = Math.min(now + 1, this.#nearEnd());
    for (let second = Math.max(this.#from, this.#base); second < end; second++) {
      const ring = second & (NEAR - 1);
      if (!this.#isEmpty(ring)) this.#empty(ring, (n) => this.#ripen(n));
    }
    this.#base = now + 1;
    this.#from = Math.max(this.#from, this.#base);
    const blocks = Math.min((this.#base >> BLOCK_BITS) - block, FAR);
    if (blocks === 0) return;
    this.#farFrom = 0;
    for (let i = 2; i < 2 + blocks; i++) {
      const ring = NEAR + ((block + i) & (FAR - 1));
      if (!this.#isEmpty(ring)) this.#empty(ring, (n) => this.#place(n, this.#due[n]!));
    }
  }

  #empty(ring: number, each: (n: number) => void): void {
    let n = this.#behind[ring]!;
    this.#before[ring] = this.#behind[ring] = ring;
    while (n !== ring) {
      const behind = this.#behind[n]!;
      each(n);
      n = behind;
    }
  }

  /** Nothing is due within half an hour: looked for once, and remembered. */
  #farNext(): number {
    if (this.#farFrom !== 0) return this.#farFrom;
    let first = Infinity;
    const block = (this.#base >> BLOCK_BITS) + 2;
    // What came to wait in a ring of the farthest may be later than what is in those behind it.
    for (let i = 0; i < FAR && first >= (block + i) << BLOCK_BITS; i++) {
      const ring = NEAR + ((block + i) & (FAR - 1));
      for (let n = this.#behind[ring]!; n !== ring; n = this.#behind[n]!) first = Math.min(first, this.#due[n]!);
    }
    this.#farFrom = first;
    return first;
  }

  // --- the heap of those whose second has come ------------------------------------------------------

  #ripen(n: number): void {
    if (this.#ripe === this.#heap.length) this.#heap = doubled(this.#heap);
    this.#behind[n] = RIPE;
    this.#rise(this.#ripe++, n);
  }

  #unripen(place: number): void {
    const last = this.#heap[--this.#ripe]!;
    if (place === this.#ripe) return;
    if (place > 0 && this.#isFirst(last, this.#heap[(place - 1) >> 1]!)) this.#rise(place, last);
    else this.#sink(place, last);
  }

  #rise(from: number, n: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = this.#heap[above]!;
      if (!this.#isFirst(n, other)) break;
      this.#stand(place, other);
      place = above;
    }
    this.#stand(place, n);
  }

  #sink(from: number, n: number): void {
    let place = from;
    for (let below = 2 * place + 1; below < this.#ripe; below = 2 * place + 1) {
      if (below + 1 < this.#ripe && this.#isFirst(this.#heap[below + 1]!, this.#heap[below]!)) below++;
      const other = this.#heap[below]!;
      if (!this.#isFirst(other, n)) break;
      this.#stand(place, other);
      place = below;
    }
    this.#stand(place, n);
  }

  #stand(place: number, n: number): void {
    this.#heap[place] = n;
    this.#before[n] = place;
  }

  /** An order that depends on the terminals only: a restart changes nothing. Equal orders are rare: then the ids decide. */
  #isFirst(a: number, b: number): boolean {
    const [second, other] = [this.#due[a]!, this.#due[b]!];
    if (second !== other) return second < other;
    const [order, than] = [this.#order[a]!, this.#order[b]!];
    if (order !== than) return order < than;
    return this.#terminals[a - FIRST]!.id < this.#terminals[b - FIRST]!.id;
  }
}

function doubled(from: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}
