/**
 * What a fleet has done so far, in constant memory however many terminals it has and however long it runs.
 */
import type { Effect } from '../firmware/effects.ts';
import { Histogram, type HistogramSnapshot } from './histogram.ts';
import { type Storm, Storms } from './storm.ts';

/** Different kinds of errors that are counted apart; any further kind is counted as `other`. */
const MAX_KINDS = 64;

const NUMBERS = [
  'made',
  'sent',
  'acknowledged',
  'backfilled',
  'dropped',
  'retransmitted',
  'messages',
  'octetsSent',
  'octetsReceived',
  'online',
  'mostOnline',
  'reconnects',
] as const;

/** A tally as plain data. */
export interface TallySnapshot {
  readonly numbers: readonly number[];
  readonly latency: HistogramSnapshot;
  readonly lateness: HistogramSnapshot;
  readonly errors: readonly (readonly [string, number])[];
  readonly storms: readonly Storm[];
}

/** Counts over a whole fleet. */
export class Tally {
  /** Reports that were due and made. */
  made = 0;
  /** Reports that were on the wire at least once. */
  sent = 0;
  /** Reports that the platform said it has. */
  acknowledged = 0;
  /** Reports among them that came out of the memory for blind areas. */
  backfilled = 0;
  /** Reports lost because a memory for blind areas was full. */
  dropped = 0;
  /** Messages sent again, octet for octet. */
  retransmitted = 0;
  /** Messages on the wire, of any kind. */
  messages = 0;
  octetsSent = 0;
  octetsReceived = 0;
  /** Terminals that have a session now, and the most that had one at once. */
  online = 0;
  mostOnline = 0;
  /** Sessions begun, but for each terminal's first. */
  reconnects = 0;
  /** From the first octet of a message with reports to its answer. */
  readonly latency = new Histogram();
  /** From the moment at which a report was due to the moment at which it was made: what this process adds itself. */
  readonly lateness = new Histogram();
  readonly errors = new Map<string, number>();
  readonly storms = new Storms();
  readonly #pace: number;

  /** `pace`: seconds of the terminals' world in one of ours; what is told of times is ours. 1 unless given. */
  constructor(pace = 1) {
    this.#pace = pace;
  }

  /** Counts an error by a short stable name. */
  error(name: string, times = 1): void {
    const known = this.errors.has(name) || this.errors.size < MAX_KINDS ? name : 'other';
    this.errors.set(known, (this.errors.get(known) ?? 0) + times);
  }

  /** Something was done so many ms of the world after it was due. */
  late(ms: number): void {
    this.lateness.record(ms / this.#pace);
  }

  /** A terminal has a session, and had one before; or had none yet. */
  enter(again: boolean): void {
    this.online++;
    this.mostOnline = Math.max(this.mostOnline, this.online);
    if (again) this.reconnects++;
  }

  /** Counts what a terminal does at `now`. */
  count(effect: Effect, now: number): void {
    switch (effect.kind) {
      case 'made':
        this.made++;
        this.late(now - effect.dueAt);
        break;
      case 'send':
        this.messages++;
        this.sent += effect.fresh;
        if (effect.again) this.retransmitted++;
        break;
      case 'stored':
        this.acknowledged += effect.reports.length;
        if (effect.backfill) this.backfilled += effect.reports.length;
        this.latency.record(effect.latencyMs / this.#pace);
        break;
      case 'dropped':
        this.dropped += effect.count;
        break;
      case 'note':
        if (effect.what in FAULTS) this.error(effect.what);
        break;
      case 'dial':
      case 'hangUp':
      case 'nmea':
      case 'attach':
        break;
      default:
        effect satisfies never;
    }
  }

  /** For another process. */
  snapshot(): TallySnapshot {
    return {
      numbers: NUMBERS.map((name) => this[name]),
      latency: this.latency.snapshot(),
      lateness: this.lateness.snapshot(),
      errors: [...this.errors],
      storms: this.storms.all,
    };
  }

  /** Adds what another process counted. The most that were online at once are then at most so many. */
  add({ numbers, latency, lateness, errors, storms }: TallySnapshot): void {
    for (const [place, name] of NUMBERS.entries()) this[name] += numbers[place] ?? 0;
    this.latency.add(latency);
    this.lateness.add(lateness);
    for (const [name, times] of errors) this.error(name, times);
    this.storms.add(storms);
  }

  /** Reports that were sent and not acknowledged. */
  get unacknowledged(): number {
    return this.sent - this.acknowledged;
  }

  /** Reports that never came onto the wire. */
  get unsent(): number {
    return this.made - this.sent;
  }
}

/** Notes that count as errors, with what each means to the reader of a report. */
export const FAULTS = {
  registrationRefused: 'The platform refused a registration (0x8100 with a result other than 0).',
  codeRefused: 'The platform refused an authentication code (0x8001 for 0x0102 with a result other than 0).',
  reportRefused: 'The platform did not take reports (0x8001 with a result other than 0); they were kept.',
  replyTimeout: 'A message stayed unanswered after its last repetition; the link was given up.',
  strayAnswer:
    'The platform answered a message that waits for no answer: as a rule each copy of one that was repeated, as the first answer came late.',
} as const;
