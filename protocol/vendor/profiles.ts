/**
 * Vendor items by maker. Ids 0x32–0xFF belong to whoever uses them, so one id means different things: a table applies
 * only to terminals that it is chosen for, by what they registered as or by name.
 */
import { BSJ } from './profiles/bsj.ts';
import { GPS51 } from './profiles/gps51.ts';
import { OBD } from './profiles/obd.ts';
import { S21L } from './profiles/s21l.ts';
import { TRACKER } from './profiles/tracker.ts';
import type { VendorItem } from './value.ts';

/** A maker's table. */
export interface VendorProfile {
  readonly name: string;
  readonly about: string;
  readonly items: readonly VendorItem[];
  /** Manufacturer ids and models that use it, by how they begin; most profiles have none and are chosen by name. */
  readonly models: readonly string[];
}

/** Every profile, by name. */
export const VENDOR_PROFILES: Readonly<Record<string, VendorProfile>> = Object.fromEntries(
  [
    { name: 'bsj', about: 'BSJ, SeeWorld: a nested list in 0xEB.', items: BSJ, models: ['BSJ'] },
    { name: 'gps51', about: 'Terminals that report to GPS51.', items: GPS51, models: [] },
    { name: 's21l', about: 'S21L and relatives.', items: S21L, models: ['S21L'] },
    { name: 'obd', about: 'Units on the diagnostic connector.', items: OBD, models: [] },
    { name: 'tracker', about: 'Asset trackers: what several makers agree on.', items: TRACKER, models: [] },
  ].map((profile) => [profile.name, profile]),
);

/** The profile that a terminal's own words point to; undefined where they point to none: its items then stay raw. */
export function vendorProfileFor(manufacturerId: string, terminalModel: string): VendorProfile | undefined {
  return Object.values(VENDOR_PROFILES).find(({ models }) =>
    models.some((model) => terminalModel.toUpperCase().startsWith(model) || manufacturerId.toUpperCase() === model),
  );
}
