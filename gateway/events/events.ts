/**
 * The events of all terminals: a fold that hears findings, alarms, people and time, and writes what follows from them to
 * the journal as steps, from which platforms are told as of anything else.
 *
 * Every input comes with a record, so hearing the journal again leads to the same steps with the same ids: after a
 * crash those that are in the journal are known by that, and the rest is written then.
 *
 * Bound: as `TerminalEvents` and `PastAlarms` for a terminal; steps that wait for the journal are as many as records
 * were in it that led to them.
 */
import type { EpochMs, Revision } from '../../protocol/index.ts';
import type { Finding, Severity } from '../fold/detect/finding.ts';
import type { Fold } from '../fold/fold.ts';
import type { PositionReader } from '../fold/positions.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND, type Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { type AlarmReport, AlarmReports } from './alarm-reports.ts';
import { confirmationOf } from './codes-alarm.ts';
import { EventCounters } from './counters.ts';
import { DueTimes } from './due.ts';
import type { Identity } from './event-book.ts';
import { PastAlarms } from './past-alarms.ts';
import type { Standing } from './standing.ts';
import { type EventAction, type EventRecord, type EventStep, isAction, stepId } from './step.ts';
import { type KeptEvents, TerminalEvents } from './terminal-events.ts';

export interface EventsParts {
  readonly reader: PositionReader;
  readonly identity: (terminal: string) => Identity;
  /** Writes a step to the journal; false where it does not take it now. `refused` is called where it took it in vain. */
  readonly append: (step: EventStep, refused: () => void) => boolean;
  /** Hears of every terminal whose snapshot differs now. */
  readonly changed: (terminal: string) => void;
  /** A step is on disk. `body` is its record's text. */
  readonly kept: (step: EventStep, body: string, seq: Seq) => void;
}

interface Kept {
  readonly asOf: Seq;
  readonly events: KeptEvents;
  readonly past: ReturnType<PastAlarms['keep']> | null;
  readonly pending: readonly EventStep[];
}

/** What became of what somebody wanted done. */
export type ActionOutcome = 'done' | 'refused';

const text = new TextDecoder();

export class Events implements Fold, Snapshotted {
  readonly kind = 'event';
  readonly counters = new EventCounters();
  readonly #parts: EventsParts;
  readonly #byTerminal = new Map<string, TerminalEvents>();
  readonly #past = new Map<string, PastAlarms>();
  readonly #due = new DueTimes();
  /** Steps that are not in the journal yet, as far as is known. */
  readonly #pending = new Map<string, EventStep>();
  /** Those of them that it was not handed, in order, from `#handed` on. */
  #waiting: EventStep[] = [];
  #handed = 0;
  /** Ids of those that it was handed and that are not in it all the same: the disk failed. */
  readonly #refused = new Set<string>();
  /** Records that snapshots contain already. */
  readonly #asOf = new Map<string, Seq>();
  readonly #acted = new Map<Seq, ActionOutcome>();
  readonly #reports: AlarmReports;
  readonly #listeners = new Set<(terminal: string) => void>();
  #settled: (() => void)[] = [];
  #applied: Seq = 0;
  #live = false;

  constructor(parts: EventsParts) {
    this.#parts = parts;
    this.#reports = new AlarmReports(parts.reader);
  }

  /** Open events of a terminal. */
  open(terminal: string): readonly Standing[] {
    return this.#byTerminal.get(terminal)?.book.open ?? [];
  }

  /** Ids of what is open of a terminal and more than a note in a log. */
  openIds(terminal: string): readonly string[] {
    return this.open(terminal).flatMap(({ event, severity }) => (severity > 0 ? [event] : []));
  }

  /**
   * Whether every one of these alarm bits has an event of which somebody took notice, and 0x8203 cannot tell the terminal
   * so: that of 2011 has none, and none has a place for every bit. Then 0x8001 with result 4 does.
   */
  isDealtWith(terminal: string, alarm: number, revision: Revision): boolean {
    const events = this.#byTerminal.get(terminal);
    let untold = false;
    for (let bit = 0; alarm >>> bit !== 0 && bit < 32; bit++) {
      if (((alarm >>> bit) & 1) === 0) continue;
      const code = `A${bit}`;
      if (events?.alarms.isAcknowledged(code) !== true) return false;
      untold ||= revision === 2011 || confirmationOf(code) === undefined;
    }
    return untold;
  }

  /** Hears of every terminal of which a step is on disk. */
  subscribe(listener: (terminal: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An event that is open or ended lately. */
  find(terminal: string, event: string): Standing | undefined {
    return this.#byTerminal.get(terminal)?.book.find(event);
  }

  /** Open events by severity. Goes through all of them. */
  openBySeverity(): Readonly<Record<Severity, number>> {
    const open = { 0: 0, 1: 0, 2: 0, 3: 0, 4: 0 };
    for (const { book } of this.#byTerminal.values()) for (const { severity } of book.open) open[severity]++;
    return open;
  }

  /** Terminals with events that are open or ended lately. */
  get size(): number {
    return this.#byTerminal.size;
  }

  apply(view: RecordView): void {
    this.#applied = view.seq;
    this.advance(view.receivedAt);
    if (this.#live && this.#waiting.length + this.#refused.size > 0) this.#write();
    if (view.kind === RECORD_KIND.event) this.#own(view);
    else if (view.kind === RECORD_KIND.frame || view.kind === RECORD_KIND.assembled) this.#frame(view);
  }

  /** What the detector concluded from the record that is being applied. */
  finding(finding: Finding): void {
    this.advance(finding.at);
    const { terminal } = finding;
    this.#of(terminal).finding(finding);
    this.#touch(terminal);
  }

  /** Takes the steps that are due by `now`, on the time of records. */
  advance(now: EpochMs): void {
    for (let terminal = this.#due.take(now); terminal !== undefined; terminal = this.#due.take(now)) {
      this.#of(terminal).expire(now);
      const past = this.#past.get(terminal);
      if (past !== undefined && past.due() <= now) {
        for (const { code, from, to } of past.take()) this.#of(terminal).alarms.past(code, from, to);
        this.#past.delete(terminal);
      }
      this.#touch(terminal);
    }
  }

  nextDeadline(): EpochMs {
    return this.#due.next();
  }

  /** What became of the action in the record `seq`; asked once, after it was applied. */
  outcome(seq: Seq): ActionOutcome {
    const outcome = this.#acted.get(seq) ?? 'refused';
    this.#acted.delete(seq);
    return outcome;
  }

  /** The journal was heard to its end: what is not in it is written now. */
  resume(): void {
    this.#live = true;
    this.#asOf.clear();
    this.#acted.clear();
    this.#write();
  }

  /** Resolves when every step so far is in the journal, or nobody will write it any more. */
  settled(): Promise<void> {
    if (this.#pending.size === 0 || !this.#live) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  stop(): void {
    this.#live = false;
    this.#tellSettled();
  }

  snapshot(terminal: string): string | null {
    const events = this.#byTerminal.get(terminal);
    const past = this.#past.get(terminal)?.keep() ?? null;
    const pending = [...this.#pending.values()].filter((step) => step.terminal === terminal);
    if ((events === undefined || events.idle) && past === null && pending.length === 0) {
      this.#byTerminal.delete(terminal);
      return null;
    }
    return JSON.stringify({
      asOf: this.#applied,
      events: this.#of(terminal).keep(),
      past,
      pending,
    } satisfies Kept);
  }

  restore(terminal: string, value: string): void {
    const { asOf, events, past, pending } = JSON.parse(value) as Kept;
    this.#asOf.set(terminal, asOf);
    this.#byTerminal.set(terminal, this.#machine(terminal, events));
    if (past !== null) this.#past.set(terminal, new PastAlarms(past));
    for (const step of pending) this.#emit(step);
    this.#touch(terminal);
  }

  /** A record of ours: a step that is on disk now, or what somebody wants done. */
  #own(view: RecordView): void {
    const record = decodeFact<EventRecord>(view.b, view.payloadStart, view.payloadEnd);
    if (record === undefined) return;
    if (isAction(record)) return this.#act(record, view);
    const id = stepId(record);
    const { terminal } = record;
    if (this.#live) this.counters.steps[record.state]++;
    if (!this.#pending.delete(id)) this.#of(terminal).book.heard(record);
    this.#parts.kept(record, text.decode(view.b.subarray(view.payloadStart, view.payloadEnd)), view.seq);
    this.#touch(terminal);
    for (const listener of this.#listeners) listener(terminal);
    if (this.#pending.size === 0) this.#tellSettled();
  }

  #act(action: EventAction, { terminal, receivedAt, seq }: RecordView): void {
    if (this.#contains(terminal, seq)) return;
    const done = this.#of(terminal).act(action, receivedAt);
    if (this.#live) this.#acted.set(seq, done ? 'done' : 'refused');
    this.#touch(terminal);
  }

  #frame(view: RecordView): void {
    const reports = this.#reports;
    if (!reports.concerns(view, (terminal) => this.#byTerminal.get(terminal)?.alarms.up === true)) return;
    const { terminal } = view;
    if (this.#contains(terminal, view.seq)) return;
    let concerned = false;
    reports.forEach(view, (report) => {
      concerned = this.#report(terminal, report) || concerned;
    });
    if (concerned) this.#touch(terminal);
  }

  #report(terminal: string, { signals, heard, backfill }: AlarmReport): boolean {
    const known = this.#byTerminal.get(terminal);
    if (signals.length === 0 && (backfill || known?.alarms.up !== true)) return false;
    if (!backfill) {
      this.#of(terminal).alarms.report(signals, heard);
      return true;
    }
    for (const { code } of signals) {
      // What is up now began before: it is the same alarm.
      if (known?.book.open.some(({ axis, factTime }) => axis === code && factTime <= heard.factTime) === true) continue;
      let past = this.#past.get(terminal);
      if (past === undefined) this.#past.set(terminal, (past = new PastAlarms()));
      const early = past.add(code, heard);
      if (early !== undefined) this.#of(terminal).alarms.past(early.code, early.from, early.to);
    }
    return true;
  }

  #contains(terminal: string, seq: Seq): boolean {
    return seq <= (this.#asOf.get(terminal) ?? 0);
  }

  #of(terminal: string): TerminalEvents {
    let events = this.#byTerminal.get(terminal);
    if (events === undefined) this.#byTerminal.set(terminal, (events = this.#machine(terminal)));
    return events;
  }

  #machine(terminal: string, kept?: KeptEvents): TerminalEvents {
    const identity = (): Identity => this.#parts.identity(terminal);
    return new TerminalEvents(terminal, { identity, emit: (step) => this.#emit(step) }, kept);
  }

  #touch(terminal: string): void {
    const events = this.#byTerminal.get(terminal)?.due() ?? Infinity;
    this.#due.set(terminal, Math.min(events, this.#past.get(terminal)?.due() ?? Infinity));
    this.#parts.changed(terminal);
  }

  #emit(step: EventStep): void {
    this.#pending.set(stepId(step), step);
    this.#waiting.push(step);
    if (this.#live && this.#waiting.length === 1) this.#write();
  }

  /** Hands over what the journal did not take before, in order, until it takes no more. */
  #write(): void {
    if (this.#refused.size > 0) this.#again();
    const waiting = this.#waiting;
    while (this.#handed < waiting.length) {
      const step = waiting[this.#handed]!;
      const id = stepId(step);
      // One that was heard meanwhile is there already.
      if (this.#pending.has(id) && !this.#parts.append(step, () => this.#refused.add(id))) return;
      this.#handed++;
    }
    this.#waiting = [];
    this.#handed = 0;
  }

  /** What was refused goes before what waits: pending steps are in the order in which they were taken. */
  #again(): void {
    const again = new Set(this.#refused);
    for (const step of this.#waiting.slice(this.#handed)) again.add(stepId(step));
    this.#waiting = [...this.#pending].flatMap(([id, step]) => (again.has(id) ? [step] : []));
    this.#handed = 0;
    this.#refused.clear();
  }

  #tellSettled(): void {
    const settled = this.#settled;
    this.#settled = [];
    for (const tell of settled) tell();
  }
}
