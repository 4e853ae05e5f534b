/** What a terminal says of its own supply, case, radio and modem, in one form whichever maker's items it came in. */

/** How a unit that watches for jamming sees its GNSS band: `warning` with a fix, `critical` without. */
export type JamState = 'none' | 'warning' | 'critical';

/** Measured signals of a terminal; what nothing said is not there. */
export interface Readings {
  /** Of the vehicle, at the terminal's supply. */
  supplyMv?: number | undefined;
  /** Of the terminal's own battery. */
  backupMv?: number | undefined;
  /** Of the terminal's own battery, 0 to 100. */
  backupPercent?: number | undefined;
  backupLow?: boolean | undefined;
  charging?: boolean | undefined;
  /** The case is open, or light falls into it. */
  caseOpen?: boolean | undefined;
  /** The terminal was taken off what it is mounted on. */
  removed?: boolean | undefined;
  vibration?: boolean | undefined;
  sleeping?: boolean | undefined;
  jamState?: JamState | undefined;
  /** Decibels by which the GNSS receiver turned its gain down: power in the band, not a lack of it. */
  agcDropDb?: number | undefined;
  /** The modem sees its band jammed. */
  cellJam?: boolean | undefined;
  /** The modem was met by a base station that is none of the network's. */
  fakeCell?: boolean | undefined;
  iccid?: string | undefined;
  imei?: string | undefined;
  /** The serving cell: country, network, area and cell, as `460-0-9772-79298818`. */
  cell?: string | undefined;
  /** Signal strength on the modem's own scale, 0 to 31; 99 where it has none. */
  csq?: number | undefined;
  satellites?: number | undefined;
}

/** Of which nothing is known yet. All of them have one shape, so that noting a signal is a plain store. */
export const newReadings = (): Readings => ({
  supplyMv: undefined,
  backupMv: undefined,
  backupPercent: undefined,
  backupLow: undefined,
  charging: undefined,
  caseOpen: undefined,
  removed: undefined,
  vibration: undefined,
  sleeping: undefined,
  jamState: undefined,
  agcDropDb: undefined,
  cellJam: undefined,
  fakeCell: undefined,
  iccid: undefined,
  imei: undefined,
  cell: undefined,
  csq: undefined,
  satellites: undefined,
});

/** Name of a measured signal. */
export type Signal = keyof Readings;

const PERCENT_MAX = 100;
const CSQ_MAX = 31;
/** 3GPP TS 27.007 +CSQ: not known or not detectable. */
const CSQ_NONE = 99;
/** ICCIDs have up to 20 digits, some modules pad them to 22; an IMEI has 15, or 14 without its check digit. */
const SHORTEST = 14;
const LONGEST = 22;
const JAM_STATES: ReadonlySet<unknown> = new Set<JamState>(['none', 'warning', 'critical']);

/** Whether a number can be meant as one of +CSQ. */
export function isCsq(value: number): boolean {
  return value <= CSQ_MAX || value === CSQ_NONE;
}

/**
 * Puts a value where its signal belongs. What cannot be meant (a battery of 255 %, a card of zeros) says nothing. Where
 * two items say the same, the first one holds, unless the second one is `finer`.
 */
export function note(into: Readings, signal: Signal, value: unknown, unit?: string, finer = false): void {
  if (into[signal] !== undefined && !finer) return;
  switch (signal) {
    case 'supplyMv':
      if (typeof value === 'number') into.supplyMv = millivolts(value, unit);
      return;
    case 'backupMv':
      if (typeof value === 'number') into.backupMv = millivolts(value, unit);
      return;
    case 'backupPercent':
      if (typeof value === 'number' && value <= PERCENT_MAX) into.backupPercent = value;
      return;
    case 'csq':
      if (typeof value === 'number' && isCsq(value)) into.csq = value;
      return;
    case 'satellites':
      if (typeof value === 'number') into.satellites = value;
      return;
    case 'agcDropDb':
      if (typeof value === 'number') into.agcDropDb = value;
      return;
    case 'backupLow':
    case 'charging':
    case 'caseOpen':
    case 'removed':
    case 'vibration':
    case 'sleeping':
    case 'cellJam':
    case 'fakeCell':
      if (typeof value === 'boolean') into[signal] = value;
      return;
    case 'jamState':
      if (JAM_STATES.has(value)) into.jamState = value as JamState;
      return;
    case 'iccid':
    case 'imei':
      noteNumber(into, signal, value);
      return;
    case 'cell':
      if (typeof value === 'string') into.cell = value;
      return;
    default:
      signal satisfies never;
  }
}

function millivolts(value: number, unit: string | undefined): number {
  return Math.round(unit === 'V' ? value * 1000 : value);
}

/** Looked at character by character: this is done for every report that carries one. */
function noteNumber(into: Readings, signal: 'iccid' | 'imei', value: unknown): void {
  if (typeof value !== 'string') return;
  // 19 digits in ten octets end with an F, where there is no card all of it is zeros.
  const last = value.charCodeAt(value.length - 1) | 0x20;
  const end = last === 0x66 ? value.length - 1 : value.length;
  if (end < SHORTEST || end > LONGEST) return;
  let any = false;
  for (let i = 0; i < end; i++) {
    const digit = value.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return;
    if (digit !== 0) any = true;
  }
  if (!any) return;
  const digits = end === value.length ? value : value.slice(0, end);
  if (signal === 'iccid') into.iccid = digits;
  else into.imei = digits;
}
