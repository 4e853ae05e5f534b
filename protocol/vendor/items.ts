/** Vendor items of a location report, read by a profile. What the report itself holds is not touched. */
import type { RawItem } from '../schema/field.ts';
import type { Json } from '../schema/json-scalar.ts';
import type { VendorProfile } from './profiles.ts';
import { readValue, rowFor } from './read-value.ts';
import type { VendorReading } from './reading.ts';
import { splitWideItems } from './wide-items.ts';

/** What a profile read. */
export interface VendorItems {
  readonly profile: string;
  /** By the names of the table; where two items have one name, the first one holds it. */
  readonly values: Readonly<Record<string, Json>>;
  readonly reading: Readonly<VendorReading>;
}

/** Items that the standard does not have, by a profile; undefined where it knows none of them. */
export function readVendorItems(profile: VendorProfile, items: readonly RawItem[]): VendorItems | undefined {
  const values: Record<string, Json> = {};
  const reading: VendorReading = {};
  for (const { id, bytes } of items) {
    const row = rowFor(profile.items, id, bytes.length);
    if (row === undefined || row.name in values) continue;
    // Into its own reading first: an item that turns out not to fit must leave nothing behind.
    const noted: VendorReading = {};
    const value = readValue(row.value, { b: bytes, at: 0, end: bytes.length }, noted);
    if (value === undefined) continue;
    values[row.name] = value;
    Object.assign(reading, { ...noted, ...reading });
  }
  return Object.keys(values).length === 0 ? undefined : { profile: profile.name, values, reading };
}

/**
 * All items of a report whose ids are partly of two octets, from the octets behind its fixed part; undefined where they
 * cannot be split. Ids of two octets are looked up as they are: 0x0061 is what a maker writes for 0x61.
 */
export function splitVendorItems(
  b: Uint8Array,
  start: number,
  end: number,
): readonly (RawItem & { idSize: 1 | 2 })[] | undefined {
  return splitWideItems(b, start, end)?.map(({ id, idSize, at, end: to }) => ({
    id,
    idSize,
    bytes: new Uint8Array(b.subarray(at, to)),
  }));
}
