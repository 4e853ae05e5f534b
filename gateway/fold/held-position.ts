/**
 * A position as it came: its octets and what the record said about it. It is decoded when somebody looks, which is far
 * less often than a fleet reports; and a newer one of the same terminal takes its place in the same memory, so that
 * what ten thousand terminals say each second leaves nothing behind for the collector to carry about.
 */
import type { LocationReport, Revision } from '../../protocol/index.ts';
import type { Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import { FIXED_OCTETS, type PositionReading, reportAt, withTime } from './positions.ts';

/** What a snapshot has of it. */
export interface KeptPosition {
  readonly seq: Seq;
  readonly receivedAt: number;
  readonly order: number;
  readonly revision: Revision;
  readonly backfill: boolean;
  /** Missing in rows of the first form, as is the time: they have that of the octets. */
  readonly serial?: number;
  /** As `HeldPosition.time`; null where there is none. */
  readonly time?: number | null;
  /** Whether items have ids of two octets among them; those items in rows of the first form. */
  readonly wide?: boolean | string;
}

export class HeldPosition {
  seq: Seq = 0;
  receivedAt = 0;
  /** What it is ordered by. */
  order = 0;
  revision: Revision = 2013;
  backfill = false;
  /** Of the message, and the place in it: as `PositionReading.serial`. */
  serial = 0;
  /** The terminal's time, epoch ms, corrected by its ways; NaN where there is none. */
  time = Number.NaN;
  alarm = 0;
  status = 0;
  isWide = false;
  /** The body of a 0x0200. */
  octets: Uint8Array = NONE;

  /** Takes the place of what it was. */
  set(view: RecordView, reading: PositionReading, order: number): void {
    const { report, at, end } = reading;
    this.seq = view.seq;
    this.receivedAt = view.receivedAt;
    this.order = order;
    this.revision = reading.revision;
    this.backfill = reading.backfill;
    this.serial = reading.serial;
    this.time = report.time;
    this.alarm = report.alarm;
    this.status = report.status;
    this.isWide = reading.wide !== undefined;
    if (this.octets.length !== end - at) this.octets = new Uint8Array(end - at);
    // Not `set(subarray)`: that would make a view for each report.
    for (let i = at; i < end; i++) this.octets[i - at] = view.b[i]!;
  }

  /** From a snapshot. Throws ProtocolError where the octets are no report. */
  restore(kept: KeptPosition, octets: Uint8Array): this {
    const { seq, receivedAt, order, revision, backfill, serial = 0, time, wide = false } = kept;
    Object.assign(this, { seq, receivedAt, order, revision, backfill, serial, octets, isWide: wide !== false });
    const said = this.#decoded;
    this.alarm = said.alarm;
    this.status = said.status;
    this.time = time === undefined ? said.time : (time ?? Number.NaN);
    return this;
  }

  get #decoded(): LocationReport {
    return reportAt(this.octets, 0, this.octets.length, this.revision);
  }

  /** Decoded anew each time. */
  get report(): LocationReport {
    return withTime(this.#decoded, this.time);
  }

  /** As `PositionReading.wide`. */
  get wide(): Uint8Array | undefined {
    return this.isWide ? this.octets.subarray(FIXED_OCTETS) : undefined;
  }
}

const NONE = new Uint8Array(0);
