/**
 * The book of one terminal's events: what is open, what ended lately, and the next step of each.
 *
 * Bounds: one open event on each axis, `ENDED_KEPT` that ended within `ENDED_MS`.
 */
import { codeName } from './codes.ts';
import { eventId } from './event-id.ts';
import { afterStep, type Standing } from './standing.ts';
import { type EventStep, isOpen } from './step.ts';

export interface Identity {
  readonly vehicle: string | null;
  readonly division: string;
}

/** What a step changes; the rest is as it was. */
export type Change = Pick<EventStep, 'state' | 'status' | 'origin' | 'at'> & Partial<EventStep>;

export interface BookParts {
  readonly identity: () => Identity;
  /** Hears of every step that is taken. */
  readonly emit: (step: EventStep) => void;
}

const ENDED_KEPT = 4;
const ENDED_MS = 7 * 86_400_000;

export class EventBook {
  readonly terminal: string;
  readonly open: Standing[];
  readonly ended: Standing[];
  readonly #parts: BookParts;

  constructor(
    terminal: string,
    parts: BookParts,
    kept?: { readonly open: readonly Standing[]; readonly ended: readonly Standing[] },
  ) {
    this.terminal = terminal;
    this.#parts = parts;
    this.open = [...(kept?.open ?? [])];
    this.ended = [...(kept?.ended ?? [])];
  }

  find(event: string): Standing | undefined {
    return this.open.find((one) => one.event === event) ?? this.ended.find((one) => one.event === event);
  }

  /** The event of a finding; one that was begun anew, as the first was forgotten, has a number behind its key. */
  byKey(key: string): Standing | undefined {
    const anew = `${key}#`;
    const isIt = (one: Standing): boolean => one.key === key || one.key.startsWith(anew);
    return this.open.find(isIt) ?? this.ended.findLast(isIt);
  }

  /** The open event on an axis, else the one that ended last. */
  onAxis(axis: string): Standing | undefined {
    return this.open.find((one) => one.axis === axis) ?? this.ended.findLast((one) => one.axis === axis);
  }

  /** The next step of an event, or the first of a new one that `key` names. */
  take(known: Standing | undefined, change: Change, key = ''): Standing {
    const factTime = known?.factTime ?? change.factTime ?? change.at;
    const code = change.code ?? known?.code ?? '';
    const signal = known?.signal;
    const step: EventStep = {
      event: known?.event ?? eventId(factTime, key),
      step: known === undefined ? 0 : known.step + 1,
      key: known?.key ?? key,
      terminal: this.terminal,
      ...this.#parts.identity(),
      axis: known?.axis ?? code,
      severity: known?.severity ?? codeName(code).severity,
      confidence: known?.confidence ?? 1,
      finding: -1,
      frames: [],
      ...(signal === undefined ? {} : { alarm: { serial: signal.serial, reports: signal.reports } }),
      ...change,
      code,
      factTime,
    };
    const standing = this.#settle(known, step);
    this.#parts.emit(step);
    return standing;
  }

  /** A step that was taken in an earlier life and is heard again; those that are known change nothing. */
  heard(step: EventStep): void {
    const known = this.find(step.event);
    if (known === undefined || known.step < step.step) this.#settle(known, step);
  }

  #settle(known: Standing | undefined, step: EventStep): Standing {
    const standing = afterStep(known, step);
    remove(this.open, standing);
    remove(this.ended, standing);
    (isOpen(standing.status) ? this.open : this.ended).push(standing);
    const [oldest] = this.ended;
    if (this.ended.length > ENDED_KEPT) this.ended.splice(this.#oldestQuiet(), 1);
    else if (oldest !== undefined && oldest.at < step.at - ENDED_MS) this.ended.shift();
    return standing;
  }

  /** The first that can be forgotten: not one whose alarm is still up, unless all are. */
  #oldestQuiet(): number {
    const quiet = this.ended.findIndex(({ signal }) => signal?.on !== true);
    return Math.max(0, quiet);
  }
}

function remove(from: Standing[], standing: Standing): void {
  const at = from.indexOf(standing);
  if (at >= 0) from.splice(at, 1);
}
