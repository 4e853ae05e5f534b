/**
 * The vocabulary in which the bodies of EMQX's JSON are written: what a name stands for in octets, both ways. Numbers
 * are those of the wire. Lengths and counts are shown, and in writing follow from what they measure, whatever was given.
 */
import { bcdText, gbkText, latin1Text, ProtocolError, putBcd, putLatin1 } from '../../../protocol/index.ts';
import { Reader, Writer } from './octets.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One field or a run of fields. */
export interface Layout {
  read(from: Reader, into: Record<string, unknown>): void;
  /** Throws ProtocolError SHAPE, RANGE or TEXT with the path of what does not fit. */
  write(given: Fields, to: Writer, path: string): void;
}

export function wrong(path: string, expected: string): never {
  throw new ProtocolError('SHAPE', path, `expected ${expected}`);
}

export function numberIn(given: Fields, name: string, size: number, path: string): number {
  const value = given[name];
  if (!Number.isInteger(value)) return wrong(`${path}.${name}`, 'a whole number');
  const most = 256 ** size - 1;
  if ((value as number) < 0 || (value as number) > most)
    throw new ProtocolError('RANGE', `${path}.${name}`, `${String(value)} is not a whole number from 0 to ${most}`);
  return value as number;
}

export function textIn(given: Fields, name: string, path: string): string {
  const value = given[name];
  return typeof value === 'string' ? value : wrong(`${path}.${name}`, 'a text');
}

export function objectIn(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(path, 'an object');
  return value as Fields;
}

function listIn(given: Fields, name: string, path: string): readonly unknown[] {
  const value = given[name];
  return Array.isArray(value) ? value : wrong(`${path}.${name}`, 'a list');
}

export function base64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
}

export function fromBase64(text: unknown, path: string): Uint8Array {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return wrong(path, 'octets in base64');
  return Uint8Array.from(Buffer.from(text, 'base64'));
}

export const all = (...parts: readonly Layout[]): Layout => ({
  read: (from, into) => parts.forEach((part) => part.read(from, into)),
  write: (given, to, path) => parts.forEach((part) => part.write(given, to, path)),
});

export const nothing: Layout = all();

const number =
  (size: number) =>
  (name: string, otherwise?: number): Layout => ({
    read: (from, into) => void (into[name] = from.number(size)),
    write(given, to, path) {
      const value =
        given[name] === undefined && otherwise !== undefined ? otherwise : numberIn(given, name, size, path);
      to.number(value, size);
    },
  });
export const byte = number(1);
export const word = number(2);
export const dword = number(4);

/** BCD digits, as a text; in writing zeros are put in front. */
export const digits = (name: string, size: number): Layout => ({
  read: (from, into) => void (into[name] = bcdText(from.octets(size), 0, size)),
  write(given, to, path) {
    const octets = new Uint8Array(size);
    if (!putBcd(octets, 0, size, textIn(given, name, path))) wrong(`${path}.${name}`, `at most ${2 * size} digits`);
    to.octets(octets);
  },
});

/** Text of a fixed number of octets, padded with NUL. EMQX takes the padding off where `trimmed`. */
export const fixedText = (name: string, size: number, trimmed = true): Layout => ({
  read(from, into) {
    const octets = from.octets(size);
    let end = size;
    if (trimmed) while (end > 1 && octets[end - 1] === 0) end--;
    into[name] = gbkText(octets, 0, end);
  },
  write(given, to, path) {
    const written = to.text(textIn(given, name, path), `${path}.${name}`);
    if (written > size)
      throw new ProtocolError('RANGE', `${path}.${name}`, `${written} octets, expected at most ${size}`);
    to.zeros(size - written);
  },
});

/** Octets as the characters of a text, each the code of one; `shown`: how many, or the name of their length of four octets. */
export const characters = (name: string, shown: number | string): Layout => ({
  read(from, into) {
    const size = typeof shown === 'number' ? shown : from.number(4);
    if (typeof shown === 'string') into[shown] = size;
    into[name] = latin1Text(from.octets(size), 0, size);
  },
  write(given, to, path) {
    const text = textIn(given, name, path);
    const octets = new Uint8Array(text.length);
    if (putLatin1(octets, 0, text) < 0) wrong(`${path}.${name}`, 'characters of one octet');
    if (typeof shown === 'string') writeLength(text.length, 4, to, `${path}.${name}`);
    else if (text.length !== shown) wrong(`${path}.${name}`, `${shown} characters`);
    to.octets(octets);
  },
});

/** The text up to the end of the body. */
export const restText = (name: string, otherwise?: string): Layout => ({
  read: (from, into) => void (into[name] = textOf(from.rest())),
  write: (given, to, path) => void to.text(textOr(given, name, otherwise, path), `${path}.${name}`),
});

/** Text with its length before it, shown as `shown` or not at all. */
export const countedText = (name: string, size: number, shown?: string, otherwise?: string): Layout => ({
  read(from, into) {
    const length = from.number(size);
    if (shown !== undefined) into[shown] = length;
    into[name] = textOf(from.octets(length));
  },
  write(given, to, path) {
    const measured = new Writer();
    const length = measured.text(textOr(given, name, otherwise, path), `${path}.${name}`);
    writeLength(length, size, to, `${path}.${name}`);
    to.octets(measured.done());
  },
});

/** Octets up to the end of the body, or as many as are said, in base64. */
export const opaque = (name: string, size?: number): Layout => ({
  read: (from, into) => void (into[name] = base64(size === undefined ? from.rest() : from.octets(size))),
  write(given, to, path) {
    const octets = fromBase64(given[name], `${path}.${name}`);
    if (size !== undefined && octets.length !== size) wrong(`${path}.${name}`, `${size} octets in base64`);
    to.octets(octets);
  },
});

/** Octets with their length before them, shown as `shown`. */
export const countedOpaque = (name: string, size: number, shown: string): Layout => ({
  read(from, into) {
    into[shown] = from.number(size);
    into[name] = base64(from.rest());
  },
  write(given, to, path) {
    const octets = fromBase64(given[name], `${path}.${name}`);
    writeLength(octets.length, size, to, `${path}.${name}`);
    to.octets(octets);
  },
});

/** Entries with their count before them, shown as `count`; each an object of `of`. `between` stands behind the count. */
export const list = (count: string, size: number, name: string, of: Layout, between: Layout = nothing): Layout => ({
  read(from, into) {
    const entries = countOf(from, into, count, size);
    between.read(from, into);
    into[name] = Array.from({ length: entries }, () => readObject(of, from));
  },
  write(given, to, path) {
    const entries = listIn(given, name, path);
    writeLength(entries.length, size, to, `${path}.${name}`);
    between.write(given, to, path);
    writeEntries(entries, of, to, `${path}.${name}`);
  },
});

/** Entries up to the end of the body. */
export const restList = (name: string, of: Layout): Layout => ({
  read(from, into) {
    const entries: Fields[] = [];
    while (from.left > 0) entries.push(readObject(of, from));
    into[name] = entries;
  },
  write: (given, to, path) => writeEntries(listIn(given, name, path), of, to, `${path}.${name}`),
});

function writeEntries(entries: readonly unknown[], of: Layout, to: Writer, path: string): void {
  for (const [i, entry] of entries.entries()) of.write(objectIn(entry, `${path}[${i}]`), to, `${path}[${i}]`);
}

/** Numbers with their count before them, shown as `count`. */
export const numbers = (count: string, size: number, name: string, each: number): Layout => ({
  read(from, into) {
    const entries = countOf(from, into, count, size);
    into[name] = Array.from({ length: entries }, () => from.number(each));
  },
  write(given, to, path) {
    const entries = listIn(given, name, path);
    writeLength(entries.length, size, to, `${path}.${name}`);
    for (const [i, entry] of entries.entries())
      to.number(numberIn({ entry }, 'entry', each, `${path}.${name}[${i}]`), each);
  },
});

/** There where `reads` says so of what was read before, and in writing where `writes` says so of what was given. */
export const only = (
  reads: (into: Fields, left: number) => boolean,
  writes: (given: Fields) => boolean,
  part: Layout,
): Layout => ({
  read(from, into) {
    if (reads(into, from.left)) part.read(from, into);
  },
  write(given, to, path) {
    if (writes(given)) part.write(given, to, path);
  },
});

/** An object of its own name. */
export const nested = (name: string, part: Layout): Layout => ({
  read: (from, into) => void (into[name] = readObject(part, from)),
  write: (given, to, path) => part.write(objectIn(given[name], `${path}.${name}`), to, `${path}.${name}`),
});

/** A part that has just `size` octets. */
export const exactly = (size: number, part: Layout): Layout => ({
  read(from, into) {
    part.read(new Reader(from.octets(size)), into);
  },
  write(given, to, path) {
    const measured = new Writer();
    part.write(given, measured, path);
    const octets = measured.done();
    if (octets.length !== size) throw new ProtocolError('RANGE', path, `${octets.length} octets, expected ${size}`);
    to.octets(octets);
  },
});

/** A part with its length of two octets before it, which is not shown. */
export const sized = (part: Layout): Layout => ({
  read(from, into) {
    part.read(new Reader(from.octets(from.number(2))), into);
  },
  write(given, to, path) {
    const measured = new Writer();
    part.write(given, measured, path);
    writeLength(measured.done().length, 2, to, path);
    to.octets(measured.done());
  },
});

function readObject(part: Layout, from: Reader): Fields {
  const fields: Record<string, unknown> = {};
  part.read(from, fields);
  return fields;
}

/** Every entry takes an octet at least: a count of more cannot be meant. */
function countOf(from: Reader, into: Record<string, unknown>, name: string, size: number): number {
  const count = from.number(size);
  if (count > from.left) throw new ProtocolError('TRUNCATED', name, `${count} entries, ${from.left} octets left`);
  into[name] = count;
  return count;
}

export function writeLength(length: number, size: number, to: Writer, path: string): void {
  if (length >= 256 ** size) throw new ProtocolError('RANGE', path, `${length} is not a length of ${size} octets`);
  to.number(length, size);
}

function textOr(given: Fields, name: string, otherwise: string | undefined, path: string): string {
  return given[name] === undefined && otherwise !== undefined ? otherwise : textIn(given, name, path);
}

const textOf = (octets: Uint8Array): string => gbkText(octets, 0, octets.length);
