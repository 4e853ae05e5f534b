/** Reads a value as its table says, for people. A value that runs past its octets is none: the item then stays raw. */
import type { Json } from '../schema/json-scalar.ts';
import { bcdText } from '../text/bcd.ts';
import { gbkText } from '../text/gbk.ts';
import { formatHex } from '../text/hex.ts';
import type { NumberValue, TextValue, VendorItem, VendorValue } from './value.ts';

/** Octets [at, end) that are still to be read. */
export interface Span {
  readonly b: Uint8Array;
  at: number;
  readonly end: number;
}

const SPACE = 0x20;

type Reader<K extends VendorValue['as']> = (value: Extract<VendorValue, { as: K }>, span: Span) => Json | undefined;

/** The value; undefined where the octets do not hold it. */
export function readValue(value: VendorValue, span: Span): Json | undefined {
  switch (value.as) {
    case 'number':
      return readNumber(value, span);
    case 'text':
    case 'digits':
    case 'hex':
      return readText(value, span);
    case 'flags':
      return readFlags(value, span);
    case 'choice':
      return readChoice(value, span);
    case 'fields':
      return readFields(value, span);
    case 'list':
      return readList(value, span);
    case 'masked':
      return readMasked(value, span);
    case 'nested':
      return readNested(value, span);
    default:
      return value satisfies never;
  }
}

/** Name and value of octets [at, end) by the first row of this id that fits and reads them; undefined where none does. */
export function readItem(
  table: readonly VendorItem[],
  id: number,
  { b, at, end }: Readonly<Span>,
): { name: string; value: Json } | undefined {
  for (const row of table) {
    if (row.id !== id || !fits(row.size, end - at)) continue;
    const value = readValue(row.value, { b, at, end });
    if (value !== undefined) return { name: row.name, value };
  }
  return undefined;
}

/** Whether an item of this length is meant by a row. */
export function fits(rule: VendorItem['size'], size: number): boolean {
  if (rule === undefined) return true;
  if (typeof rule === 'number') return rule === size;
  if ('each' in rule) {
    const rest = size - (rule.plus ?? 0);
    return rest > 0 && rest % rule.each === 0;
  }
  return rule.includes(size);
}

/** The unsigned number in `size` octets from `at` on. */
export function wireNumber(b: Uint8Array, at: number, size: number): number {
  let raw = 0;
  for (let i = at; i < at + size; i++) raw = raw * 256 + b[i]!;
  return raw;
}

function wire(span: Span, size: number): number | undefined {
  if (span.end - span.at < size) return undefined;
  span.at += size;
  return wireNumber(span.b, span.at - size, size);
}

/** A wire number in its unit; null where it stands for "no data". */
export function scaled(value: NumberValue, raw: number): number | null {
  if (raw === value.none) return null;
  const half = 2 ** (8 * value.size - 1);
  let shown = raw;
  if (value.signed && raw >= half) shown = raw - 2 * half;
  if (value.signMagnitude && raw >= half) shown = half - raw;
  shown = (shown * (value.times ?? 1)) / (value.per ?? 1);
  // Degrees from −40 in tenths: 23.5 − 40 has no exact form, and nobody wants to read the one it has.
  return value.plus === undefined ? shown : Math.round((shown + value.plus) * 1000) / 1000;
}

/** Octets [from, to) as the text that a table says they are. */
export function shownText(value: TextValue, b: Uint8Array, from: number, to: number): string {
  if (value.as === 'digits') return bcdText(b, from, to - from).slice(value.skip ?? 0);
  if (value.as === 'hex') return formatHex(b, from, to);
  let start = from;
  let end = to;
  while (end > start && (b[end - 1] === 0 || b[end - 1] === SPACE)) end--;
  while (start < end && (b[start] === 0 || b[start] === SPACE)) start++;
  return gbkText(b, start, end);
}

function readNumber(value: NumberValue, span: Span): number | null | undefined {
  const raw = wire(span, value.size);
  return raw === undefined ? undefined : scaled(value, raw);
}

const readText: Reader<'text' | 'digits' | 'hex'> = (value, span) => {
  const size = value.size ?? span.end - span.at;
  if (span.end - span.at < size) return undefined;
  span.at += size;
  return shownText(value, span.b, span.at - size, span.at);
};

const readFlags: Reader<'flags'> = ({ size, bits, activeLow }, span) => {
  const raw = wire(span, size);
  if (raw === undefined) return undefined;
  const shown = activeLow ? 0 : 1;
  return Object.keys(bits).filter((name) => ((raw >>> bits[name]!) & 1) === shown);
};

const readChoice: Reader<'choice'> = (value, span) => {
  const raw = wire(span, value.size);
  if (raw === undefined) return undefined;
  return value.names[raw] ?? raw;
};

const readFields: Reader<'fields'> = ({ fields }, span) => {
  const out: Record<string, Json> = {};
  for (const [name, of] of Object.entries(fields)) {
    const one = readValue(of, span);
    if (one === undefined) return undefined;
    out[name] = one;
  }
  return out;
};

const readList: Reader<'list'> = ({ count, of }, span) => {
  const announced = count === undefined ? Number.POSITIVE_INFINITY : wire(span, count);
  if (announced === undefined) return undefined;
  const out: Json[] = [];
  while (out.length < announced && span.at < span.end) {
    const one = readValue(of, span);
    if (one === undefined) return undefined;
    out.push(one);
  }
  return announced === out.length || count === undefined ? out : undefined;
};

const readMasked: Reader<'masked'> = ({ size, fields }, span) => {
  const mask = wire(span, size);
  if (mask === undefined) return undefined;
  const out: Record<string, Json> = {};
  for (let bit = 0; bit < 8 * size; bit++) {
    if (((mask >>> bit) & 1) === 0) continue;
    const field = fields[bit];
    if (field === undefined) {
      out['rest'] = formatHex(span.b, span.at, span.end);
      span.at = span.end;
      break;
    }
    const one = readValue(field[1], span);
    if (one === undefined) return undefined;
    out[field[0]] = one;
  }
  return out;
};

const readNested: Reader<'nested'> = (nested, span) => {
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
    const found = readItem(items, id, inner);
    // What the table does not have is shown by its id, so that somebody can find out what it is.
    if (found === undefined)
      out[`0x${id.toString(16).padStart(2 * idSize, '0')}`] = formatHex(span.b, inner.at, inner.end);
    else out[found.name] = found.value;
  }
  return Object.keys(out).length === 0 ? undefined : out;
};
