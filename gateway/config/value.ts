/** One setting as it was written → its value, or what was expected instead; and back, for people to read. */
import {
  CARDS_EXPECTED,
  formatPort,
  parseCards,
  parsePorts,
  type PortSettings,
  PORTS_EXPECTED,
} from '../intake/serial/settings.ts';
import { parseQuirks, QUIRKS_EXPECTED } from '../quirks/settings.ts';
import { formatAddress, parseAddress } from './address.ts';
import type { Address, SettingKind } from './setting.ts';
import type { Setting } from './settings.ts';

export type Parsed = { readonly value: unknown } | { readonly expected: string };

const DURATION_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
const SIZE_UNITS = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
  ['B', 1],
] as const;

type Units = readonly (readonly [string, number])[];

function parseUnits(text: string, units: Units): number | undefined {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*([A-Za-z]+)$/.exec(text.trim());
  const unit = units.find(([name]) => name === match?.[2]);
  if (match === null || unit === undefined) return undefined;
  return Math.round(Number(match[1]) * unit[1]);
}

function formatUnits(value: number, units: Units): string {
  const [name, factor] = units.find(([, each]) => value >= each && value % each === 0) ??
    units[units.length - 1] ?? ['', 1];
  return `${value / factor}${name}`;
}

function parseNumber(setting: Setting, raw: unknown): number | undefined {
  if (setting.kind === 'duration') return typeof raw === 'string' ? parseUnits(raw, DURATION_UNITS) : undefined;
  if (setting.kind === 'size') return typeof raw === 'string' ? parseUnits(raw, SIZE_UNITS) : undefined;
  if (typeof raw === 'number' || typeof raw === 'bigint') return Number(raw);
  return typeof raw === 'string' && /^[0-9]{1,15}$/.test(raw.trim()) ? Number(raw) : undefined;
}

/** Phones as a YAML list or comma-separated; a bare YAML number lost its leading zeros, which do not count anyway. */
function parseTerminals(raw: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(raw)
    ? raw
    : typeof raw === 'string'
      ? raw.split(',').filter((part) => part.trim() !== '')
      : [raw];
  const phones: string[] = [];
  for (const each of list) {
    const phone =
      typeof each === 'string' || typeof each === 'bigint' || typeof each === 'number' ? String(each).trim() : '';
    if (!/^[0-9]{1,20}$/.test(phone)) return undefined;
    phones.push(phone.replace(/^0+(?=.)/, ''));
  }
  return phones;
}

/** Credentials in a URL may be percent-encoded wrongly, which `URL` lets pass. */
function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function parseUrl(setting: Setting, text: string): string | undefined {
  const parsed = URL.parse(text);
  if (parsed === null || !decodes(parsed.username) || !decodes(parsed.password)) return undefined;
  return (setting.choices ?? []).includes(parsed.protocol.slice(0, -1)) && parsed.hostname !== '' ? text : undefined;
}

function parseText(setting: Setting, raw: unknown): string | undefined {
  // A bucket may well be called 2026: YAML's other scalars are taken as they were written.
  const text = typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : raw;
  if (typeof text !== 'string' || text === '') return undefined;
  return setting.pattern === undefined || new RegExp(setting.pattern).test(text) ? text : undefined;
}

const PARSERS: Readonly<Record<SettingKind, (setting: Setting, raw: unknown) => unknown>> = {
  text: parseText,
  secret: parseText,
  switch: (_, raw) => (raw === true || raw === 'true' ? true : raw === false || raw === 'false' ? false : undefined),
  count: parseNumber,
  duration: parseNumber,
  size: parseNumber,
  address: (_, raw) => (typeof raw === 'string' ? parseAddress(raw) : undefined),
  url: (setting, raw) => (typeof raw === 'string' ? parseUrl(setting, raw) : undefined),
  choice: (setting, raw) => (typeof raw === 'string' && (setting.choices ?? []).includes(raw) ? raw : undefined),
  terminals: (_, raw) => parseTerminals(raw),
  quirks: (_, raw) => parseQuirks(raw),
  ports: (_, raw) => parsePorts(raw),
  cards: (_, raw) => parseCards(raw),
};

function inRange(setting: Setting, value: unknown): boolean {
  if (typeof value !== 'number') return true;
  if (setting.kind === 'count' && !Number.isSafeInteger(value)) return false;
  return value >= (setting.minimum ?? -Infinity) && value <= (setting.maximum ?? Infinity);
}

export function parseSetting(setting: Setting, raw: unknown): Parsed {
  const value = PARSERS[setting.kind](setting, raw);
  return value !== undefined && inRange(setting, value) ? { value } : { expected: expected(setting) };
}

/** A value as it would be written in the file. */
export function formatSetting(setting: Setting, value: unknown): string {
  if (setting.kind === 'secret') return '(hidden)';
  if (setting.kind === 'duration') return formatUnits(value as number, DURATION_UNITS);
  if (setting.kind === 'size') return formatUnits(value as number, SIZE_UNITS);
  if (setting.kind === 'address') return formatAddress(value as Address);
  if (setting.kind === 'ports') return `[${(value as readonly PortSettings[]).map(formatPort).join(', ')}]`;
  if (setting.kind === 'cards') return `${(value as ReadonlyMap<string, string>).size} cards`;
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}

function range(setting: Setting): string {
  return `${formatSetting(setting, setting.minimum)} to ${formatSetting(setting, setting.maximum)}`;
}

/** What a setting takes, in words: the second half of a fault's line and a column of the reference. */
export function expected(setting: Setting): string {
  const choices = setting.choices ?? [];
  switch (setting.kind) {
    case 'count':
      return `a whole number, ${range(setting)}`;
    case 'duration':
      return `a time with its unit (ms s m h d), ${range(setting)}`;
    case 'size':
      return `a size with its unit (B KiB MiB GiB), ${range(setting)}`;
    case 'address':
      return 'HOST:PORT, such as 127.0.0.1:8808 or [::1]:8808';
    case 'url':
      return `a URL, ${choices.map((scheme) => `${scheme}://HOST:PORT`).join(' or ')}`;
    case 'choice':
      return choices.join(' or ');
    case 'switch':
      return 'true or false';
    case 'terminals':
      return 'a list of phone numbers of 1 to 20 digits';
    case 'quirks':
      return QUIRKS_EXPECTED;
    case 'ports':
      return PORTS_EXPECTED;
    case 'cards':
      return CARDS_EXPECTED;
    case 'text':
      return setting.form ?? 'text';
    case 'secret':
      return 'text';
  }
}

/** What was written, for a fault's line: short, and without secrets. */
export function show(setting: Setting | undefined, raw: unknown): string {
  if (setting?.kind === 'secret') return '(hidden)';
  if (raw === null || raw === undefined) return 'nothing';
  const text =
    typeof raw === 'bigint'
      ? String(raw)
      : (JSON.stringify(raw, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each)) ?? '?');
  const safe = text.replace(/\/\/[^/@]*@/g, '//***@');
  return safe.length > 80 ? `${safe.slice(0, 79)}…` : safe;
}
