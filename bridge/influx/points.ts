/**
 * Envelopes → line protocol in octets, timestamps in ms. A position becomes a point of measurement `position` at the
 * terminal's time, so that the same position is the same point however often and by whatever message it came.
 */
import type { Envelope, RawPosition } from '../contract/envelope.ts';
import type { Position } from '../contract/payloads.ts';
import {
  NUMBER_ROOM,
  TEXT_ROOM,
  writeBoolean,
  writeFloat,
  writeInteger,
  writeLiteral,
  writeTag,
  writeText,
  writeTimestamp,
} from './line.ts';

type EventEnvelope = Extract<Envelope, { kind: 'event' }>;

const NEWLINE = 10;
/** Names of a position's fields and a number for each. */
const POSITION_ROOM = 200 + 18 * NUMBER_ROOM;
const EVENT_ROOM = 100 + 2 * NUMBER_ROOM;

/** A field where there is a number to write: NaN and infinities are no values in line protocol. */
function float(b: Uint8Array, at: number, name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return at;
  return writeFloat(b, writeLiteral(b, at, name), value);
}

function integer(b: Uint8Array, at: number, name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return at;
  return writeInteger(b, writeLiteral(b, at, name), value);
}

/**
 * Names carry the comma of their place. `received` comes first and is always there, so that the others may be missing.
 * Quantities are floats and counts integers, whatever this value happens to be: a store fixes the type with the first point.
 */
function writePosition(b: Uint8Array, start: number, division: string, raw: RawPosition): number {
  const { receivedMs, timeMs } = raw;
  const timeFault = !(timeMs > 0);
  let at = writeTag(b, writeLiteral(b, start, 'position,division='), division);
  at = writeTag(b, writeLiteral(b, at, ',terminal='), raw.terminal);
  at = writeInteger(b, writeLiteral(b, at, ' received='), receivedMs);
  at = float(b, at, ',lat=', raw.latitude);
  at = float(b, at, ',lon=', raw.longitude);
  at = float(b, at, ',alt=', raw.altitude);
  at = float(b, at, ',speed=', raw.speed);
  at = float(b, at, ',course=', raw.direction);
  at = integer(b, at, ',alarm=', raw.alarm);
  at = integer(b, at, ',status=', raw.status);
  at = float(b, at, ',mileage=', raw.mileage);
  at = float(b, at, ',fuel=', raw.fuel);
  at = integer(b, at, ',rssi=', raw.rssi);
  at = integer(b, at, ',sats=', raw.satellites);
  at = writeBoolean(b, writeLiteral(b, at, ',fix='), raw.fix);
  at = writeBoolean(b, writeLiteral(b, at, ',backfill='), raw.backfill);
  if (timeFault) at = writeLiteral(b, at, ',timefault=T');
  b[at++] = 32;
  return writeTimestamp(b, at, Math.floor(timeFault ? receivedMs : timeMs));
}

/** The numbers of a payload alone, which has words for alarms and status. */
function numbersOf(payload: Position): RawPosition {
  const { terminal, latitude, longitude, altitude, speed, direction, backfill, time, receivedAt, items } = payload;
  return {
    terminal,
    alarm: Number.NaN,
    status: Number.NaN,
    timeMs: Date.parse(time ?? ''),
    receivedMs: Date.parse(receivedAt),
    latitude,
    longitude,
    altitude,
    speed,
    direction,
    ...(items as Pick<RawPosition, 'mileage' | 'fuel' | 'rssi' | 'satellites'>),
    fix: payload.fix === 'gnss',
    backfill,
  };
}

/** Tags with nothing in them are left out, as the protocol has no empty values. */
function tag(b: Uint8Array, at: number, name: string, value: string): number {
  return value === '' ? at : writeTag(b, writeLiteral(b, at, name), value);
}

function writeEvent(b: Uint8Array, start: number, envelope: EventEnvelope): number {
  const { payload } = envelope;
  let at = tag(b, writeLiteral(b, start, 'event'), ',code=', payload.code);
  at = tag(b, at, ',division=', envelope.division);
  at = tag(b, at, ',state=', payload.state);
  at = tag(b, at, ',terminal=', payload.terminal);
  at = writeText(b, writeLiteral(b, at, ' id='), payload.id);
  at = integer(b, at, ',severity=', payload.severity);
  at = writeText(b, writeLiteral(b, at, ',text='), payload.text['zh-CN']);
  b[at++] = 32;
  const time = payload.time === null ? Number.NaN : Date.parse(payload.time);
  return writeTimestamp(b, at, Number.isNaN(time) ? Date.parse(payload.receivedAt) : time);
}

function roomForEvent({ division, payload }: EventEnvelope): number {
  const { id, code, state, terminal, text } = payload;
  const texts = id.length + code.length + state.length + terminal.length + division.length + text['zh-CN'].length;
  return EVENT_ROOM + TEXT_ROOM * texts;
}

/** A body of lines, grown as needed and used again. It holds one batch: the pump bounds it. */
export class Lines {
  #octets: Uint8Array;
  #at = 0;

  constructor(capacity = 64 * 1024) {
    this.#octets = new Uint8Array(capacity);
  }

  /** Adds the point of a position or event; others have none. Returns whether there was one. */
  add(envelope: Envelope): boolean {
    if (envelope.kind === 'position') {
      const { division, raw = numbersOf(envelope.payload) } = envelope;
      this.#reserve(POSITION_ROOM + TEXT_ROOM * (raw.terminal.length + division.length));
      this.#ended(writePosition(this.#octets, this.#at, division, raw));
    } else if (envelope.kind === 'event') {
      this.#reserve(roomForEvent(envelope));
      this.#ended(writeEvent(this.#octets, this.#at, envelope));
    } else return false;
    return true;
  }

  #ended(at: number): void {
    this.#octets[at] = NEWLINE;
    this.#at = at + 1;
  }

  /** What was added: a view, valid until the next `add` or `clear`. */
  get octets(): Uint8Array {
    return this.#octets.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = 0;
  }

  #reserve(room: number): void {
    if (this.#at + room + 1 <= this.#octets.length) return;
    const grown = new Uint8Array(Math.max(this.#octets.length * 2, this.#at + room + 1));
    grown.set(this.#octets.subarray(0, this.#at));
    this.#octets = grown;
  }
}
