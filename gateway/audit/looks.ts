/** Notes who looked at what. Somebody who looks at the same again and again, as a console does, is noted once a minute for it. */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { AuditEntry, AuditSink } from './audit.ts';

export type Look = Omit<AuditEntry, 'at'>;

const EVERY_MS = 60_000;
/** Looks remembered; beyond it the one of longest ago is noted again sooner. */
const REMEMBERED = 10_000;

export class Looks {
  readonly #audit: AuditSink;
  readonly #clock: Clock;
  /** The one of longest ago first. */
  readonly #noted = new Map<string, MonotonicMs>();

  constructor(audit: AuditSink, clock: Clock) {
    this.#audit = audit;
    this.#clock = clock;
  }

  /** Resolves when the trail has it; rejects where that cannot be, and then it is as if nobody had looked. */
  async note(look: Look): Promise<void> {
    const key = `${look.who}\n${look.what}\n${look.subject}`;
    const now = this.#clock.monotonic();
    const before = this.#noted.get(key);
    if (before !== undefined && now - before < EVERY_MS) return;
    this.#noted.delete(key);
    this.#noted.set(key, now);
    if (this.#noted.size > REMEMBERED) this.#noted.delete(this.#noted.keys().next().value!);
    try {
      await this.#audit.append([{ ...look, at: this.#clock.now() }]);
    } catch (error) {
      this.#noted.delete(key);
      throw error;
    }
  }
}
