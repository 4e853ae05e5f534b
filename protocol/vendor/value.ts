/**
 * The vocabulary of vendor tables. An item is a row: its id, the lengths that it has in that meaning, and how its octets
 * are read. A row is data only, so that a maker's documents can be typed in and compared with it line by line.
 */
import type { Signal } from './reading.ts';

/** A whole number on the wire, scaled into its unit. */
export interface NumberValue {
  readonly as: 'number';
  readonly size: 1 | 2 | 3 | 4;
  readonly signed?: true;
  /** The highest bit is a sign before a magnitude. */
  readonly signMagnitude?: true;
  /** Wire units in one of `unit`. */
  readonly per?: number;
  /** Units in one of the wire. */
  readonly times?: number;
  /** Added after that. */
  readonly plus?: number;
  /** Wire value for "no data". */
  readonly none?: number;
  readonly unit?: string;
  readonly means?: Signal;
  /** It says the same as an item or field before it, but better. */
  readonly finer?: true;
}

/** The rest as text, or `size` octets of it; padding dropped. */
export interface TextValue {
  readonly as: 'text' | 'digits' | 'hex';
  readonly size?: number;
  readonly means?: Signal;
  /** Digits to drop in front: 15 digits in 8 octets begin with a 0. */
  readonly skip?: number;
}

/** How octets of an item are read. */
export type VendorValue =
  | NumberValue
  | TextValue
  /** Names of the bits that are set, or of those that are not where the word is `activeLow`. */
  | {
      readonly as: 'flags';
      readonly size: 1 | 2 | 4;
      readonly activeLow?: true;
      readonly bits: Readonly<Record<string, number>>;
      readonly means?: Readonly<Partial<Record<Signal, number>>>;
    }
  /**
   * One name of several; the number itself where none fits. Its signal is the name, or where `true` is given, whether
   * the number is one of these.
   */
  | {
      readonly as: 'choice';
      readonly size: 1 | 2;
      readonly names: Readonly<Record<number, string>>;
      readonly means?: Signal;
      readonly true?: readonly number[];
    }
  /** One behind the other. A `cell` begins with the fields `mcc`, `mnc`, `lac` and `cell`, in this order. */
  | { readonly as: 'fields'; readonly fields: Readonly<Record<string, VendorValue>>; readonly means?: 'cell' }
  /** As many as fit, or as many as `count` octets in front say. */
  | { readonly as: 'list'; readonly count?: 1; readonly of: VendorValue }
  /**
   * A mask, then the fields whose bits are set in it, by rising bit. Behind a bit that the table does not have, the rest
   * is octets.
   */
  | {
      readonly as: 'masked';
      readonly size: 1 | 2;
      readonly fields: Readonly<Record<number, readonly [name: string, of: VendorValue]>>;
    }
  /** Items inside an item. */
  | {
      readonly as: 'nested';
      /** Octets before the first. */
      readonly skip?: number;
      readonly idSize: 1 | 2;
      readonly lengthSize: 1 | 2;
      /** The length stands before the id and counts it. */
      readonly lengthFirst?: true;
      readonly items: readonly VendorItem[];
    };

/** One row of a vendor table. Rows of one id are told apart by their lengths; the first that fits and can be read holds. */
export interface VendorItem {
  readonly id: number;
  readonly name: string;
  /** Lengths in this meaning: one, several, or `[each, plus]` for any `plus` + n × `each`. Any, where it is missing. */
  readonly size?: number | readonly number[] | { readonly each: number; readonly plus?: number };
  readonly value: VendorValue;
}

type Extra = Omit<NumberValue, 'as' | 'size'>;

export const uint = (size: NumberValue['size'], extra: Extra = {}): NumberValue => ({ as: 'number', size, ...extra });
/** Hundredths, tenths or thousandths of a volt. */
export const volts = (size: 1 | 2 | 4, per: number, means?: Signal): NumberValue => ({
  as: 'number',
  size,
  per,
  unit: 'V',
  ...(means === undefined ? {} : { means }),
});
export const percent = (means?: Signal): NumberValue => ({
  as: 'number',
  size: 1,
  unit: '%',
  ...(means === undefined ? {} : { means }),
});
export const chars = (means?: Signal, size?: number): VendorValue => ({
  as: 'text',
  ...(size === undefined ? {} : { size }),
  ...(means === undefined ? {} : { means }),
});
export const digits = (size: number, means?: Signal, skip = 0): VendorValue => ({
  as: 'digits',
  size,
  skip,
  ...(means === undefined ? {} : { means }),
});
/** Texts behind a count of them, with no saying where one ends. */
export const countedText = (): VendorValue => fields({ count: uint(1), text: chars() });
export const hex = (size?: number): VendorValue => ({ as: 'hex', ...(size === undefined ? {} : { size }) });
export const fields = (of: Readonly<Record<string, VendorValue>>): VendorValue => ({ as: 'fields', fields: of });
/** A cell tower, with what stands behind its number. */
export const cell = (areaSize: 2 | 3, behind: Readonly<Record<string, VendorValue>> = {}): VendorValue => ({
  as: 'fields',
  means: 'cell',
  fields: { mcc: uint(2), mnc: uint(1), lac: uint(areaSize), cell: uint(4), ...behind },
});
export const listOf = (of: VendorValue): VendorValue => ({ as: 'list', of });
export const countedList = (of: VendorValue): VendorValue => ({ as: 'list', count: 1, of });
