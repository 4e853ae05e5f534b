/** Items that several profiles share. Standard ones as JT/T 808 writes them. */
import type { ItemField, Measure, ProfileItem } from './profile.ts';

const one = (id: number, measure: Measure, size: number, per = 1): ProfileItem => ({
  id,
  fields: [{ measure, size, per }],
});
/** A field of one of the entries in 0xEB, or of an item with several. */
export const field = (measure: Measure, size: number, more: Omit<ItemField, 'measure' | 'size'> = {}): ItemField => ({
  measure,
  size,
  ...more,
});

export const MILEAGE = one(0x01, 'mileage', 4, 10);
export const WHEEL_SPEED = one(0x03, 'wheelSpeed', 2, 10);
export const SIGNALS = one(0x25, 'signals', 4);
export const IO = one(0x2a, 'io', 2);
export const CSQ = one(0x30, 'csq', 1);
export const SATELLITES = one(0x31, 'satellites', 1);
