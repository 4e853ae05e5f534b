/**
 * A clock that moves only when told to, so that hours of a protocol pass in a test in no time and in the same order every time.
 */
import type { Cancel, Clock, EpochMs, MonotonicMs } from './clock.ts';

interface Wake {
  readonly at: MonotonicMs;
  readonly order: number;
  call: (() => void) | undefined;
}

/** Wake-ups happen inside `advance` and `run` only, in the order of their times, ties in the order they were asked for. */
export class VirtualClock implements Clock {
  #monotonic: MonotonicMs = 0;
  #wall: EpochMs;
  #order = 0;
  /** A binary heap: the next wake-up stands first. */
  readonly #wakes: Wake[] = [];
  #pending = 0;

  /** @param start what the wall clock says at first. */
  constructor(start: EpochMs = 1_767_225_600_000) {
    this.#wall = start;
  }

  /** Whole milliseconds, as `Date.now` gives them, though steady time may stand between two of them. */
  now(): EpochMs {
    return Math.floor(this.#wall);
  }

  monotonic(): MonotonicMs {
    return this.#monotonic;
  }

  wake(at: MonotonicMs, call: () => void): Cancel {
    const wake: Wake = { at, order: this.#order++, call };
    this.#wakes.push(wake);
    this.#rise(this.#wakes.length - 1);
    this.#pending++;
    return () => {
      if (wake.call === undefined) return;
      wake.call = undefined;
      this.#pending--;
    };
  }

  /** Wake-ups that are still to come. */
  get pending(): number {
    return this.#pending;
  }

  /** When the next wake-up is due; undefined without one. */
  get next(): MonotonicMs | undefined {
    while (this.#wakes.length > 0 && this.#wakes[0]!.call === undefined) this.#shift();
    return this.#wakes[0]?.at;
  }

  /** Lets `ms` pass; every wake-up due by then happens at its own time, those asked for on the way included. */
  advance(ms: number): void {
    const until = this.#monotonic + ms;
    while (this.#fire(until));
    this.#moveTo(until);
  }

  /**
   * As `advance`, but lets promises settle before the first and after each wake-up. `turn` resolves after a turn
   * of the event loop (`() => new Promise(setImmediate)`): this folder knows no event loop.
   */
  async run(ms: number, turn: () => Promise<unknown>): Promise<void> {
    const until = this.#monotonic + ms;
    await turn();
    while (this.#fire(until)) await turn();
    this.#moveTo(until);
  }

  /** Steps the wall clock, as NTP or an operator does; steady time and deadlines do not notice. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  #fire(until: MonotonicMs): boolean {
    const next = this.next;
    if (next === undefined || next > until) return false;
    const { call } = this.#wakes[0]!;
    const wake = this.#shift();
    this.#moveTo(next);
    wake.call = undefined;
    this.#pending--;
    call!();
    return true;
  }

  #moveTo(at: MonotonicMs): void {
    if (at <= this.#monotonic) return;
    this.#wall += at - this.#monotonic;
    this.#monotonic = at;
  }

  #shift(): Wake {
    const wakes = this.#wakes;
    const first = wakes[0]!;
    const last = wakes.pop()!;
    if (wakes.length > 0) {
      wakes[0] = last;
      this.#sink();
    }
    return first;
  }

  #rise(from: number): void {
    const wakes = this.#wakes;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(wakes[i]!, wakes[parent]!)) return;
      swap(wakes, i, parent);
      i = parent;
    }
  }

  #sink(): void {
    const wakes = this.#wakes;
    let i = 0;
    for (;;) {
      let least = 2 * i + 1;
      if (least >= wakes.length) return;
      if (least + 1 < wakes.length && before(wakes[least + 1]!, wakes[least]!)) least++;
      if (!before(wakes[least]!, wakes[i]!)) return;
      swap(wakes, i, least);
      i = least;
    }
  }
}

function before(a: Wake, b: Wake): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function swap(wakes: Wake[], i: number, j: number): void {
  const wake = wakes[i]!;
  wakes[i] = wakes[j]!;
  wakes[j] = wake;
}
