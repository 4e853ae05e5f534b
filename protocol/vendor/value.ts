/**
 * The vocabulary of vendor tables. An item is a row: its id, the lengths that it has in that meaning, and how its octets
 * are read. A row is data only, so that a maker's documents can be typed in and compared with it line by line.
 */
import type { VendorSignal } from './reading.ts';

/** A whole number on the wire, scaled into its unit. */
export interface NumberValue {
  readonly as: 'number';
  readonly size: 1 | 2 | 3 | 4;
  readonly signed?: true;
  /** The highest bit is a sign before a magnitude. */
  readonly signMagnitude?: true;
  /** Wire units in one of `unit`. */
  readonly per?: number;
  /** Added after that. */
  readonly plus?: number;
  /** Wire value for "no data". */
  readonly none?: number;
  readonly unit?: string;
  readonly means?: VendorSignal;
}

/** How octets of an item are read. */
export type VendorValue =
  | NumberValue
  /** The rest as text, or `size` octets of it; padding dropped. */
  | {
      readonly as: 'text' | 'digits' | 'hex';
      readonly size?: number;
      readonly means?: VendorSignal;
      /** Digits to drop in front: 15 digits in 8 octets begin with a 0. */
      readonly skip?: number;
    }
  /** Names of the bits that are set. */
  | {
      readonly as: 'flags';
      readonly size: 1 | 2 | 4;
      readonly bits: Readonly<Record<string, number>>;
      readonly means?: Readonly<Partial<Record<VendorSignal, number>>>;
    }
  /** One name of several; the number itself where none fits. `true` names the values that its signal is true for. */
  | {
      readonly as: 'choice';
      readonly size: 1 | 2;
      readonly names: Readonly<Record<number, string>>;
      readonly means?: VendorSignal;
      readonly true?: readonly number[];
    }
  | { readonly as: 'fields'; readonly fields: Readonly<Record<string, VendorValue>> }
  /** As many as fit, or as many as `count` octets in front say. */
  | { readonly as: 'list'; readonly count?: 1; readonly of: VendorValue }
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

/** One row of a vendor table. Rows of one id are told apart by their lengths; the first that fits holds. */
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
export const volts = (size: 1 | 2 | 4, per: number, means?: VendorSignal): NumberValue => ({
  as: 'number',
  size,
  per,
  unit: 'V',
  ...(means === undefined ? {} : { means }),
});
export const percent = (means?: VendorSignal): NumberValue => ({
  as: 'number',
  size: 1,
  unit: '%',
  ...(means === undefined ? {} : { means }),
});
export const chars = (means?: VendorSignal, size?: number): VendorValue => ({
  as: 'text',
  ...(size === undefined ? {} : { size }),
  ...(means === undefined ? {} : { means }),
});
export const digits = (size: number, means?: VendorSignal, skip = 0): VendorValue => ({
  as: 'digits',
  size,
  skip,
  ...(means === undefined ? {} : { means }),
});
export const hex = (size?: number): VendorValue => ({ as: 'hex', ...(size === undefined ? {} : { size }) });
export const fields = (of: Readonly<Record<string, VendorValue>>): VendorValue => ({ as: 'fields', fields: of });
export const listOf = (of: VendorValue): VendorValue => ({ as: 'list', of });
export const countedList = (of: VendorValue): VendorValue => ({ as: 'list', count: 1, of });
