/**
 * When something is due at which terminal: lists of terminals for each second. A terminal has one place; putting its deadline
 * off costs nothing, as it is moved when its old second comes.
 *
 * Bound: one place a terminal, and sixteen lists for each second that something is due in.
 */
import type { Terminal } from './terminal.ts';

/**
 * A second has a list for each of so many ranges of `order`: when all of a fleet is due at once, only a part of it is put in
 * order at a time.
 */
const RANGES = 16;
const RANGE_SHIFT = 27;
/** Orders have 31 bits; so many terminals in one list are told apart beside them in a double. */
const PLACES = 2 ** 21;

export class Deadlines {
  readonly #lists = new Map<number, Terminal[][]>();
  /** Seconds that have lists, the latest first. */
  readonly #seconds: number[] = [];
  /** The list that is in order, last first. */
  #sorted: Terminal[] | undefined;

  /** To be called after `due` of a terminal changed. */
  set(t: Terminal): void {
    const { due, placed } = t;
    if (due === 0 || (placed !== 0 && placed <= due)) return;
    if (placed !== 0) this.#remove(t);
    this.#add(t, due);
  }

  /** Seconds at which something is due; Infinity while nothing is. */
  next(): number {
    for (let second = this.#seconds.at(-1); second !== undefined; second = this.#seconds.at(-1)) {
      if (this.#first(second) !== undefined) return second;
      this.#lists.delete(second);
      this.#seconds.pop();
    }
    return Infinity;
  }

  /** The next terminal of which something is due by `now`, taken out: it is to be set anew. Undefined where there is none. */
  pop(now: number): Terminal | undefined {
    // Most often: the earliest lists are of a second to come.
    if (!(this.#seconds.at(-1)! <= now)) return undefined;
    const second = this.next();
    if (second > now) return undefined;
    const list = this.#first(second)!;
    if (this.#sorted !== list) this.#sort(list, second);
    const t = list.pop()!;
    t.placed = 0;
    return t;
  }

  /** Takes a terminal out where something is due of it by `now`. */
  take(t: Terminal, now: number): boolean {
    if (t.placed === 0 || t.due === 0 || t.due > now) return false;
    this.#remove(t);
    t.placed = 0;
    return true;
  }

  /** The first list of a second that ends with a terminal which is due then. */
  #first(second: number): Terminal[] | undefined {
    for (const list of this.#lists.get(second)!) {
      for (let t = list.at(-1); t !== undefined; t = list.at(-1)) {
        if (t.due === second) return list;
        list.pop();
        this.#putOff(t);
      }
    }
    return undefined;
  }

  #add(t: Terminal, second: number): void {
    let lists = this.#lists.get(second);
    if (lists === undefined) {
      lists = Array.from({ length: RANGES }, () => []);
      this.#lists.set(second, lists);
      this.#enter(second);
    }
    const list = lists[t.order >>> RANGE_SHIFT]!;
    t.placed = second;
    t.slot = list.length;
    list.push(t);
    if (this.#sorted === list) this.#sorted = undefined;
  }

  #remove(t: Terminal): void {
    const list = this.#lists.get(t.placed)![t.order >>> RANGE_SHIFT]!;
    const last = list.pop()!;
    if (last === t) return;
    list[t.slot] = last;
    last.slot = t.slot;
    if (this.#sorted === list) this.#sorted = undefined;
  }

  #putOff(t: Terminal): void {
    t.placed = 0;
    if (t.due !== 0) this.#add(t, t.due);
  }

  #enter(second: number): void {
    const seconds = this.#seconds;
    let [from, to] = [0, seconds.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (seconds[middle]! > second) from = middle + 1;
      else to = middle;
    }
    seconds.splice(from, 0, second);
  }

  /** Leaves in a list what is due then, in an order that depends on the terminals only: a restart changes nothing. */
  #sort(list: Terminal[], second: number): void {
    const due = list.filter((t) => t.due === second);
    const keys = new Float64Array(due.length);
    for (let i = 0; i < due.length; i++) keys[i] = due[i]!.order * PLACES + i;
    keys.sort();
    for (const t of list) if (t.due !== second) this.#putOff(t);
    list.length = 0;
    for (let i = keys.length - 1; i >= 0; i--) list.push(due[keys[i]! % PLACES]!);
    for (let i = 1; i < list.length; i++) {
      // Equal orders are rare: then the ids decide.
      for (let j = i; j > 0 && list[j]!.order === list[j - 1]!.order && list[j]!.id > list[j - 1]!.id; j--)
        [list[j], list[j - 1]] = [list[j - 1]!, list[j]!];
    }
    for (let i = 0; i < list.length; i++) list[i]!.slot = i;
    this.#sorted = list;
  }
}
