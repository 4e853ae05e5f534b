/**
 * Time as a dependency. Nothing below the composition roots reads a clock of its own, so the same
 * code runs on the process clock and on a virtual one.
 */

/** Milliseconds since 1970-01-01T00:00:00Z, as the wall clock says: may jump when the clock is set. */
export type EpochMs = number;
/** Milliseconds since an arbitrary start, never going back: for timeouts and latencies. */
export type MonotonicMs = number;

/** Withdraws a wake-up; harmless when it has already happened. */
export type Cancel = () => void;

/** The time, and being woken at one. */
export interface Clock {
  /** Wall time: what is written into records and sent to others. */
  now(): EpochMs;
  /** Steady time: what deadlines are measured in. */
  monotonic(): MonotonicMs;
  /** Calls `call` once, as soon as `monotonic() >= at`. Never synchronously. */
  wake(at: MonotonicMs, call: () => void): Cancel;
}
