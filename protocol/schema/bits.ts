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

/** What stands at a bit: its name; or for the lowest bit of a group, the names by value. */
interface Place {
  readonly name: string;
  readonly width: number;
  readonly values: readonly string[];
}

const places = new WeakMap<BitTable, readonly Place[]>();

/** The 32 places of a table, worked out once. Higher bits of a group hold a place of width 0. */
function placesOf(table: BitTable): readonly Place[] {
  const known = places.get(table);
  if (known !== undefined) return known;
  const made: Place[] = Array.from({ length: 32 }, (_, bit) => ({ name: `bit${bit}`, width: 1, values: [] }));
  for (const [name, at] of Object.entries(table)) {
    if (typeof at === 'number') {
      made[at] = { name, width: 1, values: [] };
      continue;
    }
    const values = Array.from({ length: 2 ** at.width }, (_, value) => `${name}${value}`);
    for (const [valueName, value] of Object.entries(at.names)) values[value] = valueName;
    for (let i = 0; i < at.width; i++) made[at.bit + i] = { name, width: i === 0 ? at.width : 0, values };
  }
  places.set(table, made);
  return made;
}

/** Names of the bits that are set, in bit order; `bit27` where the table has no name. */
export function bitNames(table: BitTable, word: number): string[] {
  const names: string[] = [];
  if (word === 0) return names;
  const row = placesOf(table);
  for (let bit = 0; bit < 32; bit++) {
    const place = row[bit]!;
    if (place.width === 1) {
      if (((word >>> bit) & 1) !== 0) names.push(place.name);
    } else if (place.width > 1) {
      const value = (word >>> bit) & (2 ** place.width - 1);
      if (value !== 0) names.push(place.values[value]!);
    }
  }
  return names;
}

/** The word in which the named bit or group value is set, or -1 where the table has no such name. */
export function bitMask(table: BitTable, name: string): number {
  const row = placesOf(table);
  for (let bit = 0; bit < 32; bit++) {
    const place = row[bit]!;
    if (place.width === 1 && place.name === name) return (1 << bit) >>> 0;
    if (place.width > 1 && place.values.indexOf(name) > 0) return (place.values.indexOf(name) << bit) >>> 0;
  }
  return -1;
}

/** Every name that `bitNames` can give for words of `size` octets. */
export function allBitNames(table: BitTable, size: number): string[] {
  return placesOf(table)
    .slice(0, 8 * size)
    .flatMap((place) => (place.width === 1 ? [place.name] : place.width > 1 ? place.values.slice(1) : []));
}
