/**
 * A fix of a receiver, or a position in a short message, as the body of 0x0200: what a platform makes of a serial line
 * that carries no JT/T 808, and what a terminal makes of its own receiver.
 */
import { ALARM_BITS, STATUS_BITS } from '../catalogue/location-bits.ts';
import type { LocationReport } from '../catalogue/location.ts';
import type { EpochMs } from '../host/clock.ts';
import type { NmeaFix } from './fix.ts';
import type { ShortReport } from './rdss/short-report.ts';
import type { SatelliteSystem } from './system.ts';

/** What a fix does not know. */
export interface LocationAround {
  /** Epoch milliseconds of the report where the fix has no time, or the short message no day. */
  readonly receivedAt: EpochMs;
  /** Further bits of the two words, by the tables of 0x0200. */
  readonly alarm?: number;
  readonly status?: number;
  /** Further items; satellites are added. */
  readonly items?: LocationReport['items'];
  /** Where the receiver was last: given, with `positioned` off, while it has no position. */
  readonly last?: Pick<LocationReport, 'latitude' | 'longitude' | 'altitude'>;
}

const DAY_MS = 86_400_000;
const MOST_SPEED = 6553.5;
const MOST_ALTITUDE = 0xffff;
const MOST_SATELLITES = 0xff;

/** Status bits of the systems that were used; 0x0200 has none for the others. */
const USED: Readonly<Partial<Record<SatelliteSystem, number>>> = {
  gps: STATUS_BITS.gpsUsed,
  beidou: STATUS_BITS.beidouUsed,
  glonass: STATUS_BITS.glonassUsed,
  galileo: STATUS_BITS.galileoUsed,
};

/**
 * The body of 0x0200 for a fix: position, speed in steps of 0.1 km/h, course, satellites, systems used, and the alarm
 * that the antenna is due. Below the sea the altitude is 0, as the standard has no sign for it. Without a position it
 * has that of `last`, else zeros.
 */
export function locationOfFix(fix: NmeaFix, around: LocationAround): LocationReport {
  const { valid, latitude, longitude, speed = 0, course = 0, satellitesUsed, systems, alarm } = fix;
  const placed = valid && latitude !== undefined && longitude !== undefined;
  const place = placed ? { latitude, longitude, altitude: fix.altitude ?? 0 } : (around.last ?? NOWHERE);
  let status = around.status ?? 0;
  for (const { system, used } of systems) {
    const bit = USED[system];
    if (placed && used > 0 && bit !== undefined) status |= 1 << bit;
  }
  return {
    ...reportAt(place, { placed, status }),
    alarm: ((around.alarm ?? 0) | (alarm === undefined ? 0 : 1 << ALARM_BITS[alarm])) >>> 0,
    speed: placed ? Math.min(MOST_SPEED, Math.round(10 * speed) / 10) : 0,
    direction: placed ? Math.round(course) % 360 : 0,
    time: fix.time ?? around.receivedAt,
    items:
      satellitesUsed === undefined
        ? (around.items ?? {})
        : { ...around.items, satellites: Math.min(MOST_SATELLITES, satellitesUsed) },
  };
}

/**
 * The body of 0x0200 for a position in a short message; undefined for a group, whose members are other cards. One that
 * tunnels a 0x0200 is that. A time without a day is the last such moment before it was received; it is UTC.
 */
export function locationOfShortReport(report: ShortReport, around: LocationAround): LocationReport | undefined {
  switch (report.packing) {
    case 'locationReport':
      return report.body;
    case 'packed':
      return { ...shortReport(report, around), time: lastMoment(report.time, around.receivedAt) };
    case 'digits':
      return { ...shortReport({ ...report, altitude: 0 }, around), time: Date.parse(`${report.time}Z`) };
    case 'group':
      return undefined;
    default:
      return report satisfies never;
  }
}

type Place = Pick<LocationReport, 'latitude' | 'longitude' | 'altitude'>;
const NOWHERE: Place = { latitude: 0, longitude: 0, altitude: 0 };

function reportAt(place: Place, { placed, status }: { placed: boolean; status: number }) {
  const latitude = millionths(place.latitude);
  const longitude = millionths(place.longitude);
  let word = status;
  if (placed) word |= 1 << STATUS_BITS.positioned;
  if (latitude < 0) word |= 1 << STATUS_BITS.southLatitude;
  if (longitude < 0) word |= 1 << STATUS_BITS.westLongitude;
  const altitude = Math.min(MOST_ALTITUDE, Math.max(0, Math.round(place.altitude)));
  return { status: word >>> 0, latitude, longitude, altitude };
}

/** What the wire has of a degree; never −0, which has no hemisphere. */
const millionths = (degrees: number): number => Math.round(degrees * 1e6) / 1e6 + 0;

function shortReport(place: Place, { alarm = 0, status = 0, items = {} }: LocationAround) {
  return { ...reportAt(place, { placed: true, status }), alarm: alarm >>> 0, speed: 0, direction: 0, items };
}

/** The last moment of this time of day (`07:07:23.25`) that is not later than `before`, a minute aside. */
function lastMoment(time: string, before: EpochMs): EpochMs {
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  const inDay = 1000 * Math.floor(second + 60 * (minute + 60 * hour));
  const at = DAY_MS * Math.floor(before / DAY_MS) + inDay;
  return at > before + 60_000 ? at - DAY_MS : at;
}
