/** What one message shows of the terminal that sent it. It looks at octets only, and at few of them for a report. */
import {
  bcdTime,
  codecFor,
  type Header,
  MAX_BODY,
  phoneOf,
  ProtocolError,
  QuirkSet,
  quirkBit,
  type Revision,
  splitVendorItems,
} from '../../protocol/index.ts';
import type { HypothesisName, ValueOf } from './hypotheses.ts';

/** Takes what is shown. */
export type Witness = <H extends HypothesisName>(name: H, value: ValueOf<H>) => void;

const ID = { registration: 0x0100, attributes: 0x0107, location: 0x0200 } as const;
/** The fixed part of 0x0200, and where the time stands in it. */
const FIXED = 28;
const TIME_AT = 22;
const STATUS_AT = 4;
const ALTITUDE_AT = 16;
/** No road is more than so many metres below the sea. */
const DEEPEST = 500;
const HOUR_MS = 3_600_000;
/** A report on its way this long still tells two zones apart, and a clock may be wrong by as much. */
const NEAR_MS = 5 * 60_000;

const VERSION_FLAG = quirkBit('version-flag');
const PHONE_HEX = quirkBit('phone-hex');
const MANUFACTURER_11 = quirkBit('manufacturer-11');

/** Octets before the plate of 0x0100. */
const PLATE_AT: Readonly<Record<Revision, number>> = { 2011: 25, 2013: 37, 2019: 76 };
const UTF8 = new TextDecoder('utf-8', { fatal: true });
/** From here on characters are Chinese; two octets of GBK can look like one of UTF-8 below it. */
const FIRST_CHINESE = /[\u2e80-\u9fff]/;
/** An IMEI without its check digit, as the bodies that allocate most of them begin it. */
const IMEI_14 = /^(?:86|35|01)\d{12}$/;

const quirks = new QuirkSet();

/** What the header of a message shows. */
export function witnessHeader(b: Uint8Array, header: Header, known: Revision | undefined, tell: Witness): void {
  tell('versionFlag', (header.quirks & VERSION_FLAG) === 0 ? 'right' : 'wrong');
  tell('revision', header.flagged ? '2019' : known === 2011 ? '2011' : '2013');
  tell('phone', (header.quirks & PHONE_HEX) === 0 ? 'bcd' : isBinaryImei(phoneOf(b, header)) ? 'binary' : 'hex');
}

function isBinaryImei(phone: string): boolean {
  return phone.length === 12 && IMEI_14.test(String(Number.parseInt(phone, 16)));
}

/** Which zone a live report was dated in; undefined where it was stored, or its clock is wrong. */
export function zoneOf(b: Uint8Array, header: Header, receivedMs: number): ValueOf<'time'> | undefined {
  if (header.bodyEnd - header.bodyAt < FIXED) return undefined;
  const behind = receivedMs - bcdTime(b, header.bodyAt + TIME_AT);
  if (Math.abs(behind) <= NEAR_MS) return 'utc+8';
  return Math.abs(behind - 8 * HOUR_MS) <= NEAR_MS ? 'utc' : undefined;
}

/** What the body of a message shows, its times apart. */
export function witnessBody(b: Uint8Array, header: Header, revision: Revision, tell: Witness): void {
  const { id, bodyAt, bodyEnd } = header;
  if (id === ID.location) {
    if (bodyEnd - bodyAt >= FIXED && b[bodyAt + ALTITUDE_AT]! >= 0x80) witnessAltitude(b, bodyAt, tell);
    return witnessItems(b, bodyAt + FIXED, bodyEnd, tell);
  }
  if (id === ID.registration) {
    const set = characterSet(plateOctets(b, header, revision));
    if (set !== undefined) tell('text', set);
  }
  if (id !== ID.attributes) return;
  quirks.clear();
  try {
    codecFor(id, revision).decode(b, bodyAt, bodyEnd, quirks);
    tell('manufacturer', (quirks.bits & MANUFACTURER_11) === 0 ? '5' : '11');
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}

/** No vehicle is 32 km high: with a fix that can only be a sign. */
function witnessAltitude(b: Uint8Array, bodyAt: number, tell: Witness): void {
  const wire = (b[bodyAt + ALTITUDE_AT]! << 8) | b[bodyAt + ALTITUDE_AT + 1]!;
  const positioned = (b[bodyAt + STATUS_AT + 3]! & 2) !== 0;
  if (positioned && 0x1_0000 - wire <= DEEPEST) tell('altitude', 'signed');
}

/** Walks items of the usual shape; only where they do not come out even are others looked for. */
function witnessItems(b: Uint8Array, start: number, end: number, tell: Witness): void {
  if (end <= start || end - start > MAX_BODY) return;
  let at = start;
  let marks = 0;
  while (at + 2 <= end && b[at] !== 0) {
    const next = at + 2 + b[at + 1]!;
    marks |= markOf(b, at, Math.min(next, end));
    at = next;
  }
  if (at === end) {
    const vendor = vendorBy(marks);
    if (vendor !== undefined) tell('vendor', vendor);
    return tell('items', '1');
  }
  if (splitVendorItems(b, start, end)?.some(({ usual }) => !usual)) tell('items', '2');
}

/** Items that tell makers apart, a bit each: `id << 8 | length` → bit. */
const MARKS: ReadonlyMap<number, number> = new Map(
  [0x5602, 0x6102, 0xfa04, 0xfb04, 0xe601, 0xe701, 0xe802, 0xe901, 0xea01].map((item, bit) => [item, 1 << bit]),
);
const [BATTERY, SUPPLY, GPS51_EVENTS, GPS51_BATTERY, ...JAM_ITEMS] = [...MARKS.values()] as [
  number,
  number,
  number,
  number,
  ...number[],
];
const JAM_AWARE = JAM_ITEMS.reduce((all, bit) => all | bit, 0);
const NESTED = 1 << 30;
const FIRST_MARK = 0x56;
const EXTENSION = 0xeb;

function markOf(b: Uint8Array, at: number, end: number): number {
  const id = b[at]!;
  if (id < FIRST_MARK) return 0;
  if (id === EXTENSION) return isNested(b, at + 2, end) ? NESTED : 0;
  return MARKS.get((id << 8) | b[at + 1]!) ?? 0;
}

/** Whether octets are entries of a length, an id of two octets below 0x0100 and a value, to the last octet. */
function isNested(b: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 4 <= end && b[at] === 0 && b[at + 1]! > 2 && b[at + 2] === 0) at += 2 + b[at + 1]!;
  return at === end && at > start;
}

/** The maker whose items these can only be: several that go together, as one id alone is used by many. */
function vendorBy(marks: number): ValueOf<'vendor'> | undefined {
  if ((marks & NESTED) !== 0) return 'bsj';
  if ((marks & JAM_AWARE) === JAM_AWARE) return 'jam-aware';
  const both = BATTERY | SUPPLY;
  return (marks & (both | GPS51_EVENTS | GPS51_BATTERY)) === both ? 'g10' : undefined;
}

/** Octets of the plate in 0x0100. */
export function plateOctets(b: Uint8Array, header: Header, revision: Revision): Uint8Array {
  return b.subarray(header.bodyAt + PLATE_AT[revision], header.bodyEnd);
}

/** Undefined for octets that are the same in both. */
function characterSet(b: Uint8Array): ValueOf<'text'> | undefined {
  if (!b.some((octet) => octet > 0x7f)) return undefined;
  return utf8Text(b) === undefined ? 'gbk' : 'utf-8';
}

/** The text where it can only be UTF-8: whole, and with Chinese characters. */
export function utf8Text(b: Uint8Array): string | undefined {
  try {
    const text = UTF8.decode(b);
    return FIRST_CHINESE.test(text) ? text.replace(/\0+$/, '') : undefined;
  } catch {
    return undefined;
  }
}
