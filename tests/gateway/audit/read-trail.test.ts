import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VirtualClock } from '../../../protocol/index.ts';
import { Looks } from '../../../gateway/audit/looks.ts';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { readTrail } from '../../../gateway/audit/read-trail.ts';
import { tempDir } from '../journal/support.ts';
import { entry, newKey, openTrail } from './support.ts';

const key = newKey();

it('reads the newest rows first, over any length, by who, what, subject and time', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const file = await openTrail(path, key);
  const names = ['ann', 'bob'];
  const kinds = ['command.ordered', 'command.approved', 'commander'];
  await file.append(
    Array.from({ length: 1000 }, (_, n) => ({
      ...entry(n),
      who: names[n % 2]!,
      what: kinds[n % 3]!,
      before: '滇'.repeat(n),
    })),
  );
  await file.close();
  const numbers = async (query: object) => (await readTrail(path, { limit: 1000, ...query })).map(({ n }) => n);
  expect(await numbers({})).toEqual(Array.from({ length: 1000 }, (_, i) => 1000 - i));
  expect(await numbers({ limit: 3, before: 500 })).toEqual([499, 498, 497]);
  expect(await numbers({ limit: 3, who: 'bob' })).toEqual([1000, 998, 996]);
  expect(await numbers({ limit: 3, what: 'command' })).toEqual([1000, 998, 997]);
  expect(await numbers({ subject: 'entry:77', limit: 2 })).toEqual([780, 779]);
  expect(await numbers({ from: 10, to: 12 })).toEqual([13, 12, 11]);
  expect(await readTrail(join(tempDir(), 'none'), { limit: 1 })).toEqual([]);
});

it('notes one who looks at the same again once a minute, and at once where the trail could not take it', async () => {
  const clock = new VirtualClock();
  const trail: AuditEntry[] = [];
  let full = false;
  const append = async (entries: readonly AuditEntry[]): Promise<void> => {
    if (full) throw new Error('full');
    trail.push(...entries);
  };
  const looks = new Looks({ append }, clock);
  const look = { who: 'ann', what: 'api.read', subject: '/api/v1/terminals' };
  await looks.note(look);
  await looks.note(look);
  await looks.note({ ...look, who: 'bob' });
  expect(trail.map(({ who }) => who)).toEqual(['ann', 'bob']);
  clock.advance(60_000);
  full = true;
  await expect(looks.note(look)).rejects.toThrow('full');
  full = false;
  await looks.note(look);
  expect(trail.map(({ who }) => who)).toEqual(['ann', 'bob', 'ann']);
});
