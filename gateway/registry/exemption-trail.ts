/** Says in the audit trail that a vehicle which stays out was kept out: once an hour for each terminal, and never where it was. */
import { type Clock, formatId, type MonotonicMs } from '../../protocol/index.ts';
import type { AuditSink } from '../audit/audit.ts';
import type { Exemption } from './exemptions.ts';

const EVERY_MS = 3_600_000;
/** Terminals remembered; beyond it the one told of longest ago is told of again sooner. */
const REMEMBERED = 10_000;

export class ExemptionTrail {
  readonly #audit: AuditSink;
  readonly #clock: Clock;
  readonly #fault: (error: unknown) => void;
  /** The one told of longest ago first. */
  readonly #told = new Map<string, MonotonicMs>();

  constructor(audit: AuditSink, clock: Clock, fault: (error: unknown) => void) {
    this.#audit = audit;
    this.#clock = clock;
    this.#fault = fault;
  }

  refused(terminal: string, { id }: Exemption, messageId: number): void {
    const now = this.#clock.monotonic();
    const before = this.#told.get(terminal);
    if (before !== undefined && now - before < EVERY_MS) return;
    this.#told.delete(terminal);
    this.#told.set(terminal, now);
    if (this.#told.size > REMEMBERED) this.#told.delete(this.#told.keys().next().value!);
    const entry = {
      who: `terminal:${terminal}`,
      what: 'exemption.refused',
      subject: `exemption:${id}`,
      after: { messageId: formatId(messageId, 4) },
      at: this.#clock.now(),
    };
    this.#audit.append([entry]).catch(this.#fault);
  }
}
