/**
 * Named deviations that are tolerated: counted and shown, never silent leniency.
 *
 * On the hot path they are bits of one number; names are made only for people.
 */
import type { BodyQuirk, QuirkSink } from '../schema/quirk.ts';

interface Quirk {
  readonly bit: number;
  readonly about: string;
}

/** Every quirk: its bit, and what was met, in one sentence. */
export const QUIRKS = {
  'unescaped-delimiter': { bit: 0, about: 'An octet 7E inside the frame was sent without its escape.' },
  'unescaped-check': { bit: 1, about: 'The check octet 7D was sent without its escape.' },
  'version-flag': { bit: 2, about: 'The version flag (bit 14) contradicts the layout of the header.' },
  'phone-hex': { bit: 3, about: 'The phone holds digits a to f, which BCD does not have.' },
  'part-serials': { bit: 4, about: 'The parts of a sub-packaged message do not have consecutive serials.' },
  length: {
    bit: 5,
    about: 'A field, item or parameter has another length than its table says; what no layout fits is kept raw.',
  },
  trailing: { bit: 6, about: 'Octets are left over after the last field, or the last item is cut off.' },
  count: { bit: 7, about: 'A list holds another number of entries than its count says.' },
  repeated: { bit: 8, about: 'An item that occurs once by its table came again.' },
  'broken-item': { bit: 9, about: 'An element of a list could not be read and was kept raw; the others were read.' },
  'signed-coordinate': {
    bit: 10,
    about: 'A coordinate is negative in two’s complement instead of by its hemisphere bit.',
  },
  'sign-magnitude': { bit: 11, about: 'A temperature is written as sign and magnitude instead of two’s complement.' },
  text: { bit: 12, about: 'A text holds octets that its character set does not have.' },
  'inner-check': { bit: 13, about: 'The check octet of a driving-recorder frame is not the XOR of its octets.' },
  'other-edition': {
    bit: 14,
    about: 'The body has the layout of another edition than the header and the session say.',
  },
  'manufacturer-11': { bit: 15, about: 'A manufacturer id has 11 octets, as in 0x0100 of 2019, where 5 are due.' },
  'package-count': { bit: 16, about: 'A second count, of the entries in this package, follows the first (2011).' },
  'no-count': { bit: 17, about: 'A list that should begin with its count begins with its first entry.' },
  'variable-location': { bit: 18, about: 'Locations carry additional items where only their fixed part is due.' },
  supplement: { bit: 19, about: 'A driver’s identity is followed by how well the face matches and a card’s UID.' },
  'area-data': { bit: 20, about: 'Areas are told as one body with all of them, or without what stands before them.' },
  opaque: { bit: 21, about: 'Part of the body has no layout that is known, and was kept raw.' },
  unconditional: { bit: 23, about: 'Fields that a flag rules out were sent all the same.' },
  province: {
    bit: 22,
    about: 'The layout of a province, whose alarm identification is longer than in T/JSATL 12-2017.',
  },
  'time-unit': { bit: 29, about: 'A time counts milliseconds where seconds are due, or the other way round.' },
  other: { bit: 30, about: 'A deviation without a name of its own.' },
} as const satisfies Record<BodyQuirk, Quirk> & Record<string, Quirk>;

/** Name of a deviation that is tolerated. */
export type QuirkName = keyof typeof QUIRKS;

const NAMES = Object.keys(QUIRKS) as QuirkName[];
const BITS: Readonly<Record<string, number>> = Object.fromEntries(NAMES.map((name) => [name, 1 << QUIRKS[name].bit]));

/** The bit of a quirk; that of `other` for a name that is not in the table. */
export function quirkBit(name: string): number {
  return BITS[name] ?? 1 << QUIRKS.other.bit;
}

/** Names of the bits that are set, in the order of the table. */
export function quirkNames(bits: number): QuirkName[] {
  return bits === 0 ? [] : NAMES.filter((name) => (bits & (1 << QUIRKS[name].bit)) !== 0);
}

/** Collects quirks as bits; one is reused for many messages, cleared between them. */
export class QuirkSet implements QuirkSink {
  bits = 0;

  quirk(name: string): void {
    this.bits |= quirkBit(name);
  }

  clear(): void {
    this.bits = 0;
  }
}
