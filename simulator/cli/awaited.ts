/** Reports that a platform said it has, against those that came out of it, by terminal and second. In any order. */
import type { Arrivals } from '../fleet/report.ts';

/** Looks where reports should come out, while a fleet makes them. */
export interface Watch {
  /** A report that the platform has said it has, by its terminal's number and its second. */
  stored(index: number, second: number): void;
  /** Waits until all of them have come out, at most so long; then says how many did. */
  settle(ms: number): Promise<Arrivals>;
}

/** Reports that are kept track of at once: of more, the later ones are taken to be missing, and said so. */
const MAX_AWAITED = 4_000_000;
/** Reports that have arrived are remembered for as many more: a second one of the same second comes soon, or not at all. */
const MAX_DONE = 200_000;
/** Seconds since 1970 have 33 bits until the year 2242; with 20 for the terminal that is what a number holds. */
const SECONDS = 2 ** 33;

export class Awaited {
  readonly #firstPhone: number;
  /** Acknowledged and not seen. */
  readonly #open = new Set<number>();
  /** Seen before its acknowledgement was. */
  readonly #early = new Set<number>();
  /** Acknowledged and seen: two reports in a second are one, as they are wherever positions are kept. The oldest are let go. */
  readonly #done = new Set<number>();
  #arrived = 0;
  #untracked = 0;
  #met: (() => void) | undefined;

  constructor(firstPhone: number) {
    this.#firstPhone = firstPhone;
  }

  get arrived(): number {
    return this.#arrived;
  }

  get missing(): number {
    return this.#open.size + this.#untracked;
  }

  /** First and last second of those that are missing. */
  get span(): { readonly from: number; readonly to: number } | undefined {
    let from = Number.POSITIVE_INFINITY;
    let to = 0;
    for (const key of this.#open) {
      from = Math.min(from, key % SECONDS);
      to = Math.max(to, key % SECONDS);
    }
    return to === 0 ? undefined : { from, to };
  }

  /** The platform said that it has this report. */
  stored(index: number, second: number): void {
    const key = index * SECONDS + second;
    if (this.#done.has(key)) return;
    if (this.#early.delete(key)) this.#finish(key);
    else if (this.#open.size < MAX_AWAITED) this.#open.add(key);
    else this.#untracked++;
  }

  /** It came out; `terminal` as the platform names it, without leading zeros. */
  seen(terminal: string, second: number): void {
    const index = Number(terminal) - this.#firstPhone;
    if (!(index >= 0)) return;
    const key = index * SECONDS + second;
    if (this.#done.has(key)) return;
    if (!this.#open.delete(key)) {
      if (this.#early.size < MAX_AWAITED) this.#early.add(key);
      return;
    }
    this.#finish(key);
    if (this.#open.size === 0) this.#met?.();
  }

  #finish(key: number): void {
    this.#arrived++;
    this.#done.add(key);
    if (this.#done.size <= MAX_DONE) return;
    const [oldest] = this.#done;
    this.#done.delete(oldest as number);
  }

  /** Resolves when nothing is missing any more. */
  all(): Promise<void> {
    return new Promise((resolve) => {
      this.#met = resolve;
      if (this.missing === 0) resolve();
    });
  }
}
