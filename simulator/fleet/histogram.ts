/**
 * Latencies in constant memory: log-linear buckets as in HdrHistogram, 64 to each doubling, so that any
 * quantile is known to within 1/64 of its value. Values in microseconds, from 1 µs to about 71 minutes.
 */

const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;
const MAX_MICROSECONDS = 0xffff_ffff;
const BUCKETS = (32 - SUB_BITS + 1) * SUB;

/** A histogram as plain data. */
export interface HistogramSnapshot {
  readonly counts: readonly number[];
  readonly sum: number;
  readonly max: number;
}

/** Latencies in constant memory, within a bounded relative error. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #max = 0;

  /** Adds a latency in milliseconds. Below 1 µs counts as 0, above 71 minutes as 71 minutes. */
  record(ms: number): void {
    const exact = Math.max(0, ms);
    const us = Math.min(MAX_MICROSECONDS, Math.floor(exact * 1000));
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#count++;
    this.#sum += exact;
    if (exact > this.#max) this.#max = exact;
  }

  /** Forgets everything, as when a warm-up is over. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#max = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** The largest value recorded, in milliseconds, exactly; 0 when there is none. */
  get max(): number {
    return this.#max;
  }

  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count;
  }

  /** Values below `ms`, to within a bucket. */
  countBelow(ms: number): number {
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS && upperEdge(bucket) <= ms * 1000; bucket++)
      count += this.#counts[bucket] as number;
    return count;
  }

  /** Its counts as plain data, for another process: `[bucket, count, …]`, and what the buckets do not tell. */
  snapshot(): HistogramSnapshot {
    const counts: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0) counts.push(bucket, count);
    }
    return { counts, sum: this.#sum, max: this.#max };
  }

  /** Adds what another one counted. */
  add({ counts, sum, max }: HistogramSnapshot): void {
    for (let i = 0; i < counts.length; i += 2) {
      const bucket = counts[i] as number;
      const count = counts[i + 1] as number;
      this.#counts[bucket] = (this.#counts[bucket] as number) + count;
      this.#count += count;
    }
    this.#sum += sum;
    this.#max = Math.max(this.#max, max);
  }

  /** Milliseconds that a share `q` (0 to 1) of the values does not exceed; 0 when there are none. */
  quantile(q: number): number {
    if (this.#count === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] as number;
      if (seen >= rank) return Math.min(this.#max, upperEdge(bucket) / 1000);
    }
    return this.#max;
  }
}

/** Values below 64 have a bucket each; above, the leading bit picks the group and the next six the bucket. */
function bucketOf(us: number): number {
  if (us < SUB) return us;
  const shift = 31 - Math.clz32(us) - SUB_BITS;
  return (shift + 1) * SUB + ((us >>> shift) - SUB);
}

/** The first value beyond the bucket. */
function upperEdge(bucket: number): number {
  if (bucket < SUB) return bucket + 1;
  const shift = Math.floor(bucket / SUB) - 1;
  return ((bucket % SUB) + SUB + 1) * 2 ** shift;
}
