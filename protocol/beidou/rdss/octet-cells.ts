/** The vocabulary of the binary interface (4.0): cells over octets, big-endian. */
import { latin1Text, putLatin1 } from '../../text/gbk.ts';
import { type Cell, Reader, type Shape, unwritable } from '../cell.ts';
import { cardNumber } from './card-number.ts';

/** Hands out the octets of a body; a read past the end is refused. */
export class OctetReader extends Reader {
  readonly #b: Uint8Array;
  #at: number;
  readonly #end: number;

  constructor(b: Uint8Array, start: number, end: number) {
    super();
    this.#b = b;
    this.#at = start;
    this.#end = end;
  }

  /** Octets not yet read. */
  get left(): number {
    return this.#end - this.#at;
  }

  /** The next `size` octets as a number. */
  uint(size: number): number {
    if (this.left < size) return this.refuse('TRUNCATED', `takes ${size} octets, there are ${this.left}`);
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.#b[this.#at++]!;
    return value;
  }

  /** A copy of the next `size` octets. */
  octets(size: number): Uint8Array {
    if (this.left < size) return this.refuse('TRUNCATED', `takes ${size} octets, there are ${this.left}`);
    this.#at += size;
    return new Uint8Array(this.#b.subarray(this.#at - size, this.#at));
  }

  /** The octet `offset` from here, without reading it. */
  peek(offset: number): number | undefined {
    return offset < this.left ? this.#b[this.#at + offset] : undefined;
  }
}

/** A cell of a binary body. Nothing there can be left empty. */
export interface OctetCell<T> extends Cell<T, OctetReader, number[]> {
  readonly required: true;
}
/** Cells by name. */
export type OctetShape = Shape<OctetReader, number[]>;

/** A cell that reads from octets and writes octets. */
export function cell<T>(read: OctetCell<T>['read'], write: (value: T, out: number[]) => void): OctetCell<T> {
  return { required: true, read, write: (value, out) => write(value!, out) };
}

/** Writes `size` octets, the highest first. */
export function putUint(out: number[], size: number, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size))
    return unwritable('RANGE', `${value} does not fit into ${size} octets`);
  for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) out.push(Math.floor(value / 2 ** shift) & 255);
}

/** A whole number of 1 to 4 octets. */
export function uint(size: 1 | 2 | 3 | 4): OctetCell<number> {
  return cell(
    (from) => from.uint(size),
    (value, out) => putUint(out, size, value),
  );
}

/** A user address, 24 bits, as the seven digits of a card. */
export const address: OctetCell<string> = cell(
  (from) => cardNumber(from.uint(3)),
  (value, out) => {
    if (!/^\d{1,8}$/.test(value)) return unwritable('SHAPE', `"${value}" is no card number`);
    putUint(out, 3, Number(value));
  },
);

/** A name for the numbers that the table has; others are themselves. */
export function code<const N extends Readonly<Record<number, string>>>(names: N): OctetCell<N[keyof N] | number> {
  return cell(
    (from) => {
      const value = from.uint(1);
      return (names[value] as N[keyof N] | undefined) ?? value;
    },
    (value, out) => {
      const number =
        typeof value === 'number'
          ? value
          : Number(Object.keys(names).find((key) => names[Number(key)] === value) ?? Number.NaN);
      if (Number.isNaN(number)) return unwritable('SHAPE', `"${String(value)}" is no name`);
      putUint(out, 1, number);
    },
  );
}

/** Part of an octet: the lowest bit, and how many. */
export type BitPart = readonly [bit: number, width: number];

/** Numbers inside one octet. Bits without a name are kept together as `other`, where any is set. */
export function bits<const P extends Readonly<Record<string, BitPart>>>(
  parts: P,
): OctetCell<{ readonly [K in keyof P | 'other']?: number }> {
  const masks = Object.entries(parts).map(([name, [bit, width]]) => ({ name, bit, mask: ((1 << width) - 1) << bit }));
  const known = masks.reduce((all, { mask }) => all | mask, 0);
  return cell(
    (from) => {
      const octet = from.uint(1);
      const value: Record<string, number> = {};
      for (const { name, bit, mask } of masks) value[name] = (octet & mask) >> bit;
      if ((octet & ~known) !== 0) value['other'] = octet & ~known;
      return value;
    },
    (value, out) => {
      let octet = (value['other'] ?? 0) & ~known & 255;
      for (const { name, bit, mask } of masks) {
        const part = ((value as Readonly<Record<string, number>>)[name] ?? 0) << bit;
        if ((part & ~mask) !== 0) return unwritable('RANGE', `${name} does not fit into its bits`);
        octet |= part;
      }
      out.push(octet);
    },
  );
}

/** Octets that are left, as they are. */
export const rest: OctetCell<Uint8Array> = cell(
  (from) => from.octets(from.left),
  (value, out) => void out.push(...value),
);

/** Octets that are left, as numbers. */
export const restNumbers: OctetCell<readonly number[]> = cell(
  (from) => Array.from(from.octets(from.left)),
  (value, out) => {
    for (const each of value) putUint(out, 1, each);
  },
);

/** Octets that are left, as characters. */
export const restText: OctetCell<string> = cell(
  (from) => {
    const octets = from.octets(from.left);
    return latin1Text(octets, 0, octets.length);
  },
  (value, out) => {
    const octets = new Uint8Array(value.length);
    if (putLatin1(octets, 0, value) < 0) return unwritable('TEXT', 'a character is beyond U+00FF');
    out.push(...octets);
  },
);

/** `size` octets as numbers. */
export function numbersOf(size: number): OctetCell<readonly number[]> {
  return cell(
    (from) => Array.from(from.octets(size)),
    (value, out) => {
      if (value.length !== size) return unwritable('SHAPE', `${value.length} numbers, there are places for ${size}`);
      for (const each of value) putUint(out, 1, each);
    },
  );
}
