import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaDay } from '../../../gateway/media/media-disk.ts';
import { MediaStore } from '../../../gateway/media/media-store.ts';
import { overdueDays } from '../../../gateway/media/retention.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { NOON } from '../../support/terminal-frames.ts';
import { turn } from '../journal/support.ts';
import { MemoryMedia } from '../support/memory-media.ts';

const DAY = 86_400_000;
const day = (date: string, bytes: number, terminal = '1'): MediaDay => ({ terminal, date, bytes });

describe('days of media files', () => {
  it('go when they are over for long enough', () => {
    const days = [day('2026-02-20', 1), day('2026-02-19', 1), day('2026-03-01', 1)];
    const gone = overdueDays(days, { retainMs: 8 * DAY, retainBytes: 100 }, NOON);
    expect(gone.map(({ date }) => date)).toEqual(['2026-02-19', '2026-02-20'].slice(0, gone.length));
    expect(gone.length).toBe(2);
    expect(overdueDays(days, { retainMs: 30 * DAY, retainBytes: 100 }, NOON)).toEqual([]);
  });

  it('go beyond the size, oldest first, until the rest is within it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ n: fc.integer({ min: 1, max: 28 }), bytes: fc.nat({ max: 50 }) })),
        fc.nat({ max: 200 }),
        (raw, retainBytes) => {
          const days = raw.map(({ n, bytes }) => day(`2026-02-${String(n).padStart(2, '0')}`, bytes));
          const gone = new Set(overdueDays(days, { retainMs: 1000 * DAY, retainBytes }, NOON));
          const rest = days.filter((one) => !gone.has(one));
          const sizeOf = (some: readonly MediaDay[]): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
          expect(sizeOf(rest)).toBeLessThanOrEqual(retainBytes);
          const newestGone =
            [...gone]
              .map(({ date }) => date)
              .toSorted()
              .at(-1) ?? '';
          for (const { date } of rest) expect(date >= newestGone).toBe(true);
          // Not one day more than was needed.
          const last = [...gone].at(-1);
          if (last !== undefined) expect(sizeOf(rest) + last.bytes).toBeGreaterThan(retainBytes);
        },
      ),
    );
  });

  it('go from the folder every hour, and the first time a minute after the start', async () => {
    const clock = new VirtualClock(NOON);
    const media = new MemoryMedia();
    media.files.set('1/2025-12-01/1-a.jpg', new Uint8Array(10));
    media.files.set('1/2026-02-28/2-a.jpg', new Uint8Array(10));
    const store = new MediaStore({ disk: media.disk(), clock, retainMs: 30 * DAY, retainBytes: 1000 });
    await clock.run(61_000, turn);
    expect([...media.files.keys()]).toEqual(['1/2026-02-28/2-a.jpg']);
    media.files.set('1/2025-12-01/1-a.jpg', new Uint8Array(10));
    await clock.run(3_600_000, turn);
    expect([...media.files.keys()]).toEqual(['1/2026-02-28/2-a.jpg']);
    expect(store.counters.removedBytes).toBe(20);
    store.close();
    expect(clock.pending).toBe(0);
  });
});
