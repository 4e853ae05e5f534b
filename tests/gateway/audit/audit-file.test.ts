import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { openAuditFile } from '../../../gateway/audit/audit-file.ts';
import { tempDir } from '../journal/support.ts';

const entry = (n: number): AuditEntry => ({ who: 'root', what: 'tested', subject: `entry:${n}`, after: { n }, at: n });

function read(path: string): AuditEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEntry);
}

it('keeps entries in the order of the calls, whoever calls meanwhile, and is its owner’s alone', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const file = await openAuditFile(path);
  const calls = Array.from({ length: 50 }, (_, n) => file.append([entry(2 * n), entry(2 * n + 1)]));
  await calls[0];
  expect(read(path).slice(0, 2)).toEqual([entry(0), entry(1)]);
  await Promise.all(calls);
  expect(read(path).map(({ at }) => at)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await file.close();
});

it('goes on where the last run ended, and a close waits for what was given', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const first = await openAuditFile(path);
  void first.append([entry(1)]);
  await first.close();
  const second = await openAuditFile(path);
  await second.append([entry(2)]);
  await second.close();
  expect(read(path)).toEqual([entry(1), entry(2)]);
});

it('says when the disk does not take an entry', async () => {
  const file = await openAuditFile('/dev/full');
  await expect(file.append([entry(1)])).rejects.toThrow('ENOSPC');
  await file.close();
});
