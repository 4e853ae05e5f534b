/**
 * Counts of values in fixed buckets. Observing one is a search over a handful of bounds and three additions;
 * nothing is allocated.
 */

/** Bounds in seconds for what should take a few milliseconds and may take a minute. */
export const LATENCY_BOUNDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;

export class Histogram {
  /** Upper bounds, ascending, inclusive. */
  readonly bounds: Float64Array;
  /** One per bound, not cumulative, and one for what lies above the last. */
  readonly counts: Float64Array;
  count = 0;
  sum = 0;

  constructor(bounds: readonly number[] = LATENCY_BOUNDS) {
    this.bounds = Float64Array.from(bounds).sort();
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    let low = 0;
    for (let high = this.bounds.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (this.bounds[middle]! < value) low = middle + 1;
      else high = middle;
    }
    this.counts[low]!++;
    this.count++;
    this.sum += value;
  }

  /**
   * The value below which the share `q` (0 to 1) of all lies, interpolated inside its bucket as Prometheus does;
   * the last bound where it lies above it, NaN before the first value.
   */
  quantile(q: number): number {
    if (this.count === 0) return Number.NaN;
    const rank = q * this.count;
    let below = 0;
    for (const [i, bound] of this.bounds.entries()) {
      const inside = this.counts[i]!;
      if (inside > 0 && below + inside >= rank) {
        const from = i === 0 ? 0 : this.bounds[i - 1]!;
        return from + (bound - from) * ((rank - below) / inside);
      }
      below += inside;
    }
    return this.bounds.at(-1) ?? Number.NaN;
  }
}
