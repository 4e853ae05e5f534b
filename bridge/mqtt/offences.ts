/** Counts what a client does that it may not, and bars it for a while when it goes on. Bounded: the longest quiet are forgotten. */
import type { Clock } from '../../protocol/index.ts';

export interface OffenceLimits {
  /** So many within `windowMs` bar the client. */
  readonly tolerated: number;
  readonly windowMs: number;
  readonly banMs: number;
  /** Clients remembered. */
  readonly remembered: number;
}

interface Entry {
  count: number;
  since: number;
  bannedUntil: number;
}

export class Offences {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #limits: OffenceLimits;

  constructor(clock: Clock, limits: OffenceLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Notes one. Returns true when it bars the client. */
  note(who: string): boolean {
    const now = this.#clock.monotonic();
    const { tolerated, windowMs, banMs, remembered } = this.#limits;
    const known = this.#entries.get(who);
    const entry =
      known === undefined || now - known.since > windowMs ? { count: 0, since: now, bannedUntil: -Infinity } : known;
    this.#entries.delete(who);
    this.#entries.set(who, entry);
    if (this.#entries.size > remembered) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    entry.count++;
    if (entry.count < tolerated) return false;
    entry.bannedUntil = now + banMs;
    entry.count = 0;
    return true;
  }

  barred(who: string): boolean {
    return (this.#entries.get(who)?.bannedUntil ?? -Infinity) > this.#clock.monotonic();
  }
}
