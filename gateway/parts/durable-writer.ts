/**
 * Writes records that must not be lost: one that the journal refuses is offered again until it is taken.
 *
 * Bound: `MAX_REFUSED_BYTES` wait, beyond which the oldest is let go until the next start finds its parts again.
 */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { Journal } from '../journal/journal.ts';
import type { RecordInput } from '../journal/record.ts';

interface Waiting {
  readonly record: RecordInput;
  readonly committed: () => void;
}

const MAX_REFUSED_BYTES = 16 << 20;
const AGAIN_MS = 1000;

export class DurableWriter {
  readonly #clock: Clock;
  readonly #journal: Journal;
  #refused: Waiting[] = [];
  #bytes = 0;
  #again: Cancel | undefined;
  #closed = false;

  constructor(clock: Clock, journal: Journal) {
    this.#clock = clock;
    this.#journal = journal;
  }

  /** Octets that wait to be offered again. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `committed` is called when the record is on disk; its octets must not change until then. */
  write(record: RecordInput, committed: () => void): void {
    const keep = (): void => this.#keep({ record, committed });
    if (this.#journal.append(record, { committed, refused: keep }, 0) !== undefined) keep();
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#closed = true;
    this.#again?.();
  }

  #keep(waiting: Waiting): void {
    if (this.#closed) return;
    this.#refused.push(waiting);
    this.#bytes += sizeOf(waiting);
    while (this.#bytes > MAX_REFUSED_BYTES && this.#refused.length > 1) this.#bytes -= sizeOf(this.#refused.shift()!);
    this.#again ??= this.#clock.wake(this.#clock.monotonic() + AGAIN_MS, () => {
      this.#again = undefined;
      const all = this.#refused;
      this.#refused = [];
      this.#bytes = 0;
      for (const { record, committed } of all) this.write(record, committed);
    });
  }
}

function sizeOf({ record }: Waiting): number {
  return record.end - record.start;
}
