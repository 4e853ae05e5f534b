import { describe, expect, it } from 'vitest';
import { CommitPace } from '../../../gateway/journal/commit-pace.ts';
import { memoryStorage } from '../../../gateway/journal/memory-storage.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { frame, remember, turn } from './support.ts';

/** The gap after records have come at `perMs` for 100 ms, a commit a millisecond. */
function gapAt(perMs: number): number {
  const pace = new CommitPace(4);
  for (let now = 0; now <= 100; now += 1) pace.begin(now, perMs);
  return pace.next - 100;
}

describe('the pace of commits', () => {
  it('is as they come below a thousand records a second', () => {
    expect(gapAt(0.9)).toBe(0);
  });

  it('slows down as more records come, up to the window', () => {
    const gaps = [1, 2, 4, 8, 100].map(gapAt);
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps[0]).toBeGreaterThan(0);
    expect(gaps[0]).toBeLessThanOrEqual(1);
    expect(gaps.slice(-3)).toEqual([4, 4, 4]);
  });

  it('is at once again with the second record after a pause', () => {
    const pace = new CommitPace(4);
    for (let now = 0; now <= 100; now += 1) pace.begin(now, 100);
    pace.begin(500, 1);
    expect(pace.next).toBe(500);
  });
});

describe('a journal under load', () => {
  async function loaded(commitWindowMs?: number) {
    const clock = new VirtualClock();
    const storage = memoryStorage({ clock });
    const options = { maxBatchBytes: 20_000, ...(commitWindowMs === undefined ? {} : { commitWindowMs }) };
    const journal = await openJournal({ storage, clock, options });
    const commits: { at: number; count: number }[] = [];
    journal.subscribe({ committed: ({ count }) => void commits.push({ at: clock.monotonic(), count }) });
    const load = async (ms: number, perMs: number): Promise<void> => {
      for (let i = 0; i < ms; i += 1) {
        for (let n = 0; n < perMs; n += 1) journal.append(frame('1', 'x'), null, 0);
        await clock.run(1, turn);
      }
    };
    return { clock, storage, journal, commits, load };
  }

  it('commits a few milliseconds apart, and keeps no record waiting longer than that', async () => {
    const { commits, load, journal } = await loaded();
    await load(100, 20);
    const settled = commits.filter(({ at }) => at > 40);
    const gaps = settled.slice(1).map(({ at }, i) => at - settled[i]!.at);
    expect(new Set(gaps)).toEqual(new Set([4]));
    expect(new Set(settled.map(({ count }) => count))).toEqual(new Set([80]));
    expect(journal.state.pendingBytes).toBeLessThan(100 * 80);
  });

  it('does not, where the window is 0', async () => {
    const { commits, load } = await loaded(0);
    await load(100, 20);
    expect(commits).toHaveLength(100);
  });

  it('does not let a full batch wait for company', async () => {
    const { commits, load } = await loaded();
    await load(40, 20);
    const before = commits.length;
    // 20,000 octets are some thousand records of this size: six batches in four milliseconds.
    await load(4, 1600);
    expect(commits.length - before).toBeGreaterThanOrEqual(5);
  });

  it('commits at once what comes when the load is over', async () => {
    const { clock, journal, load } = await loaded();
    await load(100, 20);
    await clock.run(100, turn);
    const waiter = remember();
    for (let token = 1; token <= 2; token += 1) {
      journal.append(frame('1', 'alone'), waiter, token);
      await turn();
      expect(waiter.told).toHaveLength(token);
    }
  });

  it('does not wait when it is closing, nor with a dead letter', async () => {
    const { clock, storage, journal, load } = await loaded();
    await load(40, 20);
    const waiter = remember();
    journal.append(frame('1', 'x'), waiter, 1);
    await journal.bury({ reader: 'outlet:a', seq: 1, id: 'x', reason: 'y', at: 0 });
    expect(storage.disk.letters).toHaveLength(1);
    journal.append(frame('1', 'x'), waiter, 2);
    await journal.close();
    expect(waiter.told).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
