/** Names of the groups that terminals share a fate with: of a place, and of a network. */

/** 0.05 degrees, some five kilometres. */
const CELL = 50_000;

/** The group of a place. */
export function cellOf(latitude: number, longitude: number): string {
  if (latitude === 0 && longitude === 0) return '';
  const north = Math.round(latitude / CELL);
  const east = Math.round(longitude / CELL);
  const place = north * EAST + east;
  let name = CELLS.get(place);
  if (name === undefined) {
    if (CELLS.size >= MAX_CELLS) CELLS.clear();
    name = `cell:${north}:${east}`;
    CELLS.set(place, name);
  }
  return name;
}

/** Names of places, so that the thousands of a place have one string; past the most it begins anew. */
const CELLS = new Map<number, string>();
const MAX_CELLS = 65_536;
/** More than there are cells around the Earth. */
const EAST = 10_000;

/** The group of a card, by who issued it: 89, country, and the network. */
export function carrierOf(iccid: string): string {
  return iccid.length < 7 ? '' : `carrier:${iccid.slice(0, 6)}`;
}
