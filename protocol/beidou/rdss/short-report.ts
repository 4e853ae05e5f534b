/**
 * Positions inside short messages. No way of packing them is a standard, so each is recognised by what cannot be
 * chance, a time and a place that exist, and anything else is left alone.
 */
import { codecFor, type LocationReport, messageById } from '../../catalogue/index.ts';
import { ProtocolError } from '../../errors.ts';
import type { Json } from '../../schema/json-scalar.ts';
import { toJson } from '../../schema/json.ts';
import { IGNORE_QUIRKS } from '../../schema/quirk.ts';
import { plainJson } from '../cell.ts';
import { dateText, fullYear, isDate, roundDegrees } from '../time-cells.ts';
import { cardNumber } from './card-number.ts';

/** The 13 octets behind A0: position report 1. Tenths of a second of arc, north and east only. */
export interface PackedReport {
  readonly packing: 'packed';
  /** `07:07:23.25`; the day is that of receipt. */
  readonly time: string;
  readonly latitude: number;
  readonly longitude: number;
  /** What `altitude` was measured by, as the wire numbers it. */
  readonly heightType: number;
  readonly altitude: number;
  readonly geoidSeparation: number;
}

/** F1: where the members of a group are. */
export interface GroupReport {
  readonly packing: 'group';
  readonly members: readonly { readonly card: string; readonly latitude: number; readonly longitude: number }[];
}

/** A4 and the body of 0x0200: the header is left off, as the network names the sender. */
export interface TunnelledReport {
  readonly packing: 'locationReport';
  readonly body: LocationReport;
}

/** ddmmyyhhmmss, ddmmmmmm, dddmmmmmm in digits, for cards that may send code only. */
export interface DigitReport {
  readonly packing: 'digits';
  /** `2024-03-07T07:07:23`. */
  readonly time: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** A position in a short message, told apart by `packing`. */
export type ShortReport = PackedReport | GroupReport | TunnelledReport | DigitReport;

const PACKED = 0xa0;
const GROUP = 0xf1;
const FREE = 0xa4;
const PACKED_SIZE = 13;
const MEMBER_SIZE = 11;
/** Octets of 0x0200 up to its items. */
const LOCATION_SIZE = 28;
const LOCATION_ID = 0x0200;
/** Far more than any card sends at once. */
const MAX_BODY = 1023;

const u24 = (b: Uint8Array, at: number): number => (b[at]! << 16) | (b[at + 1]! << 8) | b[at + 2]!;
const two = (value: number): string => String(value).padStart(2, '0');

function readPacked(b: Uint8Array): PackedReport | undefined {
  const clock = u24(b, 1);
  const east = u24(b, 4);
  const north = u24(b, 7);
  const height = u24(b, 10);
  const [hour, minute, second, hundredths] = [clock >> 19, (clock >> 13) & 63, (clock >> 7) & 63, clock & 127];
  const longitude = arc(east >> 16, (east >> 10) & 63, (east >> 4) & 63, east & 15);
  const latitude = arc(north >> 18, (north >> 12) & 63, (north >> 6) & 63, (north >> 2) & 15);
  if (hour > 23 || minute > 59 || second > 60 || hundredths > 99) return undefined;
  if (!(longitude <= 180) || !(latitude <= 90)) return undefined;
  const altitude = (height >> 9) & 0x3fff;
  const separation = height & 0xff;
  return {
    packing: 'packed',
    time: `${two(hour)}:${two(minute)}:${two(second)}.${two(hundredths)}`,
    latitude,
    longitude,
    heightType: north & 3,
    altitude: (height & 0x80_0000) === 0 ? altitude : 0 - altitude,
    geoidSeparation: (height & 0x100) === 0 ? separation : 0 - separation,
  };
}

/** Degrees of degrees, minutes, seconds and tenths; NaN where one of them is too many. */
export function arc(degrees: number, minutes: number, seconds: number, tenths: number): number {
  if (minutes > 59 || seconds > 59 || tenths > 9) return Number.NaN;
  return roundDegrees(degrees + minutes / 60 + (seconds + tenths / 10) / 3600);
}

/** The parts of a magnitude, to the nearest tenth of a second. */
export function arcParts(value: number): readonly [degrees: number, minutes: number, seconds: number, tenths: number] {
  const all = Math.round(Math.abs(value) * 36_000);
  return [Math.floor(all / 36_000), Math.floor(all / 600) % 60, Math.floor(all / 10) % 60, all % 10];
}

function readGroup(b: Uint8Array): GroupReport | undefined {
  const count = b[1] ?? 0;
  if (count === 0 || b.length !== 2 + count * MEMBER_SIZE) return undefined;
  const members = Array.from({ length: count }, (_, i) => {
    const at = 2 + i * MEMBER_SIZE;
    return {
      card: cardNumber(u24(b, at)),
      longitude: signedArc(b, at + 3, 1, 2),
      latitude: signedArc(b, at + 7, 4, 3),
    };
  });
  const known = members.every(({ latitude, longitude }) => Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180);
  return known ? { packing: 'group', members } : undefined;
}

/** Degrees, minutes, seconds, and an octet of tenths and direction. */
function signedArc(b: Uint8Array, at: number, positive: number, negative: number): number {
  const direction = b[at + 3]! & 15;
  const value = arc(b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]! >> 4);
  return direction === positive ? value : direction === negative ? 0 - value : Number.NaN;
}

function readTunnelled(b: Uint8Array): TunnelledReport | undefined {
  if (b.length < 1 + LOCATION_SIZE) return undefined;
  try {
    const body = codecFor(LOCATION_ID, 2013).decode(b, 1, b.length, IGNORE_QUIRKS);
    const known = Math.abs(body.latitude) <= 90 && Math.abs(body.longitude) <= 180 && body.direction <= 360;
    return known && !Number.isNaN(body.time) ? { packing: 'locationReport', body } : undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** The position in mixed content; undefined where there is none. */
export function readShortReport(octets: Uint8Array): ShortReport | undefined {
  if (octets[0] === PACKED && octets.length === PACKED_SIZE) return readPacked(octets);
  if (octets[0] === GROUP) return readGroup(octets);
  return octets[0] === FREE ? readTunnelled(octets) : undefined;
}

/** The position in code; undefined where there is none. */
export function readDigitReport(digits: string): DigitReport | undefined {
  const parts = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{6})(\d{3})(\d{6})$/.exec(digits)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [day, month, year, hour, minute, second, north, northMinutes, east, eastMinutes] = parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isDate(fullYear(year), month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  if (northMinutes >= 600_000 || eastMinutes >= 600_000) return undefined;
  const latitude = roundDegrees(north + northMinutes / 600_000);
  const longitude = roundDegrees(east + eastMinutes / 600_000);
  if (latitude > 90 || longitude > 180) return undefined;
  const time = `${dateText(fullYear(year), month, day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  return { packing: 'digits', time, latitude, longitude };
}

/**
 * The octets of a report: 13 behind A0, F1 and the members, A4 and 0x0200. Throws ProtocolError where a value does
 * not fit: the packed forms know the north and the east only.
 */
export function writeShortReport(report: Exclude<ShortReport, DigitReport>): Uint8Array {
  if (report.packing === 'locationReport') return writeTunnelled(report.body);
  return report.packing === 'packed' ? writePacked(report) : writeGroup(report);
}

function writePacked(report: PackedReport): Uint8Array {
  const { latitude, longitude, altitude, geoidSeparation, heightType } = report;
  const [, hour, minute, second, hundredths = '0'] = /^(\d\d):(\d\d):(\d\d)(?:\.(\d\d))?$/.exec(report.time) ?? [];
  within('time', Number(hour), 0, 23);
  within('latitude', latitude, 0, 63.99);
  within('longitude', longitude, 0, 180);
  within('altitude', altitude, -16_383, 16_383);
  within('geoidSeparation', geoidSeparation, -255, 255);
  within('heightType', heightType, 0, 3);
  const [e, em, es, et] = arcParts(longitude);
  const [n, nm, ns, nt] = arcParts(latitude);
  const words = [
    (Number(hour) << 19) | (Number(minute) << 13) | (Number(second) << 7) | Number(hundredths),
    (e << 16) | (em << 10) | (es << 4) | et,
    (n << 18) | (nm << 12) | (ns << 6) | (nt << 2) | heightType,
    (altitude < 0 ? 0x80_0000 : 0) |
      (Math.abs(altitude) << 9) |
      (geoidSeparation < 0 ? 0x100 : 0) |
      Math.abs(geoidSeparation),
  ];
  return Uint8Array.of(PACKED, ...words.flatMap((word) => [word >> 16, (word >> 8) & 255, word & 255]));
}

function writeGroup({ members }: GroupReport): Uint8Array {
  within('members', members.length, 1, 255);
  const octets = members.flatMap(({ card, latitude, longitude }) => {
    within('latitude', latitude, -90, 90);
    within('longitude', longitude, -180, 180);
    const [e, em, es, et] = arcParts(longitude);
    const [n, nm, ns, nt] = arcParts(latitude);
    const id = Number(card);
    within('card', id, 0, 0xff_ffff);
    const east = [e, em, es, (et << 4) | (longitude < 0 ? 2 : 1)];
    const north = [n, nm, ns, (nt << 4) | (latitude < 0 ? 3 : 4)];
    return [id >> 16, (id >> 8) & 255, id & 255, ...east, ...north];
  });
  return Uint8Array.of(GROUP, members.length, ...octets);
}

function writeTunnelled(body: LocationReport): Uint8Array {
  const octets = new Uint8Array(1 + MAX_BODY);
  octets[0] = FREE;
  const end = codecFor(LOCATION_ID, 2013).encode(body, octets, 1);
  within('body', end - 1, LOCATION_SIZE, MAX_BODY);
  return octets.subarray(0, end);
}

function within(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most))
    throw new ProtocolError('RANGE', `shortReport.${name}`, `${value} is not from ${least} to ${most}`);
}

/** The JSON of a report. */
export function shortReportJson(report: ShortReport): Json {
  if (report.packing !== 'locationReport') return plainJson(report);
  return { packing: report.packing, ...(toJson(messageById(LOCATION_ID)!, 2013, report.body) as object) };
}
