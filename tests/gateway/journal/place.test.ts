import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AHEAD, Place } from '../../../gateway/journal/place.ts';

describe('a place', () => {
  it('knows exactly what was done, in whatever order and however often', () => {
    const ranges = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(ranges, (steps) => {
        const place = new Place(0);
        const done = new Set<number>();
        for (const [from, more] of steps) {
          place.done(from, from + more);
          for (let seq = from; seq <= from + more; seq += 1) done.add(seq);
        }
        const known = (seq: number): boolean =>
          seq <= place.cursor || place.ahead.some(({ from, to }) => seq >= from && seq <= to);
        const all = Array.from({ length: 70 }, (_, i) => i + 1);
        expect(all.filter(known)).toEqual(all.filter((seq) => done.has(seq)));
        expect(place.left(70)).toBe(70 - done.size);
        // Nothing that touches is kept apart.
        let end = place.cursor;
        for (const { from, to } of place.ahead) {
          expect(from).toBeGreaterThan(end + 1);
          end = to;
        }
      }),
    );
  });

  it('says whether anything was new', () => {
    const place = new Place(5, [{ from: 10, to: 12 }]);
    expect(place.done(3, 5)).toBe(false);
    expect(place.done(11, 12)).toBe(false);
    expect(place.done(12, 13)).toBe(true);
    expect(place.ahead).toEqual([{ from: 10, to: 13 }]);
  });

  it('has gaps between what is done', () => {
    const place = new Place(5, [
      { from: 10, to: 12 },
      { from: 20, to: 20 },
    ]);
    expect(place.gaps()).toEqual([
      { from: 6, to: 9 },
      { from: 13, to: 19 },
    ]);
  });

  it('remembers no more ranges than its bound, and forgets rather than claims', () => {
    const place = new Place(0);
    for (let i = 1; i <= MAX_AHEAD; i += 1) expect(place.done(10 * i, 10 * i)).toBe(true);
    expect(place.done(5, 5)).toBe(false);
    expect(place.done(11, 11)).toBe(true);
    expect(place.ahead).toHaveLength(MAX_AHEAD);
  });
});
