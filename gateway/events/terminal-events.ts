/**
 * The events of one terminal: what is open, what ended lately, and the steps that findings, alarms, people and time lead
 * to. Pure but for its own state: the same inputs in the same order give the same steps.
 *
 * Bounds: one open event on each axis, `ENDED_KEPT` that ended within `ENDED_MS`.
 */
import type { Finding } from '../fold/detect/finding.ts';
import { bitOf } from './codes-alarm.ts';
import { codeName } from './codes.ts';
import { eventId } from './event-id.ts';
import { judgementOf, ladder, statusOf, worthTelling } from './finding-steps.ts';
import { ownersOf } from './owners.ts';
import type { AlarmSignal } from './signals.ts';
import { afterStep, type Standing } from './standing.ts';
import { type EventAction, type EventStep, isOpen } from './step.ts';

export interface Identity {
  readonly vehicle: string | null;
  readonly division: string;
}

/** What a report that has an alarm says about it. */
export interface Heard {
  readonly factTime: number;
  readonly receivedAt: number;
  readonly seq: number;
  readonly serial: number;
}

/** What is kept of a terminal across restarts. */
export interface KeptEvents {
  readonly open: readonly Standing[];
  readonly ended: readonly Standing[];
  readonly owned: number;
  readonly newest: number;
}

const ENDED_KEPT = 4;
const ENDED_MS = 7 * 86_400_000;
/** An alarm has to be gone for so long, twice as long each time it came back, up to the most. */
const HOLD_MS = 30_000;
const HOLD_MOST_MS = 600_000;
/** An alarm that comes back so soon is the same one. */
const REOPEN_MS = 300_000;
const UPDATE_EVERY_MS = 60_000;
const UNHEEDED_MS = 4 * 3_600_000;

type Change = Pick<EventStep, 'state' | 'status' | 'origin' | 'at'> & Partial<EventStep>;

export class TerminalEvents {
  readonly terminal: string;
  readonly #open: Standing[];
  readonly #ended: Standing[];
  /** Alarm bits that are up and that an event of the detector speaks of, until they are down. */
  #owned: number;
  /** Time of the newest live report that concerned alarms: an older one that comes late ends none. */
  #newest: number;
  readonly #identity: () => Identity;
  readonly #emit: (step: EventStep) => void;

  constructor(
    terminal: string,
    parts: { readonly identity: () => Identity; readonly emit: (step: EventStep) => void },
    kept?: KeptEvents,
  ) {
    this.terminal = terminal;
    this.#identity = parts.identity;
    this.#emit = parts.emit;
    this.#open = [...(kept?.open ?? [])];
    this.#ended = [...(kept?.ended ?? [])];
    this.#owned = kept?.owned ?? 0;
    this.#newest = kept?.newest ?? 0;
  }

  get open(): readonly Standing[] {
    return this.#open;
  }

  get idle(): boolean {
    return this.#open.length === 0 && this.#ended.length === 0 && this.#owned === 0;
  }

  /** A report without any alarm may end one. */
  get hasSignals(): boolean {
    if (this.#owned !== 0) return true;
    for (const { signal } of this.#open) if (signal?.on === true) return true;
    for (const { signal } of this.#ended) if (signal?.on === true) return true;
    return false;
  }

  /** Somebody took notice of this alarm, or closed it, and it goes on. */
  isAcknowledged(code: string): boolean {
    const known = this.#open.find(({ axis }) => axis === code) ?? this.#ended.findLast(({ axis }) => axis === code);
    return known?.signal?.on === true && (known.acknowledged || known.status === 'closed');
  }

  keep(): KeptEvents {
    return { open: this.#open, ended: this.#ended, owned: this.#owned, newest: this.#newest };
  }

  find(event: string): Standing | undefined {
    return this.#open.find((one) => one.event === event) ?? this.#ended.find((one) => one.event === event);
  }

  /** A step that was taken in an earlier life and is heard again; those that are known change nothing. */
  heard(step: EventStep): void {
    const known = this.find(step.event);
    if (known !== undefined && known.step >= step.step) return;
    this.#settle(known, step);
  }

  finding(finding: Finding): void {
    const known = [...this.#open, ...this.#ended].find(({ key }) => key === finding.key);
    if (known !== undefined && finding.step <= known.finding) return;
    if (known === undefined) return this.#found(undefined, finding);
    known.finding = finding.step;
    if (!isOpen(known.status)) {
      // What a person closed stays so until the detector has more to say than before.
      const news = finding.stage === 'reopened' || finding.stage === 'confirmed' || finding.severity > known.severity;
      const ends = finding.stage === 'cleared' || finding.stage === 'authorised';
      if (ends || (known.status === 'closed' && !news)) return;
      return this.#found(known, finding);
    }
    if (finding.stage !== 'updated') return this.#found(known, finding);
    if (!worthTelling(known, finding)) delete known.held;
    else if (finding.at - known.at < UPDATE_EVERY_MS) known.held = finding;
    else this.#found(known, finding);
  }

  /** The alarms of a live report, and those that it no longer has. */
  report(signals: readonly AlarmSignal[], heard: Heard): void {
    if (heard.factTime < this.#newest) return;
    this.#newest = heard.factTime;
    let bits = 0;
    for (const signal of signals) {
      const bit = bitOf(signal.code);
      if (bit !== undefined) bits = (bits | (1 << bit)) >>> 0;
      if (signal.flag === 'end') this.#signalEnds(signal.code, heard);
      else this.#signalOn(signal, heard);
    }
    this.#owned = (this.#owned & bits) >>> 0;
    for (const standing of [...this.#open, ...this.#ended]) {
      const { signal, axis } = standing;
      if (signal?.on !== true || signal.until !== null || signals.some(({ code }) => code === axis)) continue;
      signal.on = false;
      signal.offAt = heard.receivedAt;
    }
  }

  /** An alarm that came and went while the terminal had no link. */
  past(code: string, from: Heard, to: number): void {
    const key = this.#alarmKey(code, from.factTime);
    if (this.find(eventId(from.factTime, key)) !== undefined) return;
    const alarm = { serial: from.serial, reports: 1, backfill: true } as const;
    const at = from.receivedAt;
    const { severity } = codeName(code);
    const base = { origin: 'terminal', at, alarm, factTime: from.factTime, frames: [from.seq], severity } as const;
    const raised = this.#take(undefined, { ...base, state: 'raised', status: 'raised', code, axis: code }, key);
    this.#take(raised, { ...base, state: 'cleared', status: 'cleared', endTime: to }, key);
  }

  /** What a person wants done; false where the event is not there or not in a state for it. */
  act({ action, event, by, reason, upon }: EventAction, at: number): boolean {
    const known = this.find(event) ?? (upon === undefined ? undefined : afterStep(undefined, upon));
    if (known === undefined) return false;
    const open = isOpen(known.status);
    const who = { origin: 'person', at, by, ...(reason === undefined ? {} : { reason }) } as const;
    if (action === 'acknowledge') {
      if (known.acknowledged) return false;
      const acknowledged = { by, at, ...(reason === undefined ? {} : { note: reason }) };
      this.#take(known, { ...who, state: 'updated', status: known.status, acknowledged });
    } else if (action === 'close') {
      if (!open) return false;
      this.#take(known, { ...who, state: 'closed', status: 'closed' });
    } else {
      if (open) return false;
      this.#take(known, { ...who, state: 'reopened', status: 'raised' });
    }
    return true;
  }

  /** Epoch ms of what is due next; Infinity while nothing is. */
  due(): number {
    let next = Infinity;
    for (const standing of this.#open) next = Math.min(next, dueOf(standing));
    return next;
  }

  /** Takes the steps that are due by `now`, in the order in which they were. */
  expire(now: number): void {
    for (;;) {
      const at = this.due();
      if (at > now) return;
      this.#expired(this.#open.find((standing) => dueOf(standing) === at)!, at);
    }
  }

  #expired(standing: Standing, at: number): void {
    const { signal, held } = standing;
    if (signal !== undefined && signalEnd(standing) === at) {
      signal.on = false;
      const endTime = signal.offAt === 0 ? at : signal.offAt;
      this.#take(standing, { origin: 'terminal', state: 'cleared', status: 'cleared', at, endTime });
    } else if (held !== undefined && standing.at + UPDATE_EVERY_MS === at) {
      delete standing.held;
      this.#found(standing, { ...held, at });
    } else {
      this.#take(standing, {
        origin: 'time',
        state: 'updated',
        status: standing.status,
        at,
        severity: 4,
        ladder: ['unacknowledged'],
      });
    }
  }

  #found(known: Standing | undefined, finding: Finding): void {
    const { stage, code, factTime, key, step, at } = finding;
    const { severity, reasons } = ladder(finding, known?.escalated === true);
    // One that ended long ago and is forgotten here begins a new event.
    const id = known === undefined && step > 0 ? `${key}#${step}` : key;
    const was = known === undefined ? finding.was : known.code === code ? undefined : known.code;
    const reopens = known !== undefined && !isOpen(known.status);
    const taken = this.#take(
      known,
      {
        state: reopens ? 'reopened' : known === undefined && stage === 'updated' ? 'raised' : stage,
        status: statusOf(stage, reopens ? undefined : known?.status),
        origin: 'detector',
        code,
        ...(was === undefined ? {} : { was }),
        axis: finding.axis,
        severity,
        confidence: finding.confidence,
        factTime,
        at,
        finding: step,
        judgement: judgementOf(finding),
        ...(finding.reason === undefined ? {} : { reason: finding.reason }),
        ...(finding.order === undefined ? {} : { order: finding.order }),
        ...(finding.place === undefined ? {} : { place: finding.place }),
        ...(reasons.length === 0 ? {} : { ladder: reasons }),
        frames: finding.frames,
      },
      id,
    );
    this.#supersede(finding, taken.event);
  }

  /** The detector speaks of the same thing now: alarms of the terminal that say it too end. */
  #supersede({ axis, code, at }: Finding, by: string): void {
    const concerned = this.#open.filter((standing) => {
      const bit = bitOf(standing.axis);
      return bit !== undefined && ownersOf(bit).some((owner) => owner === axis || owner === code);
    });
    for (const standing of concerned) {
      const bit = bitOf(standing.axis)!;
      this.#owned = (this.#owned | (1 << bit)) >>> 0;
      const ends = { origin: 'detector', state: 'cleared', status: 'cleared', at } as const;
      this.#take(standing, { ...ends, reason: 'superseded', supersededBy: by });
    }
  }

  #signalOn({ code, forMs, item }: AlarmSignal, heard: Heard): void {
    const { receivedAt: at, serial, seq, factTime } = heard;
    const bit = bitOf(code);
    if (bit !== undefined && this.#isOwned(bit)) return;
    const until = forMs === undefined ? null : at + forMs;
    const known = this.#open.find(({ axis }) => axis === code) ?? this.#ended.findLast(({ axis }) => axis === code);
    const { signal } = known ?? {};
    if (known !== undefined && signal !== undefined && (signal.on || isOpen(known.status))) {
      // Goes on; one that a person closed meanwhile stays closed until the terminal has taken it back once.
      Object.assign(signal, { on: true, offAt: 0, until, serial, reports: signal.reports + 1 });
      return;
    }
    const again = known !== undefined && known.status === 'cleared' && at - known.at < REOPEN_MS ? known : undefined;
    const reports = 1 + (again?.signal?.reports ?? 0);
    const key = again?.key ?? this.#alarmKey(code, factTime);
    const taken = this.#take(
      again,
      {
        origin: 'terminal',
        state: again === undefined ? 'raised' : 'reopened',
        status: 'raised',
        at,
        code,
        axis: code,
        severity: codeName(code).severity,
        factTime: again?.factTime ?? factTime,
        alarm: { serial, reports, ...(item === undefined ? {} : { item }) },
        frames: [seq],
      },
      key,
    );
    taken.signal = { on: true, offAt: 0, until, reports, serial };
  }

  #signalEnds(code: string, { receivedAt }: Heard): void {
    const known = this.#open.find(({ axis }) => axis === code);
    if (known?.signal?.on !== true) return;
    known.signal.on = false;
    known.signal.offAt = receivedAt;
    known.signal.until = null;
  }

  #isOwned(bit: number): boolean {
    const mask = (1 << bit) >>> 0;
    if ((this.#owned & mask) !== 0) return true;
    const owners = ownersOf(bit);
    if (!this.#open.some(({ axis, code }) => owners.includes(axis) || owners.includes(code))) return false;
    this.#owned = (this.#owned | mask) >>> 0;
    return true;
  }

  #alarmKey(code: string, factTime: number): string {
    return `${this.terminal} ${code} ${factTime}`;
  }

  #take(known: Standing | undefined, change: Change, key = ''): Standing {
    const factTime = known?.factTime ?? change.factTime ?? change.at;
    const code = change.code ?? known?.code ?? '';
    const signal = known?.signal;
    const step: EventStep = {
      event: known?.event ?? eventId(factTime, key),
      step: known === undefined ? 0 : known.step + 1,
      key: known?.key ?? key,
      terminal: this.terminal,
      ...this.#identity(),
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
    this.#emit(step);
    return standing;
  }

  #settle(known: Standing | undefined, step: EventStep): Standing {
    const standing = afterStep(known, step);
    remove(this.#open, standing);
    remove(this.#ended, standing);
    (isOpen(standing.status) ? this.#open : this.#ended).push(standing);
    const [oldest] = this.#ended;
    if (this.#ended.length > ENDED_KEPT) this.#ended.splice(this.#oldestQuiet(), 1);
    else if (oldest !== undefined && oldest.at < step.at - ENDED_MS) this.#ended.shift();
    return standing;
  }

  /** The first that can be forgotten: not one whose alarm is still up, unless all are. */
  #oldestQuiet(): number {
    return Math.max(
      0,
      this.#ended.findIndex(({ signal }) => signal?.on !== true),
    );
  }
}

function remove(from: Standing[], standing: Standing): void {
  const at = from.indexOf(standing);
  if (at >= 0) from.splice(at, 1);
}

function signalEnd({ signal, reopened }: Standing): number {
  if (signal === undefined) return Infinity;
  if (signal.offAt !== 0) return signal.offAt + Math.min(HOLD_MS * 2 ** reopened, HOLD_MOST_MS);
  return signal.until ?? Infinity;
}

function dueOf(standing: Standing): number {
  const { held, unheeded, at } = standing;
  return Math.min(
    signalEnd(standing),
    held === undefined ? Infinity : at + UPDATE_EVERY_MS,
    unheeded === 0 ? Infinity : unheeded + UNHEEDED_MS,
  );
}
