/** While the disk refuses: since when, how many records were turned away, and when it is tried again. */
import type { Cancel, Clock } from '../../protocol/index.ts';
import { RECORD_KIND, type RecordInput } from './record.ts';

export class Refusal {
  /** It is time to try the disk again. */
  isProbeDue = false;
  /** Records turned away since it began. */
  records = 0;
  readonly #clock: Clock;
  readonly #probeEveryMs: number;
  readonly #due: () => void;
  #since = 0;
  #wake: Cancel | undefined;

  /** `due` is told when the disk is to be tried. */
  constructor(clock: Clock, probeEveryMs: number, due: () => void) {
    this.#clock = clock;
    this.#probeEveryMs = probeEveryMs;
    this.#due = due;
  }

  /** The disk takes nothing any more. */
  begin(): void {
    this.#since = this.#clock.now();
  }

  /** It is tried again in a while. */
  wait(): void {
    this.isProbeDue = false;
    this.#wake = this.#clock.wake(this.#clock.monotonic() + this.#probeEveryMs, () => {
      this.isProbeDue = true;
      this.#due();
    });
  }

  end(): void {
    this.isProbeDue = false;
    this.records = 0;
  }

  stop(): void {
    this.#wake?.();
  }

  /** What the disk is tried with: a record that says for how long it refused, which is true once it is written. */
  story(why: string | undefined): RecordInput {
    const story = { fact: 'probed', since: this.#since, why, refused: this.records };
    const b = new TextEncoder().encode(JSON.stringify(story));
    const head = { kind: RECORD_KIND.gateway, receivedAt: this.#clock.now(), link: 0, terminal: '', ackable: false };
    return { ...head, b, start: 0, end: b.length };
  }
}
