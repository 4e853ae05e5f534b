/** Records of a journal's file by their place, with the batch of the last one at hand: evidence lies close together. */
import type { Batch } from '../../journal/journal.ts';
import { RecordView, standAt } from '../../journal/record-view.ts';
import type { JournalFile } from '../../journal/sqlite-file.ts';
import type { KeptFrame } from './chain.ts';

/** Undefined where the record is not there any more, or cannot be read. */
export function framesOf(file: Pick<JournalFile, 'read'>): (seq: number) => KeptFrame | undefined {
  const view = new RecordView();
  let batch: Batch | undefined;
  return (seq) => {
    if (batch === undefined || seq < batch.first || seq >= batch.first + batch.count) [batch] = file.read(seq - 1, 1);
    if (batch === undefined || !standAt(batch, seq, view)) return undefined;
    const { kind, receivedAt, terminal, b, payloadStart, payloadEnd } = view;
    return { seq, kind, receivedAt, terminal, octets: new Uint8Array(b.subarray(payloadStart, payloadEnd)) };
  };
}
