/** Refused frames, kept with their octets: so many at once and one a second after; the rest are only counted. */
import type { MonotonicMs } from '../../protocol/index.ts';

const BURST = 32;
const EVERY_MS = 1000;

/** How many more a link may leave in the journal. */
export class Budget {
  #left = BURST;
  /** When the first of what is missing was taken, or the last of it earned back. */
  #since: MonotonicMs = 0;

  /** False where nothing is left. */
  take(now: MonotonicMs): boolean {
    if (this.#left === BURST) this.#since = now;
    const earned = Math.min(BURST - this.#left, Math.floor((now - this.#since) / EVERY_MS));
    this.#left += earned;
    this.#since = this.#left === BURST ? now : this.#since + earned * EVERY_MS;
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}

/** Payload of a `quarantine` record. */
export function quarantined(reason: string, octets: Uint8Array): Uint8Array {
  const payload = new Uint8Array(1 + reason.length + octets.length);
  payload[0] = reason.length;
  for (let i = 0; i < reason.length; i++) payload[1 + i] = reason.charCodeAt(i);
  payload.set(octets, 1 + reason.length);
  return payload;
}
