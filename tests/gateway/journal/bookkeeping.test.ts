import { describe, expect, it } from 'vitest';
import type { Journal } from '../../../gateway/journal/journal.ts';
import { type MemoryStorage, memoryDisk, memoryStorage } from '../../../gateway/journal/memory-storage.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { frame, remember, turn } from './support.ts';

interface World {
  readonly clock: VirtualClock;
  readonly storage: MemoryStorage;
  readonly journal: Journal;
}

/** Records go once a second, as soon as everybody but outlets has had them. */
async function world(disk = memoryDisk()): Promise<World> {
  const clock = new VirtualClock();
  const storage = memoryStorage({ clock, disk });
  const options = { trimEveryMs: 1000, cursorFlushMs: 1, retainMs: 0, trimPastOutlets: true };
  return { clock, storage, journal: await openJournal({ storage, clock, options }) };
}

describe('a loss', () => {
  const lost = { reader: 'outlet:slow', from: 1, to: 10, records: 8 };
  const story = frame('', 'ten are gone, two of which it had');

  async function withLoss(disk = memoryDisk()): Promise<World> {
    const made = await world(disk);
    made.journal.cursor('outlet:slow');
    for (let i = 0; i < 10; i += 1) made.journal.append(frame('1', 'x'), null, 0);
    await turn();
    made.journal.done('outlet:slow', 3, 4);
    await made.clock.run(1000, turn);
    return made;
  }

  it('is written off by the commit that tells of it, together or not at all', async () => {
    const disk = memoryDisk();
    const { clock, storage, journal } = await withLoss(disk);
    expect(journal.lost()).toEqual([lost]);
    const waiter = remember();
    storage.faults.commitMs = 10;
    journal.writeOff(lost, story, waiter);
    await clock.run(5, turn);
    storage.cut();
    await clock.run(5, turn);
    expect([disk.batches, [...disk.cursors]]).toEqual([[], [['outlet:slow', 0]]]);
    const again = await world(disk);
    expect(again.journal.lost()).toEqual([lost]);
    again.journal.writeOff(lost, story, waiter);
    await turn();
    expect(waiter.told).toEqual(['0@11']);
    expect(disk.batches).toMatchObject([{ first: 11, count: 1 }]);
    expect([[...disk.cursors], disk.ahead.size]).toEqual([[['outlet:slow', 10]], 0]);
    expect(again.journal.lost()).toEqual([]);
    expect(again.journal.state.lost).toBe(8);
    again.storage.cut();
    const last = await world(disk);
    expect(last.journal.lost()).toEqual([]);
  });

  it('stays where the disk refuses the record that tells of it', async () => {
    const { storage, journal, clock } = await withLoss();
    storage.faults.failIn = 1;
    const waiter = remember();
    journal.writeOff(lost, story, waiter);
    await turn();
    expect(waiter.told).toEqual(['0 JOURNAL_UNWRITABLE']);
    await clock.run(2000, turn);
    expect(journal.state).toMatchObject({ writable: true, lost: 0 });
    expect(journal.lost()).toMatchObject([{ reader: 'outlet:slow', from: 1 }]);
    expect([...storage.disk.cursors]).toEqual([['outlet:slow', 0]]);
  });

  it('is no part of what the commit before it has on disk', async () => {
    const { clock, storage, journal } = await withLoss();
    storage.faults.commitMs = 10;
    journal.append(frame('1', 'x'), null, 0);
    await clock.run(1, turn);
    journal.writeOff(lost, story, remember());
    await clock.run(9, turn);
    expect(storage.disk.batches).toMatchObject([{ first: 11, count: 1 }]);
    expect([...storage.disk.cursors]).toEqual([['outlet:slow', 0]]);
    await clock.run(10, turn);
    expect([...storage.disk.cursors]).toEqual([['outlet:slow', 10]]);
  });

  it('is not passed over by what the outlet has of the records behind it', async () => {
    const { clock, journal } = await withLoss();
    for (let i = 0; i < 3; i += 1) journal.append(frame('1', 'x'), null, 0);
    await turn();
    journal.done('outlet:slow', 1, 12);
    expect(journal.lost()).toEqual([lost]);
    expect(journal.place('outlet:slow').ahead).toEqual([
      { from: 3, to: 4 },
      { from: 11, to: 12 },
    ]);
    journal.writeOff(lost, story, remember());
    await clock.run(0, turn);
    expect(journal.cursor('outlet:slow')).toBe(12);
  });

  it('of an outlet that is forgotten is nobody’s', async () => {
    const { clock, storage, journal } = await withLoss();
    storage.faults.commitMs = 10;
    journal.writeOff(lost, story, remember());
    await clock.run(5, turn);
    journal.forgetReader('outlet:slow');
    await clock.run(20, turn);
    expect(journal.lost()).toEqual([]);
    expect(storage.disk.cursors.size).toBe(0);
  });
});
