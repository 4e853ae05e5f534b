/** VTG, DHV, HDT, THS, ZDA, GST, GBS, GRS and DTM: motion, heading, time and error. */
import { decimal, type FieldCell, last, named, namedOrText, quantity, whole, word } from '../field-cells.ts';
import { sentence } from '../sentence-type.ts';
import { dateText, isDate, timeOfDay } from '../time-cells.ts';
import { FIX_MODES } from './position-sentences.ts';

export const VTG = sentence('VTG', 'courseAndSpeed', '地面速度信息', {
  /** Degrees from true north; absent while standing. */
  course: quantity('T'),
  magneticCourse: quantity('M'),
  speedKnots: quantity('N'),
  /** km/h. */
  speed: quantity('K'),
  mode: last(namedOrText(FIX_MODES)),
});

/** Of CASIC receivers: metres a second, in space, along the axes of the earth, and over ground. */
export const DHV = sentence('DHV', 'velocity', '速度详细信息', {
  time: timeOfDay,
  speed3d: decimal,
  velocityX: decimal,
  velocityY: decimal,
  velocityZ: decimal,
  groundSpeed: decimal,
});

export const HDT = sentence('HDT', 'trueHeading', '真航向', { heading: quantity('T') });

export const THS = sentence('THS', 'headingAndStatus', '航向与状态', {
  heading: decimal,
  status: named({ A: 'autonomous', E: 'estimated', M: 'manual', S: 'simulator', V: 'void' }),
});

/** Day, month and year in three fields. */
export const dayMonthYear: FieldCell<string> = {
  read(from) {
    const [day, month, year] = [from.next(), from.next(), from.next()];
    if (day === '' || month === '' || year === '') return undefined;
    const valid = /^\d{1,2}$/.test(day) && /^\d{1,2}$/.test(month) && /^\d{4}$/.test(year);
    if (!valid || !isDate(Number(year), Number(month), Number(day)))
      return from.refuse('SHAPE', `${day} ${month} ${year} is no day of the calendar`);
    return dateText(Number(year), Number(month), Number(day));
  },
  write(value, out) {
    const [year = '', month = '', day = ''] = value?.split('-') ?? [];
    out.push(day, month, year);
  },
};

/** Six fields; an RDSS machine's `$BDZDA` has eleven. */
export const ZDA = sentence(
  'ZDA',
  'timeAndDate',
  '时间与日期',
  { time: timeOfDay, date: dayMonthYear, zoneHours: whole(2, -13, 14), zoneMinutes: whole(2, -59, 59) },
  {
    fits: (fields) => fields.length < 11,
    also: ({ time, date }) => (time === undefined || date === undefined ? {} : { dateTime: `${date}T${time}` }),
  },
);

/** Metres at one sigma; the orientation of the ellipse in degrees from true north. */
export const GST = sentence('GST', 'positionErrors', '伪距误差统计', {
  time: timeOfDay,
  rms: decimal,
  majorAxis: decimal,
  minorAxis: decimal,
  orientation: decimal,
  latitudeError: decimal,
  longitudeError: decimal,
  altitudeError: decimal,
});

/** Metres; which satellite most likely fails, and how it was found out. */
export const GBS = sentence('GBS', 'satelliteFaults', '卫星故障检测', {
  time: timeOfDay,
  latitudeError: decimal,
  longitudeError: decimal,
  altitudeError: decimal,
  satellite: whole(2, 0, 999),
  probability: decimal,
  bias: decimal,
  deviation: decimal,
  systemId: word,
  signalId: word,
});

const PLACES = 12;

/** Twelve places, in the order of the satellites in GSA; null is an empty place before a filled one. */
const residuals: FieldCell<readonly (number | null)[]> = {
  read(from) {
    const values = Array.from({ length: PLACES }, () => decimal.read(from, {}) ?? null);
    return values.slice(0, values.findLastIndex((value) => value !== null) + 1);
  },
  write(value = [], out) {
    for (let i = 0; i < PLACES; i++) decimal.write(value[i] ?? undefined, out, {});
  },
};

export const GRS = sentence('GRS', 'residuals', '伪距残差', {
  time: timeOfDay,
  /** 1: computed again after the position was. */
  mode: whole(1, 0, 1),
  residuals,
  systemId: word,
  signalId: word,
});

/** Minutes of arc and N or S (E or W): how far the local datum lies from the reference. */
function shift(positive: string, negative: string): FieldCell<number> {
  return {
    read(from) {
      const value = decimal.read(from, {});
      const side = from.next();
      if (value === undefined) return undefined;
      if (side !== positive && side !== negative) return from.refuse('SHAPE', `its side is not "${side}"`);
      return side === negative ? 0 - value : value;
    },
    write(value, out) {
      decimal.write(value === undefined ? undefined : Math.abs(value), out, {});
      out.push(value === undefined ? '' : value < 0 ? negative : positive);
    },
  };
}

export const DTM = sentence('DTM', 'datum', '坐标系', {
  local: word,
  subdivision: word,
  latitudeShift: shift('N', 'S'),
  longitudeShift: shift('E', 'W'),
  altitudeShift: decimal,
  reference: word,
});

/** `^hh` stands for a character that a sentence cannot hold. */
const escaped: FieldCell<string> = {
  read(from) {
    const parts: string[] = [];
    while (from.left > 0) parts.push(from.raw());
    const text = parts.join(',');
    if (text === '') return undefined;
    return text.replaceAll(/\^([0-9A-Fa-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  },
  write: (value = '', out) =>
    void out.push(
      // oxlint-disable-next-line no-control-regex -- they are what has to be escaped
      value.replaceAll(/[\x00-\x1f!$*,\\^~\x7f\xff]/g, (character) => {
        return `^${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
      }),
    ),
};

const two = whole(2, 0, 99);

/** Words of the receiver, among them the state of its antenna. */
export const TXT = sentence('TXT', 'text', '文本信息', {
  total: two,
  number: two,
  /** 0 error, 1 warning, 2 notice, 7 user. */
  identifier: two,
  text: escaped,
});
