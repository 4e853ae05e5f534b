/**
 * The events of one terminal, and the steps that findings, alarms, people and time lead to. Pure but for its own state:
 * the same inputs in the same order give the same steps.
 */
import type { Finding } from '../fold/detect/finding.ts';
import { type BookParts, EventBook } from './event-book.ts';
import { judgementOf, ladder, stateOf, worthTelling } from './finding-steps.ts';
import { afterStep, type Standing } from './standing.ts';
import { type EventAction, isOpen } from './step.ts';
import { type KeptAlarms, signalEnd, TerminalAlarms } from './terminal-alarms.ts';

/** What is kept of a terminal across restarts. */
export interface KeptEvents extends KeptAlarms {
  readonly open: readonly Standing[];
  readonly ended: readonly Standing[];
}

const UPDATE_EVERY_MS = 60_000;
const UNHEEDED_MS = 4 * 3_600_000;

export class TerminalEvents {
  readonly book: EventBook;
  readonly alarms: TerminalAlarms;

  constructor(terminal: string, parts: BookParts, kept?: KeptEvents) {
    this.book = new EventBook(terminal, parts, kept);
    this.alarms = new TerminalAlarms(this.book, kept);
  }

  get idle(): boolean {
    return this.book.open.length === 0 && this.book.ended.length === 0 && !this.alarms.up;
  }

  keep(): KeptEvents {
    const { open, ended } = this.book;
    return { open, ended, ...this.alarms.keep() };
  }

  finding(finding: Finding): void {
    const known = this.book.byKey(finding.key);
    if (known === undefined) return this.#found(undefined, finding);
    if (finding.step <= known.finding) return;
    known.finding = finding.step;
    if (!isOpen(known.status)) {
      if (isNews(known, finding)) this.#found(known, finding);
    } else if (finding.stage !== 'updated') this.#found(known, finding);
    else if (!worthTelling(known, finding)) delete known.held;
    // What has become more serious does not wait: whoever must know, must know now.
    else if (finding.at - known.at < UPDATE_EVERY_MS && finding.severity <= known.severity) known.held = finding;
    else this.#found(known, finding);
  }

  /** What a person wants done; false where the event is not there or not in a state for it. */
  act({ action, event, by, reason, upon }: EventAction, at: number): boolean {
    const known = this.book.find(event) ?? (upon === undefined ? undefined : afterStep(undefined, upon));
    if (known === undefined) return false;
    const open = isOpen(known.status);
    const who = { origin: 'person', at, by, ...(reason === undefined ? {} : { reason }) } as const;
    if (action === 'acknowledge') {
      if (known.acknowledged) return false;
      const acknowledged = { by, at, ...(reason === undefined ? {} : { note: reason }) };
      this.book.take(known, { ...who, state: 'updated', status: known.status, acknowledged });
      return true;
    }
    if (open !== (action === 'close')) return false;
    if (open) this.book.take(known, { ...who, state: 'closed', status: 'closed' });
    else this.book.take(known, { ...who, state: 'reopened', status: 'raised' });
    return true;
  }

  /** Epoch ms of what is due next; Infinity while nothing is. */
  due(): number {
    let next = Infinity;
    for (const standing of this.book.open) next = Math.min(next, dueOf(standing));
    return next;
  }

  /** Takes the steps that are due by `now`, in the order in which they were. */
  expire(now: number): void {
    for (;;) {
      const at = this.due();
      if (at > now) return;
      this.#expired(this.book.open.find((standing) => dueOf(standing) === at)!, at);
    }
  }

  #expired(standing: Standing, at: number): void {
    const { held, status } = standing;
    if (signalEnd(standing) === at) this.alarms.expired(standing, at);
    else if (held !== undefined && standing.at + UPDATE_EVERY_MS === at) {
      delete standing.held;
      this.#found(standing, { ...held, at });
    } else {
      const ladder = ['unacknowledged'];
      this.book.take(standing, { origin: 'time', state: 'updated', status, at, severity: 4, ladder });
    }
  }

  #found(known: Standing | undefined, finding: Finding): void {
    const { code, axis, confidence, factTime, key, step, at, frames, reason, order, place } = finding;
    const { severity, reasons } = ladder(finding, known?.escalated === true);
    const was = known === undefined ? finding.was : known.code === code ? undefined : known.code;
    const taken = this.book.take(
      known,
      {
        ...stateOf(finding, known),
        origin: 'detector',
        code,
        ...(was === undefined ? {} : { was }),
        axis,
        severity,
        confidence,
        factTime,
        at,
        finding: step,
        judgement: judgementOf(finding),
        ...(reason === undefined ? {} : { reason }),
        ...(order === undefined ? {} : { order }),
        ...(place === undefined ? {} : { place }),
        ...(reasons.length === 0 ? {} : { ladder: reasons }),
        frames,
      },
      // One that ended long ago and is forgotten here begins a new event.
      known === undefined && step > 0 ? `${key}#${step}` : key,
    );
    this.alarms.supersede(finding, at, taken.event);
  }
}

/** Whether the detector has more to say of what ended: a licence in any case; for what a person closed more than before. */
function isNews(known: Standing, { stage, severity }: Finding): boolean {
  if (stage === 'cleared') return false;
  if (stage === 'authorised') return known.status !== 'authorised';
  return known.status !== 'closed' || stage === 'reopened' || stage === 'confirmed' || severity > known.severity;
}

function dueOf(standing: Standing): number {
  const { held, unheeded, at } = standing;
  return Math.min(
    signalEnd(standing),
    held === undefined ? Infinity : at + UPDATE_EVERY_MS,
    unheeded === 0 ? Infinity : unheeded + UNHEEDED_MS,
  );
}
