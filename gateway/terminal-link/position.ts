/** What a terminal says of where it is and how it is, out of any message that says so now. */
import {
  type DecodedMessage,
  type DescribedMessage,
  type Json,
  type LocationReport,
  readVendorItems,
} from '../../protocol/index.ts';
import type { SeenPosition } from './terminal-link.ts';

/** Where the report is the body, and where it stands inside one. */
const REPORTS: Readonly<Record<string, 'body' | 'location'>> = {
  locationReport: 'body',
  locationQueryResponse: 'location',
  vehicleControlResponse: 'location',
};

/** Of 0x0200, 0x0201 and 0x0500; undefined of any other. `message` is `decoded` as JSON. */
export function positionIn(decoded: DecodedMessage, message: DescribedMessage): SeenPosition | undefined {
  const where = message.name === null ? undefined : REPORTS[message.name];
  if (where === undefined || decoded.body instanceof Uint8Array) return undefined;
  const inside = <T>(body: unknown): T =>
    (where === 'body' ? body : (body as { readonly location: unknown }).location) as T;
  const { time, latitude, longitude, speed, alarm, status, items } = inside<
    Omit<SeenPosition, 'reading'> & Readonly<Record<string, Json>>
  >(message.body);
  const report = inside<LocationReport>(decoded.body);
  const { vendor } = decoded;
  const read = vendor === undefined ? undefined : readVendorItems(vendor, report.items.unknown ?? [], report);
  return { time, latitude, longitude, speed, alarm, status, items, reading: read?.reading ?? {} };
}
