import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SmallDisk } from '../../../bench/faults/machine.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import { moveLog } from '../../../gateway/journal/sqlite-schema.ts';
import type { Storage } from '../../../gateway/journal/storage.ts';
import { NO_RECORDS } from './support.ts';

const FULL = { errcode: 13, message: 'database or disk is full' };
const BODY = 64 << 10;

/** Batches that the disk took, one after the other, until it took no more. */
async function fill(storage: Storage): Promise<number> {
  for (let first = 1; ; first++) {
    const batch = { first, count: 1, at: 1000, body: new Uint8Array(BODY).fill(first) };
    const taken = await storage.commit({ ...NO_RECORDS, batch }).then(
      () => true,
      () => false,
    );
    if (!taken) return first - 1;
  }
}

it('a log for which the file has no room is a fault of the world, and is told in our words', () => {
  const exec = (): never => {
    throw Object.assign(new Error(FULL.message), FULL);
  };
  expect(() => moveLog({ exec }, 'journal.db')).toThrow(
    expect.objectContaining({ code: 'JOURNAL_UNWRITABLE', detail: 'journal.db: database or disk is full' }),
  );
});

it('a disk that is full as the log is moved takes nothing more, and all that it has can be read', async ({ skip }) => {
  const disk = SmallDisk.mount(8);
  if (disk === undefined) return skip('mounting a tmpfs is not permitted here');
  onTestFinished(() => disk.unmount());
  // The file takes the first log and has no room for the second.
  const storage = sqliteStorage({
    path: join(disk.path, 'journal.db'),
    limitBytes: 0,
    now: 1000,
    checkpointBytes: 3 << 20,
  });
  await storage.open();
  const taken = await fill(storage);
  expect(taken).toBeGreaterThan(48);
  const read: number[] = [];
  for (let batches = await storage.read(0, 1 << 20); batches.length > 0; ) {
    read.push(...batches.map(({ first }) => first));
    batches = await storage.read(read.at(-1)!, 1 << 20);
  }
  expect(read).toEqual(Array.from({ length: taken }, (_, i) => i + 1));
  return storage.close();
});
