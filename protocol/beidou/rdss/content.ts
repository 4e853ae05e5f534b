/**
 * What a short message holds: Chinese text, digits, or "mixed" octets, whose first one says what follows. The same on
 * the text interface (2.1, BDS-3) and on the binary one (4.0).
 */
import type { Json } from '../../schema/json-scalar.ts';
import { gbkText, gbkSize, latin1Text, putGbk } from '../../text/gbk.ts';
import { formatHex, parseHex } from '../../text/hex.ts';
import { unwritable } from '../cell.ts';
import type { FieldCell, FieldReader } from '../field-cells.ts';
import { readShortReport, shortReportJson, type ShortReport, readDigitReport } from './short-report.ts';

/** Content as its form has it: GB 2312 text, hexadecimal digits, octets; `raw` is not what its form says. */
export type RdssContent =
  | { readonly text: string }
  | { readonly digits: string }
  | { readonly octets: Uint8Array }
  | { readonly raw: string };

/** First octet of mixed content: free text and octets follow. */
export const MIXED_FREE = 0xa4;
/** A0 to A4 announce mixed content; any other first octet is a code. */
export const isMixedMark = (octet: number | undefined): boolean =>
  octet !== undefined && octet >= 0xa0 && octet <= MIXED_FREE;

/** Form of content by the names of both interfaces. */
export const FORMS = { 0: 'chinese', 1: 'code', 2: 'mixed' } as const;
/** The same as BDS-3 numbers them. */
export const FORMS_BDS3 = {
  1: 'chinese',
  2: 'code',
  3: 'mixed',
  4: 'compressedChinese',
  5: 'compressedCode',
} as const;

/** The text of octets if they are GBK to the last one, and read back so. */
export function exactGbk(octets: Uint8Array): string | undefined {
  const text = gbkText(octets, 0, octets.length);
  if (gbkSize(text) !== octets.length) return undefined;
  const again = gbkOctets(text);
  return again.every((octet, i) => octet === octets[i]) ? text : undefined;
}

/** Throws `Unwritable` where a character is not in GBK. */
export function gbkOctets(text: string): Uint8Array {
  const size = gbkSize(text);
  if (size < 0) return unwritable('TEXT', 'a character is not in GBK');
  const octets = new Uint8Array(size);
  putGbk(octets, 0, text);
  return octets;
}

function latin1Octets(raw: string): Uint8Array {
  return Uint8Array.from(raw, (character) => character.charCodeAt(0));
}

/** GB 2312 as hexadecimal digits, which BDS-3 machines print instead of the octets. */
const CHINESE_DIGITS = /^(?:[A-F][0-9A-F][A-F][0-9A-F])+$/;

function contentOf(form: unknown, raw: string): RdssContent {
  // eslint-disable-next-line no-control-regex -- octets beyond ASCII
  if (/[^\x00-\x7f]/.test(raw)) {
    const text = exactGbk(latin1Octets(raw));
    return text === undefined ? { raw } : { text };
  }
  const isHex = /^[0-9A-Fa-f]+$/.test(raw);
  if (form === 'chinese') return CHINESE_DIGITS.test(raw) ? { octets: parseHex(raw)! } : { text: raw };
  if (form === 'code' || form === 'compressedCode') return isHex ? { digits: raw } : { raw };
  return isHex && raw.length % 2 === 0 ? { octets: parseHex(raw)! } : { raw };
}

function fieldOf(content: RdssContent): string {
  if ('text' in content) {
    const octets = gbkOctets(content.text);
    return latin1Text(octets, 0, octets.length);
  }
  if ('digits' in content) {
    return /^[0-9A-Fa-f]+$/.test(content.digits)
      ? content.digits
      : unwritable('TEXT', 'only hexadecimal digits can be sent as code');
  }
  return 'octets' in content ? formatHex(content.octets).toUpperCase() : content.raw;
}

function contentCell(take: (from: FieldReader) => string, formKey: string): FieldCell<RdssContent> {
  return {
    read(from, seen) {
      const raw = take(from);
      return raw === '' ? undefined : contentOf(seen[formKey], raw);
    },
    write: (value, out) => void out.push(value === undefined ? '' : fieldOf(value)),
    json: contentJson,
  };
}

/** The rest of the sentence; text may hold commas. `formKey` names the cell that says which form it has. */
export function lastContent(formKey: string): FieldCell<RdssContent> {
  return contentCell((from) => {
    const parts: string[] = [];
    while (from.left > 0) parts.push(from.raw());
    return parts.join(',');
  }, formKey);
}

/** Content with fields behind it, which is in digits. */
export function innerContent(formKey: string): FieldCell<RdssContent> {
  return contentCell((from) => from.next(), formKey);
}

/** What is readable in content: text, or a position. */
export interface RdssReading {
  readonly text?: string;
  readonly report?: ShortReport;
}

/** Controls other than the end of a line are no text. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

function readable(octets: Uint8Array): string | undefined {
  const text = octets.length === 0 ? undefined : exactGbk(octets);
  return text === undefined || CONTROL.test(text) ? undefined : text;
}

/** Reads what a message says, whichever way it was packed; empty where it is nobody's format that we know. */
export function readContent(content: RdssContent): RdssReading {
  if ('text' in content) return { text: content.text };
  if ('raw' in content) return {};
  if ('digits' in content) {
    const report = readDigitReport(content.digits);
    if (report !== undefined) return { report };
    // Some senders say "code" and mean mixed.
    const octets = /^(?:A0|A4|F1)/i.test(content.digits) ? parseHex(content.digits) : undefined;
    return octets === undefined ? {} : readContent({ octets });
  }
  const { octets } = content;
  const report = readShortReport(octets);
  if (report !== undefined) return { report };
  const text = octets[0] === MIXED_FREE ? readable(octets.subarray(1)) : chineseOnly(octets);
  return text === undefined ? {} : { text };
}

/** Octets of Chinese form are pairs, all of them beyond ASCII. */
function chineseOnly(octets: Uint8Array): string | undefined {
  return octets.every((octet) => octet > 0xa0) ? readable(octets) : undefined;
}

/** Mixed content of a text: A4 and GBK. Throws where a character is not in GBK. */
export function mixedText(text: string): RdssContent {
  return { octets: Uint8Array.of(MIXED_FREE, ...gbkOctets(text)) };
}

/** Octets as hex; what is readable in them stands beside. */
export function contentJson(content: RdssContent): Json {
  const { text, report } = readContent(content);
  return {
    ...('octets' in content ? { hex: formatHex(content.octets) } : { ...content }),
    ...(text === undefined ? {} : { text }),
    ...(report === undefined ? {} : { report: shortReportJson(report) }),
  };
}

/** Bits of one message by communication level 1 to 4: civil cards in plain, and those that encrypt. */
const PLAIN_BITS = [110, 408, 628, 848];
const ENCRYPTED_BITS = [140, 360, 580, 1680];

/**
 * The most bits that a card of a level sends in one message, BeiDou-2 RDSS; undefined for a level that is none. Level
 * 3 of a civil card are 44 Chinese characters, or 77 octets behind A4.
 */
export function rdssCapacityBits(level: number, encrypted = false): number | undefined {
  return (encrypted ? ENCRYPTED_BITS : PLAIN_BITS)[level - 1];
}
