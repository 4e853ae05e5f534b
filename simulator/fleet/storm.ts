/**
 * Storms: all links of a fleet drop at once, as when a platform or a carrier comes back, and everybody calls again.
 * How long it takes until as many have a session as before is the figure that counts.
 */

/** One storm of a fleet. */
export interface Storm {
  /** Since the start of the run. */
  readonly second: number;
  /** Sessions that were dropped. */
  readonly dropped: number;
  /** Seconds until as many sessions stood again; null: they never did. */
  recovered: number | null;
}

/** Storms that are told of; there may be more. */
const MAX_STORMS = 200;

export class Storms {
  readonly all: Storm[] = [];
  #current: Storm | undefined;

  /** All links were dropped; `dropped`: sessions among them. */
  begin(second: number, dropped: number): void {
    this.#current = { second, dropped, recovered: null };
    if (this.all.length < MAX_STORMS) this.all.push(this.#current);
  }

  /** A session began; `online`: as many stand now. */
  look(second: number, online: number): void {
    if (this.#current === undefined || online < this.#current.dropped) return;
    this.#current.recovered = second - this.#current.second;
    this.#current = undefined;
  }

  /** Adds those of another process, which has the same storms at the same time: it is over when all are back. */
  add(others: readonly Storm[]): void {
    for (const [place, { second, dropped, recovered }] of others.entries()) {
      const mine = this.all[place];
      if (mine === undefined) {
        this.all.push({ second, dropped, recovered });
        continue;
      }
      const both = mine.recovered === null || recovered === null ? null : Math.max(mine.recovered, recovered);
      this.all[place] = { second: mine.second, dropped: mine.dropped + dropped, recovered: both };
    }
  }
}
