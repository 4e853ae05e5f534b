/**
 * Tells what retention took from outlets. A sweep drops some tens of batches at a time; what it took of an outlet within a
 * second is told as one loss, or a backlog of days would be told in a thousand lines.
 */
import type { Cancel, Clock } from '../protocol/index.ts';
import { type Journal, type Lost, OUTLET_PREFIX } from './journal/journal.ts';
import { note } from './note.ts';
import type { Logger } from './observe/log.ts';

const GATHER_MS = 1000;

export class Losses {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** By outlet: one entry each. */
  readonly #lost = new Map<string, { from: number; to: number; records: number }>();
  #wake: Cancel | undefined;

  constructor({ journal, clock, log }: { journal: Journal; clock: Clock; log: Logger }) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
  }

  /** Of one step: ranges follow those of the step before. */
  add(lost: readonly Lost[]): void {
    for (const { reader, from, to, records } of lost) {
      const known = this.#lost.get(reader);
      if (known === undefined) this.#lost.set(reader, { from, to, records });
      else {
        known.to = to;
        known.records += records;
      }
    }
    if (this.#lost.size > 0) this.#wake ??= this.#clock.wake(this.#clock.monotonic() + GATHER_MS, () => this.tell());
  }

  /** Now, in the log and in the journal, from where platforms hear of it. */
  tell(): void {
    this.#wake?.();
    this.#wake = undefined;
    for (const [reader, range] of this.#lost) {
      const outlet = reader.slice(OUTLET_PREFIX.length);
      this.#log.error({ outlet, ...range }, 'retention removed records that an outlet had not had');
      note(this.#journal, this.#clock, { fact: 'lost', outlet, ...range });
    }
    this.#lost.clear();
  }
}
