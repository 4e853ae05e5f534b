/** Single fields as JSON, and back. */
import { ProtocolError } from '../errors.ts';
import { formatHex, parseHex } from '../text/hex.ts';
import { formatTime, parseTime } from '../text/time.ts';
import { allBitNames, bitMask, bitNames } from './bits.ts';
import type {
  BcdNode,
  CoordinateNode,
  EnumerationNode,
  FlagsNode,
  OctetsNode,
  PackedNode,
  Part,
  SignedNode,
  TextNode,
  TimeNode,
  UintNode,
} from './node.ts';
import { isTimeOf, TIME_RANGES } from './runtime.ts';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Both directions of one field. `from` throws ProtocolError with the path. */
export interface Mapping {
  readonly to: (value: unknown) => Json;
  readonly from: (json: Json, path: string) => unknown;
}

export type Scalar =
  | UintNode
  | SignedNode
  | CoordinateNode
  | FlagsNode
  | PackedNode
  | EnumerationNode
  | BcdNode
  | TimeNode
  | TextNode
  | OctetsNode;

/** Says what is there and what was expected. */
export function refuse(path: string, json: Json | undefined, expected: string): never {
  const shown = JSON.stringify(json) ?? 'nothing';
  const short = shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  throw new ProtocolError('SHAPE', path, `expected ${expected}, not ${short}`);
}

function expectNumber(json: Json, path: string, least: number, most: number, expected: string): number {
  if (typeof json !== 'number') return refuse(path, json, expected);
  if (!(json >= least && json <= most)) {
    throw new ProtocolError('RANGE', path, `${json} is not ${expected} from ${least} to ${most}`);
  }
  return json;
}

function expectWhole(json: Json, path: string, least: number, most: number): number {
  if (!Number.isInteger(json)) return refuse(path, json, 'a whole number');
  return expectNumber(json, path, least, most, 'a whole number');
}

function expectText(json: Json, path: string, expected = 'a text'): string {
  return typeof json === 'string' ? json : refuse(path, json, expected);
}

/** No coordinate on the wire is larger, whatever its sign. */
const LARGEST = 2 ** 31;

/** A value that is its own JSON. */
export const same: Mapping['to'] = (value) => value as Json;

export function jsonOfScalar(node: Scalar): Mapping {
  switch (node.kind) {
    case 'uint': {
      const { divisor } = node;
      const most = 256 ** node.size - 1;
      if (divisor === 1) return { to: same, from: (json, path) => expectWhole(json, path, 0, most) };
      return {
        to: same,
        from: (json, path) => Math.round(expectNumber(json, path, 0, most / divisor, 'a number') * divisor) / divisor,
      };
    }
    case 'signed':
      return { to: same, from: (json, path) => expectWhole(json, path, -16_384, 32_767) };
    case 'coordinate': {
      const { divisor } = node;
      return {
        to: same,
        // Not only places on Earth: what a terminal sends must come back. `+ 0` because nobody means -0.
        from: (json, path) =>
          Math.round(expectNumber(json, path, -LARGEST / divisor, LARGEST / divisor, 'degrees') * divisor) / divisor +
          0,
      };
    }
    case 'flags':
      return jsonOfFlags(node);
    case 'packed':
      return jsonOfPacked(node);
    case 'enumeration':
      return jsonOfEnumeration(node);
    case 'bcd':
      return {
        to: node.form === undefined ? same : (value) => momentText(node.form!, value as string),
        from(given, path) {
          const json = node.form === undefined ? given : digitsOf(node.form, given);
          const digits = expectText(json, path, `${2 * node.size} digits`);
          if (digits.length > 2 * node.size || !/^[0-9a-fA-F]*$/.test(digits))
            return refuse(path, json, `${2 * node.size} digits`);
          return digits.toLowerCase().padStart(2 * node.size, '0');
        },
      };
    case 'time':
      return {
        to: (value) => (Number.isNaN(value) ? null : formatTime(value as number)),
        from(json, path) {
          if (json === null) return Number.NaN;
          const ms = typeof json === 'string' ? parseTime(json) : Number.NaN;
          if (Number.isNaN(ms)) return refuse(path, json, 'an ISO 8601 time with its offset, or null');
          if (!isTimeOf(node.form, ms))
            throw new ProtocolError('RANGE', path, `${JSON.stringify(json)} is not ${TIME_RANGES[node.form]}`);
          return node.form === 'milliseconds' ? ms : Math.floor(ms / 1000) * 1000;
        },
      };
    case 'text':
      return { to: same, from: (json, path) => expectText(json, path) };
    case 'octets':
      return jsonOfOctets(typeof node.extent === 'number' ? node.extent : undefined);
  }
}

/** Digits as a date, a moment in UTC+8, or a time of every day; other digits as they are. */
function momentText(form: 'date' | 'moment', digits: string): string {
  const parts = digits.match(/\d\d/g);
  if (parts === null || 2 * parts.length !== digits.length) return digits;
  if (form === 'date') {
    const [century, year, month, day] = parts;
    const text = `${century}${year}-${month}-${day}`;
    return isMoment(`${text}T00:00:00Z`) ? text : digits;
  }
  const [year, month, day, ...clock] = parts;
  const daily = year === '00' && month === '00' && day === '00';
  const text = daily ? clock.join(':') : `20${year}-${month}-${day}T${clock.join(':')}+08:00`;
  return isMoment(daily ? `2000-01-01T${text}Z` : text) ? text : digits;
}

/** Date takes the 31st of April for the 1st of May, and 24:00:00 for midnight. */
function isMoment(iso: string): boolean {
  const ms = Date.parse(iso);
  const shown = iso.endsWith('Z') ? ms : ms + 8 * 3_600_000;
  return !Number.isNaN(ms) && new Date(shown).toISOString().slice(0, 19) === iso.slice(0, 19);
}

/** The digits of what `momentText` gives. */
function digitsOf(form: 'date' | 'moment', json: Json): Json {
  if (typeof json !== 'string') return json;
  if (form === 'date') return /^\d{4}-\d\d-\d\d$/.test(json) ? json.replaceAll('-', '') : json;
  if (/^\d\d:\d\d:\d\d$/.test(json)) return `000000${json.replaceAll(':', '')}`;
  const ms = parseTime(json);
  if (Number.isNaN(ms)) return json;
  return formatTime(ms).slice(2, 19).replace(/\D/g, '');
}

export function jsonOfOctets(size: number | undefined): Mapping {
  return {
    to: (value) => formatHex(value as Uint8Array),
    from(json, path) {
      const octets = parseHex(expectText(json, path, 'octets in hex'));
      if (octets === undefined) return refuse(path, json, 'octets in hex');
      if (size !== undefined && octets.length !== size) return refuse(path, json, `${size} octets in hex`);
      return octets;
    },
  };
}

function jsonOfFlags({ bits, size }: FlagsNode): Mapping {
  const most = 256 ** size - 1;
  return {
    to: (value) => bitNames(bits, value as number),
    from(json, path) {
      if (typeof json === 'number') return expectWhole(json, path, 0, most);
      if (!Array.isArray(json)) return refuse(path, json, 'a list of names');
      let word = 0;
      for (const [i, name] of (json as readonly Json[]).entries()) {
        const mask = typeof name === 'string' ? bitMask(bits, name) : -1;
        if (mask < 0 || mask > most)
          return refuse(`${path}[${i}]`, name, `one of ${allBitNames(bits, size).join(', ')}`);
        word = (word | mask) >>> 0;
      }
      return word;
    },
  };
}

function nameOf(names: Readonly<Record<string, number>>, value: number): Json {
  for (const [name, n] of Object.entries(names)) if (n === value) return name;
  return value;
}

/** A name, or any number that has none: a number with a name becomes the name, so that equal values are equal. */
function valueOf(names: Readonly<Record<string, number>>, json: Json, path: string, most: number): Json {
  if (typeof json === 'string' && Object.hasOwn(names, json)) return json;
  if (typeof json !== 'number') return refuse(path, json, `one of ${Object.keys(names).join(', ')}, or a number`);
  return nameOf(names, expectWhole(json, path, 0, most));
}

function jsonOfEnumeration({ names, size }: EnumerationNode): Mapping {
  const most = 256 ** size - 1;
  return { to: same, from: (json, path) => valueOf(names, json, path, most) };
}

const maskOf = ({ width }: Part): number => 2 ** width - 1;

/** Parts by name; bits that no part has are `reserved`, as they stand in the word, where any is set. */
function jsonOfPacked({ parts }: PackedNode): Mapping {
  const list = Object.entries(parts);
  const covered = list.reduce((word, [, part]) => (word | (maskOf(part) << part.bit)) >>> 0, 0);
  return {
    to(value) {
      const word = value as number;
      const json: Record<string, Json> = {};
      for (const [name, part] of list) json[name] = nameOf(part.names ?? {}, (word >>> part.bit) & maskOf(part));
      const reserved = (word & ~covered) >>> 0;
      if (reserved !== 0) json['reserved'] = reserved;
      return json;
    },
    from(json, path) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return refuse(path, json, 'an object');
      let word = 0;
      for (const [name, one] of Object.entries(json as Readonly<Record<string, Json>>)) {
        const at = `${path}.${name}`;
        const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
        if (part !== undefined) {
          const given = valueOf(part.names ?? {}, one, at, maskOf(part));
          const number = typeof given === 'string' ? part.names![given]! : (given as number);
          word = (word | (number << part.bit)) >>> 0;
        } else if (name === 'reserved') {
          word = (word | (expectWhole(one, at, 0, 0xffff_ffff) & ~covered)) >>> 0;
        } else {
          throw new ProtocolError('SHAPE', at, `no such field; there are: ${Object.keys(parts).join(', ')}`);
        }
      }
      return word;
    },
  };
}
