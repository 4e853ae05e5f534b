/**
 * Tells what retention took from outlets, in the log and in the journal, from where platforms hear of it. What is lost is
 * what lies between an outlet's place and the first record that is kept, so nothing of it is forgotten with the process; the
 * outlet is taken past it by the commit that tells. A sweep drops some tens of batches at a time: what it took within a
 * second is told as one, or a backlog of days would be told in a thousand lines.
 */
import type { Cancel, Clock } from '../protocol/index.ts';
import { type Journal, type Lost, OUTLET_PREFIX } from './journal/journal.ts';
import { factRecord } from './note.ts';
import type { Logger } from './observe/log.ts';

const GATHER_MS = 1000;

export class Losses {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Outlets of whose loss is being told. */
  readonly #telling = new Set<string>();
  #wake: Cancel | undefined;
  #stopped = false;

  constructor({ journal, clock, log }: { journal: Journal; clock: Clock; log: Logger }) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
  }

  /** Records were dropped: what outlets lost of them is told within the second. */
  look(): void {
    if (this.#stopped || this.#wake !== undefined || this.#journal.lost().length === 0) return;
    this.#wake = this.#clock.wake(this.#clock.monotonic() + GATHER_MS, () => void this.tell());
  }

  /** Now. Resolves when it is on disk, or the disk would not take it: then it is tried again. */
  async tell(): Promise<void> {
    this.#wake?.();
    this.#wake = undefined;
    const untold = this.#journal.lost().filter(({ reader }) => !this.#telling.has(reader));
    await Promise.all(untold.map((lost) => this.#tellOf(lost)));
    this.look();
  }

  /** Tells what is left to tell; what the disk does not take now is told after the next start. */
  stop(): void {
    this.#stopped = true;
    void this.tell();
  }

  #tellOf(lost: Lost): Promise<void> {
    const { reader, ...range } = lost;
    const loss = { outlet: reader.slice(OUTLET_PREFIX.length), ...range };
    this.#telling.add(reader);
    return new Promise((resolve) => {
      const end = (): void => {
        this.#telling.delete(reader);
        resolve();
      };
      const committed = (): void => {
        this.#log.error(loss, 'retention removed records that an outlet had not had');
        end();
      };
      const record = factRecord({ fact: 'lost', ...loss }, this.#clock);
      if (this.#journal.writeOff(lost, record, { committed, refused: end }) !== undefined) end();
    });
  }
}
