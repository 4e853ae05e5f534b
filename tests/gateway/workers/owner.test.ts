import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../gateway/workers/owner.ts';

const FLEET = Array.from({ length: 30_000 }, (_, n) => String(13_800_000_000 + n));

describe('the owner of a terminal', () => {
  it('is the same whoever asks, and the only one where there is one', () => {
    expect(FLEET.slice(0, 50).map((terminal) => ownerOf(terminal, 1))).toEqual(Array(50).fill(0));
    expect([1, 2, 3, 8].map((workers) => ownerOf('13912345678', workers))).toEqual(
      [1, 2, 3, 8].map((workers) => ownerOf('13912345678', workers)),
    );
  });

  it('is each worker for about as many terminals, though their numbers follow each other', () => {
    for (const workers of [2, 3, 5, 8]) {
      const counts = Array<number>(workers).fill(0);
      for (const terminal of FLEET) counts[ownerOf(terminal, workers)]!++;
      const fair = FLEET.length / workers;
      for (const count of counts) expect(Math.abs(count - fair) / fair).toBeLessThan(0.05);
    }
  });

  it('changes with one more worker only for the terminals which that one gets', () => {
    const moved = FLEET.filter((terminal) => ownerOf(terminal, 3) !== ownerOf(terminal, 4));
    expect(new Set(moved.map((terminal) => ownerOf(terminal, 4)))).toEqual(new Set([3]));
    expect(Math.abs(moved.length / FLEET.length - 1 / 4)).toBeLessThan(0.02);
  });
});
