/**
 * Satellite systems as sentences name them: talkers, system ids and signal ids of NMEA 0183 4.11, and the satellite
 * numbers, which makers shift in their own ways.
 */

/** A satellite navigation system, or the satellites that correct others. */
export type SatelliteSystem = 'gps' | 'glonass' | 'galileo' | 'beidou' | 'qzss' | 'navic' | 'sbas';

/** A satellite by the number of its own system: BeiDou 1–63. */
export interface Satellite {
  readonly system: SatelliteSystem;
  readonly number: number;
}

const TALKERS: Readonly<Record<string, SatelliteSystem>> = {
  GP: 'gps',
  BD: 'beidou',
  GB: 'beidou',
  GL: 'glonass',
  GA: 'galileo',
  GQ: 'qzss',
  QZ: 'qzss',
  GI: 'navic',
};

/** The system that a talker speaks for; undefined for `GN`, which speaks for all, and for others. */
export function systemOfTalker(talker: string): SatelliteSystem | undefined {
  return Object.hasOwn(TALKERS, talker) ? TALKERS[talker] : undefined;
}

const SYSTEM_IDS: readonly (SatelliteSystem | undefined)[] = [
  undefined,
  'gps',
  'glonass',
  'galileo',
  'beidou',
  'qzss',
  'navic',
];

/** The system of a system id (GSA, GRS, GBS of 4.1 and later). */
export function systemOfId(id: number): SatelliteSystem | undefined {
  return SYSTEM_IDS[id];
}

const GPS_SIGNALS = ['', 'L1C/A', 'L1P(Y)', 'L1M', 'L2P(Y)', 'L2C-M', 'L2C-L', 'L5-I', 'L5-Q'];
/** By signal id; 0 stands for all signals. */
const SIGNALS: Readonly<Record<SatelliteSystem, readonly string[]>> = {
  gps: GPS_SIGNALS,
  qzss: GPS_SIGNALS,
  sbas: GPS_SIGNALS,
  glonass: ['', 'G1C/A', 'G1P', 'G2C/A', 'G2P'],
  galileo: ['', 'E5a', 'E5b', 'E5a+b', 'E6-A', 'E6-BC', 'L1-A', 'L1-BC'],
  beidou: ['', 'B1I', 'B1Q', 'B1C', 'B1A', 'B2a', 'B2b', 'B2a+b', 'B3I', 'B3Q', 'B3A', 'B2I', 'B2Q'],
  navic: ['', 'L5-SPS', 'S-SPS', 'L5-RS', 'S-RS', 'L1-SPS'],
};

/** What u-blox F9 numbered before NMEA 4.11 had numbers for BeiDou. */
const UBLOX_BEIDOU: readonly string[] = ['', 'B1I', '', 'B2I'];

/** Name of a signal id; undefined for 0 and for what the table does not have. */
export function signalName(system: SatelliteSystem, id: number, numbering: Numbering = {}): string | undefined {
  const early = numbering.signals === 'ublox' && system === 'beidou' ? UBLOX_BEIDOU[id] : undefined;
  const name = early === undefined || early === '' ? SIGNALS[system][id] : early;
  return name === '' ? undefined : name;
}

/** Where a receiver's numbers begin, in case they do not say so themselves. */
export interface Numbering {
  /**
   * What is to be subtracted from a BeiDou number of 141 to 200. Unicore and other Chinese boards shift by 160, which
   * is the default for 161 to 197; others shift by 140.
   */
  readonly beidouOffset?: 140 | 160;
  /** Whose signal ids: of NMEA 4.11 unless told, where 3 is B1C of BeiDou; on early u-blox F9 it is B2I. */
  readonly signals?: 'nmea' | 'ublox';
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
  readonly system?: SatelliteSystem;
}

/** 1–63 as NMEA 4.11 has it; Quectel and MTK shift by 200, u-blox before 4.1 by 400. */
const BEIDOU: readonly Range[] = [
  { from: 1, to: 63, offset: 0 },
  { from: 161, to: 197, offset: 160 },
  { from: 201, to: 263, offset: 200 },
  { from: 401, to: 463, offset: 400 },
];

/** SBAS stands among GPS numbers, 33 for PRN 120; QZSS with its own PRN. */
const GPS: readonly Range[] = [
  { from: 1, to: 32, offset: 0 },
  { from: 33, to: 64, offset: -87, system: 'sbas' },
  { from: 120, to: 158, offset: 0, system: 'sbas' },
  { from: 193, to: 202, offset: 192, system: 'qzss' },
];

const RANGES: Readonly<Record<SatelliteSystem, readonly Range[]>> = {
  gps: GPS,
  beidou: BEIDOU,
  glonass: [
    { from: 65, to: 99, offset: 64 },
    { from: 1, to: 35, offset: 0 },
  ],
  galileo: [
    { from: 1, to: 36, offset: 0 },
    { from: 301, to: 336, offset: 300 },
  ],
  qzss: [
    { from: 1, to: 10, offset: 0 },
    { from: 193, to: 202, offset: 192 },
  ],
  navic: [
    { from: 1, to: 14, offset: 0 },
    { from: 401, to: 414, offset: 400 },
  ],
  sbas: [{ from: 120, to: 158, offset: 0 }],
};

/** Numbers of a sentence that speaks for all systems and names none. */
const COMBINED: readonly Range[] = [
  ...GPS,
  { from: 65, to: 96, offset: 64, system: 'glonass' },
  { from: 161, to: 192, offset: 160, system: 'beidou' },
  { from: 203, to: 263, offset: 200, system: 'beidou' },
  { from: 301, to: 336, offset: 300, system: 'galileo' },
  { from: 401, to: 463, offset: 400, system: 'beidou' },
];

/**
 * The satellite that a sentence numbers `id`. `system` is what talker or system id say, undefined where a combined
 * sentence says nothing. Undefined where no numbering that we know has such a number.
 */
export function satelliteOf(
  id: number,
  system: SatelliteSystem | undefined,
  numbering: Numbering = {},
): Satellite | undefined {
  if (numbering.beidouOffset !== undefined && (system ?? 'beidou') === 'beidou' && id > 140 && id <= 200) {
    const number = id - numbering.beidouOffset;
    return number >= 1 && number <= 63 ? { system: 'beidou', number } : undefined;
  }
  const ranges = system === undefined ? COMBINED : RANGES[system];
  const range = ranges.find(({ from, to }) => id >= from && id <= to);
  if (range === undefined) return undefined;
  return { system: range.system ?? system ?? 'gps', number: id - range.offset };
}

const LETTERS: Readonly<Record<SatelliteSystem, string>> = {
  gps: 'G',
  glonass: 'R',
  galileo: 'E',
  beidou: 'C',
  qzss: 'J',
  navic: 'I',
  sbas: 'S',
};

/** As RINEX writes it: `C05`, `G31`, `R07`. */
export function satelliteLabel({ system, number }: Satellite): string {
  return LETTERS[system] + String(system === 'sbas' ? number - 100 : number).padStart(2, '0');
}
