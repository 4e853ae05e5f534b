import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBuckets } from '../../../gateway/api/token-buckets.ts';
import { VirtualClock } from '../../../protocol/index.ts';

describe('a bucket', () => {
  test('gives so many at once, then so many a second, and says how many are left', () => {
    const clock = new VirtualClock();
    const buckets = new TokenBuckets(clock, { burst: 3, perSecond: 2, maxKeys: 10 });
    const takes = (): unknown[] => Array.from({ length: 4 }, () => buckets.take('a'));
    expect(takes()).toEqual([
      { allowed: true, left: 2, seconds: 1 },
      { allowed: true, left: 1, seconds: 1 },
      { allowed: true, left: 0, seconds: 2 },
      { allowed: false, left: 0, seconds: 1 },
    ]);
    clock.advance(500);
    expect([buckets.take('a').allowed, buckets.take('a').allowed]).toEqual([true, false]);
    expect(buckets.take('b').allowed).toBe(true);
  });

  test('never gives more than the burst and what came back since', () => {
    const step = fc.nat({ max: 2000 });
    expect(() =>
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (waits) => {
          const clock = new VirtualClock();
          const buckets = new TokenBuckets(clock, { burst: 5, perSecond: 3, maxKeys: 2 });
          let allowed = 0;
          for (const wait of waits) {
            clock.advance(wait);
            if (buckets.take('a').allowed) allowed++;
          }
          const passed = waits.slice(1).reduce((sum, wait) => sum + wait, 0);
          return allowed <= 5 + (passed / 1000) * 3 + 1e-6;
        }),
      ),
    ).not.toThrow();
  });

  test('is one of no more than the bound', () => {
    const buckets = new TokenBuckets(new VirtualClock(), { burst: 1, perSecond: 1, maxKeys: 2 });
    for (const key of ['a', 'b', 'a', 'c']) buckets.take(key);
    expect(buckets.size).toBe(2);
    // `a` asked after `b` did.
    expect([buckets.take('a').allowed, buckets.take('b').allowed]).toEqual([false, true]);
  });
});
