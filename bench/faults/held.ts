/** What a journal holds, read from its file as any tool would. */
import { PositionReader } from '../../gateway/fold/positions.ts';
import { RECORD_KIND } from '../../gateway/journal/record.ts';
import { forEachRecord, RecordView } from '../../gateway/journal/record-view.ts';
import { openJournalFile } from '../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../gateway/journal/sqlite-schema.ts';
import { partitionFolders } from '../../gateway/workers/partitions.ts';
import { contentHash, formatTime } from '../../protocol/index.ts';
import { keyOf } from './deliveries.ts';

const READ_BYTES = 4 << 20;

export interface Held {
  /** Every position, by `keyOf`. */
  readonly positions: ReadonlySet<string>;
  /** Frames that are there more than once: the same terminal, serial, id and content. */
  readonly twice: readonly string[];
}

interface Found {
  readonly positions: Set<string>;
  readonly frames: Set<string>;
  readonly twice: string[];
}

/** Reads the journals of a data folder, one for each worker, from end to end. */
export function held(data: string): Held {
  const found = { positions: new Set<string>(), frames: new Set<string>(), twice: [] };
  for (const folder of partitionFolders(data)) read(journalPath(folder), found);
  return found;
}

function read(path: string, { positions, frames, twice }: Found): void {
  const file = openJournalFile(path);
  const reader = new PositionReader(() => 2013);
  const view = new RecordView();
  for (let after = 0; ; ) {
    const batches = file.read(after, READ_BYTES);
    if (batches.length === 0) break;
    for (const batch of batches) {
      forEachRecord(
        batch,
        after,
        (record) => {
          const { terminal } = record;
          reader.forEach(record, ({ report }) => positions.add(keyOf(terminal, formatTime(report.time))));
          if (record.kind !== RECORD_KIND.frame || !record.ackable || !reader.readHeader(record)) return;
          const { serial, id, bodyAt, bodyEnd } = reader.header;
          const frame = `${terminal} ${serial} ${id} ${contentHash(record.b, bodyAt, bodyEnd)}`;
          if (frames.has(frame)) twice.push(frame);
          frames.add(frame);
        },
        view,
      );
      after = batch.first + batch.count - 1;
    }
  }
  file.close();
}
