/**
 * Where links come in: each is read until its terminal is known, then it goes to the worker that owns the terminal, whole. One that is
 * nobody's goes by its source, so that what is wrong with it is counted and kept like anything else.
 *
 * Bounds: `maxWaiting` links that have not said who they are, `maxPerSource` of one source; a further one is closed at once. One that
 * says nothing for `timeoutMs` is closed.
 */
import { type Clock, Deadlines } from '../../protocol/index.ts';
import { sourceOf } from '../intake/source.ts';
import { FirstFrame } from './first-frame.ts';
import { ownerOf } from './owner.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A link that came in, until it is led away. */
export interface Arrival {
  /** Where it comes from, as `Link` has it. */
  readonly peer: string;
  /** Starts reading; `data` hears chunks that it may keep, `gone` that the peer closed. Neither is told once the link was led away. */
  hear(data: (chunk: Uint8Array) => void, gone: () => void): void;
  /** Gives the link, and what was read of it, to a worker; false where that takes no more. */
  leadTo(worker: WorkerProcess, octets: Uint8Array): boolean;
  /** Closes it at once. */
  refuse(): void;
}

export interface ReceptionOptions {
  /** How many own terminals. */
  readonly workers: number;
  readonly maxWaiting: number;
  readonly maxPerSource: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Leads an arrival to a worker, by its number; false where the worker is not there. */
  lead(worker: number, arrival: Arrival, octets: Uint8Array): boolean;
}

const GRAIN_MS = 250;

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #sources = new Map<string, number>();
  readonly #deadlines: Deadlines<Arrival>;
  readonly #waiting = new Map<Arrival, string>();
  /** Links closed at once, as a bound was reached, and those that did not speak in time or whose worker was down. */
  readonly counts = { turnedAway: 0, silent: 0, unled: 0 };

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, (arrival) => this.#silent(arrival), { grainMs: GRAIN_MS });
  }

  /** Links whose terminal is not known yet. */
  get size(): number {
    return this.#waiting.size;
  }

  /** False where it was closed at once. */
  accept(arrival: Arrival): boolean {
    const { maxWaiting, maxPerSource, timeoutMs, clock } = this.#options;
    const source = sourceOf(arrival.peer);
    const others = this.#sources.get(source) ?? 0;
    if (this.#waiting.size >= maxWaiting || others >= maxPerSource) {
      this.counts.turnedAway++;
      arrival.refuse();
      return false;
    }
    this.#waiting.set(arrival, source);
    this.#sources.set(source, others + 1);
    this.#deadlines.set(arrival, clock.monotonic() + timeoutMs);
    const first = new FirstFrame();
    const data = (chunk: Uint8Array): void => {
      const terminal = first.feed(chunk);
      if (terminal === undefined) return;
      this.#forget(arrival);
      const worker = ownerOf(terminal ?? source, this.#options.workers);
      if (this.#options.lead(worker, arrival, first.octets)) return;
      this.counts.unled++;
      arrival.refuse();
    };
    arrival.hear(data, () => this.#forget(arrival));
    return true;
  }

  /** Closes all that wait. */
  close(): void {
    for (const arrival of this.#waiting.keys()) arrival.refuse();
    this.#waiting.clear();
    this.#sources.clear();
    this.#deadlines.clear();
  }

  #silent(arrival: Arrival): void {
    this.counts.silent++;
    arrival.refuse();
  }

  #forget(arrival: Arrival): void {
    const source = this.#waiting.get(arrival);
    if (source === undefined) return;
    this.#waiting.delete(arrival);
    this.#deadlines.cancel(arrival);
    const left = (this.#sources.get(source) ?? 0) - 1;
    if (left > 0) this.#sources.set(source, left);
    else this.#sources.delete(source);
  }
}
