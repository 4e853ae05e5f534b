/**
 * Messages in the JSON of EMQX's JT/T 808 gateway, both ways, so that a platform built for it can change over without
 * change. What EMQX makes of a frame was read in its documents and its interface; README.md says where we differ.
 */
import {
  decodeMessage,
  encodeFrame,
  encodeFrames,
  formatId,
  type Header,
  isWhole,
  newHeader,
  phoneOf,
  ProtocolError,
  readHeader,
  readJoinedHeader,
  readFrameHex,
  type RefusedMessage,
  type Revision,
  revisionOf,
} from '../../../protocol/index.ts';
import { DOWNLINK } from './downlink.ts';
import { base64, type Fields, fromBase64, objectIn } from './layout.ts';
import { Reader, Writer } from './octets.ts';
import { type LayoutOf, UPLINK } from './uplink.ts';

/** A message in EMQX's form. */
export interface EmqxMessage {
  readonly header: {
    readonly msg_id: number;
    readonly encrypt: number;
    readonly len: number;
    /** There in the layout of 2019. */
    readonly proto_ver?: number;
    readonly phone: string;
    readonly msg_sn: number;
    /** There in a part of a longer message. */
    readonly frag_total?: number;
    readonly frag_sn?: number;
  };
  /** `{"unknown_id":true,"data":base64}` where EMQX does not know the id, or the octets do not fit. */
  readonly body: Fields;
}

/** What a message in EMQX's form has us say. */
export interface EmqxCommand {
  readonly id: number;
  readonly revision: Revision;
  /** Undefined where the header leaves it to the gateway, as for `dn` topics. */
  readonly phone: string | undefined;
  readonly serial: number | undefined;
  readonly version: number | undefined;
  readonly encryption: number;
  readonly part: { readonly total: number; readonly number: number } | undefined;
  readonly body: Uint8Array;
}

const LAYOUTS: Readonly<Record<number, LayoutOf>> = { ...UPLINK, ...DOWNLINK };

/** Registration and attributes: EMQX reads one that is too short for 2019 as of 2013. */
const SHORTER_BEFORE: ReadonlySet<number> = new Set([0x0100, 0x0107]);

/** The ids that EMQX's gateway knows. */
export const EMQX_IDS: readonly number[] = Object.keys(LAYOUTS).map(Number);

/** The packet in octets [start, end), check octet left off, in EMQX's form; `whole` where it was joined from parts. Never throws for what the octets hold. */
export function toEmqx(
  b: Uint8Array,
  start: number,
  end: number,
  options: { readonly whole?: boolean } = {},
): EmqxMessage | RefusedMessage {
  const header = newHeader();
  const fault = (options.whole === true ? readJoinedHeader : readHeader)(b, start, end, header);
  if (fault !== undefined) return decodeMessage(b, start, end, options) as RefusedMessage;
  return {
    header: {
      msg_id: header.id,
      encrypt: header.encryption,
      len: header.bodyEnd - header.bodyAt,
      ...(header.flagged ? { proto_ver: header.version } : {}),
      phone: phoneOf(b, header),
      msg_sn: header.serial,
      ...(header.total > 0 ? { frag_total: header.total, frag_sn: header.number } : {}),
    },
    body: emqxBody(b, header),
  };
}

/** The frames on a line of hex in EMQX's form, as `decodeFrameHex` takes them. */
export function decodeEmqxHex(line: string): (EmqxMessage | RefusedMessage)[] {
  return readFrameHex(line, (b, start, end) => toEmqx(b, start, end));
}

function emqxBody(b: Uint8Array, header: Header): Fields {
  const { id, bodyAt, bodyEnd, encryption } = header;
  const layout = isWhole(header) && encryption === 0 ? LAYOUTS[id] : undefined;
  const is2019 = revisionOf(header) === 2019 && header.version > 0;
  const revisions: readonly Revision[] = !is2019 ? [2013] : SHORTER_BEFORE.has(id) ? [2019, 2013] : [2019];
  for (const revision of revisions) {
    const body = layout === undefined ? undefined : read(layout(revision), b, bodyAt, bodyEnd);
    if (body !== undefined) return body;
  }
  return { unknown_id: true, data: base64(b.subarray(bodyAt, bodyEnd)) };
}

function read(layout: ReturnType<LayoutOf>, b: Uint8Array, start: number, end: number): Fields | undefined {
  const reader = new Reader(b, start, end);
  const body: Record<string, unknown> = {};
  try {
    layout.read(reader, body);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
  return reader.left === 0 ? body : undefined;
}

/** What a message in EMQX's form says. Throws ProtocolError SHAPE, RANGE or TEXT with the path of what does not fit. */
export function readEmqx(json: unknown): EmqxCommand {
  const message = objectIn(json, 'message');
  const header = objectIn(message['header'], 'header');
  const number = (name: string, most: number): number | undefined => {
    const value = header[name];
    if (value === undefined) return undefined;
    if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
    throw new ProtocolError('RANGE', `header.${name}`, `expected a whole number from 0 to ${most}`);
  };
  const id = number('msg_id', 0xffff);
  if (id === undefined) throw new ProtocolError('SHAPE', 'header.msg_id', 'is missing');
  const { phone } = header;
  if (phone !== undefined && (typeof phone !== 'string' || !/^[0-9a-f]{0,20}$/i.test(phone)))
    throw new ProtocolError('SHAPE', 'header.phone', 'expected a text of digits');
  const version = number('proto_ver', 255);
  const total = number('frag_total', 0xffff);
  const revision = version === undefined ? 2013 : 2019;
  return {
    id,
    revision,
    phone,
    serial: number('msg_sn', 0xffff),
    version,
    encryption: number('encrypt', 7) ?? 0,
    part: total === undefined ? undefined : { total, number: number('frag_sn', 0xffff) ?? 0 },
    body: emqxOctets(id, version === 0 ? 2013 : revision, message['body'] ?? {}),
  };
}

/** The id and the body of what a platform sends to a `dn` topic; everything else of its header is the gateway's to say. */
export function emqxCommand(json: unknown): { readonly id: number; readonly body: unknown } {
  const message = objectIn(json, 'message');
  const { msg_id: id } = objectIn(message['header'], 'header');
  if (!Number.isInteger(id)) throw new ProtocolError('SHAPE', 'header.msg_id', 'expected a whole number');
  return { id: id as number, body: message['body'] ?? {} };
}

/** The octets of a body in EMQX's form under a revision. */
export function emqxOctets(id: number, revision: Revision, json: unknown): Uint8Array {
  const body = objectIn(json, 'body');
  if (body['unknown_id'] === true) return fromBase64(body['data'], 'body.data');
  const layout = LAYOUTS[id];
  if (layout === undefined)
    throw new ProtocolError(
      'SHAPE',
      'header.msg_id',
      `EMQX does not know ${formatId(id, 4)}; expected {"unknown_id":true,"data"}`,
    );
  const octets = new Writer();
  layout(revision).write(body, octets, 'body');
  return octets.done();
}

/** The frames of a message in EMQX's form; several where its body is too long for one. Throws as `readEmqx`. */
export function encodeEmqx(json: unknown): Uint8Array[] {
  const { id, revision, phone, serial = 0, version = 1, encryption, part, body } = readEmqx(json);
  if (phone === undefined) throw new ProtocolError('SHAPE', 'header.phone', 'is missing');
  const common = { id, revision, phone, serial, version, encryption, body };
  return part === undefined ? encodeFrames(common) : [encodeFrame({ ...common, part })];
}
