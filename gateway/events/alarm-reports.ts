/** Alarms out of records: which reports have any, what they are, and when. Reports without are passed over by a look at their octets. */
import {
  LOCATION,
  LOCATION_BATCH,
  LOCATION_RESPONSE,
  orderTime,
  type PositionReader,
  type PositionReading,
} from '../fold/positions.ts';
import type { RecordView } from '../journal/record-view.ts';
import { type AlarmSignal, hasAlarms, signalsIn } from './signals.ts';
import type { Heard } from './terminal-alarms.ts';

export interface AlarmReport {
  /** Valid during the call only. */
  readonly signals: readonly AlarmSignal[];
  readonly heard: Heard;
  /** Stored by the terminal while it had no link. */
  readonly backfill: boolean;
}

/** Of 0x0201: serial of the query, before a body of 0x0200. */
const RESPONSE_HEAD = 2;

export class AlarmReports {
  readonly #reader: PositionReader;
  readonly #signals: AlarmSignal[] = [];

  constructor(reader: PositionReader) {
    this.#reader = reader;
  }

  /** Whether the record may have alarms, or be without one that was `up` before. */
  concerns(view: RecordView, up: (terminal: string) => boolean): boolean {
    if (!this.#reader.readHeader(view)) return false;
    const { id, total, encryption, bodyAt, bodyEnd } = this.#reader.header;
    if (encryption !== 0 || total > 1 || view.terminal === '') return false;
    if (id === LOCATION_BATCH) return true;
    if (id !== LOCATION && id !== LOCATION_RESPONSE) return false;
    return hasAlarms(view.b, id === LOCATION ? bodyAt : bodyAt + RESPONSE_HEAD, bodyEnd) || up(view.terminal);
  }

  /** Calls `take` for every report of the record. */
  forEach(view: RecordView, take: (report: AlarmReport) => void): void {
    this.#reader.forEach(view, (reading) => take(this.#reportOf(view, reading)));
  }

  #reportOf({ seq, receivedAt }: RecordView, { report, serial, backfill }: PositionReading): AlarmReport {
    const signals = this.#signals;
    signals.length = 0;
    signalsIn(report, (signal) => signals.push(signal));
    const factTime = orderTime(report.time, receivedAt);
    return { signals, heard: { factTime, receivedAt, seq, serial: serial & 0xffff }, backfill };
  }
}
