/**
 * A process to be killed: appends as fast as the disk takes it, and prints every position that it was told
 * is on disk, without any buffer in between. Started by `sqlite-storage.test.ts` with the path of a journal.
 */
import { writeSync } from 'node:fs';
import type { CommitWaiter } from '../../../gateway/journal/journal.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import { frame, wallClock } from './support-clock.ts';

const path = process.argv[2]!;
// Small checkpoints, so that a kill may well fall into one.
const storage = sqliteStorage({ path, limitBytes: 0, now: 0, checkpointBytes: 100_000 });
const journal = await openJournal({ storage, clock: wallClock });

let written = '';
const waiter: CommitWaiter = {
  committed: (token, seq) => {
    written += `${seq} ${token}\n`;
  },
  refused: (token, reason) => {
    throw new Error(`${token} ${reason}`);
  },
};
journal.subscribe({
  committed() {
    print(written);
    written = '';
  },
});

/** Returns when the pipe has all of it: what is printed is what was committed, whenever the kill comes. */
function print(text: string): void {
  const octets = Buffer.from(text);
  for (let at = 0; at < octets.length; ) {
    try {
      at += writeSync(1, octets, at);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error;
    }
  }
}

let token = journal.state.head * 10;
function appendMore(): void {
  for (let i = 0; i < 20; i += 1) journal.append(frame('13900000001', `token ${(token += 1)}`), waiter, token);
  setImmediate(appendMore);
}
appendMore();
