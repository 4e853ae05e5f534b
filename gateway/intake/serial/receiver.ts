/** A receiver on a line: its sentences are folded into fixes, and some of these become positions of a terminal. */
import {
  type Cancel,
  type Clock,
  type DecodedSentence,
  FixFolder,
  type LocationReport,
  locationOfFix,
  type MonotonicMs,
  type NmeaFix,
} from '../../../protocol/index.ts';

/** What becomes of fixes. */
export interface ReceiverOptions {
  /** Milliseconds between two positions; a fix lost or found, and an alarm, are told at once. */
  readonly everyMs: number;
}

/** One for every line. */
export class Receiver {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #located: (report: LocationReport) => void;
  readonly #folder = new FixFolder();
  #wake: Cancel | undefined;
  #last: LocationReport | undefined;
  #toldAt: MonotonicMs = -Infinity;
  #told: Pick<LocationReport, 'alarm' | 'status'> = { alarm: 0, status: 0 };

  constructor(clock: Clock, { everyMs }: ReceiverOptions, located: (report: LocationReport) => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#located = located;
  }

  /** Takes a sentence. */
  receive(decoded: DecodedSentence): void {
    this.#closed(this.#folder.receive(decoded, this.#clock.monotonic()));
    this.#watch();
  }

  /** The line is gone: the fix under way is the last one. */
  end(): void {
    this.#wake?.();
    this.#wake = undefined;
    this.#closed(this.#folder.end());
  }

  #watch(): void {
    const due = this.#folder.nextDeadline;
    if (due === undefined || this.#wake !== undefined) return;
    this.#wake = this.#clock.wake(due, () => {
      this.#wake = undefined;
      this.#closed(this.#folder.expire(this.#clock.monotonic()));
      this.#watch();
    });
  }

  #closed(fix: NmeaFix | undefined): void {
    if (fix === undefined) return;
    const report = locationOfFix(fix, {
      receivedAt: this.#clock.now(),
      ...(this.#last === undefined ? {} : { last: this.#last }),
    });
    if (fix.valid) this.#last = report;
    // Which systems were used changes with every second satellite: only whether there is a position counts.
    const status = report.status & POSITIONED;
    const changed = this.#told.alarm !== report.alarm || this.#told.status !== status;
    const now = this.#clock.monotonic();
    if (!changed && now - this.#toldAt < this.#everyMs) return;
    this.#toldAt = now;
    this.#told = { alarm: report.alarm, status };
    this.#located(report);
  }
}

/** Bit 1 of the status. */
const POSITIONED = 1 << 1;
