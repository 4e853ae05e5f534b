import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../gateway/journal/journal.ts';
import { RecentBatches } from '../../../gateway/journal/recent.ts';

const batch = (first: number, at: number, octets = 100): Batch => ({
  first,
  count: 1,
  at,
  body: new Uint8Array(octets),
  hash: new Uint8Array(32),
});

const firsts = (recent: RecentBatches, after: number): number[] | undefined =>
  recent.read(after, 1e6)?.map(({ first }) => first);

describe('the last batches', () => {
  it('are kept as far as their octets have room, the oldest leaving first', () => {
    const recent = new RecentBatches(250);
    for (const first of [1, 2, 3]) recent.add(batch(first, 0));
    expect(recent.bytes).toBe(200);
    expect([firsts(recent, 0), firsts(recent, 1)]).toEqual([undefined, [2, 3]]);
    recent.add(batch(4, 0, 1000));
    expect([recent.bytes, firsts(recent, 3)]).toEqual([0, undefined]);
  });

  it('are kept for ten seconds before the newest, whatever room there is', () => {
    const recent = new RecentBatches(1e6);
    for (const at of [0, 4000, 9000, 10_000]) recent.add(batch(1 + at, at));
    expect(firsts(recent, 0)).toEqual([1, 4001, 9001, 10_001]);
    recent.add(batch(15_001, 15_000));
    expect([recent.bytes, firsts(recent, 0)]).toEqual([300, undefined]);
    expect(firsts(recent, 9000)).toEqual([9001, 10_001, 15_001]);
  });

  it('are not let go of because the clock was set back, and go on after it leapt', () => {
    const recent = new RecentBatches(1e6);
    for (const [i, at] of [1e9, 0, 1, 2e9].entries()) {
      recent.add(batch(i + 1, at));
      if (i === 2) expect(firsts(recent, 0)).toEqual([1, 2, 3]);
    }
    expect(firsts(recent, 3)).toEqual([4]);
  });

  it('number thousands without any being lost', () => {
    const recent = new RecentBatches(1000);
    for (let first = 1; first <= 3000; first++) recent.add(batch(first, 0));
    expect(firsts(recent, 2990)).toEqual(Array.from({ length: 10 }, (_, i) => 2991 + i));
  });
});
