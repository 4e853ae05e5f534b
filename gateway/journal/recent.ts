/**
 * The last batches, in memory, so that readers which keep up never ask the disk. Bounded by octets and by age: the
 * oldest leave first, and whoever needs them reads them from the disk.
 */
import type { Batch } from './journal.ts';
import type { Seq } from './record.ts';

/** Batches that left are cut off the array when this many have. */
const CUT_AT = 256;
/** Before the newest: whoever is further behind goes on with what is new (`PumpLanes`), and a fleet that says little holds little. */
const KEPT_MS = 10_000;

export class RecentBatches {
  readonly #maxBytes: number;
  #batches: Batch[] = [];
  #start = 0;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Octets held, counted as the memory they keep alive. */
  get bytes(): number {
    return this.#bytes;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    this.#bytes += batch.body.buffer.byteLength;
    while (this.#bytes > this.#maxBytes || this.#isOld(batch.at)) this.#dropOldest();
    if (this.#start >= CUT_AT) {
      this.#batches = this.#batches.slice(this.#start);
      this.#start = 0;
    }
  }

  /** As `Journal.read`; undefined where the record after `after` is not here. */
  read(after: Seq, maxBytes: number): readonly Batch[] | undefined {
    const batches = this.#batches;
    const oldest = batches[this.#start];
    if (oldest === undefined || after + 1 < oldest.first) return undefined;
    const found: Batch[] = [];
    let bytes = 0;
    for (let i = this.#holding(after + 1); i < batches.length; i += 1) {
      const batch = batches[i]!;
      bytes += batch.body.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push(batch);
    }
    return found;
  }

  /** Index of the batch that holds `seq`, which is not before the oldest; the end where it is behind the last. */
  #holding(seq: Seq): number {
    let low = this.#start;
    let high = this.#batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const batch = this.#batches[middle]!;
      if (batch.first + batch.count > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Whether the oldest, if there is one, came too long before `at`. */
  #isOld(at: number): boolean {
    const oldest = this.#batches[this.#start];
    return oldest !== undefined && at - oldest.at > KEPT_MS;
  }

  #dropOldest(): void {
    this.#bytes -= this.#batches[this.#start]!.body.buffer.byteLength;
    // The slot keeps its place until the array is cut; a hole must not keep the octets alive.
    this.#batches[this.#start] = DROPPED;
    this.#start += 1;
  }
}

const DROPPED: Batch = { first: 0, count: 0, at: 0, body: new Uint8Array(0), hash: new Uint8Array(0) };
