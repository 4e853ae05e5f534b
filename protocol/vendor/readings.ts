/**
 * The measured signals of a location report in one form, from whatever a terminal says them by: the standard's items,
 * its maker's items, bits that its maker gave another meaning.
 */
import type { RawItem } from '../schema/field.ts';
import type { VendorProfile } from './profiles.ts';
import { readSignals, type SignalTable, signalTable } from './read-signals.ts';
import { isCsq, newReadings, note, type Readings, type Signal } from './reading.ts';

/** The words of 0x0200 in which makers use bits that the standard reserves. */
export interface ReportWords {
  readonly alarm: number;
  readonly status: number;
}

/** What signals are read from: a decoded 0x0200, or as much of one as there is. */
export interface Reported extends ReportWords {
  readonly items: {
    readonly rssi?: number | undefined;
    readonly satellites?: number | undefined;
    /** The items that the standard does not have; of a body with ids of two octets, all of `splitVendorItems`. */
    readonly unknown?: readonly RawItem[] | undefined;
  };
}

/** What a report says; without a profile that is what the standard's own items say. Never throws. */
export function readings(report: Reported, profile?: VendorProfile): Readings {
  const into = newReadings();
  const { rssi, satellites, unknown } = report.items;
  if (rssi !== undefined && isCsq(rssi)) into.csq = rssi;
  if (satellites !== undefined) into.satellites = satellites;
  if (profile !== undefined) noteVendor(profile, unknown, report, into);
  return into;
}

/** What a maker's items and bits say, put into `into` where it is not known yet. */
export function noteVendor(
  profile: VendorProfile,
  items: readonly RawItem[] | undefined,
  words: ReportWords | undefined,
  into: Readings,
): void {
  if (items !== undefined) {
    const table = tableOf(profile);
    for (const { id, bytes } of items) readSignals(table, id, bytes, 0, bytes.length, into);
  }
  if (words === undefined) return;
  for (const { signal, word, bit } of profile.bits) note(into, signal, ((words[word] >>> bit) & 1) === 1);
}

/** A bit of the report itself that a maker uses for a signal. */
export interface SignalBit {
  readonly word: keyof ReportWords;
  readonly bit: number;
  readonly signal: Signal;
}

const tables = new WeakMap<VendorProfile, SignalTable>();

function tableOf(profile: VendorProfile): SignalTable {
  let table = tables.get(profile);
  if (table === undefined) {
    table = signalTable(profile.items);
    tables.set(profile, table);
  }
  return table;
}
