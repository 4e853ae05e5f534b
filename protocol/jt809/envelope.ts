/** What stands between the header and the data of a message: the vehicle, the sub-type, the length of the data. */
import { ProtocolError } from '../errors.ts';
import { paddedText, putText } from '../schema/runtime.ts';
import type { QuirkSink } from '../schema/quirk.ts';
import type { Envelope } from './message.ts';

/** The vehicle of a message, as plates are written; the colour is the number of JT/T 697.7. */
export interface Jt809Vehicle {
  readonly plate: string;
  readonly colour: number;
}

/** An envelope, opened: the data are octets [at, end). */
export interface Opened {
  readonly kind: Envelope;
  readonly subId: number | undefined;
  readonly vehicle: Jt809Vehicle | undefined;
  readonly at: number;
  readonly end: number;
  /** The length of the data is that of what is left, or none is said. */
  readonly exact: boolean;
}

const PLATE_SIZE = 21;
const SIZES = { none: 0, vehicle: PLATE_SIZE + 1 + 6, platform: 6, unsized: PLATE_SIZE + 1 + 2, bare: 2 } as const;
const u16 = (b: Uint8Array, at: number): number => (b[at]! << 8) | b[at + 1]!;
const u32 = (b: Uint8Array, at: number): number => u16(b, at) * 0x1_0000 + u16(b, at + 2);

/** Whether a sub-type belongs to a business type: 0x12xx to 0x1200. Those of one message stand for themselves. */
const isOf = (subId: number, id: number): boolean => ((id & 0xff) === 0 ? subId >> 8 === id >> 8 : subId === id);

/** Opens [start, end) as an envelope of a kind; undefined where it is none, or of another business type than `id`. */
export function openEnvelope(
  b: Uint8Array,
  span: { readonly start: number; readonly end: number },
  id: number,
  kind: Envelope,
  quirks: QuirkSink,
): Opened | undefined {
  const { start, end } = span;
  if (kind === 'none') return { kind, subId: undefined, vehicle: undefined, at: start, end, exact: true };
  const at = start + SIZES[kind];
  if (at > end) return undefined;
  const named = kind === 'vehicle' || kind === 'unsized';
  const sub = named ? start + PLATE_SIZE + 1 : start;
  const subId = u16(b, sub);
  if (!isOf(subId, id)) return undefined;
  const vehicle = named
    ? { plate: paddedText(b, start, start + PLATE_SIZE, true, quirks), colour: b[start + PLATE_SIZE]! }
    : undefined;
  const exact = kind === 'bare' || kind === 'unsized' || u32(b, sub + 2) === end - at;
  return { kind, subId, vehicle, at, end, exact };
}

/** Octets of an envelope. */
export const envelopeSize = (kind: Envelope): number => SIZES[kind];

/** Writes an envelope at `at` for data of `size` octets. Throws ProtocolError RANGE or TEXT for the vehicle. */
export function writeEnvelope(
  b: Uint8Array,
  at: number,
  kind: Envelope,
  content: { readonly subId: number; readonly vehicle: Jt809Vehicle | undefined; readonly size: number },
): void {
  if (kind === 'none') return;
  const { subId, vehicle, size } = content;
  let p = at;
  if (kind === 'vehicle' || kind === 'unsized') {
    if (vehicle === undefined) throw new ProtocolError('SHAPE', 'plate', 'is missing');
    const { plate, colour } = vehicle;
    if (putText(b, p, plate, true, 'plate') > p + PLATE_SIZE)
      throw new ProtocolError('RANGE', 'plate', `${JSON.stringify(plate)} is longer than ${PLATE_SIZE} octets`);
    p += PLATE_SIZE;
    if ((colour & 0xff) !== colour) throw new ProtocolError('RANGE', 'colour', `${colour} is not a number of 1 octet`);
    b[p++] = colour;
  }
  b[p] = subId >> 8;
  b[p + 1] = subId;
  if (kind === 'bare' || kind === 'unsized') return;
  for (let i = 0; i < 4; i++) b[p + 2 + i] = size >>> (24 - 8 * i);
}
