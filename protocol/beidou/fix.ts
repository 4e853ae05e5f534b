/** One fix from the sentences of one epoch: what each of them says, put together and weighed. */
import type { AlarmName } from '../catalogue/index.ts';
import type { Json } from '../schema/json-scalar.ts';
import { formatTime } from '../text/time.ts';
import type { EpochMs } from '../host/clock.ts';
import type { AntennaState } from './antenna.ts';
import { plainJson } from './cell.ts';
import { type FixQuality, FIX_QUALITIES, kmhOfKnots } from './nmea/position-sentences.ts';
import type { SentenceBody, SentenceKind } from './sentences.ts';
import type { SkySatellite } from './sky.ts';
import type { SatelliteSystem } from './system.ts';

/** How one system stands. */
export interface SystemSummary {
  readonly system: SatelliteSystem;
  readonly used: number;
  readonly inView: number;
  readonly tracked: number;
  /** Mean of the tracked satellites, dB-Hz; absent where none is. */
  readonly cn0?: number;
}

/** What a receiver knew at one moment. What it did not say is absent. */
export interface NmeaFix {
  /** UTC. Absent while the receiver has no time that can be believed. */
  readonly time?: EpochMs;
  /** Whether there is a position: no sentence of the epoch denies it, and satellites stand behind it. */
  readonly valid: boolean;
  readonly quality: FixQuality;
  readonly dimension: 'none' | '2d' | '3d';
  /** Signed degrees; only where `valid`. */
  readonly latitude?: number;
  readonly longitude?: number;
  /** Metres above the sea, and of the geoid above the ellipsoid. */
  readonly altitude?: number;
  readonly geoidSeparation?: number;
  /** km/h. */
  readonly speed?: number;
  /** Degrees from true north. */
  readonly course?: number;
  readonly heading?: number;
  readonly pdop?: number;
  readonly hdop?: number;
  readonly vdop?: number;
  /** Metres, one sigma. */
  readonly latitudeError?: number;
  readonly longitudeError?: number;
  readonly altitudeError?: number;
  /** Satellites used, as GGA or GNS count them, or else GSA. */
  readonly satellitesUsed?: number;
  readonly systems: readonly SystemSummary[];
  readonly satellites: readonly SkySatellite[];
  readonly antenna?: AntennaState;
  /** The alarm bit that the antenna is due. */
  readonly alarm?: AlarmName;
}

/** The best sentence of each kind, and every GSA. */
export type EpochSentences = { readonly [K in Exclude<SentenceKind, 'GSA'>]?: SentenceBody<K> } & {
  readonly GSA?: readonly SentenceBody<'GSA'>[];
};

/** What outlives an epoch. */
export interface Surroundings {
  readonly time: EpochMs | undefined;
  readonly satellites: readonly SkySatellite[];
  /** Labels of GSA that no GSV told of count too. */
  readonly used: ReadonlySet<string>;
  readonly antenna: AntennaState | undefined;
  readonly alarm: AlarmName | undefined;
}

/** A receiver without an idea prints DOPs of 99.99 or 500. */
const HOPELESS_DOP = 99;
const QUALITIES: readonly string[] = Object.values(FIX_QUALITIES);

/** Quectel receivers say quality 1 with no satellite and a DOP of 500 before they have a fix. */
function isHollow({ satellites, hdop }: SentenceBody<'GGA'>): boolean {
  return satellites === 0 && (hdop === undefined || hdop >= HOPELESS_DOP);
}

/** How the position was found, by whoever says so; `none` where one denies it. */
export function qualityOf({ GGA, RMC, GLL, GNS }: EpochSentences): FixQuality {
  const denied = RMC?.status === 'void' || GLL?.status === 'void' || (GGA !== undefined && isHollow(GGA));
  if (denied) return 'none';
  const modes = [GNS?.modes?.find((mode) => mode !== 'none'), RMC?.mode, GLL?.mode];
  const said = GGA?.quality ?? modes.find((mode) => mode !== undefined && QUALITIES.includes(mode));
  if (said !== undefined) return said as FixQuality;
  // Before NMEA 2.3 there was nothing but the status.
  return RMC?.status === 'valid' || GLL?.status === 'valid' ? 'single' : 'none';
}

/** Puts an epoch together. */
export function fixOf(epoch: EpochSentences, around: Surroundings): NmeaFix {
  const { GGA, RMC, GLL, GNS, VTG, GST, HDT, THS, GSA = [] } = epoch;
  const position = [GGA, GNS, RMC, GLL].find((each) => each?.latitude !== undefined && each.longitude !== undefined);
  const quality = position === undefined ? 'none' : qualityOf(epoch);
  const valid = quality !== 'none';
  const dops = GSA.find(({ pdop }) => pdop !== undefined);
  const speed = VTG?.speed ?? (RMC?.speedKnots === undefined ? undefined : kmhOfKnots(RMC.speedKnots));
  const known = {
    time: around.time,
    latitude: valid ? position?.latitude : undefined,
    longitude: valid ? position?.longitude : undefined,
    altitude: valid ? (GGA?.altitude ?? GNS?.altitude) : undefined,
    geoidSeparation: GGA?.geoidSeparation ?? GNS?.geoidSeparation,
    speed: valid ? speed : undefined,
    course: valid ? (RMC?.course ?? VTG?.course) : undefined,
    heading: HDT?.heading ?? (THS?.status === 'void' ? undefined : THS?.heading),
    pdop: dops?.pdop,
    hdop: GGA?.hdop ?? GNS?.hdop ?? dops?.hdop,
    vdop: dops?.vdop ?? GGA?.vdop,
    latitudeError: GST?.latitudeError,
    longitudeError: GST?.longitudeError,
    altitudeError: GST?.altitudeError,
    satellitesUsed: GGA?.satellites ?? GNS?.satellites ?? (GSA.length === 0 ? undefined : around.used.size),
    antenna: around.antenna,
    alarm: around.alarm,
  };
  return {
    valid,
    quality,
    dimension: dimensionOf(GSA, valid),
    ...present(known),
    systems: summaries(around),
    satellites: around.satellites,
  };
}

function dimensionOf(gsa: readonly SentenceBody<'GSA'>[], valid: boolean): NmeaFix['dimension'] {
  if (!valid) return 'none';
  return gsa.some(({ fix }) => fix === '3d') ? '3d' : gsa.some(({ fix }) => fix === '2d') ? '2d' : 'none';
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

function summaries({ satellites, used }: Surroundings): readonly SystemSummary[] {
  const letters = new Map<SatelliteSystem, { used: number; inView: number; tracked: number; sum: number }>();
  const of = (system: SatelliteSystem) => {
    const found = letters.get(system) ?? { used: 0, inView: 0, tracked: 0, sum: 0 };
    letters.set(system, found);
    return found;
  };
  for (const { system, cn0 } of satellites) {
    const each = of(system);
    each.inView += 1;
    if (cn0 === undefined) continue;
    each.tracked += 1;
    each.sum += cn0;
  }
  for (const label of used) of(SYSTEM_OF_LETTER[label[0] as keyof typeof SYSTEM_OF_LETTER]).used += 1;
  return Array.from(letters, ([system, { sum, ...counts }]) => ({
    system,
    ...counts,
    ...(counts.tracked === 0 ? {} : { cn0: Math.round((10 * sum) / counts.tracked) / 10 }),
  }));
}

const SYSTEM_OF_LETTER = {
  G: 'gps',
  R: 'glonass',
  E: 'galileo',
  C: 'beidou',
  J: 'qzss',
  I: 'navic',
  S: 'sbas',
} as const;

/** The JSON of a fix; its time in UTC+8, as of all reports. */
export function describeFix(fix: NmeaFix): { readonly [name: string]: Json } {
  const { time, ...others } = fix;
  return { ...(time === undefined ? {} : { time: formatTime(time) }), ...(plainJson(others) as object) };
}
