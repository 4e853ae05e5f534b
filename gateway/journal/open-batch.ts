/** Records waiting for the disk, already in the octets in which they will lie there, and who waits for them. */
import type { CommitWaiter, Lost, RefusalCode } from './journal.ts';
import { recordBytes, type RecordInput, type Seq, writeRecord } from './record.ts';

/** A batch up to this size is copied into a buffer of its own size; a larger one goes as it is, with what room it has left. */
const COPY_BELOW = 64 << 10;
const FIRST_CAPACITY = 16 << 10;

const NONE: readonly Lost[] = [];

export class OpenBatch {
  /** Octets and records so far. */
  bytes = 0;
  count = 0;
  readonly #maxBytes: number;
  #body: Uint8Array;
  /** What the last large batch came to: under load the next one will too. */
  #expected = 0;
  readonly #waiters: (CommitWaiter | null)[] = [];
  readonly #tokens: number[] = [];
  #writtenOff: readonly Lost[] = NONE;

  /** `maxBytes` bounds the batch; a single record beyond it still makes a batch of its own. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#body = new Uint8Array(Math.min(FIRST_CAPACITY, maxBytes));
  }

  fits(record: RecordInput): boolean {
    return this.count === 0 || this.bytes + recordBytes(record) <= this.#maxBytes;
  }

  add(record: RecordInput, waiter: CommitWaiter | null, token: number): void {
    const needed = this.bytes + recordBytes(record);
    if (needed > this.#body.length) this.#grow(needed);
    this.bytes = writeRecord(this.#body, this.bytes, record);
    this.#waiters[this.count] = waiter;
    this.#tokens[this.count] = token;
    this.count += 1;
  }

  /** What records of this batch tell of. */
  get writtenOff(): readonly Lost[] {
    return this.#writtenOff;
  }

  /** A record that was added tells of this loss. */
  writeOff(lost: Lost): void {
    this.#writtenOff = [...this.#writtenOff, lost];
  }

  /**
   * The octets, to be given away with their buffer. Small batches are copied out, so that the open buffer is
   * used again and a few records do not keep a large one alive in every cache they come to.
   */
  take(): Uint8Array {
    if (this.bytes <= COPY_BELOW) return new Uint8Array(this.#body.subarray(0, this.bytes));
    const body = this.#body.subarray(0, this.bytes);
    this.#body = new Uint8Array(0);
    this.#expected = this.bytes;
    return body;
  }

  /** Tells everybody, in the order in which they came, that record `first` and those that follow are on disk. */
  committed(first: Seq): void {
    for (let i = 0; i < this.count; i += 1) this.#waiters[i]?.committed(this.#tokens[i]!, first + i);
  }

  refused(reason: RefusalCode): void {
    for (let i = 0; i < this.count; i += 1) this.#waiters[i]?.refused(this.#tokens[i]!, reason);
  }

  /** Ready for other records; lets go of everybody who waited. */
  clear(): this {
    this.#waiters.fill(null, 0, this.count);
    this.#writtenOff = NONE;
    this.bytes = 0;
    this.count = 0;
    return this;
  }

  #grow(needed: number): void {
    let capacity = Math.max(this.#body.length, FIRST_CAPACITY, this.#expected);
    this.#expected = 0;
    while (capacity < needed) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.#body.subarray(0, this.bytes));
    this.#body = grown;
  }
}
