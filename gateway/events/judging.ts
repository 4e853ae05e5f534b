/**
 * What is made of what terminals do: the detector, the events of its findings and of terminals' own alarms, the steps of
 * them in the journal and in the store, and the passing of time for both.
 */
import type { Clock } from '../../protocol/index.ts';
import type { Detector, Finding, Probe } from '../fold/detect/finding.ts';
import type { PositionReader } from '../fold/positions.ts';
import { Ticks } from '../fold/ticks.ts';
import { encodeFact } from '../intake/facts.ts';
import type { CommitWaiter, Journal, RefusalCode } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { Identity } from './event-book.ts';
import { type ActionOutcome, Events } from './events.ts';
import type { EventAction, EventRecord, EventStep } from './step.ts';
import type { EventStore } from './store/event-store.ts';

export interface JudgingParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly reader: PositionReader;
  readonly identity: (terminal: string) => Identity;
  /** Hears of every terminal whose events are to be kept anew. */
  readonly changed: (terminal: string) => void;
  /** Where steps are kept for good; without one they are in the journal only. */
  readonly store?: EventStore;
  readonly detector?: Detector;
  /** Asks a terminal something; not called for what is heard again. */
  readonly probe?: (probe: Probe) => void;
  /** Hears of every finding, also of those that are heard again. */
  readonly found?: (finding: Finding) => void;
}

export class Judging {
  readonly events: Events;
  readonly #parts: JudgingParts;
  readonly #ticks: Ticks;
  readonly #sink: { finding(finding: Finding): void; probe(probe: Probe): void };
  #live = false;

  constructor(parts: JudgingParts) {
    const { journal, clock, reader, identity, changed, detector, store } = parts;
    this.#parts = parts;
    this.events = new Events({
      reader,
      identity,
      changed,
      append: (step, refused) => this.#append(step.terminal, step, { committed: () => {}, refused }) === undefined,
      kept: (step: EventStep, body: string, seq: number) => store?.write({ step, body, seq }),
    });
    this.#ticks = new Ticks({
      clock,
      due: () => Math.min(this.events.nextDeadline(), detector?.nextDeadline() ?? Infinity),
      behind: () => detector?.behind === true,
      write: () => {
        const b = encodeFact({ fact: 'tick' });
        const head = { kind: RECORD_KIND.gateway, receivedAt: clock.now(), link: 0, terminal: '', ackable: false };
        journal.append({ ...head, b, start: 0, end: b.length }, null, 0);
      },
    });
    this.#sink = {
      finding: (finding) => {
        this.events.finding(finding);
        parts.found?.(finding);
      },
      probe: (probe) => {
        if (this.#live) parts.probe?.(probe);
      },
    };
  }

  /** The detector first: where it speaks of what an alarm of the terminal says, that alarm is not raised. */
  apply(record: RecordView): void {
    // Its own conclusions are no evidence.
    if (record.kind !== RECORD_KIND.event) this.#parts.detector?.apply(record, this.#sink);
    this.events.apply(record);
  }

  /** A batch was applied: something may be due at another time now. */
  applied(): void {
    if (this.#live) this.#ticks.look();
  }

  /** The journal was heard to its end. */
  resume(): void {
    this.#live = true;
    this.events.resume();
    this.#ticks.look();
  }

  /** Resolves when every step so far is in the journal and in the store: then state may be kept that leads to no step again. */
  async settled(): Promise<void> {
    await this.events.settled();
    await this.#parts.store?.flushed();
  }

  /** What a person wants done with an event; resolves when that is on disk, and what came of it. */
  async act(terminal: string, action: EventAction): Promise<ActionOutcome | 'busy'> {
    const seq = await new Promise<number | undefined>((resolve) => {
      const waiter = { committed: (_token: number, at: number) => resolve(at), refused: () => resolve(undefined) };
      if (this.#append(terminal, action, waiter) !== undefined) resolve(undefined);
    });
    return seq === undefined ? 'busy' : this.events.outcome(seq);
  }

  /** Time passes by records alone from now on; resolves when what follows from those so far is in the journal, for outlets to carry. */
  async rest(): Promise<void> {
    this.#ticks.stop();
    if (this.#parts.journal.state.writable) await this.settled();
  }

  /** Nothing is written any more. What the journal does not take now is written after the next start. */
  async stop(): Promise<void> {
    await this.rest();
    this.#live = false;
    this.events.stop();
  }

  #append(terminal: string, record: EventRecord, waiter: CommitWaiter | null = null): RefusalCode | undefined {
    const { journal, clock } = this.#parts;
    const b = encodeFact(record);
    const head = { kind: RECORD_KIND.event, receivedAt: clock.now(), link: 0, terminal, ackable: false };
    return journal.append({ ...head, b, start: 0, end: b.length }, waiter, 0);
  }
}
