import { describe, expect, it } from 'vitest';
import type { Batch, Journal, JournalState } from '../../../gateway/journal/journal.ts';
import { type MemoryStorage, memoryDisk, memoryStorage } from '../../../gateway/journal/memory-storage.ts';
import type { JournalOptions } from '../../../gateway/journal/journal-options.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { RECORD_KIND } from '../../../gateway/journal/record.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { firsts, frame, remember, turn } from './support.ts';

interface World {
  readonly clock: VirtualClock;
  readonly storage: MemoryStorage;
  readonly journal: Journal;
  /** Batches in the order in which listeners heard of them. */
  readonly heard: Batch[];
}

async function world(options: JournalOptions = {}, disk = memoryDisk()): Promise<World> {
  const clock = new VirtualClock();
  const storage = memoryStorage({ clock, disk });
  const journal = await openJournal({ storage, clock, options });
  const heard: Batch[] = [];
  journal.subscribe({ committed: (batch) => void heard.push(batch) });
  return { clock, storage, journal, heard };
}

function stories(batches: readonly Batch[]): unknown[] {
  const found: unknown[] = [];
  for (const batch of batches) {
    forEachRecord(batch, 0, ({ kind, b, payloadStart, payloadEnd }) => {
      if (kind === RECORD_KIND.gateway)
        found.push(JSON.parse(new TextDecoder().decode(b.subarray(payloadStart, payloadEnd))));
    });
  }
  return found;
}

describe('group commit', () => {
  it('puts what is appended in one turn into one batch, without waiting for a clock', async () => {
    const { journal, heard } = await world();
    const waiter = remember();
    for (let token = 10; token < 13; token += 1) journal.append(frame('1', 'x'), waiter, token);
    expect(waiter.told).toEqual([]);
    await turn();
    expect(waiter.told).toEqual(['10@1', '11@2', '12@3']);
    expect(heard).toMatchObject([{ first: 1, count: 3 }]);
  });

  it('puts what comes during a commit into the next, which begins as the first ends', async () => {
    const { clock, storage, journal, heard } = await world();
    storage.faults.commitMs = 10;
    const waiter = remember();
    journal.append(frame('1', 'a'), waiter, 1);
    await clock.run(2, turn);
    journal.append(frame('1', 'b'), waiter, 2);
    await clock.run(3, turn);
    journal.append(frame('1', 'c'), waiter, 3);
    await clock.run(5, turn);
    expect(waiter.told).toEqual(['1@1']);
    await clock.run(9, turn);
    expect(waiter.told).toEqual(['1@1']);
    await clock.run(1, turn);
    expect(waiter.told).toEqual(['1@1', '2@2', '3@3']);
    expect(heard.map(({ count }) => count)).toEqual([1, 2]);
  });

  it('tells the waiters before the listeners, when state already counts the records', async () => {
    const { journal } = await world();
    const order: string[] = [];
    journal.subscribe({ committed: (batch) => void order.push(`batch ${batch.first}`) });
    const committed = (token: number): void => void order.push(`waiter ${token} at head ${journal.state.head}`);
    journal.append(frame('1', 'a'), { committed, refused: () => {} }, 1);
    journal.append(frame('1', 'b'), { committed, refused: () => {} }, 2);
    await turn();
    expect(order).toEqual(['waiter 1 at head 2', 'waiter 2 at head 2', 'batch 1']);
  });

  it('takes records that a waiter appends when it is told', async () => {
    const { journal } = await world();
    const told: number[] = [];
    const waiter = {
      committed(token: number, seq: number): void {
        told.push(seq);
        if (token < 5) journal.append(frame('1', 'x'), waiter, token + 1);
      },
      refused: () => {},
    };
    journal.append(frame('1', 'x'), waiter, 1);
    await turn();
    expect(told).toEqual([1, 2, 3, 4, 5]);
  });

  it('cuts batches at maxBatchBytes, but takes a record that is larger by itself', async () => {
    const { journal, heard } = await world({ maxBatchBytes: 1000 });
    for (const size of [400, 400, 400, 5000, 100]) journal.append(frame('1', 'x'.repeat(size)), null, 0);
    await turn();
    expect(heard.map(({ first, count }) => [first, count])).toEqual([
      [1, 2],
      [3, 1],
      [4, 1],
      [5, 1],
    ]);
  });

  it('keeps the octets of batches of every size', async () => {
    const { journal, heard } = await world();
    const texts = [10, 30_000, 200_000, 10, 90_000, 700_000, 5].map((size, i) => String(i).repeat(size));
    const read: string[] = [];
    for (const text of texts) {
      journal.append(frame('1', text), null, 0);
      await turn();
    }
    for (const batch of heard) {
      forEachRecord(batch, 0, ({ b, payloadStart, payloadEnd }) => {
        read.push(new TextDecoder().decode(b.subarray(payloadStart, payloadEnd)));
      });
    }
    expect(read).toEqual(texts);
  });
});

describe('bounds', () => {
  it('refuses at once what would not fit maxPendingBytes, and takes it when the disk has caught up', async () => {
    const { clock, storage, journal } = await world({ maxPendingBytes: 2000 });
    storage.faults.commitMs = 10;
    const waiter = remember();
    expect(journal.append(frame('1', 'x'.repeat(1500)), waiter, 1)).toBeUndefined();
    expect(journal.append(frame('1', 'x'.repeat(1500)), waiter, 2)).toBe('JOURNAL_BEHIND');
    expect(journal.state.pendingBytes).toBeGreaterThan(1500);
    await clock.run(10, turn);
    expect(journal.state.pendingBytes).toBe(0);
    expect(journal.append(frame('1', 'x'.repeat(1500)), waiter, 3)).toBeUndefined();
    await clock.run(10, turn);
    expect(waiter.told).toEqual(['1@1', '3@2']);
  });

  it('keeps recent batches in memory up to recentBytes, and reads the others from the disk', async () => {
    const { storage, journal } = await world({ recentBytes: 5000 });
    for (let i = 0; i < 10; i += 1) {
      journal.append(frame('1', 'x'.repeat(1000)), null, 0);
      await turn();
    }
    const reads: number[] = [];
    const read = storage.read.bind(storage);
    storage.read = (after, maxBytes) => {
      reads.push(after);
      return read(after, maxBytes);
    };
    expect(firsts(await journal.read(7, 1e6))).toEqual([8, 9, 10]);
    expect(reads).toEqual([]);
    expect(firsts(await journal.read(2, 1e6))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    expect(reads).toEqual([2]);
    expect(await journal.read(10, 1e6)).toEqual([]);
    expect(reads).toEqual([2]);
  });
});

it('reads nothing of which the waiters have not been told, though it is on disk', async () => {
  const { storage, journal } = await world({ recentBytes: 0 });
  journal.append(frame('1', 'told'), null, 0);
  await turn();
  const commit = storage.commit.bind(storage);
  let tell = (): void => {};
  storage.commit = async (given) => {
    const committed = await commit(given);
    await new Promise<void>((resolve) => {
      tell = resolve;
    });
    return committed;
  };
  journal.append(frame('1', 'not told yet'), null, 0);
  await turn();
  expect(storage.disk.batches).toHaveLength(2);
  expect(firsts(await journal.read(0, 1e6))).toEqual([1]);
  tell();
  await turn();
  expect(firsts(await journal.read(0, 1e6))).toEqual([1, 2]);
});

describe('a disk that refuses', () => {
  async function broken(
    options: JournalOptions = {},
  ): Promise<World & { changes: boolean[]; waiter: ReturnType<typeof remember> }> {
    const made = await world(options);
    const changes: boolean[] = [];
    made.journal.subscribe({ changed: (state: JournalState) => void changes.push(state.writable) });
    made.storage.faults.full = true;
    made.storage.faults.commitMs = 10;
    const waiter = remember();
    made.journal.append(frame('1', 'a'), waiter, 1);
    await turn();
    made.journal.append(frame('1', 'b'), waiter, 2);
    await made.clock.run(10, turn);
    return { ...made, changes, waiter };
  }

  it('has everybody who waits refused, in order, and says so once', async () => {
    const { journal, waiter, changes } = await broken();
    expect(waiter.told).toEqual(['1 JOURNAL_UNWRITABLE', '2 JOURNAL_UNWRITABLE']);
    expect(changes).toEqual([false]);
    expect(journal.state).toMatchObject({
      writable: false,
      head: 0,
      pendingBytes: 0,
      fault: expect.stringContaining('no space'),
    });
    expect(journal.append(frame('1', 'c'), waiter, 3)).toBe('JOURNAL_UNWRITABLE');
  });

  it('is tried once a second, and works again by itself with the story of what happened', async () => {
    const { clock, storage, journal, changes, heard } = await broken();
    let tries = 0;
    const commit = storage.commit.bind(storage);
    storage.commit = (given) => {
      tries += 1;
      return commit(given);
    };
    await clock.run(10_500, turn);
    expect(tries).toBe(10);
    expect(changes).toEqual([false]);
    storage.faults.full = false;
    await clock.run(1100, turn);
    expect(changes).toEqual([false, true]);
    expect(journal.state).toMatchObject({ writable: true, fault: undefined, head: 1 });
    expect(stories(heard)).toMatchObject([{ fact: 'probed', refused: 12, why: expect.stringContaining('no space') }]);
    await clock.run(20_000, turn);
    expect(tries).toBe(11);
  });

  it('is tried with the next record when the second is over', async () => {
    const { clock, storage, journal, waiter, heard } = await broken();
    storage.faults.commitMs = 600;
    await clock.run(1300, turn);
    storage.faults.full = false;
    expect(journal.append(frame('1', 'too soon'), waiter, 3)).toBe('JOURNAL_UNWRITABLE');
    await clock.run(2000, turn);
    expect(journal.state.writable).toBe(true);
    expect(journal.append(frame('1', 'd'), waiter, 4)).toBeUndefined();
    await clock.run(700, turn);
    expect(waiter.told.slice(2)).toEqual(['4@2']);
    expect(stories(heard)).toHaveLength(1);
  });

  it('does not use up positions', async () => {
    const { clock, storage, journal, waiter } = await broken();
    storage.faults.full = false;
    await clock.run(1100, turn);
    journal.append(frame('1', 'd'), waiter, 4);
    await clock.run(20, turn);
    expect(waiter.told.at(-1)).toBe('4@2');
    expect(storage.disk.batches.map(({ first, count }) => [first, count])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('gives letters back to whoever wants them buried', async () => {
    const { journal } = await broken();
    const letter = { reader: 'outlet:a', seq: 1, id: 'x', reason: 'y', at: 0 };
    await expect(journal.bury(letter)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
  });

  it('gets the cursors that moved meanwhile when it works again', async () => {
    const { clock, storage, journal } = await broken();
    journal.advance('outlet:a', 5);
    await clock.run(5000, turn);
    expect(storage.disk.cursors.size).toBe(0);
    storage.faults.full = false;
    await clock.run(1500, turn);
    expect([...storage.disk.cursors]).toEqual([['outlet:a', 5]]);
  });

  it('gets the later of two moves that it refused the first of', async () => {
    const { clock, storage, journal } = await world();
    storage.faults.commitMs = 10;
    storage.faults.failIn = 1;
    journal.advance('outlet:a', 5);
    journal.append(frame('1', 'x'), null, 0);
    await clock.run(5, turn);
    journal.advance('outlet:a', 7);
    await clock.run(5, turn);
    expect(journal.state.writable).toBe(false);
    await clock.run(1500, turn);
    expect([...storage.disk.cursors]).toEqual([['outlet:a', 7]]);
  });

  it('when the journal is closing gives back the letters that wait', async () => {
    const { clock, storage, journal } = await world();
    storage.faults.commitMs = 10;
    storage.faults.full = true;
    journal.append(frame('1', 'x'), null, 0);
    await turn();
    const burial = journal.bury({ reader: 'outlet:a', seq: 1, id: 'x', reason: 'y', at: 0 });
    const outcome = burial.catch((error: unknown) => error);
    const closed = journal.close();
    await clock.run(2000, turn);
    await closed;
    expect(await outcome).toMatchObject({ code: 'JOURNAL_UNWRITABLE' });
  });

  it('does not keep the journal from closing', async () => {
    const { clock, storage, journal } = await broken();
    journal.advance('outlet:a', 5);
    const closed = journal.close();
    await clock.run(2000, turn);
    await closed;
    expect(storage.disk.locked).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('that fails a single commit is well a second later', async () => {
    const { clock, storage, journal } = await world();
    storage.faults.failIn = 1;
    const waiter = remember();
    journal.append(frame('1', 'a'), waiter, 1);
    await clock.run(0, turn);
    expect(journal.state.writable).toBe(false);
    await clock.run(1000, turn);
    expect(journal.state.writable).toBe(true);
  });
});

describe('cursors', () => {
  it('go to disk with the next commit', async () => {
    const { storage, journal } = await world();
    journal.advance('outlet:a', 3);
    journal.append(frame('1', 'x'), null, 0);
    await turn();
    expect([...storage.disk.cursors]).toEqual([['outlet:a', 3]]);
  });

  it('go to disk within cursorFlushMs where nothing is committed', async () => {
    const { clock, storage, journal } = await world({ cursorFlushMs: 200 });
    journal.advance('outlet:a', 3);
    await clock.run(199, turn);
    expect(storage.disk.cursors.size).toBe(0);
    journal.advance('outlet:a', 4);
    await clock.run(1, turn);
    expect([...storage.disk.cursors]).toEqual([['outlet:a', 4]]);
    await clock.run(1000, turn);
    expect(storage.disk.batches).toEqual([]);
  });

  it('never move back', async () => {
    const { journal } = await world();
    journal.advance('outlet:a', 5);
    journal.advance('outlet:a', 2);
    expect(journal.cursor('outlet:a')).toBe(5);
  });

  it('are registered by being asked for, listed, and forgotten, on disk as well', async () => {
    const disk = memoryDisk();
    const { clock, journal } = await world({}, disk);
    expect(journal.cursor('outlet:new')).toBe(0);
    journal.advance('outlet:b', 2);
    expect([...journal.readers()]).toEqual([
      ['outlet:new', 0],
      ['outlet:b', 2],
    ]);
    await clock.run(300, turn);
    expect(disk.cursors.size).toBe(2);
    journal.forgetReader('outlet:new');
    expect(journal.readers().has('outlet:new')).toBe(false);
    await clock.run(300, turn);
    expect([...disk.cursors]).toEqual([['outlet:b', 2]]);
  });
});

describe('what is written along', () => {
  it('a letter is on disk when bury resolves', async () => {
    const { storage, journal } = await world();
    const letter = { reader: 'outlet:a', seq: 1, id: 'x', reason: 'y', at: 0 };
    await journal.bury(letter);
    expect(storage.disk.letters).toEqual([letter]);
  });

  it('an acknowledgement that could not be sent is noted with the time', async () => {
    const { clock, storage, journal } = await world();
    const at = clock.now();
    journal.unacknowledged(4, 'link gone');
    await clock.run(200, turn);
    expect(storage.disk.unacknowledged).toEqual([{ seq: 4, why: 'link gone', at }]);
  });
});

describe('retention', () => {
  async function withRecords(options: JournalOptions): Promise<World & { dropped: number[][] }> {
    const made = await world({ trimEveryMs: 1000, cursorFlushMs: 1, ...options });
    const dropped: number[][] = [];
    made.journal.subscribe({ trimmed: (from, to) => void dropped.push([from, to]) });
    for (let i = 0; i < 10; i += 1) {
      made.journal.append(frame('1', 'x'.repeat(1000)), null, 0);
      await turn();
    }
    return { ...made, dropped };
  }

  it('drops what is older than retainMs and says what', async () => {
    const { clock, journal, dropped } = await withRecords({ retainMs: 5000 });
    await clock.run(4500, turn);
    expect(dropped).toEqual([]);
    await clock.run(2000, turn);
    expect(dropped).toEqual([[1, 10]]);
    expect(journal.state).toMatchObject({ tail: 11, head: 10 });
  });

  it('drops the oldest beyond retainBytes', async () => {
    const { clock, journal, dropped } = await withRecords({ retainBytes: 5500 });
    await clock.run(1000, turn);
    expect(dropped).toEqual([[1, 5]]);
    expect(firsts(await journal.read(0, 1e6))).toEqual([6, 7, 8, 9, 10]);
  });

  it('keeps what a registered reader has not passed, until it has or is forgotten', async () => {
    const { clock, journal, dropped } = await withRecords({ retainMs: 0, retainBytes: 0 });
    journal.advance('outlet:fast', 10);
    journal.cursor('outlet:slow');
    await clock.run(3000, turn);
    expect(dropped).toEqual([]);
    journal.advance('outlet:slow', 4);
    await clock.run(1000, turn);
    expect(dropped).toEqual([[1, 4]]);
    journal.forgetReader('outlet:slow');
    await clock.run(1000, turn);
    expect(dropped.at(-1)).toEqual([5, 10]);
  });

  it('passes outlets where it is told to, but no other reader, and says what they lost', async () => {
    const { clock, journal, dropped } = await withRecords({ retainMs: 0, trimPastOutlets: true });
    journal.cursor('outlet:slow');
    journal.done('outlet:slow', 3, 4);
    journal.advance('outlet:fast', 10);
    journal.advance('fold:state', 6);
    await clock.run(1000, turn);
    expect(dropped).toEqual([[1, 6]]);
    expect(journal.lost()).toEqual([{ reader: 'outlet:slow', from: 1, to: 6, records: 4 }]);
    expect(journal.state).toMatchObject({ dropped: 6, lost: 0 });
    expect(journal.cursor('outlet:slow')).toBe(0);
  });

  it('a reader that is new begins with what is kept, and has lost nothing', async () => {
    const { clock, journal } = await withRecords({ retainMs: 0, trimPastOutlets: true });
    await clock.run(1000, turn);
    expect(journal.cursor('outlet:new')).toBe(10);
    expect(journal.lost()).toEqual([]);
  });

  it('goes on in small steps until nothing is left to drop', async () => {
    const { clock, storage, journal } = await world({ trimEveryMs: 1000, retainMs: 0 });
    for (let i = 0; i < 200; i += 1) {
      journal.append(frame('1', 'x'), null, 0);
      await turn();
    }
    const steps: number[] = [];
    const trim = storage.trim.bind(storage);
    storage.trim = async (step) => {
      const trimmed = await trim(step);
      steps.push(trimmed.tail);
      return trimmed;
    };
    await clock.run(1000, turn);
    await turn();
    expect(steps).toEqual([65, 129, 193, 201]);
  });

  it('under a load without pause comes in between now and then only', async () => {
    const { clock, storage, journal } = await world({ trimEveryMs: 1000, retainMs: 0 });
    for (let i = 0; i < 300; i += 1) {
      journal.append(frame('1', 'x'), null, 0);
      await turn();
    }
    storage.faults.commitMs = 10;
    const load = (): void => {
      journal.append(frame('1', 'x'), null, 0);
      clock.wake(clock.monotonic() + 4, load);
    };
    load();
    const steps: number[] = [];
    const trim = storage.trim.bind(storage);
    storage.trim = (step) => {
      steps.push(clock.monotonic());
      return trim(step);
    };
    await clock.run(2000, turn);
    expect(steps.length).toBeGreaterThan(3);
    const gaps = steps.slice(1).map((at, i) => at - steps[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
  });
});

describe('closing', () => {
  it('commits what waits, writes cursors, lets the folder go, and takes nothing more', async () => {
    const { clock, storage, journal } = await world();
    storage.faults.commitMs = 10;
    const waiter = remember();
    journal.append(frame('1', 'a'), waiter, 1);
    journal.advance('outlet:a', 1);
    const closed = journal.close();
    expect(journal.append(frame('1', 'b'), waiter, 2)).toBe('JOURNAL_CLOSED');
    await expect(journal.bury({ reader: 'r', seq: 1, id: '', reason: '', at: 0 })).rejects.toMatchObject({
      code: 'JOURNAL_CLOSED',
    });
    await clock.run(50, turn);
    await closed;
    expect(waiter.told).toEqual(['1@1']);
    expect([...storage.disk.cursors]).toEqual([['outlet:a', 1]]);
    expect(storage.disk.locked).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('twice is closing once', async () => {
    const { storage, journal } = await world();
    let closings = 0;
    const close = storage.close.bind(storage);
    storage.close = () => {
      closings += 1;
      return close();
    };
    await Promise.all([journal.close(), journal.close()]);
    await journal.close();
    expect(closings).toBe(1);
  });
});

it('a power cut loses only what nobody was told of', async () => {
  const disk = memoryDisk();
  const { clock, storage, journal } = await world({}, disk);
  const waiter = remember();
  journal.append(frame('1', 'a'), waiter, 1);
  await turn();
  storage.faults.commitMs = 10;
  journal.append(frame('1', 'b'), waiter, 2);
  await clock.run(5, turn);
  storage.cut();
  await clock.run(100, turn);
  expect(waiter.told).toEqual(['1@1']);
  const after = await world({}, disk);
  expect(after.journal.state.head).toBe(1);
});
