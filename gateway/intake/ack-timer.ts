/** Times one frame at a time from its receipt to its acknowledgement: a sample, at no cost to the others. */
import type { MonotonicMs } from '../../protocol/index.ts';

export class AckTimer {
  /** Token of the frame under way; -1: none is. */
  #token = -1;
  #since: MonotonicMs = 0;

  /** Begins with this frame, unless one is under way. */
  begin(token: number, since: MonotonicMs): void {
    if (this.#token >= 0) return;
    this.#token = token;
    this.#since = since;
  }

  /** When the frame came, if it is the one that is timed. */
  end(token: number): MonotonicMs | undefined {
    if (token !== this.#token) return undefined;
    this.#token = -1;
    return this.#since;
  }
}
