/** In which ways a terminal may differ from others, and when that is believed. */

interface Hypothesis {
  readonly values: readonly string[];
  /** Evidence in favour, net of evidence against, from which a value is believed. */
  readonly enter: number;
  readonly about: string;
}

/** Every hypothesis about a terminal. What the standard has, where it has one, comes first. */
export const HYPOTHESES = {
  revision: { values: ['2013', '2011', '2019'], enter: 1, about: 'Layout of its header and registration.' },
  versionFlag: { values: ['right', 'wrong'], enter: 2, about: 'Whether bit 14 says which layout the header has.' },
  manufacturer: { values: ['5', '11'], enter: 1, about: 'Octets of the manufacturer in 0x0107.' },
  phone: {
    values: ['bcd', 'hex', 'binary'],
    enter: 2,
    about: 'How the phone is written; binary: an IMEI as a number.',
  },
  text: { values: ['gbk', 'utf-8'], enter: 1, about: 'Characters of the plate in 0x0100.' },
  time: { values: ['utc+8', 'utc'], enter: 6, about: 'What its times count from.' },
  items: { values: ['1', '2'], enter: 3, about: 'Octets of the ids of its own items in 0x0200.' },
  vendor: {
    values: ['bsj', 'g10', 'jam-aware'],
    enter: 3,
    about: 'Whose items of 0x0200 these are, where they can be no other maker’s.',
  },
  altitude: {
    values: ['unsigned', 'signed'],
    enter: 3,
    about: 'Whether 0xFFF6 is 10 m below the sea or 65 km above it.',
  },
  escape: { values: ['right', 'wrong'], enter: 2, about: 'Whether 7E inside frames is escaped.' },
} as const satisfies Record<string, Hypothesis>;

export type HypothesisName = keyof typeof HYPOTHESES;
export type ValueOf<H extends HypothesisName> = (typeof HYPOTHESES)[H]['values'][number];

export const HYPOTHESIS_NAMES = Object.keys(HYPOTHESES) as readonly HypothesisName[];
