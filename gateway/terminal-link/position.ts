/** What a terminal says of where it is and how it is, out of any message that says so now. */
import type { DescribedMessage, Json } from '../../protocol/index.ts';
import type { SeenPosition } from './terminal-link.ts';

/** Where the report is the body, and where it stands inside one. */
const REPORTS: Readonly<Record<string, 'body' | 'location'>> = {
  locationReport: 'body',
  locationQueryResponse: 'location',
  vehicleControlResponse: 'location',
};

/** Of 0x0200, 0x0201 and 0x0500; undefined of any other. */
export function positionIn({ name, body, vendor }: DescribedMessage): SeenPosition | undefined {
  const where = name === null ? undefined : REPORTS[name];
  if (where === undefined) return undefined;
  const fields = body as { readonly [name: string]: Json };
  const report = (where === 'body' ? fields : fields['location']) as unknown as Omit<SeenPosition, 'reading'>;
  const { time, latitude, longitude, speed, alarm, status, items } = report;
  return { time, latitude, longitude, speed, alarm, status, items, reading: vendor?.reading ?? {} };
}
