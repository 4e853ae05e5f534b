import { expect, it } from 'vitest';
import { createProject } from '../../../gateway/deliver/project.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import type { Envelope } from '../../../bridge/index.ts';
import { authenticationBody, ID, NOON } from '../../support/terminal-frames.ts';
import { CAR, TERMINAL } from '../support/records.ts';
import { Rig } from '../support/rig.ts';

it('guessed codes are an event of the terminal, with the source and until when it is not heard', async () => {
  const rig = await new Rig({ core: { lockout: { wrongCodes: 1, lockMs: 60_000 } } }).start();
  await rig.login(CAR);
  rig.dial(CAR).say(ID.authentication, authenticationBody(2013, 'WRONG'));
  await rig.run();
  const { reader, registry } = rig.core;
  const project = createProject({ reader, registry, journalId: 'j', node: 'n' });
  const events: Envelope[] = [];
  for (const batch of rig.disk.batches)
    forEachRecord(batch, 0, (view) => void events.push(...project(view).filter(({ kind }) => kind === 'event')));
  expect(events).toMatchObject([
    {
      division: '530102',
      payload: {
        id: expect.stringMatching(/^j-\d+$/) as unknown,
        terminal: TERMINAL,
        vehicle: '云A12345',
        code: 'codeGuessing',
        state: 'raised',
        severity: 3,
      },
    },
  ]);
  const { text } = events[0]!.payload as { text: { en: string; 'zh-CN': string } };
  expect(text.en).toContain('1 wrong authentication codes');
  expect(text['zh-CN']).toContain('已锁定至 2026-03-01T12:01:00+08:00');
  expect(NOON).toBe(rig.clock.now());
});
