/**
 * The vocabulary in which the message catalogue is written.
 *
 * A field says what octets mean and carries the TypeScript type of the value they decode to. It does nothing by
 * itself: see `node.ts` for what reads it.
 */
import type { BitNames, Bits, BitTable } from './bits.ts';
import type { Condition, Count, Doc, Extent, Node, Part, Prefix, UintNode } from './node.ts';
import { REVISIONS, type Revision } from './revision.ts';

declare const type: unique symbol;

export class Field<out T> {
  declare readonly [type]: T;
  readonly node: Node;
  readonly doc: Doc;

  constructor(node: Node, doc: Doc = {}) {
    this.node = node;
    this.doc = doc;
  }

  /** Names the field as the standard's table does, with what an English reader should know. */
  about(zh: string, en?: string): this {
    const words = { ...this.doc, zh, ...(en === undefined ? {} : { en }) };
    return Object.assign(Object.create(Object.getPrototypeOf(this)) as this, this, { doc: words });
  }
}

export class UintField extends Field<number> {
  declare readonly node: UintNode;

  /** Wire number ÷ divisor = value in `unit`. */
  per(divisor: number, unit: string): UintField {
    return new UintField({ ...this.node, divisor }, { ...this.doc, unit });
  }

  unit(unit: string): UintField {
    return this.per(1, unit);
  }
}

/** An octet or more that follow from other fields, and so are no part of the value. */
export class DerivedField extends Field<number> {
  readonly derived = true as const;
}

/** A field that a body may lack: not in this revision, ruled out by another field, or left off by the sender. */
export class OptionalField<out T> extends Field<T> {
  readonly optional = true as const;
}

export class Item<out T> {
  declare readonly [type]: T;
  readonly id: number;
  readonly field: Field<T>;

  constructor(id: number, field: Field<T>) {
    this.id = id;
    this.field = field;
  }
}

/** A run of ids that share a layout. */
export class ItemRange<out T> {
  declare readonly [type]: T;
  readonly first: number;
  readonly last: number;
  readonly field: Field<T>;

  constructor(first: number, last: number, field: Field<T>) {
    this.first = first;
    this.last = last;
    this.field = field;
  }
}

export type Shape = Readonly<Record<string, Field<unknown>>>;

// --- inference

type Flat<T> = { [K in keyof T]: T[K] } & {};
export type ValueOf<F> = F extends Field<infer T> ? T : never;
type OptionalKey<S> = { [K in keyof S]: S[K] extends OptionalField<unknown> ? K : never }[keyof S];
type DerivedKey<S> = { [K in keyof S]: S[K] extends DerivedField ? K : never }[keyof S];
export type StructOf<S> = Flat<
  { readonly [K in Exclude<keyof S, OptionalKey<S> | DerivedKey<S>>]: ValueOf<S[K]> } & {
    readonly [K in OptionalKey<S>]?: ValueOf<S[K]> | undefined;
  }
>;
/** An item without a name: unknown, of a length that its name does not have, or come again. */
export interface RawItem {
  readonly id: number;
  readonly bytes: Uint8Array;
}
/** An item of a run of ids. */
export interface RangedItem<T> {
  readonly id: number;
  readonly value: T;
}
export type ItemsOf<I, R = object> = Flat<
  { readonly [K in keyof I]?: (I[K] extends Item<infer T> ? T : never) | undefined } & {
    readonly [K in keyof R]?: (R[K] extends ItemRange<infer T> ? readonly RangedItem<T>[] : never) | undefined;
  } & {
    readonly unknown?: readonly RawItem[] | undefined;
    /** Octets of a last item that is cut off. */
    readonly trailing?: Uint8Array | undefined;
  }
>;
/** A name, or the number where the table has no name for it: nothing that a terminal says is lost. */
export type Named<Names> = (keyof Names & string) | number;

// --- vocabulary

const uint = (size: 1 | 2 | 4): UintField => new UintField({ kind: 'uint', size, divisor: 1 });
export const u8: UintField = uint(1);
export const u16: UintField = uint(2);
export const u32: UintField = uint(4);

/**
 * A signed word. Two's complement is written; 0x8000–0xBFFF are read as sign and magnitude, since makers read the
 * clause ("highest bit 1 = negative") both ways and no carriage is at -16385 °C or below.
 */
export const signed16: Field<number> = new Field({ kind: 'signed', size: 2 });

/** Signed degrees: a magnitude in millionths on the wire, negative where bit `bit` of the field `flags` is set. */
export const coordinate = (flags: string, bit: number): Field<number> =>
  new Field<number>({ kind: 'coordinate', size: 4, divisor: 1e6, flags, bit }, { unit: 'deg' });

export function flags<const B extends BitTable>(size: 1 | 2 | 4, bits: B): Field<Bits<BitNames<B>>> {
  return new Field<Bits<BitNames<B>>>({ kind: 'flags', size, bits });
}

/** A word of numbers, kept as the word; its JSON form has them by name. */
export function packed<const P extends Record<string, Part>>(size: 1 | 2 | 4, parts: P): Field<number> {
  return new Field<number>({ kind: 'packed', size, parts });
}

export function enumeration<const N extends Record<string, number>>(size: 1 | 2 | 4, names: N): Field<Named<N>> {
  return new Field<Named<N>>({ kind: 'enumeration', size, names });
}

/** BCD[n]: 2n digits, leading zeros kept. */
export const bcd = (size: number): Field<string> => new Field<string>({ kind: 'bcd', size });

/** BCD[6] in UTC+8: epoch milliseconds, NaN where it names no moment. */
export const time: Field<number> = new Field<number>({ kind: 'time', form: 'bcd', size: 6 });

/** BCD[6] in UTC: epoch milliseconds, NaN where it names no moment. */
export const utcDigits: Field<number> = new Field<number>({ kind: 'time', form: 'utc', size: 6 });

/** BCD[6] in UTC+8 as its twelve digits, where a date of zeros stands for every day. */
export const moment: Field<string> = new Field<string>({ kind: 'bcd', size: 6, form: 'moment' });

/** BCD[4] YYYYMMDD as its eight digits. */
export const date: Field<string> = new Field<string>({ kind: 'bcd', size: 4, form: 'date' });

/** Day, month, year (WORD), hour, minute, second in UTC+8: epoch milliseconds, NaN where it names no moment. */
export const calendar: Field<number> = new Field<number>({ kind: 'time', form: 'calendar', size: 7 });

/** u64 of UTC: epoch milliseconds, NaN for 0. Seconds and milliseconds are told apart in reading; `form` is written. */
export const utc = (form: 'seconds' | 'milliseconds'): Field<number> =>
  new Field<number>({ kind: 'time', form, size: 8 });

/** A length of one, two or four octets before what it measures. */
export const prefix = (size: 1 | 2 | 4, name: string): Prefix => ({ size, name });

/** STRING: GBK, without padding. */
export const text = (extent: Extent): Field<string> => new Field<string>({ kind: 'text', extent, charset: 'gbk' });

/** BYTE[n] that makers fill with letters and digits: padded with NUL, every octet a character. */
export const ascii = (extent: Extent): Field<string> => new Field<string>({ kind: 'text', extent, charset: 'latin1' });

export const octets = (extent: Extent): Field<Uint8Array> => new Field<Uint8Array>({ kind: 'octets', extent });

export function struct<S extends Shape>(shape: S): Field<StructOf<S>> {
  return new Field<StructOf<S>>({ kind: 'struct', shape });
}

/** How many entries the list has that is there, one of `of`; written further in front than right before it. */
export const countOf = (size: 1 | 2 | 4, ...of: readonly string[]): DerivedField =>
  new DerivedField({ kind: 'count', size, of });

/** How many octets the field takes that is there, one of `of`: they say so by `{ from }`. */
export const lengthOf = (size: 1 | 2 | 4, ...of: readonly string[]): DerivedField =>
  new DerivedField({ kind: 'length', size, of });

/** XOR of all octets of the struct before it; quirk `inner-check` where it is another. */
export const xorCheck: DerivedField = new DerivedField({ kind: 'check', size: 1 });

/** As many as their count says, or as many as are left. Without a name, or of one field: a list of plain values. */
export function list<T>(count: Count, of: Field<T>): Field<readonly T[]> {
  return new Field<readonly T[]>({ kind: 'list', count, of });
}

/** A body of a length that is said. Where it cannot be read, its octets are the value: the others are not lost. */
export function sized<T>(extent: Exclude<Extent, number>, of: Field<T>): Field<T | Uint8Array> {
  return new Field<T | Uint8Array>({ kind: 'sized', extent, of });
}

export const item = <T>(id: number, field: Field<T>): Item<T> => new Item(id, field);

/** Every id from `first` to `last` with the same layout, of a fixed size. */
export const range = <T>(first: number, last: number, field: Field<T>): ItemRange<T> =>
  new ItemRange(first, last, field);

/** {id, length BYTE, value} repeated: keyed by name, what has no name is kept raw. */
export function items<I extends Record<string, Item<unknown>>, R extends Record<string, ItemRange<unknown>> = {}>(
  options: { readonly id: 1 | 4; readonly count?: Prefix; readonly shaped?: boolean; readonly ranges?: R },
  table: I,
): Field<ItemsOf<I, R>> {
  const { id, count, shaped = false, ranges = {} } = options;
  return new Field<ItemsOf<I, R>>({ kind: 'items', idSize: id, count, shaped, items: table, ranges });
}

/**
 * A struct that is met in more than one layout, told apart by where the octets end: the first that ends there is taken.
 * A value in one of the others has its name as `layout`, under which it is written again.
 */
export function layouts<T>(
  of: Field<T>,
  quirk: string,
  others: Readonly<Record<string, Field<T>>>,
): Field<T & { readonly layout?: string | undefined }> {
  return new Field<T & { readonly layout?: string | undefined }>({ kind: 'layouts', of, quirk, others }, of.doc);
}

/** One value, another layout by revision. */
export function revised<T>(by: Readonly<Record<Revision, OptionalField<T>>>): OptionalField<T>;
export function revised<T>(by: Readonly<Record<Revision, Field<T>>>): Field<T>;
export function revised<T>(by: Readonly<Record<Revision, Field<T>>>): Field<T> {
  const absent = REVISIONS.some((revision) => by[revision] instanceof OptionalField);
  return absent ? new OptionalField<T>({ kind: 'revised', by }) : new Field<T>({ kind: 'revised', by });
}

function only<T>(field: Field<T>, has: (revision: Revision) => boolean): OptionalField<T> {
  const by = Object.fromEntries(REVISIONS.filter(has).map((revision) => [revision, field]));
  return new OptionalField<T>({ kind: 'revised', by }, field.doc);
}

/** There from `first` on. */
export const since = <T>(first: Revision, field: Field<T>): OptionalField<T> =>
  only(field, (revision) => revision >= first);

/** There up to `last`. */
export const until = <T>(last: Revision, field: Field<T>): OptionalField<T> =>
  only(field, (revision) => revision <= last);

/** There if, and only if, the condition holds. */
export const when = <T>(condition: Condition, field: Field<T>): OptionalField<T> =>
  new OptionalField<T>({ kind: 'when', condition, of: field }, field.doc);

/** There if octets are left for it. A sender must write it where `due` holds (default: never). */
export const optional = <T>(field: Field<T>, due: Condition | 'always' | 'never' = 'never'): OptionalField<T> =>
  new OptionalField<T>({ kind: 'optional', due, of: field }, field.doc);

/** Conditions on the wire number of an earlier field, of the same struct or of one around it. */
export const equal = (field: string, value: number): Condition => ({ field, equals: value });
export const differs = (field: string, value: number): Condition => ({ field, not: value });
export const hasBit = (field: string, bit: number): Condition => ({ field, bit });
export const among = (field: string, ...values: readonly number[]): Condition => ({ field, among: values });
export const both = (...all: readonly Condition[]): Condition => ({ all });
