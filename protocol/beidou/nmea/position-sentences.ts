/** GGA, RMC, GLL and GNS: where the receiver is. */
import { decimal, field, type FieldCell, last, named, namedOrText, quantity, whole, word } from '../field-cells.ts';
import { sentence } from '../sentence-type.ts';
import { date, latitude, longitude, timeOfDay, variation } from '../time-cells.ts';

/** A knot is one nautical mile (1852 m) an hour. */
export const KMH_PER_KNOT = 1.852;

/** Speeds are printed to thousandths of a knot at best. */
export const kmhOfKnots = (knots: number): number => Math.round(knots * KMH_PER_KNOT * 1e4) / 1e4;

/** How a position was found: the letters of NMEA 2.3 and later; old RDSS stacks print digits. */
export const FIX_MODES = {
  N: 'none',
  A: 'single',
  D: 'differential',
  P: 'precise',
  R: 'rtkFixed',
  F: 'rtkFloat',
  E: 'deadReckoning',
  M: 'manual',
  S: 'simulator',
} as const;

/** The same as the numbers of GGA. */
export const FIX_QUALITIES = {
  0: 'none',
  1: 'single',
  2: 'differential',
  3: 'precise',
  4: 'rtkFixed',
  5: 'rtkFloat',
  6: 'deadReckoning',
  7: 'manual',
  8: 'simulator',
} as const;
/** How a position was found. */
export type FixQuality = (typeof FIX_QUALITIES)[keyof typeof FIX_QUALITIES];

const quality: FieldCell<FixQuality> = field(
  (text, from) => {
    const value = /^0?\d$/.test(text) ? FIX_QUALITIES[Number(text) as keyof typeof FIX_QUALITIES] : undefined;
    return value ?? from.refuse('RANGE', `"${text}" is no quality from 0 to 8`);
  },
  (value) => Object.keys(FIX_QUALITIES).find((key) => FIX_QUALITIES[Number(key) as 0] === value) ?? '0',
);

const mode = namedOrText(FIX_MODES);
const status = named({ A: 'valid', V: 'void' });
/** V, "not provided", is what nearly all receivers say; it is no word about the fix. */
const navigationalStatus = namedOrText({ S: 'safe', C: 'caution', U: 'unsafe', V: 'notProvided' });

export const GGA = sentence('GGA', 'fixData', '定位信息', {
  time: timeOfDay,
  latitude,
  longitude,
  quality,
  satellites: whole(2, 0, 999),
  hdop: decimal,
  altitude: quantity('M'),
  geoidSeparation: quantity('M'),
  /** Seconds. */
  correctionAge: decimal,
  station: word,
  /** Behind the end of the NMEA sentence in the Chinese one. */
  vdop: last(decimal),
});

export const RMC = sentence(
  'RMC',
  'minimumData',
  '推荐最小定位信息',
  {
    time: timeOfDay,
    status,
    latitude,
    longitude,
    speedKnots: decimal,
    course: decimal,
    date,
    variation,
    mode,
    navigationalStatus,
  },
  {
    also: ({ time, date: day, speedKnots }) => ({
      ...(day === undefined || time === undefined ? {} : { dateTime: `${day}T${time}` }),
      ...(speedKnots === undefined ? {} : { speed: kmhOfKnots(speedKnots) }),
    }),
  },
);

export const GLL = sentence('GLL', 'geographicPosition', '地理定位信息', {
  latitude,
  longitude,
  time: timeOfDay,
  status,
  mode: last(mode),
});

/** One letter for each system, GPS and GLONASS first. */
const modes: FieldCell<readonly string[]> = field(
  (text) => Array.from(text, (letter) => FIX_MODES[letter as keyof typeof FIX_MODES] ?? letter),
  (value) => value.map((name) => Object.entries(FIX_MODES).find(([, each]) => each === name)?.[0] ?? name).join(''),
);

export const GNS = sentence('GNS', 'systemsFixData', '多系统定位信息', {
  time: timeOfDay,
  latitude,
  longitude,
  modes,
  satellites: whole(2, 0, 999),
  hdop: decimal,
  altitude: decimal,
  geoidSeparation: decimal,
  correctionAge: decimal,
  station: word,
  navigationalStatus: last(navigationalStatus),
});
