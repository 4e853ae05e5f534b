/** What a terminal says of its own supply, case and modem, in one form whichever maker's items it came in. */

/** Measured signals of a terminal; what no item said is not there. */
export interface VendorReading {
  /** Of the vehicle, at the terminal's supply. */
  supplyMv?: number;
  /** Of the terminal's own battery. */
  batteryMv?: number;
  /** 0 to 100. */
  batteryPercent?: number;
  charging?: boolean;
  caseOpen?: boolean;
  jamming?: boolean;
  iccid?: string;
  imei?: string;
  /** Signal strength on the modem's own scale, 0 to 31. */
  csq?: number;
  satellites?: number;
}

/** Name of a measured signal. */
export type VendorSignal = keyof VendorReading;

/** Units of a table's numbers, in the unit of the signal that they are. */
const TO_MILLIVOLTS: Readonly<Record<string, number>> = { V: 1000, mV: 1 };

const PERCENT_MAX = 100;

/**
 * Puts a value where its signal belongs. What cannot be meant (a battery of 255 %) says nothing. Where two items say
 * the same, the first one holds.
 */
export function note(into: VendorReading, signal: VendorSignal, value: unknown, unit: string | undefined): void {
  if (into[signal] !== undefined) return;
  switch (signal) {
    case 'supplyMv':
    case 'batteryMv':
      if (typeof value === 'number') into[signal] = Math.round(value * (TO_MILLIVOLTS[unit ?? 'mV'] ?? 1));
      return;
    case 'batteryPercent':
      if (typeof value === 'number' && value <= PERCENT_MAX) into[signal] = value;
      return;
    case 'csq':
    case 'satellites':
      if (typeof value === 'number') into[signal] = value;
      return;
    case 'charging':
    case 'caseOpen':
    case 'jamming':
      if (typeof value === 'boolean') into[signal] = value;
      return;
    case 'iccid':
    case 'imei':
      if (typeof value === 'string' && /^[0-9a-f]{14,22}$/i.test(value)) into[signal] = value;
      return;
    default:
      signal satisfies never;
  }
}
