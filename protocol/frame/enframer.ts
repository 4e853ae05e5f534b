/**
 * Turns bodies into frames: header, check octet, escapes, flags, and sub-packages where a body is too long for one.
 */
import { ProtocolError } from '../errors.ts';
import type { Revision } from '../schema/revision.ts';
import { type Address, addressFor } from './address.ts';
import { checkOf, escapeInto, FLAG, MAX_BODY, MAX_FRAME, MAX_PACKET } from './escape.ts';
import { PART_FLAG, VERSION_FLAG } from './header.ts';

/** A packet about to be written; one object serves any number of them. The body is octets [start, end) of `body`. */
export interface Outgoing {
  id: number;
  serial: number;
  /** Bits 10–12 of the properties: 0 none, 1 RSA. */
  encryption: number;
  /** 0 and 0 where the message is whole. */
  total: number;
  number: number;
  body: Uint8Array;
  start: number;
  end: number;
}

/** An unescaped packet and its check octet on the way into a frame. Shared: writing is synchronous. */
const packet = new Uint8Array(MAX_PACKET);

/** Writes a header for a body of `size` octets at `at`; returns the end, where the body begins. JT/T 808-2019 4.4.3. */
export function writeHeader(address: Address, message: Outgoing, out: Uint8Array, at: number): number {
  const { id, serial, total, number } = message;
  const { phone } = address;
  const properties =
    (message.end - message.start) |
    (message.encryption << 10) |
    (total === 0 ? 0 : PART_FLAG) |
    (address.flag ? VERSION_FLAG : 0);
  let to = at;
  out[to++] = id >> 8;
  out[to++] = id;
  out[to++] = properties >> 8;
  out[to++] = properties;
  if (phone.length === 10) out[to++] = address.version;
  for (let i = 0; i < phone.length; i++) out[to++] = phone[i]!;
  out[to++] = serial >> 8;
  out[to++] = serial;
  if (total !== 0) {
    out[to++] = total >> 8;
    out[to++] = total;
    out[to++] = number >> 8;
    out[to++] = number;
  }
  return to;
}

/**
 * Writes one frame, flags included, at `at`; returns the end. Allocates nothing. The caller sees to room for
 * `MAX_FRAME` octets, or for 46 and twice the body; throws `RANGE` over `MAX_BODY` octets of body.
 */
export function writeFrame(address: Address, message: Outgoing, out: Uint8Array, at: number): number {
  const { body, start, end } = message;
  if (end - start > MAX_BODY)
    throw new ProtocolError('RANGE', 'body', `expected at most ${MAX_BODY} octets, got ${end - start}`);
  let size = writeHeader(address, message, packet, 0);
  for (let i = start; i < end; i++) packet[size++] = body[i]!;
  packet[size] = checkOf(packet, 0, size);
  out[at] = FLAG;
  const to = escapeInto(packet, 0, size + 1, out, at + 1);
  out[to] = FLAG;
  return to + 1;
}

/** A message to be put into frames. */
export interface FrameInput {
  readonly id: number;
  readonly revision: Revision;
  /** 协议版本号 in 2019; 1 unless given. */
  readonly version?: number;
  readonly phone: string;
  /** Of the message, or of its first part. */
  readonly serial: number;
  readonly body: Uint8Array;
  readonly encryption?: number;
  readonly part?: { readonly total: number; readonly number: number };
}

/** One frame for a body of at most 1,023 octets; throws `RANGE` for a longer one, or a number that does not fit its field. */
export function encodeFrame(input: FrameInput): Uint8Array {
  const address = addressFor(input.revision, input.phone, input.version);
  const total = input.part?.total ?? 0;
  const number = input.part?.number ?? 0;
  inRange('id', input.id, 0xffff);
  inRange('serial', input.serial, 0xffff);
  inRange('encryption', input.encryption ?? 0, 7);
  inRange('part.total', total, 0xffff);
  inRange('part.number', number, total);
  const out = new Uint8Array(Math.min(MAX_FRAME, 46 + 2 * input.body.length));
  const end = writeFrame(
    address,
    {
      id: input.id,
      serial: input.serial,
      encryption: input.encryption ?? 0,
      total,
      number,
      body: input.body,
      start: 0,
      end: input.body.length,
    },
    out,
    0,
  );
  return octets(out, 0, end);
}

/**
 * All frames of a message: one, or as many parts as the body needs, with consecutive serials that wrap after 65535.
 * Throws `RANGE` where more than 65,535 parts would be needed. JT/T 808-2019 4.4.3, table 3.
 */
export function encodeFrames(input: Omit<FrameInput, 'part'>, partSize = MAX_BODY): Uint8Array[] {
  inRange('partSize', partSize - 1, MAX_BODY - 1);
  const { body } = input;
  if (body.length <= partSize) return [encodeFrame(input)];
  const total = Math.ceil(body.length / partSize);
  inRange('part.total', total, 0xffff);
  return Array.from({ length: total }, (_, i) =>
    encodeFrame({
      ...input,
      serial: (input.serial + i) & 0xffff,
      body: body.subarray(i * partSize, (i + 1) * partSize),
      part: { total, number: i + 1 },
    }),
  );
}

function inRange(field: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new ProtocolError('RANGE', field, `expected a whole number up to ${max}, got ${value}`);
}

/** A copy of octets [from, to): `Buffer#slice` would be a view. */
function octets(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(b.subarray(from, to));
}
