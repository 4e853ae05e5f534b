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
  if (id === ID.location) return witnessItems(b, bodyAt + FIXED, bodyEnd, tell);
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

/** Walks items of the usual shape; only where they do not come out even are others looked for. */
function witnessItems(b: Uint8Array, start: number, end: number, tell: Witness): void {
  if (end <= start || end - start > MAX_BODY) return;
  let at = start;
  while (at + 2 <= end && b[at] !== 0) at += 2 + b[at + 1]!;
  if (at === end) return tell('items', '1');
  if (splitVendorItems(b, start, end)?.some(({ idSize }) => idSize === 2)) tell('items', '2');
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
