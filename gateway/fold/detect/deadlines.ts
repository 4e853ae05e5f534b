/**
 * When something is due at which terminal: a second for each, side by side in one array, and a lower bound for every block of them. A
 * sign of life, which puts a deadline off, writes one number; when a second has passed, the blocks whose bound has come are looked through.
 * Whose second has come stands in a heap by second, order and id, so that a mass of them is never put in order all at once.
 *
 * Bound: 4 octets a terminal and a reference, in arrays that double, and 12 for each that is ripe. What was taken out of turn leaves
 * its place in the heap till that is full, which has room for four times the most that were ripe at once.
 */
import type { Terminal } from './terminal.ts';

/** Terminals of a block, as a power of two: 256 octets of seconds. */
const BLOCK_BITS = 6;
const BLOCK = 1 << BLOCK_BITS;
/** Later than all seconds. */
const NEVER = 0x7fff_ffff;

export class Deadlines {
  /** Seconds at which a terminal stands, by its number; 0: nowhere. Numbers begin at 1. */
  #due = new Int32Array(BLOCK);
  /** By block: none of it is due before that, but those that are ripe. */
  #least = new Int32Array(1).fill(NEVER);
  readonly #terminals: (Terminal | undefined)[] = [undefined];
  /** The heap, by place: second, order and number. */
  #seconds = new Int32Array(BLOCK);
  #orders = new Int32Array(BLOCK);
  #numbers = new Int32Array(BLOCK);
  #ripe = 0;
  /** What is due before this second is ripe. */
  #base = 0;
  /** No block is due before this second. */
  #from = NEVER;

  /** To be called after `due` of a terminal changed. */
  set(t: Terminal): void {
    const { due } = t;
    const n = t.slot === 0 ? this.#number(t) : t.slot;
    if (this.#due[n] === due) return;
    this.#due[n] = due;
    if (due === 0) return;
    if (due < this.#base) return this.#ripen(due, t.order, n);
    const block = n >> BLOCK_BITS;
    if (due >= this.#least[block]!) return;
    this.#least[block] = due;
    if (due < this.#from) this.#from = due;
  }

  /** Seconds at which something is due; Infinity while nothing is. */
  next(): number {
    if (this.#top() !== 0) return this.#seconds[0]!;
    const least = this.#least;
    let first = NEVER;
    for (let block = 0; block < least.length; block++) {
      if (least[block]! >= first) continue;
      least[block] = this.#leastOf(block, this.#base);
      if (least[block]! < first) first = least[block]!;
    }
    this.#from = first;
    return first === NEVER ? Infinity : first;
  }

  /** The next terminal of which something is due by `now`, taken out: it is to be set anew. Undefined where there is none. */
  pop(now: number): Terminal | undefined {
    if (now >= this.#base) this.#advance(now);
    const n = this.#top();
    if (n === 0 || this.#seconds[0]! > now) return undefined;
    this.#due[n] = 0;
    this.#drop();
    return this.#terminals[n];
  }

  /** Takes a terminal out where something is due of it by `now`. */
  take(t: Terminal, now: number): boolean {
    const { due } = t;
    if (due === 0 || due > now || this.#due[t.slot] !== due) return false;
    this.#due[t.slot] = 0;
    return true;
  }

  #number(t: Terminal): number {
    const n = this.#terminals.length;
    this.#terminals.push(t);
    if (n === this.#due.length) {
      this.#due = enlarged(this.#due, 0);
      this.#least = enlarged(this.#least, NEVER);
    }
    t.slot = n;
    return n;
  }

  /** All up to `now` is ripe. */
  #advance(now: number): void {
    const before = this.#base;
    this.#base = now + 1;
    if (now < this.#from) return;
    const least = this.#least;
    let from = NEVER;
    for (let block = 0; block < least.length; block++) {
      if (least[block]! <= now) {
        this.#ripenOf(block, before, now);
        least[block] = this.#leastOf(block, now + 1);
      }
      if (least[block]! < from) from = least[block]!;
    }
    this.#from = from;
  }

  #ripenOf(block: number, from: number, until: number): void {
    const due = this.#due;
    for (let n = block << BLOCK_BITS; n < (block + 1) << BLOCK_BITS; n++) {
      const second = due[n]!;
      if (second !== 0 && second >= from && second <= until) this.#ripen(second, this.#terminals[n]!.order, n);
    }
  }

  /** The earliest second of a block that is not ripe. */
  #leastOf(block: number, base: number): number {
    const due = this.#due;
    let first = NEVER;
    for (let n = block << BLOCK_BITS; n < (block + 1) << BLOCK_BITS; n++) {
      const second = due[n]!;
      if (second !== 0 && second >= base && second < first) first = second;
    }
    return first;
  }

  // --- the heap of those whose second has come ------------------------------------------------------

  /** The number at the top, 0 where nobody is; who has been taken since, or has moved, is not there any more. */
  #top(): number {
    while (this.#ripe > 0) {
      const n = this.#numbers[0]!;
      if (this.#due[n] === this.#seconds[0]) return n;
      this.#drop();
    }
    return 0;
  }

  #ripen(second: number, order: number, n: number): void {
    if (this.#ripe === this.#numbers.length) this.#makeRoom();
    let place = this.#ripe++;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!this.#isBefore(second, order, n, above)) break;
      this.#move(above, place);
      place = above;
    }
    this.#put(place, second, order, n);
  }

  /** Whoever is there no more gives his place away; where that is less than half of them, there are twice as many from now on. */
  #makeRoom(): void {
    const all = this.#ripe;
    this.#ripe = 0;
    for (let place = 0; place < all; place++) {
      const second = this.#seconds[place]!;
      const n = this.#numbers[place]!;
      if (this.#due[n] === second) this.#ripen(second, this.#orders[place]!, n);
    }
    if (2 * this.#ripe <= all) return;
    this.#seconds = enlarged(this.#seconds, 0);
    this.#orders = enlarged(this.#orders, 0);
    this.#numbers = enlarged(this.#numbers, 0);
  }

  /** Takes the first one away: the last one sinks from its place. */
  #drop(): void {
    const last = --this.#ripe;
    const second = this.#seconds[last]!;
    const order = this.#orders[last]!;
    const n = this.#numbers[last]!;
    let place = 0;
    for (let below = 1; below < last; below = 2 * place + 1) {
      const other = below + 1;
      if (other < last && this.#isBefore(this.#seconds[other]!, this.#orders[other]!, this.#numbers[other]!, below))
        below = other;
      if (this.#isBefore(second, order, n, below)) break;
      this.#move(below, place);
      place = below;
    }
    this.#put(place, second, order, n);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#seconds[from]!, this.#orders[from]!, this.#numbers[from]!);
  }

  #put(place: number, second: number, order: number, n: number): void {
    this.#seconds[place] = second;
    this.#orders[place] = order;
    this.#numbers[place] = n;
  }

  /** An order that depends on the terminals only: a restart changes nothing. Equal orders are rare: then the ids decide. */
  #isBefore(second: number, order: number, n: number, place: number): boolean {
    const than = this.#seconds[place]!;
    if (second !== than) return second < than;
    const behind = this.#orders[place]!;
    if (order !== behind) return order < behind;
    return this.#terminals[n]!.id < this.#terminals[this.#numbers[place]!]!.id;
  }
}

function enlarged(from: Int32Array<ArrayBuffer>, rest: number): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return rest === 0 ? to : to.fill(rest, from.length);
}
