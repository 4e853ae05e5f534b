/**
 * Objects whose whole numbers lie in typed arrays that many of them share: half the room of fields, what is read together lies
 * together, and the collector has nothing to follow. They are read and written like fields.
 */

/** Rows of the first array; of each that follows twice as many, so that a few objects do not pay for many, up to the most. */
const LEAST_ROWS = 64;
const MOST_ROWS = 4096;
/** Numbers of a line of the cache: rows are whole lines, so that what is in the first ones of a row stays there. */
const LINE = 16;

/** Where the numbers of an object lie: `page[at + column]`. */
export class Row {
  readonly page: Int32Array;
  readonly at: number;

  constructor(page: Int32Array, at: number) {
    this.page = page;
    this.at = at;
  }
}

/** A class of rows with these numbers, each starting at what is given: whole, and of 32 bits, as others are cut off. */
export interface Rows<K extends string> {
  new (): Row & Record<K, number>;
  /** The numbers of a row that are not what they start at. */
  changed(row: Row): Partial<Record<K, number>>;
}

/** `together`: what is read and written together, and so lies at the beginning of a row, in this order; the rest as it is given. */
export function rowsOf<K extends string>(
  starts: Readonly<Record<K, number>>,
  together: readonly NoInfer<K>[] = [],
): Rows<K> {
  const names = [...new Set([...together, ...(Object.keys(starts) as K[])])];
  const first = new Int32Array(Math.ceil(names.length / LINE) * LINE);
  names.forEach((name, column) => {
    first[column] = starts[name];
  });
  let page = new Int32Array(0);
  let next = 0;
  let rows = LEAST_ROWS;

  class Numbered extends Row {
    constructor() {
      if (next === page.length) {
        page = new Int32Array(rows * first.length);
        rows = Math.min(MOST_ROWS, 2 * rows);
        next = 0;
      }
      super(page, next);
      page.set(first, next);
      next += first.length;
    }

    static changed({ page: from, at }: Row): Partial<Record<K, number>> {
      const out: Partial<Record<K, number>> = {};
      names.forEach((name, column) => {
        const value = from[at + column]!;
        if (value !== first[column]) out[name] = value;
      });
      return out;
    }
  }
  names.forEach((name, column) => {
    Object.defineProperty(Numbered.prototype, name, {
      get(this: Row): number {
        return this.page[this.at + column]!;
      },
      set(this: Row, value: number) {
        this.page[this.at + column] = value;
      },
    });
  });
  return Numbered as unknown as Rows<K>;
}
