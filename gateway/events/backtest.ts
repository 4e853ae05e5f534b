/**
 * An old journal heard again by the detector of this version: what it would have said, beside what was said then. Nothing
 * is written; what people did with events is taken as it was.
 */
import type { VendorProfile } from '../../protocol/index.ts';
import type { Detector } from '../fold/detect/finding.ts';
import { PositionReader } from '../fold/positions.ts';
import { decodeFact, encodeFact } from '../intake/facts.ts';
import type { Batch } from '../journal/journal.ts';
import { RECORD_KIND, recordBytes, type RecordInput, writeRecord } from '../journal/record.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import { Registry } from '../registry/registry.ts';
import { Events } from './events.ts';
import { type EventRecord, type EventStatus, type EventStep, isAction } from './step.ts';

/** How an event ended, or stands. */
export interface Outcome {
  readonly event: string;
  readonly terminal: string;
  readonly vehicle: string | null;
  readonly axis: string;
  readonly code: string;
  readonly status: EventStatus;
  /** The most serious that it was. */
  readonly severity: number;
  readonly factTime: number;
}

export type Difference =
  | { readonly kind: 'new'; readonly now: Outcome }
  | { readonly kind: 'gone'; readonly before: Outcome }
  | { readonly kind: 'changed'; readonly before: Outcome; readonly now: Outcome };

export interface BacktestReport {
  readonly records: number;
  readonly before: number;
  readonly now: number;
  readonly same: number;
  /** By time of the fact. */
  readonly differences: readonly Difference[];
}

/** Two of one terminal and axis that began so close to each other are the same, whatever their ids. */
const CLOSE_MS = 600_000;

export interface BacktestParts {
  readonly detector: (parts: {
    readonly reader: PositionReader;
    readonly vendor: (terminal: string) => VendorProfile | undefined;
  }) => Detector;
}

/** Takes the batches of a journal in order. */
export class Backtest {
  readonly #registry = new Registry();
  readonly #detector: Detector;
  readonly #events: Events;
  readonly #then = new Map<string, Outcome>();
  readonly #now = new Map<string, Outcome>();
  readonly #view = new RecordView();
  readonly #echo = new RecordView();
  #steps: EventStep[] = [];
  #records = 0;

  constructor(parts: BacktestParts) {
    const registry = this.#registry;
    const reader = new PositionReader((terminal) => registry.quirks.revision(terminal) ?? 2013, registry.quirks);
    this.#detector = parts.detector({ reader, vendor: (terminal) => registry.quirks.vendor(terminal) });
    this.#events = new Events({
      reader,
      identity: (terminal) => registry.identity(terminal),
      append: (step) => this.#steps.push(step) > 0,
      changed: () => {},
      kept: () => {},
    });
    this.#events.resume();
  }

  hear(batch: Batch, after: number): void {
    forEachRecord(batch, after, (record) => this.#record(record), this.#view);
  }

  /** `from` and `to` choose by the time of the fact, epoch ms. */
  report(choice: { readonly from?: number; readonly to?: number; readonly terminal?: string } = {}): BacktestReport {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, terminal } = choice;
    const chosen = (outcomes: ReadonlyMap<string, Outcome>): Outcome[] =>
      [...outcomes.values()].filter(
        (one) => one.factTime >= from && one.factTime <= to && (terminal ?? one.terminal) === one.terminal,
      );
    const before = chosen(this.#then);
    const now = chosen(this.#now);
    const differences = differencesOf(before, now);
    const changed = differences.filter(({ kind }) => kind !== 'gone').length;
    return { records: this.#records, before: before.length, now: now.length, same: now.length - changed, differences };
  }

  #record(record: RecordView): void {
    this.#records++;
    this.#registry.apply(record, () => {});
    if (record.kind === RECORD_KIND.event) {
      const told = decodeFact<EventRecord>(record.b, record.payloadStart, record.payloadEnd);
      if (told === undefined) return;
      if (!isAction(told)) return note(this.#then, told);
    } else this.#detector.apply(record, { finding: (finding) => this.#events.finding(finding) });
    this.#events.apply(record);
    this.#echoSteps(record.receivedAt);
  }

  /** Steps are heard as from the journal: what is pending is settled then. */
  #echoSteps(receivedAt: number): void {
    while (this.#steps.length > 0) {
      const steps = this.#steps;
      this.#steps = [];
      for (const step of steps) {
        note(this.#now, step);
        this.#events.apply(recordOf(step, receivedAt, this.#echo));
      }
    }
  }
}

function note(outcomes: Map<string, Outcome>, step: EventStep): void {
  const { event, terminal, vehicle, axis, code, status, factTime } = step;
  const severity = Math.max(outcomes.get(event)?.severity ?? 0, step.severity);
  outcomes.set(event, { event, terminal, vehicle, axis, code, status, severity, factTime });
}

function recordOf(step: EventStep, receivedAt: number, view: RecordView): RecordView {
  const b = encodeFact(step);
  const record: RecordInput = {
    kind: RECORD_KIND.event,
    receivedAt,
    link: 0,
    terminal: step.terminal,
    ackable: false,
    b,
    start: 0,
    end: b.length,
  };
  const body = new Uint8Array(recordBytes(record));
  writeRecord(body, 0, record);
  view.open({ first: 1, count: 1, body }).next();
  return view;
}

function differencesOf(then: readonly Outcome[], now: readonly Outcome[]): readonly Difference[] {
  const left = new Map(then.map((one) => [one.event, one]));
  const differences: Difference[] = [];
  const unmatched: Outcome[] = [];
  for (const one of now) {
    const before = left.get(one.event);
    if (before === undefined) unmatched.push(one);
    else compare(before, one);
    left.delete(one.event);
  }
  for (const one of unmatched) {
    const near = [...left.values()].find(
      ({ terminal, axis, factTime }) =>
        terminal === one.terminal && axis === one.axis && Math.abs(factTime - one.factTime) <= CLOSE_MS,
    );
    if (near === undefined) differences.push({ kind: 'new', now: one });
    else {
      compare(near, one);
      left.delete(near.event);
    }
  }
  for (const one of left.values()) differences.push({ kind: 'gone', before: one });
  return differences.sort((a, b) => timeOf(a) - timeOf(b));

  function compare(before: Outcome, after: Outcome): void {
    const same = before.code === after.code && before.status === after.status && before.severity === after.severity;
    if (!same) differences.push({ kind: 'changed', before, now: after });
  }
}

function timeOf(difference: Difference): number {
  return (difference.kind === 'gone' ? difference.before : difference.now).factTime;
}
