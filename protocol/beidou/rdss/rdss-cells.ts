/** Cells that only the sentences of RDSS user machines have. */
import { field, type FieldCell, whole } from '../field-cells.ts';
import { unwritable } from '../cell.ts';
import { cardNumber } from './card-number.ts';

/** The number of a card, with seven digits or eight: machines print six to eight for the same one. */
export const card: FieldCell<string> = field(
  (text, from) =>
    /^\d{1,10}$/.test(text) ? cardNumber(Number(text)) : from.refuse('SHAPE', `"${text}" is no card number`),
  (value) =>
    /^\d{1,10}$/.test(value) ? cardNumber(Number(value)) : unwritable('SHAPE', `"${value}" is no card number`),
);

/** Minutes and seconds, mmss → seconds. */
export const wait: FieldCell<number> = field(
  (text, from) => {
    if (!/^\d{1,4}$/.test(text)) return from.refuse('SHAPE', `"${text}" is no time mmss`);
    return Math.floor(Number(text) / 100) * 60 + (Number(text) % 100);
  },
  (seconds) => {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > 99 * 60 + 99)
      return unwritable('RANGE', `${seconds} s do not fit into mmss`);
    const minutes = Math.min(99, Math.floor(seconds / 60));
    return String(minutes * 100 + seconds - minutes * 60).padStart(4, '0');
  },
);

/** hhmm → `23:37`. */
export const hourMinute: FieldCell<string> = field(
  (text, from) =>
    /^(?:[01]\d|2[0-3])[0-5]\d$/.test(text)
      ? `${text.slice(0, 2)}:${text.slice(2)}`
      : from.refuse('SHAPE', `"${text}" is no time hhmm`),
  (value) => (/^\d\d:\d\d$/.test(value) ? value.replace(':', '') : unwritable('SHAPE', `"${value}" is no time hh:mm`)),
);

/** Number of a beam. */
export const beam = whole(2, 0, 99);
/** Received power, level 0 (below -158 dBW) to 4 (above -152 dBW), for each beam. */
export const beamLevels: FieldCell<readonly number[]> = numbers(whole(1, 0, 99));

/** All numbers that are left; an empty one is 0. */
export function numbers(of: FieldCell<number>): FieldCell<readonly number[]> {
  return {
    read(from) {
      const values: number[] = [];
      while (from.left > 0) values.push(of.read(from, {}) ?? 0);
      return values;
    },
    write(value = [], out) {
      for (const each of value) of.write(each, out, {});
    },
  };
}
