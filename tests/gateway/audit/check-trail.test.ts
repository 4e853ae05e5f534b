import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRow, parseRow, rowBody, rowHash } from '../../../gateway/audit/chain.ts';
import { checkTrail } from '../../../gateway/audit/check-trail.ts';
import { tempDir } from '../journal/support.ts';
import { entry, newKey, writeTrail } from './support.ts';

const key = newKey();
const ROWS = 6;

async function trail(): Promise<{ path: string; lines: string[]; save(lines: readonly string[]): void }> {
  const path = join(tempDir(), 'audit.jsonl');
  await writeTrail(path, key, ROWS);
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return { path, lines, save: (changed) => writeFileSync(path, changed.map((line) => `${line}\n`).join('')) };
}

const faultOf = async (path: string) => (await checkTrail(path, key))?.fault;

it.each([1, 3, ROWS])('names row %i where it was altered', async (row) => {
  const { path, lines, save } = await trail();
  save(lines.map((line, i) => (i === row - 1 ? line.replace('"root"', '"toor"') : line)));
  expect(await faultOf(path)).toEqual({ row, line: row, why: 'altered' });
});

it.each([1, 3, ROWS])('names row %i where it was removed', async (row) => {
  const { path, lines, save } = await trail();
  save(lines.filter((_, i) => i !== row - 1));
  expect(await faultOf(path)).toMatchObject({ row, why: 'missing' });
});

it('names the row where another was put in', async () => {
  const { path, lines, save } = await trail();
  save([...lines.slice(0, 2), lines[1]!, ...lines.slice(2)]);
  expect(await faultOf(path)).toEqual({ row: 3, line: 3, why: 'inserted' });
});

it('finds a row behind the last, though its hash is right', async () => {
  const { path, lines, save } = await trail();
  const { hash } = parseRow(lines.at(-1)!)!;
  const body = rowBody(entry(7), 7);
  save([...lines, formatRow(body, rowHash(hash, body), undefined).trimEnd()]);
  expect(await faultOf(path)).toEqual({ row: 7, line: 7, why: 'inserted' });
});

it('finds a chain that somebody made anew from a row on, without the key', async () => {
  const { path, lines, save } = await trail();
  const forger = newKey().signer;
  let { hash } = parseRow(lines[1]!)!;
  const remade = lines.slice(2).map((line) => {
    const row = parseRow(line)!;
    const body = row.body.replace('"root"', '"toor"');
    hash = rowHash(hash, body);
    return formatRow(body, hash, forger.sign(body as unknown as Uint8Array<ArrayBuffer>)).trimEnd();
  });
  save([...lines.slice(0, 2), ...remade]);
  expect(await faultOf(path)).toEqual({ row: 3, line: 3, why: 'forged' });
});

it('finds a whole trail of another key, and one without a head', async () => {
  const { path } = await trail();
  expect((await checkTrail(path, newKey()))?.fault).toMatchObject({ why: 'forged' });
  const other = await trail();
  rmSync(other.path);
  expect(await faultOf(other.path)).toMatchObject({ row: 1, why: 'missing' });
  rmSync(`${other.path}.head`);
  expect(await checkTrail(other.path, key)).toBeUndefined();
});

it('holds a trail to what was noted of it elsewhere', async () => {
  const { path, lines } = await trail();
  const noted = parseRow(lines[3]!)!;
  expect((await checkTrail(path, { ...key, known: [noted] }))?.fault).toBeUndefined();
  const another = { n: 4, hash: Buffer.alloc(32) };
  expect((await checkTrail(path, { ...key, known: [another] }))?.fault).toMatchObject({ row: 4, why: 'contradicted' });
  expect((await checkTrail(path, { ...key, known: [{ n: 9, hash: noted.hash }] }))?.fault).toMatchObject({
    row: 7,
    why: 'missing',
  });
});

it('finds any octet that is another one', async () => {
  const { path, lines, save } = await trail();
  const whole = lines.join('\n');
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 33, max: 126 }), async (at, code) => {
      const changed = whole.substring(0, at) + String.fromCharCode(code) + whole.substring(at + 1);
      fc.pre(changed !== whole);
      save([changed]);
      expect(await faultOf(path)).toBeDefined();
    }),
    { numRuns: 60 },
  );
});

it('finds a letter of a signature that stands for the same octets', async () => {
  const { path, lines, save } = await trail();
  const [whole] = lines as [string];
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const at = whole.lastIndexOf('"}') - 1;
  const other = letters[letters.indexOf(whole[at]!) ^ 1]!;
  save([whole.substring(0, at) + other + whole.substring(at + 1), ...lines.slice(1)]);
  expect(await faultOf(path)).toMatchObject({ row: 1, why: 'altered' });
});
