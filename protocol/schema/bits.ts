/** Sets of named bits: kept as the wire word, named on demand. */

/** A bit set as the unsigned word of the wire; its names live in the type and in the table of the field. */
export type Bits<Name extends string> = number & { readonly __bits?: Name };

/** Several bits that hold one small number: a name for each value but 0, the others are `<group>2`. */
export interface BitGroup {
  readonly bit: number;
  readonly width: number;
  readonly names: Readonly<Record<string, number>>;
}

/** Names of a word: a bit number (0 = least significant), or a group of bits. */
export type BitTable = Readonly<Record<string, number | BitGroup>>;

/** The names that a table can give, those of the values of its groups included. */
export type BitNames<T extends BitTable> = {
  [K in keyof T & string]: T[K] extends { readonly names: infer N } ? keyof N & string : K;
}[keyof T & string];

/** What a bit belongs to: itself, or a group that begins at `bit` and has names by value. */
interface Place {
  readonly name: string;
  readonly bit: number;
  readonly width: number;
  readonly values: readonly string[];
}

const places = new WeakMap<BitTable, readonly Place[]>();

/** The places of all 32 bits, worked out once; the bits of a group share one. */
function placesOf(table: BitTable): readonly Place[] {
  const known = places.get(table);
  if (known !== undefined) return known;
  const made: Place[] = Array.from({ length: 32 }, (_, bit) => ({ name: `bit${bit}`, bit, width: 1, values: [] }));
  for (const [name, at] of Object.entries(table)) {
    if (typeof at === 'number') {
      made[at] = { name, bit: at, width: 1, values: [] };
      continue;
    }
    const values = Array.from({ length: 2 ** at.width }, (_, value) => `${name}${value}`);
    for (const [valueName, value] of Object.entries(at.names)) values[value] = valueName;
    for (let i = 0; i < at.width; i++) made[at.bit + i] = { name, bit: at.bit, width: at.width, values };
  }
  places.set(table, made);
  return made;
}

/** Names of the bits that are set, in bit order; `bit27` where the table has no name. */
export function bitNames(table: BitTable, word: number): string[] {
  const names: string[] = [];
  let left = word;
  if (left === 0) return names;
  const row = placesOf(table);
  while (left !== 0) {
    // The lowest bit that is set; in a group, the bit where the group begins.
    const lowest = 31 - Math.clz32(left & -left);
    const place = row[lowest]!;
    if (place.width === 1) {
      names.push(place.name);
      left &= left - 1;
    } else {
      const value = (word >>> place.bit) & (2 ** place.width - 1);
      names.push(place.values[value]!);
      left &= ~((2 ** place.width - 1) << place.bit);
    }
  }
  return names;
}

/** The word in which the named bit or group value is set, or -1 where the table has no such name. */
export function bitMask(table: BitTable, name: string): number {
  for (const { name: own, bit, width, values } of placesOf(table)) {
    const value = width === 1 ? Number(own === name) : values.indexOf(name);
    if (value > 0) return (value << bit) >>> 0;
  }
  return -1;
}

/** Every name that `bitNames` can give for words of `size` octets. */
export function allBitNames(table: BitTable, size: number): string[] {
  return placesOf(table)
    .slice(0, 8 * size)
    .flatMap(({ name, bit, width, values }, at) => (width === 1 ? [name] : at === bit ? values.slice(1) : []));
}
