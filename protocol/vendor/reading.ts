/** What a terminal says of its own supply, case, radio and modem, in one form whichever maker's items it came in. */

/** How a unit that watches for jamming sees its GNSS band: `warning` with a fix, `critical` without. */
export type JamState = 'none' | 'warning' | 'critical';

/** Measured signals of a terminal; what nothing said is not there. */
export interface Readings {
  /** Of the vehicle, at the terminal's supply. */
  supplyMv?: number;
  /** Of the terminal's own battery. */
  backupMv?: number;
  /** Of the terminal's own battery, 0 to 100. */
  backupPercent?: number;
  backupLow?: boolean;
  charging?: boolean;
  /** The case is open, or light falls into it. */
  caseOpen?: boolean;
  /** The terminal was taken off what it is mounted on. */
  removed?: boolean;
  vibration?: boolean;
  sleeping?: boolean;
  jamState?: JamState;
  /** Decibels by which the GNSS receiver turned its gain down: power in the band, not a lack of it. */
  agcDropDb?: number;
  /** The modem sees its band jammed. */
  cellJam?: boolean;
  /** The modem was met by a base station that is none of the network's. */
  fakeCell?: boolean;
  iccid?: string;
  imei?: string;
  /** The serving cell: country, network, area and cell, as `460-0-9772-79298818`. */
  cell?: string;
  /** Signal strength on the modem's own scale, 0 to 31; 99 where it has none. */
  csq?: number;
  satellites?: number;
}

/** Name of a measured signal. */
export type Signal = keyof Readings;

/** Units of a table's numbers, in the unit of the signal that they are. */
const TO_MILLIVOLTS: Readonly<Record<string, number>> = { V: 1000, mV: 1 };

const PERCENT_MAX = 100;
const CSQ_MAX = 31;
/** 3GPP TS 27.007 +CSQ: not known or not detectable. */
const CSQ_NONE = 99;
/** ICCIDs have up to 20 digits, some modules pad them to 22; an IMEI has 15, or 14 without its check digit. */
const CARD_NUMBER = /^\d{14,22}$/;
const JAM_STATES: ReadonlySet<unknown> = new Set<JamState>(['none', 'warning', 'critical']);

/**
 * Puts a value where its signal belongs. What cannot be meant (a battery of 255 %, a card of zeros) says nothing. Where
 * two items say the same, the first one holds, unless the second one is `finer`.
 */
export function note(into: Readings, signal: Signal, value: unknown, unit?: string, finer = false): void {
  if (into[signal] !== undefined && !finer) return;
  switch (signal) {
    case 'supplyMv':
    case 'backupMv':
      if (typeof value === 'number') into[signal] = Math.round(value * (TO_MILLIVOLTS[unit ?? 'mV'] ?? 1));
      return;
    case 'backupPercent':
      if (typeof value === 'number' && value <= PERCENT_MAX) into.backupPercent = value;
      return;
    case 'csq':
      if (typeof value === 'number' && (value <= CSQ_MAX || value === CSQ_NONE)) into.csq = value;
      return;
    case 'satellites':
    case 'agcDropDb':
      if (typeof value === 'number') into[signal] = value;
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

function noteNumber(into: Readings, signal: 'iccid' | 'imei', value: unknown): void {
  if (typeof value !== 'string') return;
  // 19 digits in ten octets end with an F, where there is no card all of it is zeros.
  const digits = value.replace(/f$/i, '');
  if (CARD_NUMBER.test(digits) && !/^0+$/.test(digits)) into[signal] = digits;
}
