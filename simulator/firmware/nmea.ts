/**
 * What the receiver says on its own line, once a second: GGA, GLL, GSA, GSV, RMC, VTG, ZDA, and TXT for the antenna, of
 * the same state that reports are made of.
 */
import { encodeSentence, type EpochMs, type SentenceBody, type SentenceKind } from '../../protocol/index.ts';
import { clockOf, type Device } from './device.ts';
import type { Receiver } from './gnss.ts';
import { placeOf, SKY, USABLE_DBHZ } from './sky.ts';

const KMH_PER_KNOT = 1.852;
/** Talkers of satellite lists, and the system ids of GSA (NMEA 4.11). */
const SYSTEMS = [
  { system: 'gps', talker: 'GP', id: 1 },
  { system: 'glonass', talker: 'GL', id: 2 },
  { system: 'galileo', talker: 'GA', id: 3 },
  { system: 'beidou', talker: 'BD', id: 4 },
] as const;
const PER_GSV = 4;
const IN_GSA = 12;
/** GLONASS satellites are numbered from here in NMEA. */
const GLONASS_FROM = 64;
/** Metres that the ellipsoid lies above the sea in the south-west of China. */
const GEOID_SEPARATION = -28;
const NO_DILUTION = 99.99;

/** A satellite that is seen, as GSV has it. */
interface Seen {
  readonly system: string;
  readonly id: number;
  readonly elevation: number;
  readonly azimuth: number;
  readonly cn0: number;
}

/** The sentences of one second, each with its line end; a module that has failed says nothing. */
export function nmeaOf(device: Device, now: EpochMs): readonly string[] {
  const { receiver, causes } = device;
  if (causes.gnssModule === 'fault') return [];
  const { fix } = receiver;
  const at = new Date(clockOf(device, now)).toISOString();
  const [date, time] = [at.substring(0, 10), at.substring(11)];
  const place = fix ? { latitude: inMinutes(receiver.latitude), longitude: inMinutes(receiver.longitude) } : {};
  const speedKnots = fix ? round(receiver.speed / KMH_PER_KNOT, 1000) : undefined;
  const course = fix ? round(receiver.heading, 100) : undefined;
  const mode = fix ? 'single' : 'none';
  const status = fix ? 'valid' : 'void';
  const seen = inView(receiver, now);
  const hdop = fix ? dilution(receiver.used) : NO_DILUTION;
  const height = fix ? { altitude: round(receiver.altitude, 10), geoidSeparation: GEOID_SEPARATION } : {};
  return [
    line('GGA', { time, ...place, quality: mode, satellites: receiver.used, hdop, ...height }),
    line('GLL', { ...place, time, status, mode }),
    ...inUse(receiver, seen, hdop),
    ...satelliteLists(seen),
    line('RMC', { time, status, ...place, speedKnots, course, date, mode }),
    line('VTG', { course, speedKnots, speed: fix ? round(receiver.speed, 1000) : undefined, mode }),
    line('ZDA', { time, date, zoneHours: 0, zoneMinutes: 0 }),
    line('TXT', {
      total: 1,
      number: 1,
      identifier: receiver.open || receiver.shorted ? 1 : 2,
      text: antennaText(receiver),
    }),
  ];
}

function line<K extends SentenceKind>(kind: K, body: Loose<SentenceBody<K>>, talker = 'GN'): string {
  return ASCII.decode(encodeSentence(kind, body as SentenceBody<K>, talker));
}

/** Fields that are left out, or undefined, are written empty. */
type Loose<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

const ASCII = new TextDecoder('latin1');

/** A supervision that is deceived by a load says OK. */
function antennaText({ open, shorted }: Receiver): string {
  return `ANTENNA ${open ? 'OPEN' : shorted ? 'SHORT' : 'OK'}`;
}

/** Satellites whose signal can be made out, with the strength that is left of it. */
function inView(receiver: Receiver, now: EpochMs): Seen[] {
  const seen: Seen[] = [];
  for (const [index, { system, number }] of SKY.entries()) {
    const cn0 = Math.round(receiver.sky.strength(index, now) - receiver.loss);
    if (cn0 <= 0 || !receiver.systems.has(system)) continue;
    seen.push({ system, id: system === 'glonass' ? number + GLONASS_FROM : number, ...placeOf(index, now), cn0 });
  }
  return seen;
}

/** One GSA for each system in use; without a fix one that says so. */
function inUse(receiver: Receiver, seen: readonly Seen[], hdop: number): string[] {
  const dop = { pdop: dop100(hdop * 1.6), hdop, vdop: dop100(hdop * 1.25) };
  if (!receiver.fix) return [line('GSA', { selection: 'automatic', fix: 'none', satellites: [], ...dop, systemId: 1 })];
  return SYSTEMS.flatMap(({ system, id }) => {
    const used = seen.filter((each) => each.system === system && each.cn0 >= USABLE_DBHZ);
    if (used.length === 0) return [];
    const satellites = used.slice(0, IN_GSA).map((each) => each.id);
    return [line('GSA', { selection: 'automatic', fix: '3d', satellites, ...dop, systemId: id })];
  });
}

function satelliteLists(seen: readonly Seen[]): string[] {
  return SYSTEMS.flatMap(({ system, talker }) => {
    const list = seen.filter((each) => each.system === system);
    const total = Math.ceil(list.length / PER_GSV);
    return Array.from({ length: total }, (_, i) => {
      const satellites = list
        .slice(i * PER_GSV, (i + 1) * PER_GSV)
        .map(({ id, elevation, azimuth, cn0 }) => ({ id, elevation, azimuth, cn0 }));
      return line('GSV', { total, number: i + 1, inView: list.length, satellites }, talker);
    });
  });
}

/** More satellites, better geometry: 4 give about 3, 24 give 0.6. */
function dilution(used: number): number {
  return round(Math.max(0.5, 2.9 * Math.sqrt(4 / Math.max(4, used)) ** 1.8), 100);
}

function dop100(value: number): number {
  return Math.min(NO_DILUTION, round(value, 100));
}

/** Degrees to a hundred-thousandth of a minute, as receivers print. */
function inMinutes(degrees: number): number {
  return round(degrees * 60, 1e5) / 60;
}

function round(value: number, per: number): number {
  return Math.round(value * per) / per;
}
