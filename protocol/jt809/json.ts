/** The JSON of messages, as `xingji jt809` shows them, and back to frames. */
import { type FrameFault, ProtocolError } from '../errors.ts';
import { fromJson, toJson } from '../schema/json.ts';
import type { Json } from '../schema/json-scalar.ts';
import { formatHex, formatId, parseHex } from '../text/hex.ts';
import { formatTime, parseTime } from '../text/time.ts';
import { jt809ById, jt809ByName } from './catalogue.ts';
import type { Jt809Cipher } from './cipher.ts';
import type { Jt809Decoded, Jt809Refused } from './decode.ts';
import { type Edition, EDITIONS } from './edition.ts';
import { businessTypeOf, encodeData, encodeParts } from './encode.ts';
import type { Jt809Vehicle } from './envelope.ts';
import { type Envelope, envelopeOf, type Jt809Message } from './message.ts';
import type { Jt809QuirkName } from './quirks.ts';
import { PLATE_COLOURS } from './words.ts';

/** A message as `xingji jt809` shows it. */
export interface Jt809Described {
  readonly ok: true;
  /** Business type, `0x1200`. */
  readonly id: string;
  /** Sub-type, `0x1202`. */
  readonly subId: string | null;
  readonly name: string | null;
  /** The standard's constant. */
  readonly constant: string | null;
  readonly edition: Edition;
  readonly serial: number;
  readonly centerId: number;
  readonly version: string;
  readonly encrypted: boolean;
  readonly key: number;
  /** Of sending, which 2019 has. */
  readonly time: string | null;
  readonly plate: string | null;
  readonly plateColour: string | number | null;
  /** What stands before the data, where it is not what the message has. */
  readonly envelope?: Envelope;
  /** The layout of the data, where it is not the first: its edition, if another, and place. */
  readonly layout?: { readonly edition: Edition; readonly number: number };
  /** Fields by name; `{hex}` for an unknown message and an enciphered one. */
  readonly body: Json;
  readonly quirks: readonly Jt809QuirkName[];
}

/** A refused frame as `xingji jt809` shows it. */
export interface Jt809DescribedFault {
  readonly ok: false;
  readonly reason: FrameFault;
  readonly detail: string;
}

const COLOUR_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(PLATE_COLOURS).map(([name, n]) => [n, name]));

/** The JSON of a message or of its refusal. */
export function describeJt809(decoded: Jt809Decoded | Jt809Refused): Jt809Described | Jt809DescribedFault {
  if ('fault' in decoded) return { ok: false, reason: decoded.fault, detail: decoded.detail };
  const { header, subId, vehicle, message, body, layout, bodyEdition, quirks } = decoded;
  const { edition, time } = header;
  const usual = envelopeOf(subId ?? header.id, edition, message);
  const shape = message?.bodies[bodyEdition][layout];
  return {
    ok: true,
    id: formatId(header.id, 4),
    subId: subId === undefined ? null : formatId(subId, 4),
    name: message?.name ?? null,
    constant: message?.about.constant ?? null,
    edition,
    serial: header.serial,
    centerId: header.centerId,
    version: header.version,
    encrypted: header.encrypted,
    key: header.key,
    time: Number.isNaN(time) ? null : formatTime(time),
    plate: vehicle?.plate ?? null,
    plateColour: vehicle === undefined ? null : (COLOUR_NAMES.get(vehicle.colour) ?? vehicle.colour),
    ...(decoded.envelope === usual ? {} : { envelope: decoded.envelope }),
    ...(layout === 0 && bodyEdition === edition ? {} : { layout: { edition: bodyEdition, number: layout } }),
    body: shape === undefined ? { hex: formatHex(body as Uint8Array) } : toJson(shape, bodyEdition, body as never),
    quirks,
  };
}

type Fields = Readonly<Record<string, unknown>>;
const FIELDS: ReadonlySet<string> = new Set(
  'ok id subId name constant edition serial centerId version encrypted key time plate plateColour envelope layout body quirks'.split(
    ' ',
  ),
);

/**
 * The frame of a message as `describeJt809` writes it; `ok`, `constant` and `quirks` are passed over, and only
 * `edition`, and `name` or `id` and `subId`, must be there. `encrypted` asks for `cipher`, unless the body is `{hex}` as it goes
 * out. Throws ProtocolError with the field and what was expected.
 */
export function encodeJt809Json(json: unknown, cipher?: Jt809Cipher): Uint8Array {
  const fields = objectOf(json, 'message');
  for (const name of Object.keys(fields)) if (!FIELDS.has(name)) throw wrong(name, 'no such field');
  if (fields['ok'] === false) throw wrong('ok', 'a refused frame is no message');
  const edition = editionIn(fields['edition'], 'edition');
  const { id, subId, message } = idsOf(fields);
  const envelope = (fields['envelope'] as Envelope | undefined) ?? envelopeOf(subId, edition, message);
  if (!['none', 'vehicle', 'platform', 'unsized', 'bare'].includes(envelope))
    throw wrong('envelope', 'no such envelope');
  const raw = rawBody(fields['body'] ?? {});
  const encrypted = fields['encrypted'] === true;
  if (encrypted && cipher === undefined && raw === undefined) throw wrong('encrypted', 'needs the cipher');
  const sealed = encrypted && raw !== undefined && fields['subId'] === null && fields['name'] === null;
  const header = {
    edition,
    serial: numberIn(fields, 'serial', 0),
    id: id ?? businessTypeOf(subId, envelope),
    centerId: numberIn(fields, 'centerId', 0),
    version: textIn(fields, 'version', '1.0.0'),
    encrypted,
    key: numberIn(fields, 'key', 0),
    time: timeIn(fields['time'] ?? null),
  };
  const data = raw ?? bodyOf(fields, message, edition);
  return encodeParts({
    header,
    envelope: sealed ? 'none' : envelope,
    subId,
    vehicle: vehicleIn(fields),
    data,
    cipher: sealed ? undefined : cipher,
  });
}

function rawBody(json: unknown): Uint8Array | undefined {
  const { hex, ...rest } = objectOf(json, 'body');
  if (typeof hex !== 'string' || Object.keys(rest).length > 0) return undefined;
  const octets = parseHex(hex);
  if (octets === undefined) throw wrong('body.hex', 'expected an even number of hexadecimal digits');
  return octets;
}

function bodyOf(fields: Fields, message: Jt809Message | undefined, edition: Edition): Uint8Array {
  if (message === undefined) throw wrong('body', 'expected {"hex"}: the catalogue has no such message');
  const { edition: other, number = 0 } = objectOf(fields['layout'] ?? {}, 'layout');
  const bodyEdition = other === undefined ? edition : editionIn(other, 'layout.edition');
  const shape = message.bodies[bodyEdition][Number(number)];
  if (shape === undefined) throw wrong('layout', `${message.name} has no layout ${String(number)} in ${bodyEdition}`);
  return encodeData(message, bodyEdition, Number(number), fromJson(shape, bodyEdition, fields['body'] ?? {}));
}

function idsOf(fields: Fields): { id: number | undefined; subId: number; message: Jt809Message | undefined } {
  const id = idIn(fields['id'], 'id');
  const name = fields['name'] ?? undefined;
  const named = typeof name === 'string' ? jt809ByName(name) : undefined;
  if (name !== undefined && named === undefined) throw wrong('name', `no message is called ${JSON.stringify(name)}`);
  const subId = idIn(fields['subId'] ?? undefined, 'subId') ?? named?.id ?? id;
  if (subId === undefined) throw wrong('id', 'expected an id such as "0x1200", or a name');
  return { id, subId, message: named ?? jt809ById(subId) };
}

function idIn(given: unknown, at: string): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'string' && /^0x[0-9a-f]{1,4}$/i.test(given)) return Number(given);
  throw wrong(at, 'expected an id such as "0x1200"');
}

function editionIn(given: unknown, at: string): Edition {
  const edition = EDITIONS.find((known) => known === given);
  if (edition === undefined) throw wrong(at, `expected one of ${EDITIONS.join(', ')}`);
  return edition;
}

function vehicleIn(fields: Fields): Jt809Vehicle | undefined {
  const plate = fields['plate'] ?? null;
  if (plate === null) return undefined;
  if (typeof plate !== 'string') throw wrong('plate', 'expected a text');
  const given = fields['plateColour'] ?? 'other';
  const colour = typeof given === 'string' ? (PLATE_COLOURS as Record<string, number>)[given] : given;
  if (typeof colour !== 'number')
    throw wrong('plateColour', `expected one of ${Object.keys(PLATE_COLOURS).join(', ')}`);
  return { plate, colour };
}

function timeIn(given: unknown): number {
  if (given === null) return Number.NaN;
  const ms = typeof given === 'string' ? parseTime(given) : Number.NaN;
  if (Number.isNaN(ms)) throw wrong('time', 'expected an ISO 8601 time with its offset, or null');
  return ms;
}

function numberIn(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value !== 'number') throw wrong(name, 'expected a whole number');
  return value;
}

function textIn(fields: Fields, name: string, otherwise: string): string {
  const value = fields[name] ?? otherwise;
  if (typeof value !== 'string') throw wrong(name, 'expected a text');
  return value;
}

function objectOf(json: unknown, at: string): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(at, 'expected an object');
  return json as Fields;
}

const wrong = (at: string, detail: string): ProtocolError => new ProtocolError('SHAPE', at, detail);
