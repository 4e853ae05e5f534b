/** Times, angles and heights as the binary interface packs them. */
import { type Cell, unwritable } from '../cell.ts';
import { dateText, isDate } from '../time-cells.ts';
import { cell, type OctetCell, type OctetReader, putUint, address } from './octet-cells.ts';
import { arc, arcParts } from './short-report.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** Hour, minute, second, hundredths → `07:07:23.25`. */
export const clock: OctetCell<string> = cell(
  (from) => {
    const [hour, minute, second, hundredths] = from.octets(4) as unknown as [number, number, number, number];
    if (hour > 23 || minute > 59 || second > 60 || hundredths > 99)
      return from.refuse('RANGE', `${hour}:${minute}:${second}.${hundredths} is no time`);
    return `${two(hour)}:${two(minute)}:${two(second)}.${two(hundredths)}`;
  },
  (value, out) => {
    const parts = /^(\d\d):(\d\d):(\d\d)(?:\.(\d\d))?$/.exec(value)?.slice(1);
    if (parts === undefined) return unwritable('SHAPE', `"${value}" is no time hh:mm:ss.hh`);
    out.push(...parts.map((part) => Number(part ?? 0)));
  },
);

/** Year, month, day, hour, minute, second → `2024-03-07T07:07:23`; absent while the machine has no time. */
export const moment: Cell<string, OctetReader, number[]> = {
  read(from) {
    const year = from.uint(2);
    const [month, day, hour, minute, second] = from.octets(5) as unknown as [number, number, number, number, number];
    if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
    return `${dateText(year, month, day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  },
  write(value, out) {
    if (value === undefined) return void out.push(0, 0, 0, 0, 0, 0, 0);
    const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(value)?.slice(1).map(Number);
    if (parts === undefined) return unwritable('SHAPE', `"${value}" is no time YYYY-MM-DDThh:mm:ss`);
    putUint(out, 2, parts[0]!);
    out.push(...parts.slice(1));
  },
};

/** Degrees, minutes, seconds, tenths. No hemisphere: the service area lies north and east. */
export function degrees(most: number): OctetCell<number> {
  return cell(
    (from) => {
      const [whole, minutes, seconds, tenths] = from.octets(4) as unknown as [number, number, number, number];
      const value = arc(whole, minutes, seconds, tenths);
      return value <= most
        ? value
        : from.refuse('RANGE', `${whole}° ${minutes}′ ${seconds}.${tenths}″ is no angle up to ${most}°`);
    },
    (value, out) => {
      if (!(value >= 0 && value <= most)) return unwritable('RANGE', `${value} is not from 0 to ${most}`);
      out.push(...arcParts(value));
    },
  );
}

const HEIGHT = 0x3fff;

/** Metres in 14 bits, sign and magnitude, never two's complement; makers put the sign into the highest bit or the one below. */
export const height: OctetCell<number> = cell(
  (from) => {
    const value = from.uint(2);
    const metres = value & HEIGHT;
    return value > HEIGHT ? 0 - metres : metres;
  },
  (value, out) => {
    if (!(Math.abs(value) <= HEIGHT)) return unwritable('RANGE', `${value} m do not fit into 14 bits`);
    putUint(out, 2, value < 0 ? 0x8000 - value : value);
  },
);

/** Metres, sign and magnitude, in the two octets or the one that are left. */
export const separation: OctetCell<number> = cell(
  (from) => {
    const half = from.left === 1 ? 0x80 : 0x8000;
    const value = from.uint(from.left === 1 ? 1 : 2);
    return value < half ? value : half - value + 0;
  },
  (value, out) => {
    if (!(Math.abs(value) < 0x8000)) return unwritable('RANGE', `${value} m do not fit into 15 bits`);
    putUint(out, 2, value < 0 ? 0x8000 - value : value);
  },
);

/** Air pressure (hPa) and temperature (°C), 20 bits, a sign and 11 bits, each in tenths. */
export const weather: OctetCell<{ readonly pressure: number; readonly temperature: number }> = cell(
  (from) => {
    const word = from.uint(4);
    const tenths = word & 0x7ff;
    return {
      pressure: Math.floor(word / 4096) / 10,
      temperature: ((word & 0x800) === 0 ? tenths : 0 - tenths) / 10 + 0,
    };
  },
  ({ pressure, temperature }, out) => {
    const [hectopascal, celsius] = [Math.round(pressure * 10), Math.round(Math.abs(temperature) * 10)];
    if (!(hectopascal >= 0 && hectopascal < 1 << 20 && celsius < 1 << 11))
      return unwritable('RANGE', `${pressure} hPa, ${temperature} °C do not fit`);
    putUint(out, 4, hectopascal * 4096 + (temperature < 0 ? 0x800 : 0) + celsius);
  },
);

/** Addresses to the end of the body. */
export const addresses: OctetCell<readonly string[]> = cell(
  (from) => {
    const all: string[] = [];
    while (from.left > 0) all.push(address.read(from, {})!);
    return all;
  },
  (value, out) => {
    for (const each of value) address.write(each, out, {});
  },
);

/** When a message was sent and when acknowledged, hour and minute each. */
export const receipts: OctetCell<readonly { readonly sent: string; readonly acknowledged: string }[]> = cell(
  (from) => {
    const count = from.uint(1);
    const next = (): string => `${two(from.uint(1))}:${two(from.uint(1))}`;
    return Array.from({ length: count }, () => ({ sent: next(), acknowledged: next() }));
  },
  (value, out) => {
    putUint(out, 1, value.length);
    for (const part of value.flatMap(({ sent, acknowledged }) => [...sent.split(':'), ...acknowledged.split(':')]))
      putUint(out, 1, Number(part));
  },
);
