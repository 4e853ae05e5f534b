import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highestRate } from '../../../simulator/fleet/search.ts';

describe('the search for the highest rate', () => {
  it('doubles until it breaks, then closes in', async () => {
    const tried: number[] = [];
    const holds = (rate: number): Promise<boolean> => {
      tried.push(rate);
      return Promise.resolve(rate <= 700);
    };
    const found = await highestRate(holds, { from: 100, limit: 10_000, within: 0.1 });
    expect(tried).toEqual([100, 200, 400, 800, 600, 700, 750]);
    expect(found).toEqual({ held: 700, failed: 750 });
  });

  it('ends at its limit where everything holds, and says that nothing did where nothing does', async () => {
    const all = await highestRate(() => Promise.resolve(true), { from: 100, limit: 350, within: 0.1 });
    expect(all).toEqual({ held: 350, failed: undefined });
    expect((await highestRate(() => Promise.resolve(false), { from: 100, limit: 350, within: 0.1 })).held).toBe(0);
  });

  it('is never far off, and never tries for long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 2, max: 1e6, noNaN: true }), async (bound) => {
        let tries = 0;
        const holds = (rate: number): Promise<boolean> => {
          tries++;
          return Promise.resolve(rate <= bound);
        };
        const { held } = await highestRate(holds, { from: 100, limit: 1e7, within: 0.1 });
        expect(held).toBeLessThanOrEqual(bound);
        expect(held).toBeGreaterThan(bound / 1.1 - 1e-9);
        expect(tries).toBeLessThan(30);
      }),
    );
  });
});
