/** Journals of a gateway that is or was running, read from their files. */
import { PositionReader } from '../../gateway/fold/positions.ts';
import { RECORD_KIND } from '../../gateway/journal/record.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import { openJournalFile } from '../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../gateway/journal/sqlite-schema.ts';
import { formatTime, newHeader, readHeader } from '../../protocol/index.ts';

/** Hands over every record of a journal, in its order. */
function eachRecord(folder: string, visit: (record: RecordView) => void): void {
  const file = openJournalFile(journalPath(folder));
  const view = new RecordView();
  for (let after = 0; ; ) {
    const batches = file.read(after, 4 << 20);
    if (batches.length === 0) break;
    for (const batch of batches) {
      forEachRecord(batch, after, visit, view);
      after = batch.first + batch.count - 1;
    }
  }
  file.close();
}

/** Times of the positions of each terminal in a journal, in its order. */
export function positionsIn(folder: string): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  const reader = new PositionReader(() => 2013);
  eachRecord(folder, (record) => {
    reader.forEach(record, ({ report: { time } }) => {
      found.set(record.terminal, [...(found.get(record.terminal) ?? []), formatTime(time)]);
    });
  });
  return found;
}

/** Serial numbers of the messages that each link brought, as a journal has them. */
export function serialsIn(folder: string): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  const header = newHeader();
  let life = 0;
  eachRecord(folder, ({ kind, terminal, link, b, payloadStart, payloadEnd }) => {
    // Links are counted anew in every life of a worker, which begins with a word of its own.
    if (
      kind === RECORD_KIND.gateway &&
      new TextDecoder().decode(b.subarray(payloadStart, payloadEnd)).includes('started')
    )
      life++;
    if (kind !== RECORD_KIND.frame || readHeader(b, payloadStart, payloadEnd, header) !== undefined) return;
    const key = `${life} ${link} ${terminal}`;
    found.set(key, [...(found.get(key) ?? []), header.serial]);
  });
  return [...found.values()];
}
