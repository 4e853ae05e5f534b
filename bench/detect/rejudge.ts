/**
 * A kept journal judged again: by the detector as it is or by another one, heard in one go or with a restart in between.
 * Octets are not played again, so a run takes a twentieth of the time.
 */
import type { VendorProfile } from '../../protocol/index.ts';
import { Events } from '../../gateway/events/events.ts';
import { type EventRecord, type EventStep, isAction } from '../../gateway/events/step.ts';
import { createDetector } from '../../gateway/fold/detect/detector.ts';
import type { Detector, Judged } from '../../gateway/fold/detect/finding.ts';
import { PositionReader } from '../../gateway/fold/positions.ts';
import { decodeFact, encodeFact } from '../../gateway/intake/facts.ts';
import type { Batch } from '../../gateway/journal/journal.ts';
import { RECORD_KIND, recordBytes, type RecordInput, writeRecord } from '../../gateway/journal/record.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import { Registry } from '../../gateway/registry/registry.ts';

export type MakeDetector = (parts: {
  readonly reader: PositionReader;
  readonly vendor: (terminal: string) => VendorProfile | undefined;
  readonly changed?: (key: string) => void;
}) => Detector;

export interface Rejudging {
  /** The detector as it is unless given. */
  readonly detector?: MakeDetector;
  /** Hears of every judgement. */
  readonly judged?: (judged: Judged) => void;
  /** After so many records state is taken, everything is forgotten, and state is given back. */
  readonly restartAfter?: number;
}

/** The steps that follow from a journal, in order. What was concluded when it was written is not heard. */
export function rejudged(batches: Iterable<Batch>, how: Rejudging = {}): EventStep[] {
  const again = new Again(how);
  const view = new RecordView();
  let heard = 0;
  for (const batch of batches) {
    forEachRecord(
      batch,
      0,
      (record) => {
        again.hear(record);
        if (++heard === how.restartAfter) again.restart();
      },
      view,
    );
  }
  return again.steps;
}

class Again {
  readonly steps: EventStep[] = [];
  readonly #how: Rejudging;
  readonly #registry = new Registry();
  readonly #reader: PositionReader;
  readonly #echo = new RecordView();
  #keys = { detector: new Set<string>(), events: new Set<string>() };
  #pending: EventStep[] = [];
  #detector: Detector;
  #events: Events;

  constructor(how: Rejudging) {
    this.#how = how;
    const { quirks } = this.#registry;
    this.#reader = new PositionReader((terminal) => quirks.revision(terminal) ?? 2013, quirks);
    this.#detector = this.#newDetector();
    this.#events = this.#newEvents();
    this.#events.resume();
  }

  hear(record: RecordView): void {
    this.#registry.apply(record, () => {});
    if (record.kind === RECORD_KIND.event) {
      const told = decodeFact<EventRecord>(record.b, record.payloadStart, record.payloadEnd);
      if (told === undefined || !isAction(told)) return;
    } else {
      const { judged } = this.#how;
      const finding = { finding: (one: Parameters<Events['finding']>[0]) => this.#events.finding(one) };
      this.#detector.apply(record, judged === undefined ? finding : { ...finding, judged });
    }
    this.#events.apply(record);
    this.#settle(record.receivedAt);
  }

  /** What a start finds of what a stop, or a crash right behind a record, has left. */
  restart(): void {
    const { detector, events } = this.#keys;
    const kept = [...detector].map((key) => [key, this.#detector.snapshot(key)] as const);
    const told = [...events].map((key) => [key, this.#events.snapshot(key)] as const);
    this.#events.stop();
    this.#keys = { detector: new Set(detector), events: new Set(events) };
    this.#detector = this.#newDetector();
    this.#events = this.#newEvents();
    for (const [key, value] of kept) if (value !== null) this.#detector.restore(key, value);
    for (const [key, value] of told) if (value !== null) this.#events.restore(key, value);
    this.#events.resume();
  }

  /** Steps are heard as from the journal: what is pending is settled then. */
  #settle(receivedAt: number): void {
    while (this.#pending.length > 0) {
      const steps = this.#pending;
      this.#pending = [];
      for (const step of steps) {
        this.steps.push(step);
        this.#events.apply(recordOf(step, receivedAt, this.#echo));
      }
    }
  }

  #newDetector(): Detector {
    return (this.#how.detector ?? createDetector)({
      reader: this.#reader,
      vendor: (terminal) => this.#registry.quirks.vendor(terminal),
      changed: (key) => void this.#keys.detector.add(key),
    });
  }

  #newEvents(): Events {
    return new Events({
      reader: this.#reader,
      identity: (terminal) => this.#registry.identity(terminal),
      append: (step) => this.#pending.push(step) > 0,
      changed: (terminal) => void this.#keys.events.add(terminal),
      kept: () => {},
    });
  }
}

function recordOf(step: EventStep, receivedAt: number, view: RecordView): RecordView {
  const b = encodeFact(step);
  const head = { kind: RECORD_KIND.event, receivedAt, link: 0, terminal: step.terminal, ackable: false };
  const record: RecordInput = { ...head, b, start: 0, end: b.length };
  const body = new Uint8Array(recordBytes(record));
  writeRecord(body, 0, record);
  view.open({ first: 1, count: 1, body }).next();
  return view;
}
