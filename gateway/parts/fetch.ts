/**
 * Bodies of parts out of the journal, which holds every part that was taken: so memory that runs short costs nothing
 * but reading them again.
 */
import { type Absent, newHeader, readHeader } from '../../protocol/index.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import { forEachRecord } from '../journal/record-view.ts';

/** Bodies by number. What the journal does not hold any more is left out. Rejects where it cannot be read. */
export async function fetchParts(journal: Journal, absent: readonly Absent[]): Promise<Map<number, Uint8Array>> {
  const bodies = new Map<number, Uint8Array>();
  const numbers = new Map(absent.map(({ place, number }) => [place, number]));
  const header = newHeader();
  let read = 0;
  for (const place of [...numbers.keys()].toSorted((a, b) => a - b)) {
    if (place <= read) continue;
    // One octet: no more than the batch that holds the part.
    const [batch] = await journal.read(place - 1, 1);
    if (batch === undefined) break;
    forEachRecord(batch, place - 1, ({ seq, kind, b, payloadStart, payloadEnd }) => {
      const number = numbers.get(seq);
      if (number === undefined || kind !== RECORD_KIND.frame) return;
      if (readHeader(b, payloadStart, payloadEnd, header) !== undefined) return;
      bodies.set(number, new Uint8Array(b.subarray(header.bodyAt, header.bodyEnd)));
    });
    read = batch.first + batch.count - 1;
  }
  return bodies;
}
