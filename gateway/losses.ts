/**
 * Tells what retention took from outlets, in the log and in the journal, from where platforms hear of it. What is lost is
 * what lies between an outlet's place and the first record that is kept, so nothing of it is forgotten with the process; the
 * outlet is taken past it by the commit that tells.
 */
import type { Cancel, Clock, MonotonicMs } from '../protocol/index.ts';
import { type Journal, type Lost, OUTLET_PREFIX } from './journal/journal.ts';
import { factRecord } from './note.ts';
import type { Logger } from './observe/log.ts';

/** A sweep drops some tens of batches at a time: a backlog of days would be told in a thousand lines. */
const GATHER_MS = 1000;
/** Of one outlet. What tells of a loss is lost to it in its turn where the outlet stays away: so that is not told for ever as fast. */
const AGAIN_MS = 60_000;

export class Losses {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Outlets of whose loss is being told. */
  readonly #telling = new Set<string>();
  /** When each outlet was told of last: one entry each. */
  readonly #told = new Map<string, MonotonicMs>();
  #wake: Cancel | undefined;
  #stopped = false;

  constructor({ journal, clock, log }: { journal: Journal; clock: Clock; log: Logger }) {
    this.#journal = journal;
    this.#clock = clock;
    this.#log = log;
  }

  /** Records were dropped: what outlets lost of them is told within the second, or a minute after an outlet was last told of. */
  look(): void {
    if (this.#stopped || this.#wake !== undefined) return;
    const next = Math.min(...this.#journal.lost().map(({ reader }) => this.#mayTell(reader)));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#wake = this.#clock.wake(Math.max(next, this.#clock.monotonic() + GATHER_MS), () => {
      this.#wake = undefined;
      const now = this.#clock.monotonic();
      void this.#tell((reader) => this.#mayTell(reader) <= now);
    });
  }

  /** All of it now. Resolves when it is on disk, or the disk would not take it: then it is tried again. */
  tell(): Promise<void> {
    return this.#tell(() => true);
  }

  /** Tells what is left to tell; what the disk does not take now is told after the next start. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
    void this.tell();
  }

  #mayTell(reader: string): MonotonicMs {
    return (this.#told.get(reader) ?? Number.NEGATIVE_INFINITY) + AGAIN_MS;
  }

  async #tell(due: (reader: string) => boolean): Promise<void> {
    const untold = this.#journal.lost().filter(({ reader }) => !this.#telling.has(reader) && due(reader));
    await Promise.all(untold.map((lost) => this.#tellOf(lost)));
    this.look();
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
        this.#told.set(reader, this.#clock.monotonic());
        this.#log.error(loss, 'retention removed records that an outlet had not had');
        end();
      };
      const record = factRecord({ fact: 'lost', ...loss }, this.#clock);
      if (this.#journal.writeOff(lost, record, { committed, refused: end }) !== undefined) end();
    });
  }
}
