import { expect, it } from 'vitest';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { ExemptionTrail } from '../../../gateway/registry/exemption-trail.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const HOUR = 3_600_000;
const EXEMPTION = { id: 'x', from: 0, until: 1 };

it('a vehicle that stays out is in the trail once an hour, with the id of a message and nothing of its body', () => {
  const clock = new VirtualClock(1000);
  const entries: AuditEntry[] = [];
  const trail = new ExemptionTrail({ append: async (given) => void entries.push(...given) }, clock, () => {});
  trail.refused('139', EXEMPTION, 0x0200);
  trail.refused('139', EXEMPTION, 0x0200);
  trail.refused('137', EXEMPTION, 0x0100);
  clock.advance(HOUR);
  trail.refused('139', EXEMPTION, 0x0704);
  expect(entries).toEqual([
    {
      who: 'terminal:139',
      what: 'exemption.refused',
      subject: 'exemption:x',
      after: { messageId: '0x0200' },
      at: 1000,
    },
    {
      who: 'terminal:137',
      what: 'exemption.refused',
      subject: 'exemption:x',
      after: { messageId: '0x0100' },
      at: 1000,
    },
    expect.objectContaining({ after: { messageId: '0x0704' }, at: 1000 + HOUR }),
  ]);
});

it('a trail that cannot be written is told of', async () => {
  const faults: unknown[] = [];
  const full = { append: () => Promise.reject(new Error('full')) };
  const trail = new ExemptionTrail(full, new VirtualClock(), (error) => faults.push(error));
  trail.refused('139', EXEMPTION, 0x0200);
  await Promise.resolve();
  await Promise.resolve();
  expect(faults).toHaveLength(1);
});
