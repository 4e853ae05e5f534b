/** Vendor items of a location report, read by a profile. What the report itself holds is not touched. */
import type { RawItem } from '../schema/field.ts';
import type { Json } from '../schema/json-scalar.ts';
import type { VendorProfile } from './profiles.ts';
import { readItem } from './read-value.ts';
import { newReadings, type Readings } from './reading.ts';
import { noteVendor, type ReportWords } from './readings.ts';
import { splitWideItems } from './wide-items.ts';

/** What a profile read. */
export interface VendorItems {
  readonly profile: string;
  /** By the names of the table; where two items have one name, the first one holds it. */
  readonly values: Readonly<Record<string, Json>>;
  readonly reading: Readonly<Readings>;
}

/**
 * Items that the standard does not have, by a profile, and what they measure; `words` of the report as well, where a
 * maker uses bits of them. Undefined where the profile knows none of the items.
 */
export function readVendorItems(
  profile: VendorProfile,
  items: readonly RawItem[],
  words?: ReportWords,
): VendorItems | undefined {
  const values: Record<string, Json> = {};
  for (const { id, bytes } of items) {
    const found = readItem(profile.items, id, { b: bytes, at: 0, end: bytes.length });
    if (found !== undefined) values[found.name] ??= found.value;
  }
  if (Object.keys(values).length === 0) return undefined;
  const reading = newReadings();
  noteVendor(profile, items, words, reading);
  return { profile: profile.name, values, reading };
}

/**
 * All items of a report whose ids are partly of two octets, or whose lengths are partly of four, from the octets behind
 * its fixed part; undefined where they cannot be split. Ids of two octets are looked up as they are: 0x0061 is what a
 * maker writes for 0x61. `usual` items have the shape that the standard has.
 */
export function splitVendorItems(
  b: Uint8Array,
  start: number,
  end: number,
): readonly (RawItem & { readonly idSize: 1 | 2; readonly usual: boolean })[] | undefined {
  return splitWideItems(b, start, end)?.map(({ id, idSize, lengthSize, at, end: to }) => ({
    id,
    idSize,
    usual: idSize === 1 && lengthSize === 1,
    bytes: new Uint8Array(b.subarray(at, to)),
  }));
}
