/** Times and angles of sentences. Times of NMEA are UTC and end in Z; degrees are signed, north and east positive. */
import { decimalOf, field, type FieldCell, type FieldReader, plainNumber } from './field-cells.ts';
import { unwritable } from './cell.ts';

const CLOCK = /^(\d\d)(\d\d)(\d\d)(?:\.(\d*))?$/;
const CLOCK_TEXT = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/** At least `places` digits behind the point are written. */
function clock(places: 0 | 2): FieldCell<string> {
  return field(
    (text, from) => {
      const [, hour, minute, second, fraction = ''] = CLOCK.exec(text) ?? [];
      // A leap second is numbered 60.
      if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60)
        return from.refuse('SHAPE', `"${text}" is no time hhmmss`);
      const part = fraction.slice(0, 9).replace(/0+$/, '');
      return `${hour}:${minute}:${second}${part === '' ? '' : `.${part}`}Z`;
    },
    (value) => {
      const [, hour, minute, second, fraction = ''] = CLOCK_TEXT.exec(value) ?? [];
      if (hour === undefined) return unwritable('SHAPE', `"${value}" is no time hh:mm:ssZ`);
      const part = fraction.padEnd(places, '0');
      return `${hour}${minute}${second}${part === '' ? '' : `.${part}`}`;
    },
  );
}

/** hhmmss.ss → `07:07:23Z`, `07:07:23.25Z`: digits behind the point as they came, without zeros at the end. */
export const timeOfDay: FieldCell<string> = clock(2);
/** hhmmss → the same. */
export const timeInSeconds: FieldCell<string> = clock(0);

/** Milliseconds since midnight of what `timeOfDay` reads. */
export function msOfTime(time: string): number {
  const [hour, minute, second] = time.slice(0, -1).split(':');
  return Number(hour) * 3_600_000 + Number(minute) * 60_000 + Math.round(Number(second) * 1000);
}

/** Whether a calendar has such a day. */
export function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** `2024-03-07`. */
export function dateText(year: number, month: number, day: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** The year of two digits: satellite navigation began in 1980. */
export const fullYear = (two: number): number => (two >= 80 ? 1900 : 2000) + two;

/** ddmmyy → `2024-03-07`. */
export const date: FieldCell<string> = field(
  (text, from) => {
    const [, day, month, two] = (/^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []).map(Number);
    const year = fullYear(two ?? Number.NaN);
    if (day === undefined || month === undefined || !isDate(year, month, day))
      return from.refuse('SHAPE', `"${text}" is no date ddmmyy`);
    return dateText(year, month, day);
  },
  (value) => {
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value) ?? [];
    if (year === undefined || fullYear(Number(year.slice(2))) !== Number(year))
      return unwritable('SHAPE', `"${value}" is no date of 1980 to 2079`);
    return `${day}${month}${year.slice(2)}`;
  },
);

/** A billionth of a degree is a tenth of a millimetre: what a double adds beyond it is noise. */
export const roundDegrees = (value: number): number => Math.round(value * 1e9) / 1e9 + 0;

function readDegrees(text: string, most: number, from: FieldReader): number {
  const [, degrees, minutes] = /^(\d{0,3}?)(\d{1,2}(?:\.\d*)?)$/.exec(text) ?? [];
  if (minutes === undefined) return from.refuse('SHAPE', `"${text}" is no angle in degrees and minutes`);
  const value = roundDegrees(Number(degrees) + Number(minutes) / 60);
  if (Number(minutes) >= 60 || value > most) return from.refuse('RANGE', `${text} is no angle up to ${most}°`);
  return value;
}

/** dddmm.mmmm with the fewest places, four or more, from which the value is read back: eight always do. */
function degreesText(value: number, width: number): string {
  const degrees = Math.floor(value);
  for (let places = 4; ; places++) {
    const minutes = ((value - degrees) * 60).toFixed(places);
    if (places < 8 && roundDegrees(degrees + Number(minutes) / 60) !== value) continue;
    return String(degrees).padStart(width, '0') + minutes.padStart(3 + places, '0');
  }
}

function angle(most: number, positive: string, negative: string): FieldCell<number> {
  return {
    read(from) {
      const text = from.next();
      const hemisphere = from.next();
      if (text === '') return undefined;
      const value = readDegrees(text, most, from);
      if (hemisphere === positive) return value;
      return hemisphere === negative
        ? 0 - value
        : from.refuse('SHAPE', `its hemisphere is ${positive} or ${negative}, not "${hemisphere}"`);
    },
    write(value, out) {
      if (value === undefined) return void out.push('', '');
      if (!(Math.abs(value) <= most)) return unwritable('RANGE', `${value} is not from -${most} to ${most}`);
      out.push(degreesText(roundDegrees(Math.abs(value)), most === 90 ? 2 : 3), value < 0 ? negative : positive);
    },
  };
}

/** ddmm.mmmm and N or S. */
export const latitude: FieldCell<number> = angle(90, 'N', 'S');
/** dddmm.mmmm and E or W. */
export const longitude: FieldCell<number> = angle(180, 'E', 'W');

/** Degrees and E or W; west is negative. */
export const variation: FieldCell<number> = {
  read(from) {
    const text = from.next();
    const side = from.next();
    if (text === '') return undefined;
    const value = decimalOf(text, from);
    if (side !== 'E' && side !== 'W') return from.refuse('SHAPE', `its side is E or W, not "${side}"`);
    return side === 'W' ? 0 - value : value;
  },
  write(value, out) {
    if (value === undefined) out.push('', '');
    else out.push(plainNumber(Math.abs(value)), value < 0 ? 'W' : 'E');
  },
};
