import { expect, it } from 'vitest';
import type { Event } from '../../../bridge/index.ts';
import { journalRefuses } from '../../../gateway/deliver/gateway-events.ts';
import { JournalError } from '../../../gateway/journal/errors.ts';

it('an outage of the disk is told in each language by itself, with what the disk said and nothing twice', () => {
  const { message } = new JournalError('JOURNAL_UNWRITABLE', '/data/journal.db: database or disk is full');
  const told = (why: string): Event['text'] =>
    (journalRefuses({ node: 'g', journalId: 'j', since: 0, why, head: 1 }).payload as Event).text;
  expect(told(message)).toEqual({
    'zh-CN': '网关磁盘无法写入，已停止应答，数据由终端保留（/data/journal.db: database or disk is full）',
    en: "The gateway's disk takes no writes; nothing is acknowledged and terminals keep their data (/data/journal.db: database or disk is full)",
  });
  expect(told('')['zh-CN']).toBe('网关磁盘无法写入，已停止应答，数据由终端保留');
});
