/** Messages of JT/T 809 to frames. */
import { ProtocolError } from '../errors.ts';
import { codecOf, type Jt809Body, type Jt809Name, jt809ByName } from './catalogue.ts';
import { applyCipher, type Jt809Cipher } from './cipher.ts';
import type { Edition } from './edition.ts';
import { envelopeSize, type Jt809Vehicle, writeEnvelope } from './envelope.ts';
import { CRC_ROOM, enframe809 } from './frame.ts';
import { headerSize, type Jt809Header, writeHeader809 } from './header.ts';
import { type Envelope, envelopeOf, type Jt809Message } from './message.ts';

/** What every message to one platform has in common. */
export interface Jt809Sender {
  readonly edition: Edition;
  readonly centerId: number;
  /** `1.0.0` unless told. */
  readonly version?: string;
  /** Enciphers bodies, with a key of the sender's choice. */
  readonly cipher?: Jt809Cipher & { readonly key: number };
}

/** What is said beside the data of a message. */
export interface Jt809Said {
  readonly serial: number;
  /** Of sending, epoch ms: for the header of 2019. */
  readonly time?: number;
  /** For messages about a vehicle. */
  readonly vehicle?: Jt809Vehicle;
}

/** What `encodeParts` puts together. */
export interface Jt809Parts {
  readonly header: Jt809Header;
  readonly envelope: Envelope;
  readonly subId: number;
  readonly vehicle: Jt809Vehicle | undefined;
  readonly data: Uint8Array;
  readonly cipher: Jt809Cipher | undefined;
}

/**
 * The frame of a message, by the first layout of the sender's edition. Throws ProtocolError where the value has no such
 * octets, and SHAPE where the edition lacks the message.
 */
export function encodeJt809<Name extends Jt809Name>(
  sender: Jt809Sender,
  said: Jt809Said,
  name: Name,
  body: Jt809Body<Name>,
): Uint8Array {
  const { edition, centerId, version = '1.0.0', cipher } = sender;
  const message = jt809ByName(name)!;
  const envelope = envelopeOf(message.id, edition, message);
  const header = {
    edition,
    serial: said.serial,
    id: businessTypeOf(message.id, envelope),
    centerId,
    version,
    encrypted: cipher !== undefined,
    key: cipher?.key ?? 0,
    time: said.time ?? Number.NaN,
  };
  const data = encodeData(message, edition, 0, body);
  return encodeParts({ header, envelope, subId: message.id, vehicle: said.vehicle, data, cipher });
}

/** The business type under which a message goes: its family, where it has an envelope. */
export const businessTypeOf = (id: number, envelope: Envelope): number => (envelope === 'none' ? id : id & 0xff00);

/** The octets of a message's data by one of its layouts. */
export function encodeData(message: Jt809Message, edition: Edition, layout: number, body: unknown): Uint8Array {
  const shape = message.bodies[edition][layout];
  if (shape === undefined)
    throw new ProtocolError('SHAPE', message.name, `JT/T 809-${edition} has no such message, or no layout ${layout}`);
  const contradiction = message.about.contradiction?.(body as Readonly<Record<string, unknown>>);
  if (contradiction !== undefined)
    throw new ProtocolError('RANGE', `${message.name}.${contradiction.field}`, contradiction.detail);
  const codec = codecOf(shape, edition);
  let out = new Uint8Array(256);
  let end = codec.encode(body, out, 0);
  if (end > out.length) {
    out = new Uint8Array(end);
    end = codec.encode(body, out, 0);
  }
  return out.subarray(0, end);
}

/** The frame of a message whose data are octets already. */
export function encodeParts({ header, envelope, subId, vehicle, data, cipher }: Jt809Parts): Uint8Array {
  const bodyAt = headerSize(header.edition);
  const dataAt = bodyAt + envelopeSize(envelope);
  const end = dataAt + data.length;
  const packet = new Uint8Array(end + CRC_ROOM);
  writeHeader809(packet, header, end);
  writeEnvelope(packet, bodyAt, envelope, { subId, vehicle, size: data.length });
  packet.set(data, dataAt);
  if (header.encrypted && cipher !== undefined) applyCipher(packet, bodyAt, end, header.key, cipher);
  return enframe809(packet);
}
