import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';

const folder = temporaryFolder();
const trail = join(folder.path, 'audit.jsonl');
let gateway: Gateway;

beforeAll(async () => {
  gateway = await gatewayHere(folder.path);
}, 60_000);
afterAll(() => folder.remove());

const verify = (...args: readonly string[]) => runXingji(['audit', 'verify', '--data', folder.path, ...args]);

it('a gateway tells who looked, who signed in and who was turned away', async () => {
  const { http, token } = gateway.ready;
  const headers = { authorization: `Bearer ${token!}` };
  await fetch(`${http}/api/v1/terminals?division=53&token=${token!}`);
  expect((await fetch(`${http}/api/v1/terminals`, { headers: { authorization: 'Bearer no' } })).status).toBe(401);
  const signIn = { method: 'POST', headers: { 'content-type': 'application/json' } };
  await fetch(`${http}/api/v1/session`, { ...signIn, body: JSON.stringify({ token }) });
  await fetch(`${http}/api/v1/session`, { ...signIn, body: '{"token":"no"}' });
  const read = async (query: string) =>
    (await (await fetch(`${http}/api/v1/audit${query}`, { headers })).json()) as {
      items: { who: string; what: string; subject: string }[];
      next: number | null;
    };
  const { items } = await read('');
  const said = items.map(({ who, what, subject }) => `${who} ${what} ${subject}`);
  expect(said).toContain('operator api.read /api/v1/terminals?division=53');
  expect(said).toContain('address:127.0.0.1 api.refused GET /api/v1/terminals');
  expect(said).toContain('operator login.succeeded console');
  expect(said).toContain('address:127.0.0.1 login.failed console');
  expect(said).toContain('gateway gateway.started gateway');
  expect(items.map(({ what }) => what)).toContain('audit.read');
  expect(readFileSync(trail, 'utf8')).not.toContain(token);
  const page = await read('?what=login&limit=1');
  expect(page.items).toHaveLength(1);
  expect((await read(`?what=login&cursor=${page.next!}`)).items).toHaveLength(1);
});

it('is found whole beside the gateway that writes it, exported, and whole afterwards', async () => {
  expect(await verify()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^gateway: \d+ rows.*: whole\n$/) });
  const exported = await runXingji(['audit', 'export', '--data', folder.path, '--what', 'login', '--format', 'csv']);
  expect(exported.stdout.split('\n')[0]).toBe('trail,n,at,who,what,subject,before,after');
  expect(exported.stdout.trim().split('\n')).toHaveLength(3);
  const head = await runXingji(['audit', 'head', '--data', folder.path]);
  writeFileSync(join(folder.path, 'noted.json'), head.stdout);
  await gateway.stop();
  expect(await verify('--head', join(folder.path, 'noted.json'))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^gateway: .* whole\ncommands: 1 rows.* whole\n$/),
  });
}, 60_000);

it('is not whole once a row was altered, removed or put behind the last: exit 1, and which', async () => {
  const text = readFileSync(trail, 'utf8');
  const lines = text.trimEnd().split('\n');
  writeFileSync(trail, text.replace('"who":"operator"', '"who":"nobody"'));
  const at = lines.findIndex((line) => line.includes('"who":"operator"')) + 1;
  expect(await verify()).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`NOT WHOLE: row ${at} (line ${at}) altered`),
  });
  writeFileSync(trail, `${lines.slice(0, -1).join('\n')}\n`);
  const removed = await verify('--json');
  expect(removed.code).toBe(1);
  expect(JSON.parse(removed.stdout.split('\n')[0]!)).toMatchObject({
    whole: false,
    fault: { row: lines.length, why: 'missing' },
  });
  writeFileSync(trail, text);
  appendFileSync(trail, `${lines.at(-1)!}\n`);
  expect(await verify()).toMatchObject({ code: 1, stdout: expect.stringContaining('inserted') });
  expect(await runXingji(['audit', 'verify', '--data', join(folder.path, 'none')])).toMatchObject({ code: 1 });
}, 60_000);
