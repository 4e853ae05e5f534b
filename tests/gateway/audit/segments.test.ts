import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAuditFile } from '../../../gateway/audit/audit-file.ts';
import { checkTrail } from '../../../gateway/audit/check-trail.ts';
import { readTrail } from '../../../gateway/audit/read-trail.ts';
import { piecesOf } from '../../../gateway/audit/segments.ts';
import { tempDir } from '../journal/support.ts';
import { entry, newKey } from './support.ts';

const key = newKey();
const ROWS = 40;
let folder: string;
let path: string;
const open = () => openAuditFile(path, { signer: key.signer, now: () => 7, maxOctets: 2000 });

beforeEach(async () => {
  folder = tempDir();
  path = join(folder, 'audit.jsonl');
  const file = await open();
  for (let n = 1; n <= ROWS; n++) await file.append([entry(n)]);
  await file.close();
});

describe('a trail of several files', () => {
  it('has no file that grows beyond its bound, and one chain over all of them', async () => {
    const pieces = piecesOf(path);
    expect(pieces.length).toBeGreaterThan(4);
    for (const piece of pieces) expect(readFileSync(piece).length).toBeLessThan(2600);
    expect(await checkTrail(path, key)).toEqual({ rows: ROWS, signedUpTo: ROWS, fault: undefined });
  });

  it('goes on after a restart, also where a crash came between setting a file aside and making the next', async () => {
    const restarted = await open();
    for (let n = ROWS + 1; n <= ROWS + 3; n++) await restarted.append([entry(n)]);
    await restarted.close();
    if (existsSync(path) && statSync(path).size > 0)
      renameSync(path, join(folder, `audit.${String(ROWS + 3).padStart(15, '0')}.jsonl`));
    const afterCrash = await open();
    expect([restarted.repaired, afterCrash.repaired]).toEqual([undefined, undefined]);
    await afterCrash.append([entry(ROWS + 4)]);
    await afterCrash.close();
    expect(await checkTrail(path, key)).toEqual({ rows: ROWS + 4, signedUpTo: ROWS + 4, fault: undefined });
  });

  it('is read newest first, across its files, page by page', async () => {
    const rows = await readTrail(path, { limit: 1000 });
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: ROWS }, (_, i) => ROWS - i));
    expect((await readTrail(path, { before: 21, limit: 3 })).map(({ n }) => n)).toEqual([20, 19, 18]);
    expect((await readTrail(path, { subject: 'entry:1', limit: 2 })).map(({ n }) => n)).toEqual([19, 18]);
  });

  it('misses a file that was taken away, wherever it stood', async () => {
    const [first, second] = piecesOf(path);
    const aside = readFileSync(first!);
    rmSync(first!);
    expect((await checkTrail(path, key))?.fault).toMatchObject({ row: 1, why: 'missing' });
    writeFileSync(first!, aside);
    rmSync(second!);
    expect((await checkTrail(path, key))?.fault).toMatchObject({ why: 'missing', line: 1 });
  });

  it('names the file of a row that was altered', async () => {
    const [, second] = piecesOf(path);
    writeFileSync(second!, readFileSync(second!, 'utf8').replace('"who":"root"', '"who":"r00t"'));
    expect((await checkTrail(path, key))?.fault).toMatchObject({ why: 'altered', line: 1, file: second });
  });

  it('keeps its files apart from those of another trail beside it', async () => {
    const other = join(folder, 'audit-commands.jsonl');
    const file = await openAuditFile(other, { signer: key.signer, now: () => 7 });
    await file.append([entry(1)]);
    await file.close();
    expect(piecesOf(other)).toEqual([other]);
    expect(readdirSync(folder).filter((name) => name.startsWith('audit.')).length).toBe(piecesOf(path).length + 1);
  });
});
