/** Reads a value as its table says. A value that runs past its octets is none: the item then stays raw. */
import type { Json } from '../schema/json-scalar.ts';
import { bcdText } from '../text/bcd.ts';
import { gbkText } from '../text/gbk.ts';
import { formatHex } from '../text/hex.ts';
import { note, type VendorReading } from './reading.ts';
import type { NumberValue, VendorItem, VendorValue } from './value.ts';

/** Octets [at, end) that are still to be read. */
export interface Span {
  readonly b: Uint8Array;
  at: number;
  readonly end: number;
}

type Reader<K extends VendorValue['as']> = (
  value: Extract<VendorValue, { as: K }>,
  span: Span,
  into: VendorReading,
) => Json | undefined;

/** The value, with the measured signals in it put into `into`; undefined where the octets do not hold it. */
export function readValue(value: VendorValue, span: Span, into: VendorReading): Json | undefined {
  switch (value.as) {
    case 'number':
      return readNumber(value, span, into);
    case 'text':
    case 'digits':
    case 'hex':
      return readText(value, span, into);
    case 'flags':
      return readFlags(value, span, into);
    case 'choice':
      return readChoice(value, span, into);
    case 'fields':
      return readFields(value, span, into);
    case 'list':
      return readList(value, span, into);
    case 'nested':
      return readNested(value, span, into);
    default:
      return value satisfies never;
  }
}

/** The row of a table for an item of this id and length. */
export function rowFor(table: readonly VendorItem[], id: number, size: number): VendorItem | undefined {
  return table.find((row) => row.id === id && fits(row.size, size));
}

function fits(rule: VendorItem['size'], size: number): boolean {
  if (rule === undefined) return true;
  if (typeof rule === 'number') return rule === size;
  if ('each' in rule) {
    const rest = size - (rule.plus ?? 0);
    return rest > 0 && rest % rule.each === 0;
  }
  return rule.includes(size);
}

function wire(span: Span, size: number): number | undefined {
  if (span.end - span.at < size) return undefined;
  let raw = 0;
  for (let i = 0; i < size; i++) raw = raw * 256 + span.b[span.at++]!;
  return raw;
}

function readNumber(value: NumberValue, span: Span, into: VendorReading): number | null | undefined {
  const raw = wire(span, value.size);
  if (raw === undefined) return undefined;
  if (raw === value.none) return null;
  const half = 2 ** (8 * value.size - 1);
  let shown = raw;
  if (value.signed && raw >= half) shown = raw - 2 * half;
  if (value.signMagnitude && raw >= half) shown = half - raw;
  shown = shown / (value.per ?? 1);
  // Degrees from −40 in tenths: 23.5 − 40 has no exact form, and nobody wants to read the one it has.
  if (value.plus !== undefined) shown = Math.round((shown + value.plus) * 1000) / 1000;
  if (value.means !== undefined) note(into, value.means, shown, value.unit);
  return shown;
}

const readText: Reader<'text' | 'digits' | 'hex'> = (value, span, into) => {
  const size = value.size ?? span.end - span.at;
  if (span.end - span.at < size) return undefined;
  const from = span.at;
  span.at += size;
  const text =
    value.as === 'text'
      ? gbkText(span.b, from, span.at).replace(/^[\0 ]+|[\0 ]+$/g, '')
      : value.as === 'digits'
        ? bcdText(span.b, from, size).slice(value.skip ?? 0)
        : formatHex(span.b, from, span.at);
  if (value.means !== undefined) note(into, value.means, text, undefined);
  return text;
};

const readFlags: Reader<'flags'> = ({ size, bits, means }, span, into) => {
  const raw = wire(span, size);
  if (raw === undefined) return undefined;
  const isSet = (bit: number): boolean => ((raw >>> bit) & 1) === 1;
  for (const [signal, bit] of Object.entries(means ?? {}))
    note(into, signal as keyof VendorReading, isSet(bit), undefined);
  return Object.keys(bits).filter((name) => isSet(bits[name]!));
};

const readChoice: Reader<'choice'> = (value, span, into) => {
  const raw = wire(span, value.size);
  if (raw === undefined) return undefined;
  if (value.means !== undefined) note(into, value.means, (value.true ?? []).includes(raw), undefined);
  return value.names[raw] ?? raw;
};

const readFields: Reader<'fields'> = ({ fields }, span, into) => {
  const out: Record<string, Json> = {};
  for (const [name, of] of Object.entries(fields)) {
    const one = readValue(of, span, into);
    if (one === undefined) return undefined;
    out[name] = one;
  }
  return out;
};

const readList: Reader<'list'> = ({ count, of }, span, into) => {
  const announced = count === undefined ? Number.POSITIVE_INFINITY : wire(span, count);
  if (announced === undefined) return undefined;
  const out: Json[] = [];
  while (out.length < announced && span.at < span.end) {
    const one = readValue(of, span, into);
    if (one === undefined) return undefined;
    out.push(one);
  }
  return announced === out.length || count === undefined ? out : undefined;
};

const readNested: Reader<'nested'> = (nested, span, into) => {
  const { skip = 0, idSize, lengthSize, lengthFirst, items } = nested;
  span.at += skip;
  const out: Record<string, Json> = {};
  while (span.at < span.end) {
    const first = wire(span, lengthFirst ? lengthSize : idSize);
    const second = wire(span, lengthFirst ? idSize : lengthSize);
    if (first === undefined || second === undefined) return undefined;
    const [id, size] = lengthFirst ? [second, first - idSize] : [first, second];
    if (size < 0 || span.at + size > span.end) return undefined;
    const inner: Span = { b: span.b, at: span.at, end: span.at + size };
    span.at += size;
    const row = rowFor(items, id, size);
    const one = row === undefined ? undefined : readValue(row.value, inner, into);
    // What the table does not have is shown by its id, so that somebody can find out what it is.
    if (row === undefined || one === undefined)
      out[`0x${id.toString(16).padStart(2 * idSize, '0')}`] = formatHex(span.b, span.at - size, span.at);
    else out[row.name] = one;
  }
  return Object.keys(out).length === 0 ? undefined : out;
};
