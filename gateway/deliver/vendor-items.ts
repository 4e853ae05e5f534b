/** The items of a position as platforms get them: what a maker added is read by its profile, under `vendor`. */
import type { Position } from '../../bridge/index.ts';
import {
  formatHex,
  formatId,
  type RawItem,
  readVendorItems,
  type ReportWords,
  splitVendorItems,
  type VendorProfile,
} from '../../protocol/index.ts';
import type { PositionReading } from '../fold/positions.ts';

type Items = Position['items'];
type Read = Pick<PositionReading, 'report'> & { readonly wide?: Uint8Array | undefined };

/** Raw items stay where they are: what a profile makes of them may turn out to be wrong. */
export function itemsOf(items: Items, { report, wide }: Read, profile: VendorProfile | undefined): Items {
  if (wide !== undefined) return wideItems(items, wide, profile, report);
  const unknown = report.items.unknown;
  if (profile === undefined || unknown === undefined) return items;
  return withVendor(items, profile, unknown, report);
}

/** All of them are raw: which of the standard's meanings still hold beside ids of two octets, nobody says. */
function wideItems(items: Items, octets: Uint8Array, profile: VendorProfile | undefined, words: ReportWords): Items {
  const split = splitVendorItems(octets, 0, octets.length);
  if (split === undefined || split.every(({ usual }) => usual)) return items;
  const unknown = split.map(({ id, idSize, bytes }) => ({ id: formatId(id, 2 * idSize), hex: formatHex(bytes) }));
  return profile === undefined ? { unknown } : withVendor({ unknown }, profile, split, words);
}

function withVendor(items: Items, profile: VendorProfile, raw: readonly RawItem[], words: ReportWords): Items {
  const vendor = readVendorItems(profile, raw, words);
  return vendor === undefined ? items : { ...items, vendor: { ...vendor } };
}
