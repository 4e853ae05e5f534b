/** How a run went, second by second, in bounded memory: what its charts are drawn from. */
import type { Tally } from './tally.ts';

/** What happened up to a moment, and since the one before. */
export interface Moment {
  /** Since the start of the run. */
  readonly second: number;
  readonly online: number;
  /** A second, since the moment before. */
  readonly made: number;
  readonly acknowledged: number;
  readonly errors: number;
}

/** Moments that are kept: when there are more, every second one is let go, and from then on they are taken half as often. */
const MAX_MOMENTS = 1200;

interface Counted {
  readonly second: number;
  readonly online: number;
  readonly made: number;
  readonly acknowledged: number;
  readonly errors: number;
}

export class Timeline {
  #counted: Counted[] = [];
  #every = 1;
  #looks = 0;

  /** Notes how things stand; to be called at even intervals. */
  look({ online, made, acknowledged, errors }: Tally, second: number): void {
    if (this.#looks++ % this.#every !== 0) return;
    let faults = 0;
    for (const times of errors.values()) faults += times;
    this.#counted.push({ second, online, made, acknowledged, errors: faults });
    if (this.#counted.length < MAX_MOMENTS) return;
    this.#counted = this.#counted.filter((_, place) => place % 2 === 0);
    this.#every *= 2;
  }

  get moments(): readonly Moment[] {
    return this.#counted.map((now, place) => {
      const before = this.#counted[place - 1] ?? { second: 0, made: 0, acknowledged: 0, errors: 0 };
      const passed = Math.max(0.001, now.second - before.second);
      return {
        second: now.second,
        online: now.online,
        made: (now.made - before.made) / passed,
        acknowledged: (now.acknowledged - before.acknowledged) / passed,
        errors: (now.errors - before.errors) / passed,
      };
    });
  }
}
