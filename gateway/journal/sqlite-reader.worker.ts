/** The thread that reads old batches and moves the log into the file, so that neither holds up a commit. */
import { workerData } from 'node:worker_threads';
import type { Seq } from './record.ts';
import { ChainWalk, journalFile } from './sqlite-file.ts';
import { moveLog, openForWriting } from './sqlite-schema.ts';
import { answerCalls } from './worker-calls.ts';

const { path } = workerData as { path: string };
// Opened for writing because a checkpoint is one; the writer's lock is held by the other thread.
const db = openForWriting(path);
const file = journalFile(db, path);
/** Octets of one step of the check: some milliseconds, for which a read may have to wait. */
const CHECK_BYTES = 4 << 20;
let walk: ChainWalk | undefined;

answerCalls({
  read({ after, maxBytes }: { after: Seq; maxBytes: number }) {
    const batches = file.read(after, maxBytes);
    return { result: batches, transfer: batches.map((batch) => batch.body.buffer as ArrayBuffer) };
  },
  check() {
    walk ??= new ChainWalk(file);
    const report = walk.step(CHECK_BYTES);
    if (report !== undefined) walk = undefined;
    return { result: report ?? null };
  },
  checkpoint: () => ({ result: moveLog(db, path) }),
  close: () => ({ result: file.close() }),
});
