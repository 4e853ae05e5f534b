/**
 * Objects whose whole numbers lie in typed arrays that many of them share: half the room of fields, what is read together lies
 * together, and the collector has nothing to follow. They are read and written like fields.
 */

/** Rows of one array: some 30 KiB, so that a few objects do not pay for many. */
const ROWS = 64;

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

export function rowsOf<K extends string>(starts: Readonly<Record<K, number>>): Rows<K> {
  const names = Object.keys(starts) as K[];
  const first = Int32Array.from(names, (name) => starts[name]);
  let page = new Int32Array(0);
  let next = 0;

  class Numbered extends Row {
    constructor() {
      if (next === page.length) {
        page = new Int32Array(ROWS * first.length);
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
