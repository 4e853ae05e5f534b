/** The vocabulary of sentences: cells over fields between commas. An empty field is no value, never 0. */
import { type Cell, Reader, type Shape, unwritable } from './cell.ts';

/** Hands out the fields of a sentence one by one; past the end they are empty. */
export class FieldReader extends Reader {
  readonly fields: readonly string[];
  #at = 0;

  constructor(fields: readonly string[]) {
    super();
    this.fields = fields;
  }

  /** Fields not yet read. */
  get left(): number {
    return Math.max(0, this.fields.length - this.#at);
  }

  /** The next field as it stands. */
  raw(): string {
    return this.fields[this.#at++] ?? '';
  }

  /** The next field without the blanks that some receivers pad with. */
  next(): string {
    return this.raw().trim();
  }

  /** A field not yet read, from the end: -1 is the last. Undefined where there is none. */
  peek(fromEnd: number): string | undefined {
    return -fromEnd > this.left ? undefined : this.fields.at(fromEnd);
  }
}

/** A cell of a sentence. */
export type FieldCell<T> = Cell<T, FieldReader, string[]>;
/** Cells by name. */
export type FieldShape = Shape<FieldReader, string[]>;

/** A cell of one field. */
export function field<T>(parse: (text: string, from: FieldReader) => T, format: (value: T) => string): FieldCell<T> {
  return {
    read(from) {
      const text = from.next();
      return text === '' ? undefined : parse(text, from);
    },
    write: (value, out) => void out.push(value === undefined ? '' : format(value)),
  };
}

/** Refuses a text that would become two fields. */
const undivided = (text: string): string => (text.includes(',') ? unwritable('TEXT', 'a comma would divide it') : text);

/** Any text without a comma. */
export const word: FieldCell<string> = field((text) => text, undivided);

/** A whole number of at least `width` digits. */
export function whole(width = 1, least = 0, most: number = Number.MAX_SAFE_INTEGER): FieldCell<number> {
  const within = (value: number): boolean => Number.isInteger(value) && value >= least && value <= most;
  return field(
    (text, from) => {
      if (!/^[+-]?\d{1,15}$/.test(text)) return from.refuse('SHAPE', `"${text}" is no whole number`);
      const value = Number(text);
      return within(value) ? value : from.refuse('RANGE', `${value} is not from ${least} to ${most}`);
    },
    (value) => {
      if (!within(value)) return unwritable('RANGE', `${value} is no whole number from ${least} to ${most}`);
      return `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`;
    },
  );
}

const DECIMAL = /^[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)$/;

/** A number with as many places as it has, at most nine; without an exponent. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return unwritable('RANGE', `${value} is no decimal number`);
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(9).replace(/\.?0+$/, '');
}

/** The number that `text` is; refused where it is none. Nine places are kept. */
export function decimalOf(text: string, from: FieldReader): number {
  if (!DECIMAL.test(text)) return from.refuse('SHAPE', `"${text}" is no number`);
  // Adding 0 turns -0 into 0: there is no such quantity.
  return Number(Number(text).toFixed(9)) + 0;
}

/** A number with or without a decimal point. */
export const decimal: FieldCell<number> = field(decimalOf, plainNumber);

/** A number and the letter of its unit behind it. The letter may be missing, but may be no other. */
export function quantity(unit: string): FieldCell<number> {
  return {
    read(from) {
      const text = from.next();
      const letter = from.next();
      if (letter !== '' && letter !== unit) return from.refuse('SHAPE', `its unit is ${unit}, not "${letter}"`);
      return text === '' ? undefined : decimalOf(text, from);
    },
    write: (value, out) => void out.push(value === undefined ? '' : plainNumber(value), unit),
  };
}

/** A name for each text that the table has; any other text is refused. */
export function named<const N extends Readonly<Record<string, string>>>(names: N): FieldCell<N[keyof N]> {
  return field(
    (text, from) =>
      Object.hasOwn(names, text)
        ? (names[text] as N[keyof N])
        : from.refuse('SHAPE', `"${text}" is none of ${Object.keys(names).join(' ')}`),
    (value) => Object.keys(names).find((text) => names[text] === value) ?? unwritable('SHAPE', `"${value}" is no name`),
  );
}

/** The same for a table that makers extend: a text without a name is its own. */
export function namedOrText<const N extends Readonly<Record<string, string>>>(names: N): FieldCell<string> {
  return field(
    (text) => (Object.hasOwn(names, text) ? names[text]! : text),
    (value) => Object.keys(names).find((text) => names[text] === value) ?? undivided(value),
  );
}

/** True for one text, false for the other. */
export function either(yes: string, no: string): FieldCell<boolean> {
  return field(
    (text, from) =>
      text === yes ? true : text === no ? false : from.refuse('SHAPE', `"${text}" is neither ${yes} nor ${no}`),
    (value) => (value ? yes : no),
  );
}

/** All fields that are left, as they stand. None is no value. */
export const others: FieldCell<readonly string[]> = {
  read(from) {
    const fields: string[] = [];
    while (from.left > 0) fields.push(from.raw());
    return fields.length === 0 ? undefined : fields;
  },
  write(value = [], out) {
    for (const each of value) out.push(undivided(each));
  },
};

/** A cell of the last field, which is not even empty where there is no value and nothing behind it. */
export function last<T>(cell: FieldCell<T>): FieldCell<T> {
  return {
    ...cell,
    read: (from, seen) => (from.left === 0 ? undefined : cell.read(from, seen)),
    write(value, out, all) {
      if (value !== undefined || all['extra'] !== undefined) cell.write(value, out, all);
    },
  };
}
