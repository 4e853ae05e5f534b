/** Records of a journal's file by their place, with the batch of the last one at hand: evidence lies close together. */
import type { Batch } from '../../journal/journal.ts';
import { forEachRecord, RecordView } from '../../journal/record-view.ts';
import type { JournalFile } from '../../journal/sqlite-file.ts';
import type { KeptFrame } from './chain.ts';

/** Undefined where the record is not there any more, or cannot be read. */
export function framesOf(file: Pick<JournalFile, 'read'>): (seq: number) => KeptFrame | undefined {
  const view = new RecordView();
  let batch: Batch | undefined;
  return (seq) => {
    if (batch === undefined || seq < batch.first || seq >= batch.first + batch.count) [batch] = file.read(seq - 1, 1);
    let found: KeptFrame | undefined;
    if (batch === undefined) return undefined;
    forEachRecord(
      batch,
      seq - 1,
      ({ seq: at, kind, receivedAt, terminal, b, payloadStart, payloadEnd }) => {
        if (at !== seq) return;
        found = { seq, kind, receivedAt, terminal, octets: new Uint8Array(b.subarray(payloadStart, payloadEnd)) };
      },
      view,
    );
    return found;
  };
}
