/** The thread that commits: nothing else runs here, so that a commit waits for the disk alone. */
import { workerData } from 'node:worker_threads';
import { JournalError } from './errors.ts';
import { SqliteWriter, type SqliteWriterOptions } from './sqlite-writer.ts';
import type { Commit, TrimStep } from './storage.ts';
import { answerCalls } from './worker-calls.ts';

let writer: SqliteWriter | undefined;

function open(): SqliteWriter {
  if (writer === undefined) throw new JournalError('JOURNAL_CLOSED', '');
  return writer;
}

answerCalls({
  open() {
    writer = new SqliteWriter(workerData as SqliteWriterOptions);
    return { result: writer.opened() };
  },
  commit(commit: Commit) {
    const result = open().commit(commit);
    return { result, transfer: result.batch === null ? [] : [result.batch.body.buffer as ArrayBuffer] };
  },
  trim: (step: TrimStep) => ({ result: open().trim(step) }),
  wanted: ({ reader, limit }: { reader: string; limit: number }) => ({ result: open().wanted(reader, limit) }),
  checkpoint: () => ({ result: open().checkpoint() }),
  stats: () => ({ result: open().stats() }),
  close: () => ({ result: writer?.close() }),
});
