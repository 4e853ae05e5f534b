/**
 * Frames of the binary interface (4.0): `$`, four capitals, length, user address, body, exclusive or of it all.
 * Nothing is escaped, and nothing marks the end: length and check together do.
 */
import type { FrameFault } from '../../errors.ts';
import { ProtocolError } from '../../errors.ts';
import type { Json } from '../../schema/json-scalar.ts';
import { latin1Text, putLatin1 } from '../../text/gbk.ts';
import { formatHex } from '../../text/hex.ts';
import { readShape, shapeJson, type ShapeValue, type Values, writeShape } from '../cell.ts';
import { xorOf } from '../sentence.ts';
import { type BinaryType, RDSS_MESSAGES } from './binary-messages.ts';
import { cardNumber } from './card-number.ts';
import { address as addressCell, OctetReader, rest } from './octet-cells.ts';
import { PRIVILEGED } from './rdss-sentences.ts';

/** `$`, id, length, address and check. */
export const FRAME_OVERHEAD = 11;
/** The longest message of the interface, 210 octets of content, and room for makers. */
export const MAX_RDSS_FRAME = 300;

const BODY_AT = 10;

type Table = typeof RDSS_MESSAGES;
/** A kind of message that we know: `TXSQ`. */
export type RdssKind = keyof Table;
/** The value of a kind of message. */
export type RdssBody<K extends RdssKind> =
  Table[K] extends BinaryType<infer S> ? ShapeValue<S> & { readonly extra?: Uint8Array | undefined } : never;

interface Common {
  readonly id: string;
  /** The card of the machine; `0000000` from a host that does not know it. */
  readonly address: string;
}
/** A frame with its value, told apart by `kind`; its octets where nobody told us what they are. */
export type DecodedRdssFrame =
  | { readonly [K in RdssKind]: Common & { readonly kind: K; readonly body: RdssBody<K> } }[RdssKind]
  | (Common & { readonly kind: null; readonly body: { readonly octets: Uint8Array } });

/** Octets that are no frame. */
export interface RefusedRdssFrame {
  readonly fault: FrameFault;
  readonly detail: string;
}

const KINDS = Object.entries(RDSS_MESSAGES) as [RdssKind, BinaryType][];

/** The length that a frame at `start` declares; undefined where no frame can begin there. Looks at 7 octets. */
export function declaredLength(b: Uint8Array, start: number): number | undefined {
  if (b[start] !== 0x24) return undefined;
  for (let i = start + 1; i < start + 5; i++) if (b[i]! < 0x41 || b[i]! > 0x5a) return undefined;
  const length = (b[start + 5]! << 8) | b[start + 6]!;
  return length >= FRAME_OVERHEAD && length <= MAX_RDSS_FRAME ? length : undefined;
}

/** Decodes the frame [start, end). Never throws. */
export function decodeRdssFrame(b: Uint8Array, start = 0, end: number = b.length): DecodedRdssFrame | RefusedRdssFrame {
  const size = end - start;
  if (b[start] !== 0x24 || size < FRAME_OVERHEAD)
    return { fault: 'delimiter', detail: `a frame is $, four capitals and ${FRAME_OVERHEAD} octets at least` };
  const id = latin1Text(b, start + 1, start + 5);
  if (!/^[A-Z]{4}$/.test(id)) return { fault: 'header', detail: 'no frame has this id' };
  const length = (b[start + 5]! << 8) | b[start + 6]!;
  if (length !== size) return { fault: 'length', detail: `the frame declares ${length} octets, there are ${size}` };
  const expected = xorOf(b, start, end - 1);
  if (b[end - 1] !== expected) {
    const [is, should] = [b[end - 1]!, expected].map((octet) => octet.toString(16).padStart(2, '0'));
    return { fault: 'checksum', detail: `check code 0x${is}, expected 0x${should}` };
  }
  const common = { id, address: cardNumber(new OctetReader(b, start + 7, start + BODY_AT).uint(3)) };
  const from = new OctetReader(b, start + BODY_AT, end - 1);
  const [kind, type] = KINDS.find(([, each]) => each.id === id && (each.fits?.(from.peek(0)) ?? true)) ?? [];
  if (kind === undefined || type === undefined)
    return { ...common, kind: null, body: { octets: from.octets(from.left) } };
  try {
    const body = readShape(type.name, type.shape, from);
    const extra = from.left === 0 ? {} : { extra: from.octets(from.left) };
    return { ...common, kind, body: { ...body, ...extra } } as unknown as DecodedRdssFrame;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { fault: 'body', detail: error.message };
  }
}

/**
 * The octets of a frame. Throws ProtocolError where a value has no form, and for orders that make a card unusable.
 */
export function encodeRdssFrame<K extends RdssKind>(kind: K, body: RdssBody<K>, address = '0000000'): Uint8Array {
  const type: BinaryType = RDSS_MESSAGES[kind];
  if (PRIVILEGED.has(type.id)) throw new ProtocolError('SHAPE', type.id, 'is an order that destroys a card');
  const out: number[] = [];
  writeShape(type.name, { address: addressCell }, { address }, out);
  writeShape(type.name, type.shape, body as Values, out);
  rest.write((body as { readonly extra?: Uint8Array }).extra ?? new Uint8Array(0), out, {});
  const length = out.length + FRAME_OVERHEAD - 3;
  if (length > MAX_RDSS_FRAME)
    throw new ProtocolError('RANGE', type.name, `${length} octets, a frame has at most ${MAX_RDSS_FRAME}`);
  const octets = new Uint8Array(length);
  putLatin1(octets, 0, `$${type.id}`);
  octets[5] = length >> 8;
  octets[6] = length & 255;
  octets.set(out, 7);
  octets[length - 1] = xorOf(octets, 0, length - 1);
  return octets;
}

/** A frame as `xingji rdss` shows it. */
export interface DescribedRdssFrame {
  readonly ok: true;
  readonly id: string;
  readonly address: string;
  /** What it is, in one word; null for a kind that we do not know. */
  readonly name: string | null;
  readonly body: { readonly [name: string]: Json };
}

/** The JSON of a frame. */
export function describeRdssFrame({ id, address, kind, body }: DecodedRdssFrame): DescribedRdssFrame {
  if (kind === null) return { ok: true, id, address, name: null, body: { hex: formatHex(body.octets) } };
  const type: BinaryType = RDSS_MESSAGES[kind];
  return { ok: true, id, address, name: type.name, body: shapeJson(type.shape, body as Values) };
}
