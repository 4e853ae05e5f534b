import { appendFileSync, readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AuditEntry } from '../../../gateway/audit/audit.ts';
import { checkTrail } from '../../../gateway/audit/check-trail.ts';
import { tempDir } from '../journal/support.ts';
import { entry, newKey, openTrail, writeTrail } from './support.ts';

const key = newKey();

function read(path: string): (AuditEntry & { readonly n: number })[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEntry & { readonly n: number });
}

it('keeps entries in the order of the calls, whoever calls meanwhile, and is its owner’s alone', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const file = await openTrail(path, key);
  const calls = Array.from({ length: 300 }, (_, n) => file.append([entry(2 * n), entry(2 * n + 1)]));
  await calls[0];
  expect(read(path).slice(0, 2)).toMatchObject([entry(0), entry(1)]);
  await Promise.all(calls);
  expect(read(path).map(({ at, n }) => [at, n])).toEqual(Array.from({ length: 600 }, (_, n) => [n, n + 1]));
  expect([path, `${path}.head`].map((each) => statSync(each).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(await checkTrail(path, key)).toEqual({ rows: 600, signedUpTo: 600, fault: undefined });
  await file.close();
});

it('goes on where the last run ended, and a close waits for what was given', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const first = await openTrail(path, key);
  void first.append([entry(1)]);
  await first.close();
  const second = await openTrail(path, key);
  await second.append([entry(2)]);
  await second.close();
  expect(second.repaired).toBeUndefined();
  expect(read(path)).toMatchObject([entry(1), entry(2)]);
  expect(await checkTrail(path, key)).toEqual({ rows: 2, signedUpTo: 2, fault: undefined });
});

it('says when the disk does not take an entry', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  symlinkSync('/dev/full', path);
  const file = await openTrail(path, key);
  await expect(file.append([entry(1)])).rejects.toThrow('ENOSPC');
  await file.close();
});

it('moves aside what a crash left behind the last signed row, says so, and goes on whole', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  await writeTrail(path, key, 2);
  appendFileSync(path, '{"n":3,"at":3,"wh');
  const file = await openTrail(path, key);
  await file.close();
  expect(file.repaired).toEqual({ unsignedOctets: 17, missingRows: 0 });
  expect(readFileSync(`${path}.unsigned`, 'utf8')).toBe('{"n":3,"at":3,"wh');
  expect(read(path)[2]).toMatchObject({ n: 3, what: 'audit.repaired', after: { unsignedOctets: 17 }, at: 7 });
  expect(await checkTrail(path, key)).toEqual({ rows: 3, signedUpTo: 3, fault: undefined });
});

it('never closes over rows that are gone: their numbers stay missing', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  await writeTrail(path, key, 5);
  const lines = readFileSync(path, 'utf8').split('\n');
  truncateSync(path, Buffer.byteLength(`${lines.slice(0, 3).join('\n')}\n`));
  const file = await openTrail(path, key);
  await file.append([entry(6)]);
  await file.close();
  expect(file.repaired).toEqual({ unsignedOctets: 0, missingRows: 2 });
  expect(read(path).map(({ n }) => n)).toEqual([1, 2, 3, 6, 7]);
  expect(await checkTrail(path, key)).toMatchObject({ fault: { row: 4, why: 'missing' } });
});

it('tells what is too long by its hash, and keeps line ends within a line', async () => {
  const path = join(tempDir(), 'audit.jsonl');
  const file = await openTrail(path, key);
  const injected = 'x"}\n{"n":2,"at":0,"who":"root"';
  await file.append([{ ...entry(1), subject: injected, before: 'a'.repeat(20_000), after: injected }]);
  await file.close();
  expect(read(path)).toHaveLength(1);
  expect(read(path)[0]).toMatchObject({ subject: injected, before: { tooLong: 20_002 }, after: injected });
  expect(await checkTrail(path, key)).toMatchObject({ rows: 1, fault: undefined });
});
