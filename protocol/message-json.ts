/** Messages written as JSON, to frames: what `xingji encode` reads. It takes what `xingji decode` prints. */
import { ProtocolError } from './errors.ts';
import { encodeFrame, encodeFrames } from './frame/enframer.ts';
import { fromJson } from './schema/json.ts';
import type { Message } from './schema/message.ts';
import { type Revision, REVISIONS } from './schema/revision.ts';
import { formatId, parseHex } from './text/index.ts';
import { VENDOR_PROFILES, type VendorProfile } from './vendor/profiles.ts';
import { messageCodec, messageFor, messageNamed, type Ways } from './vendor/message-codec.ts';

/** `ok`, `terminal`, `encryption` and `quirks` are there so that what was decoded can be encoded again. */
const FIELDS: ReadonlySet<string> = new Set(
  'id name phone terminal serial revision version encryption part body ok quirks vendor'.split(' '),
);

type Fields = Readonly<Record<string, unknown>>;

/**
 * Octets of a body for a terminal of these ways. Throws ProtocolError where the value has none, or where neither the
 * catalogue nor the vendor's profile has the id.
 */
export function encodeBody(id: number, revision: Revision, value: unknown, ways: Ways = {}): Uint8Array {
  const codec = messageCodec(id, revision, ways);
  if (codec === undefined) throw new ProtocolError('SHAPE', 'id', `${formatId(id, 4)} is not in the catalogue`);
  let out = new Uint8Array(256);
  let end = codec.encode(value, out, 0);
  if (end > out.length) {
    out = new Uint8Array(end);
    end = codec.encode(value, out, 0);
  }
  return new Uint8Array(out.subarray(0, end));
}

/**
 * The frames of a message: `{"id" or "name", "phone" or "terminal", "serial"?, "revision"?, "version"?, "part"?, "body"}`.
 * Without `serial` it is 0, without `revision` 2019 for a phone of 20 digits and 2013 else; `body` may be `{"hex"}`
 * for any id, and `vendor` names the profile of a maker's message. Several frames where the body needs sub-packages. Throws ProtocolError with the field and what was expected.
 */
export function encodeMessageJson(json: unknown): Uint8Array[] {
  const fields = objectOf(json, 'message');
  for (const name of Object.keys(fields))
    if (!FIELDS.has(name)) throw wrong(name, `no such field; there are: ${[...FIELDS].join(', ')}`);
  if (fields['ok'] === false) throw wrong('ok', 'a refused frame is no message');
  const vendor = vendorOf(fields['vendor']);
  const { id, message } = idOf(fields, vendor);
  const phone = phoneIn(fields);
  const revision = revisionIn(fields, phone);
  const serial = wholeNumber(fields, 'serial', 0);
  const version = wholeNumber(fields, 'version', 1);
  if (![undefined, 'none'].includes(fields['encryption'] as string)) throw wrong('encryption', 'expected "none"');
  const body = bodyOf(fields['body'] ?? {}, { id, message, revision, vendor });
  const common = { id, revision, version, phone, serial, body };
  const part = fields['part'] ?? null;
  if (part === null) return encodeFrames(common);
  const { total, number } = objectOf(part, 'part');
  return [encodeFrame({ ...common, part: { total: Number(total), number: Number(number) } })];
}

interface Target {
  readonly id: number;
  readonly message: Message | undefined;
  readonly revision: Revision;
  readonly vendor: VendorProfile | undefined;
}

function bodyOf(json: unknown, { id, message, revision, vendor }: Target): Uint8Array {
  const { hex, ...rest } = objectOf(json, 'body');
  if (typeof hex === 'string' && Object.keys(rest).length === 0) {
    const octets = parseHex(hex);
    if (octets === undefined) throw wrong('body.hex', 'expected an even number of hexadecimal digits');
    return octets;
  }
  if (message === undefined) throw wrong('body', `expected {"hex"}: ${formatId(id, 4)} is not in the catalogue`);
  return encodeBody(id, revision, fromJson(message, revision, json), { vendor });
}

/** Its name, or what was decoded by it. */
function vendorOf(given: unknown): VendorProfile | undefined {
  if (given === undefined) return undefined;
  const name = typeof given === 'object' && given !== null ? (given as Fields)['profile'] : given;
  const profile = typeof name === 'string' ? VENDOR_PROFILES[name] : undefined;
  if (profile === undefined) throw wrong('vendor', `expected one of ${Object.keys(VENDOR_PROFILES).join(', ')}`);
  return profile;
}

function idOf(fields: Fields, vendor: VendorProfile | undefined): { id: number; message: Message | undefined } {
  const { name } = fields;
  const named = typeof name === 'string' ? messageNamed(name, vendor) : undefined;
  if (typeof name === 'string' && named === undefined)
    throw wrong('name', `no message is called ${JSON.stringify(name)}`);
  const given = fields['id'];
  if (given === undefined && named !== undefined) return { id: named.id, message: named };
  const id = typeof given === 'string' && /^0x[0-9a-f]{1,4}$/i.test(given) ? Number(given) : given;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffff)
    throw wrong('id', 'expected an id such as "0x0200", or a name');
  if (named !== undefined && named.id !== id) throw wrong('name', `${formatId(id, 4)} is not ${named.name}`);
  return { id, message: messageFor(id, vendor) };
}

function phoneIn(fields: Fields): string {
  const phone = fields['phone'] ?? fields['terminal'];
  if (typeof phone !== 'string') throw wrong('phone', 'expected a text of digits');
  return phone;
}

function revisionIn(fields: Fields, phone: string): Revision {
  const given = fields['revision'] ?? (phone.length > 12 ? 2019 : 2013);
  const revision = REVISIONS.find((known) => known === given);
  if (revision === undefined) throw wrong('revision', `expected one of ${REVISIONS.join(', ')}`);
  return revision;
}

function wholeNumber(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name] ?? otherwise;
  if (typeof value !== 'number') throw wrong(name, 'expected a whole number');
  return value;
}

function objectOf(json: unknown, at: string): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(at, 'expected an object');
  return json as Fields;
}

function wrong(at: string, detail: string): ProtocolError {
  return new ProtocolError('SHAPE', at, detail);
}
