/** The check of the whole chain after a start, beside everything else, at a pace that nobody notices. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { ChainReport } from './chain.ts';
import { JournalError } from './errors.ts';
import type { Storage } from './storage.ts';

/** A start has other things to do at first. */
const FIRST_MS = 1000;
/** Between two steps: some forty MiB a second, so that a journal of 20 GiB takes ten minutes. */
const STEP_MS = 100;

export class Scrub {
  readonly #storage: Pick<Storage, 'check'>;
  readonly #clock: Clock;
  readonly #checked: (report: ChainReport) => void;
  #wake: Cancel | undefined;
  #stopped = false;

  /** `checked` hears of the end. */
  constructor(given: { storage: Pick<Storage, 'check'>; clock: Clock; checked: (report: ChainReport) => void }) {
    this.#storage = given.storage;
    this.#clock = given.clock;
    this.#checked = given.checked;
    this.#later(FIRST_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  #later(ms: number): void {
    this.#wake = this.#clock.wake(this.#clock.monotonic() + ms, () => void this.#step());
  }

  async #step(): Promise<void> {
    try {
      const report = await this.#storage.check();
      if (this.#stopped) return;
      if (report === null) this.#later(STEP_MS);
      else this.#checked(report);
    } catch (error) {
      // A file that cannot be gone through to its end says so to whoever reads there.
      if (!(error instanceof JournalError)) throw error;
    }
  }
}
