/**
 * Envelopes → line protocol in octets, timestamps in ms. A position becomes a point of measurement `position` at the
 * terminal's time, so that the same position is the same point however often and by whatever message it came.
 */
import type { Envelope } from '../contract/envelope.ts';
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

type PositionEnvelope = Extract<Envelope, { kind: 'position' }>;
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
function writePosition(b: Uint8Array, start: number, envelope: PositionEnvelope): number {
  const { payload, raw } = envelope;
  const received = raw === undefined ? Date.parse(payload.receivedAt) : raw.receivedMs;
  const said = raw === undefined ? Date.parse(payload.time ?? '') : raw.timeMs;
  const timeFault = !(said > 0);
  let at = writeTag(b, writeLiteral(b, start, 'position,division='), envelope.division);
  at = writeTag(b, writeLiteral(b, at, ',terminal='), payload.terminal);
  at = writeInteger(b, writeLiteral(b, at, ' received='), received);
  at = float(b, at, ',lat=', payload.latitude);
  at = float(b, at, ',lon=', payload.longitude);
  at = float(b, at, ',alt=', payload.altitude);
  at = float(b, at, ',speed=', payload.speed);
  at = float(b, at, ',course=', payload.direction);
  if (raw !== undefined) {
    at = integer(b, at, ',alarm=', raw.alarm);
    at = integer(b, at, ',status=', raw.status);
  }
  const items = payload.items;
  at = float(b, at, ',mileage=', items['mileage']);
  at = float(b, at, ',fuel=', items['fuel']);
  at = integer(b, at, ',rssi=', items['rssi']);
  at = integer(b, at, ',sats=', items['satellites']);
  at = writeBoolean(b, writeLiteral(b, at, ',fix='), payload.fix === 'gnss');
  at = writeBoolean(b, writeLiteral(b, at, ',backfill='), payload.backfill);
  if (timeFault) at = writeLiteral(b, at, ',timefault=T');
  b[at++] = 32;
  return writeTimestamp(b, at, Math.floor(timeFault ? received : said));
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

function roomFor(envelope: PositionEnvelope | EventEnvelope): number {
  const { payload } = envelope;
  if (envelope.kind === 'position')
    return POSITION_ROOM + TEXT_ROOM * (payload.terminal.length + envelope.division.length);
  const { id, code, state, terminal, text } = envelope.payload;
  const texts =
    id.length + code.length + state.length + terminal.length + envelope.division.length + text['zh-CN'].length;
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
    if (envelope.kind !== 'position' && envelope.kind !== 'event') return false;
    this.#reserve(roomFor(envelope));
    const b = this.#octets;
    const at = envelope.kind === 'position' ? writePosition(b, this.#at, envelope) : writeEvent(b, this.#at, envelope);
    b[at] = NEWLINE;
    this.#at = at + 1;
    return true;
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
