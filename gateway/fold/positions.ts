/**
 * The positions in a record: one of 0x0200 and 0x0201, many of 0x0704. Everything that deals with
 * positions reads them here, so that a track, a last position and a delivery agree.
 */
import {
  BatchCursor,
  codecFor,
  type Header,
  isBcdTime,
  type LocationReport,
  newHeader,
  ProtocolError,
  QuirkSet,
  readHeader,
  readJoinedHeader,
  type Revision,
} from '../../protocol/index.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';

export const LOCATION = 0x0200;
export const LOCATION_RESPONSE = 0x0201;
export const LOCATION_BATCH = 0x0704;
/** Count and type, before the first item of a 0x0704. */
const BATCH_HEAD = 3;
/** A report this much older than its reception was stored: terminals of 2011 send stored ones as plain 0x0200. */
const STORED_AFTER_MS = 5 * 60_000;
/** A device time this far from the reception is no time: the clock was never set, or is broken. */
const PLAUSIBLE_PAST_MS = 90 * 86_400_000;
const PLAUSIBLE_FUTURE_MS = 10 * 60_000;
const POSITIONED = 1 << 1;

/** One position: a decoded 0x0200 body, where its octets lie, and what the record says about it. Used again by the reader. */
export interface PositionReading {
  report: LocationReport;
  /** The body is octets [at, end) of the record's batch. */
  at: number;
  end: number;
  /** Of the message; inside a 0x0704 plus the place of the item, so that two of them are told apart by it. */
  serial: number;
  revision: Revision;
  backfill: boolean;
  /** Its items as they stand, where some have ids of two octets: `report.items` is then not to be believed. */
  wide: Uint8Array | undefined;
}

/** How a terminal differs from what the standard has, where positions are concerned. */
export interface Ways {
  /** Milliseconds to add to its times. */
  timeOffset(terminal: string): number;
  hasWideItems(terminal: string): boolean;
}

const NO_WAYS: Ways = { timeOffset: () => 0, hasWideItems: () => false };
/** Octets of 0x0200 before its items. */
export const FIXED_OCTETS = 28;

/** Device time where it can be meant, else the time of reception, and never later than that: what "newest" goes by. */
export function orderTime(deviceMs: number, receivedMs: number): number {
  if (!(deviceMs >= receivedMs - PLAUSIBLE_PAST_MS && deviceMs <= receivedMs + PLAUSIBLE_FUTURE_MS)) return receivedMs;
  return Math.min(deviceMs, receivedMs);
}

/** True where the terminal says that it is positioned and the coordinates are a place on Earth. */
export function hasFix(report: LocationReport): boolean {
  return (report.status & POSITIONED) !== 0 && Math.abs(report.latitude) <= 90 && Math.abs(report.longitude) <= 180;
}

/** Quirks of a body are counted when its record is taken in, and not when it is decoded again. */
const uncounted = new QuirkSet();

/** The body of a 0x0200 that was read before: octets [at, end) of `b`. */
export function reportAt(b: Uint8Array, at: number, end: number, revision: Revision): LocationReport {
  return codecFor(LOCATION, revision).decode(b, at, end, uncounted);
}

/** With the time as it was read: where the terminal's clock is in another zone it is not the one of the octets. */
export function withTime(report: LocationReport, time: number): LocationReport {
  return Object.is(report.time, time) ? report : { ...report, time };
}

export class PositionReader {
  readonly #header: Header = newHeader();
  readonly #quirks = new QuirkSet();
  #announced = 0;
  /** The record that was read last, whether it holds a message, and the position of it that `#reading` has. */
  #seq = 0;
  #octets: Uint8Array | undefined;
  #readable = false;
  #readAt = -1;
  readonly #revisionOf: (terminal: string) => Revision;
  readonly #ways: Ways;
  readonly #reading: PositionReading = {
    report: undefined as never,
    at: 0,
    end: 0,
    serial: 0,
    revision: 2013,
    backfill: false,
    wide: undefined,
  };

  /** `revisionOf`: what is known of a terminal whose frames do not carry the version flag. */
  constructor(revisionOf: (terminal: string) => Revision, ways: Ways = NO_WAYS) {
    this.#revisionOf = revisionOf;
    this.#ways = ways;
  }

  /** Header of the record that was read last. */
  get header(): Header {
    return this.#header;
  }

  /** Positions that the last 0x0704 said it had; more than were found where some were broken. */
  get announced(): number {
    return this.#announced;
  }

  /** Quirks met in the record that was read last. */
  get quirks(): QuirkSet {
    return this.#quirks;
  }

  /** Reads the header of a frame record; false where the record holds no message. Folds ask one after the other: a record is read once. */
  readHeader(view: RecordView): boolean {
    if (view.seq === this.#seq && view.b === this.#octets) return this.#readable;
    this.#seq = view.seq;
    this.#octets = view.b;
    this.#readAt = -1;
    this.#readable = this.#readHeader(view);
    return this.#readable;
  }

  #readHeader(view: RecordView): boolean {
    if (view.kind !== RECORD_KIND.frame && view.kind !== RECORD_KIND.assembled) return false;
    this.#quirks.clear();
    // A message joined from parts is longer than its header can say.
    const read = view.kind === RECORD_KIND.assembled ? readJoinedHeader : readHeader;
    return read(view.b, view.payloadStart, view.payloadEnd, this.#header) === undefined;
  }

  /**
   * Calls `visit` for every position of the record, in the order of the wire; the reading is the same
   * object every time. Returns how many there were.
   */
  forEach(view: RecordView, visit: (reading: PositionReading) => void): number {
    if (!this.readHeader(view)) return 0;
    const { id, total, encryption } = this.#header;
    if (encryption !== 0 || total > 1) return 0;
    const { bodyAt, bodyEnd } = this.#header;
    this.#reading.serial = this.#header.serial;
    if (id === LOCATION) return this.#one(view, bodyAt, bodyEnd, false, visit);
    // 0x0201: serial of the query, then a body of 0x0200.
    if (id === LOCATION_RESPONSE) return this.#one(view, bodyAt + 2, bodyEnd, false, visit);
    if (id === LOCATION_BATCH) return this.#batch(view, visit);
    return 0;
  }

  #batch(view: RecordView, visit: (reading: PositionReading) => void): number {
    const { bodyAt, bodyEnd } = this.#header;
    this.#announced = 0;
    if (bodyEnd - bodyAt < BATCH_HEAD) return 0;
    const batch = new BatchCursor(view.b, bodyAt, bodyEnd, this.#quirks);
    this.#announced = batch.count;
    let count = 0;
    while (batch.next()) {
      this.#reading.serial = this.#header.serial + batch.index;
      count += this.#one(view, batch.from, batch.to, batch.blindZone, visit);
    }
    return count;
  }

  #one(view: RecordView, at: number, end: number, stored: boolean, visit: (reading: PositionReading) => void): number {
    const reading = this.#reading;
    if (at === this.#readAt) {
      visit(reading);
      return 1;
    }
    this.#readAt = -1;
    reading.revision = this.#header.flagged ? 2019 : notFlagged(this.#revisionOf(view.terminal));
    try {
      reading.report = codecFor(LOCATION, reading.revision).decode(view.b, at, end, this.#quirks);
    } catch (error) {
      if (error instanceof ProtocolError) return 0;
      throw error;
    }
    const time = reading.report.time + this.#ways.timeOffset(view.terminal);
    if (time !== reading.report.time && isBcdTime(time)) reading.report = { ...reading.report, time };
    const wide = this.#ways.hasWideItems(view.terminal) && end - at > FIXED_OCTETS;
    reading.wide = wide ? new Uint8Array(view.b.subarray(at + FIXED_OCTETS, end)) : undefined;
    reading.at = at;
    this.#readAt = at;
    reading.end = end;
    reading.backfill = stored || isStored(reading.report.time, view.receivedAt);
    visit(reading);
    return 1;
  }
}

function notFlagged(revision: Revision): Revision {
  return revision === 2019 ? 2013 : revision;
}

function isStored(deviceMs: number, receivedMs: number): boolean {
  const age = receivedMs - deviceMs;
  return age > STORED_AFTER_MS && age < PLAUSIBLE_PAST_MS;
}
