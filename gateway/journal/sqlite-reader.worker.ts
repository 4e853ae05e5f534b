/** The thread that reads old batches and moves the log into the file, so that neither holds up a commit. */
import { workerData } from 'node:worker_threads';
import type { Seq } from './record.ts';
import { journalFile } from './sqlite-file.ts';
import { openForWriting } from './sqlite-schema.ts';
import { answerCalls } from './worker-calls.ts';

const { path } = workerData as { path: string };
// Opened for writing because a checkpoint is one; the writer's lock is held by the other thread.
const db = openForWriting(path);
const file = journalFile(db, path);

answerCalls({
  read({ after, maxBytes }: { after: Seq; maxBytes: number }) {
    const batches = file.read(after, maxBytes);
    return { result: batches, transfer: batches.map((batch) => batch.body.buffer as ArrayBuffer) };
  },
  checkpoint: () => ({ result: db.exec('pragma wal_checkpoint(passive)') }),
  close: () => ({ result: file.close() }),
});
