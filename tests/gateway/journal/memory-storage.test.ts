import { describe, expect, it } from 'vitest';
import { memoryDisk, memoryStorage } from '../../../gateway/journal/memory-storage.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { conformance } from './conformance.ts';
import { commitOf, turn } from './support.ts';

conformance('memory', () => {
  const disk = memoryDisk();
  return {
    storage: () => memoryStorage({ clock: new VirtualClock(), disk }),
    ends: () => disk.ends,
    letters: () => disk.letters,
    signed: () => disk.signed.map(({ seq }) => seq),
    unacknowledged: () => disk.unacknowledged,
  };
});

describe('the failures of the memory engine', () => {
  it('full: commits are refused until it is not', async () => {
    const storage = memoryStorage({ clock: new VirtualClock() });
    await storage.open();
    storage.faults.full = true;
    await expect(storage.commit(commitOf(1, 1))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
    storage.faults.full = false;
    await expect(storage.commit(commitOf(1, 1))).resolves.toMatchObject({ batch: { first: 1 } });
  });

  it('the n-th commit fails, once', async () => {
    const storage = memoryStorage({ clock: new VirtualClock() });
    await storage.open();
    storage.faults.failIn = 2;
    await storage.commit(commitOf(1, 1));
    await expect(storage.commit(commitOf(2, 1))).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
    await expect(storage.commit(commitOf(2, 1))).resolves.toMatchObject({ batch: { first: 2 } });
  });

  it('slow: a commit takes its time on the clock', async () => {
    const clock = new VirtualClock();
    const storage = memoryStorage({ clock });
    await storage.open();
    storage.faults.commitMs = 20;
    let done = false;
    void storage.commit(commitOf(1, 1)).then(() => {
      done = true;
    });
    await clock.run(19, turn);
    expect(done).toBe(false);
    await clock.run(1, turn);
    expect(done).toBe(true);
  });

  it('a power cut: what was under way never happened, and the disk can be opened again', async () => {
    const clock = new VirtualClock();
    const disk = memoryDisk();
    const storage = memoryStorage({ clock, disk });
    await storage.open();
    await storage.commit(commitOf(1, 1));
    storage.faults.commitMs = 5;
    let settled = false;
    void storage.commit(commitOf(2, 1)).finally(() => {
      settled = true;
    });
    storage.cut();
    await clock.run(10, turn);
    expect(settled).toBe(false);
    expect(await memoryStorage({ clock, disk }).open()).toMatchObject({ head: 1 });
  });
});
