/** Bounds on what one input may cost, in time and in memory: generous, since coverage slows everything down. */
import { Violation } from './violation.ts';

/** Thousands of times what an input of the longest size takes. */
const MOST_MS = 2000;
const MOST_BYTES = 256 * 2 ** 20;

/** Tells what an input cost; one for a run. */
export class Watch {
  readonly #now: () => number;
  readonly #heapUsed: () => number;
  #since = 0;
  #heap = 0;
  /** What the costliest input took. */
  slowestMs = 0;

  constructor(now: () => number, heapUsed: () => number) {
    this.#now = now;
    this.#heapUsed = heapUsed;
  }

  begin(): void {
    this.#heap = this.#heapUsed();
    this.#since = this.#now();
  }

  /** What was too much since `begin`; undefined where nothing was. */
  end(): Violation | undefined {
    const ms = this.#now() - this.#since;
    const grown = this.#heapUsed() - this.#heap;
    this.slowestMs = Math.max(this.slowestMs, ms);
    if (ms > MOST_MS) return new Violation(`time: ${Math.round(ms)} ms are over ${MOST_MS}`);
    return grown > MOST_BYTES ? new Violation(`memory: ${grown} octets are over ${MOST_BYTES}`) : undefined;
  }
}
