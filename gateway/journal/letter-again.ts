/** Dead letters that somebody wants sent again: made anew from their records, and tried once. */
import type { Envelope, Outlet } from '../../bridge/index.ts';
import { describe, type Delivery, isRejection } from './delivery.ts';
import { JournalError } from './errors.ts';
import type { DeadLetter, Journal } from './journal.ts';
import type { Project } from './pump-feed.ts';
import { RecordView } from './record-view.ts';

export interface LettersParts {
  readonly journal: Journal;
  readonly reader: string;
  readonly outlet: Outlet;
  readonly project: Project;
  readonly now: () => number;
  readonly resent: (letter: DeadLetter) => void;
}

/** Letters of one go: records that come meanwhile wait for it. */
const AT_A_TIME = 16;

export class LettersAgain {
  readonly #parts: LettersParts;
  readonly #view = new RecordView();

  constructor(parts: LettersParts) {
    this.#parts = parts;
  }

  /** Sends the letters that are wanted, until one meets a fault that passes. True where there may be more. */
  async send(delivery: Delivery): Promise<boolean> {
    const { journal, reader, now, resent } = this.#parts;
    try {
      const letters = await journal.wanted(reader, AT_A_TIME);
      for (const letter of letters) {
        const envelopes = await this.#envelopes(letter);
        const error =
          envelopes.length === 0 ? new Error('its record cannot be read') : await delivery.attempt(envelopes);
        if (error === undefined) {
          journal.settle(letter);
          resent(letter);
        } else if (envelopes.length === 0 || isRejection(error)) {
          // Buried once more, with what the other side says today; nobody wants it any longer.
          await journal.bury({ ...letter, reason: describe(error), at: now() });
        } else return false;
      }
      return letters.length === AT_A_TIME;
    } catch (error) {
      // The disk does not take or give what is asked: letters are safe where they are, and wanted later too.
      if (!(error instanceof JournalError)) throw error;
      return false;
    }
  }

  /** What the letter stands for; nothing where the record is gone or still cannot be made into anything. */
  async #envelopes({ seq, id }: DeadLetter): Promise<readonly Envelope[]> {
    const { journal, outlet, project } = this.#parts;
    const [batch] = await journal.read(seq - 1, 1);
    if (batch === undefined || batch.first > seq) return [];
    try {
      this.#view.open(batch);
      while (this.#view.next()) {
        if (this.#view.seq !== seq) continue;
        const made = project(this.#view).filter((envelope) => outlet.wants(envelope));
        const same = made.filter((envelope) => envelope.payload.id === id);
        // A letter for a whole record could not be named after an envelope.
        return id === `record-${seq}` ? made : same;
      }
      return [];
    } catch {
      return [];
    }
  }
}
