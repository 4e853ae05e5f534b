/** Names of the groups that terminals share a fate with: of a place, of a network, and of the gateway. */
import type { Terminal } from './terminal.ts';

/** 0.05 degrees, some five kilometres. */
const CELL = 50_000;
const HALF_CELL = CELL / 2;

export const ALL = 'all';

/** The groups of a terminal, the closest first. */
export function* namesOf(t: Terminal): Generator<string> {
  if (t.groupCell !== '') yield t.groupCell;
  if (t.carrier !== '') yield t.carrier;
  yield ALL;
}

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

/** Its own cell, and those of the three that it is nearest to. */
export function nearbyOf({ latitude, longitude }: Terminal): Set<string> {
  const names = new Set<string>();
  for (const north of [-HALF_CELL, HALF_CELL])
    for (const east of [-HALF_CELL, HALF_CELL]) names.add(cellOf(latitude + north, longitude + east));
  return names;
}

/** Half a degree, some fifty kilometres. */
const REGION = 500_000;
const HALF_REGION = REGION / 2;

/** The region of a place. */
export function regionOf(latitude: number, longitude: number): string {
  return `${Math.round(latitude / REGION)}:${Math.round(longitude / REGION)}`;
}

/** Its own region, and those of the three that it is nearest to. */
export function nearRegionsOf({ latitude, longitude }: Terminal): Set<string> {
  const names = new Set<string>();
  for (const north of [-HALF_REGION, HALF_REGION])
    for (const east of [-HALF_REGION, HALF_REGION]) names.add(regionOf(latitude + north, longitude + east));
  return names;
}

/** The group of a card, by who issued it: 89, country, and the network. */
export function carrierOf(iccid: string): string {
  return iccid.length < 7 ? '' : `carrier:${iccid.slice(0, 6)}`;
}
