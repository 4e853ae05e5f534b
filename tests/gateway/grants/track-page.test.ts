import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TrackPoint } from '../../../gateway/fold/store/track-point.ts';
import { trackPage } from '../../../gateway/grants/track-page.ts';

const pointAt = (time: number, seq: number): TrackPoint => ({
  time,
  seq,
  receivedAt: time,
  latitude: 25,
  longitude: 102,
  altitude: 0,
  speed: 0,
  direction: 0,
  alarm: 0,
  status: 0,
  mileage: null,
  fix: true,
  backfill: false,
});

it('pages of any size give every point once and in order, however many share a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), async (times, limit) => {
      const points = times.sort((a, b) => a - b).map(pointAt);
      const read = async (_: string, { from, to, limit: most }: { from: number; to: number; limit: number }) =>
        points.filter(({ time }) => time >= from && time <= to).slice(0, most);
      const seen: TrackPoint[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages <= points.length; pages++) {
        const page = await trackPage(read, { terminal: 't', from: 0, to: 9, limit, cursor });
        seen.push(...page.points);
        if (page.next === null) break;
        cursor = page.next;
      }
      expect(seen).toEqual(points);
    }),
  );
});
