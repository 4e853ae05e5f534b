import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';

const folder = temporaryFolder();
let gateway: Gateway;

interface Told {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

const account = (...args: readonly string[]) => runXingji(['account', ...args, '--data', folder.path]);

async function add(name: string, ...args: readonly string[]): Promise<Told> {
  const { code, stdout, stderr } = await account('add', name, ...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Told;
}

async function until(look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('never came');
}

const statusFor = async (token: string): Promise<number> =>
  (await fetch(`${gateway.ready.http}/api/v1/terminals`, { headers: { authorization: `Bearer ${token}` } })).status;

const enters = ({ username, password }: Pick<Told, 'username' | 'password'>) =>
  connectAsync(gateway.ready.mqtt.url, { username, password, reconnectPeriod: 0 });

beforeAll(async () => {
  // Before the first start: the gateway makes its own accounts beside it.
  await add('early', '--role', 'audit');
  gateway = await gatewayHere(folder.path);
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  folder.remove();
});

it('an account that is added beside a running gateway gets in over HTTP and MQTT, within its divisions', async () => {
  const told = await add('kunming', '--role', 'unit', '--division', '530100');
  expect(Object.keys(told)).toEqual(['username', 'password', 'token']);
  await until(async () => (await statusFor(told.token)) === 200);
  expect(await statusFor(gateway.ready.token!)).toBe(200);
  const client = await enters(told);
  await client.subscribeAsync('xingji/v1/53/01/#');
  for (const outside of ['xingji/v1/53/02/#', 'xingji/v1/#'])
    await expect(client.subscribeAsync(outside), outside).rejects.toThrow('Subscribe error');
  const gone = new Promise((resolve) => client.once('close', () => resolve(undefined)));
  expect(await account('disable', 'kunming')).toMatchObject({ code: 0 });
  await gone;
  await until(async () => (await statusFor(told.token)) === 401);
  await expect(enters(told)).rejects.toThrow('Connection refused');
}, 60_000);

it('a rotated account opens with its new secrets and not with the old', async () => {
  const old = await add('chuxiong', '--role', 'supervisor', '--division', '5323', '--password', 'a long passphrase');
  expect(old.password).toBe('a long passphrase');
  const { stdout } = await account('rotate', 'chuxiong', '--json');
  const fresh = JSON.parse(stdout) as Told;
  await until(async () => (await statusFor(fresh.token)) === 200);
  expect(await statusFor(old.token)).toBe(401);
  await (await enters(fresh)).endAsync();
}, 60_000);

it('are listed without secrets; an account of a third party ends', async () => {
  const told = await add('insurer', '--role', 'thirdParty', '--division', '53');
  const { stdout } = await account('list', '--json');
  const all = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { username: string; division: string; expires?: string });
  expect(all.map(({ username }) => username).sort()).toEqual(
    ['chuxiong', 'early', 'insurer', 'kunming', 'operator', 'platform'].sort(),
  );
  expect(all.find(({ username }) => username === 'kunming')).toMatchObject({ division: '5301', disabled: true });
  expect(Date.parse(all.find(({ username }) => username === 'insurer')!.expires!)).toBeGreaterThan(Date.now());
  expect(stdout).not.toContain(told.token);
  expect(readFileSync(join(folder.path, 'accounts.json'), 'utf8')).not.toContain(told.password);
}, 30_000);

it.each([
  [['add', 'kunming', '--role', 'unit'], 1],
  [['add', 'operator', '--role', 'operator'], 2],
  [['add', 'a b', '--role', 'unit'], 2],
  [['add', 'x', '--role', 'king'], 2],
  [['add', 'x'], 2],
  [['add', 'x', '--role', 'unit', '--division', '530'], 2],
  [['add', 'x', '--role', 'unit', '--expires', '2020-01-01'], 2],
  [['disable', 'nobody'], 1],
])('xingji account %j ends with %i', async (args, code) => {
  expect(await account(...args)).toMatchObject({ code, stdout: '' });
});

it('leaves every change and every login in trails that are whole', async () => {
  const commands = readFileSync(join(folder.path, 'audit-commands.jsonl'), 'utf8');
  for (const what of ['added', 'rotated', 'disabled']) expect(commands).toContain(`"what":"account.${what}"`);
  const trail = readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
  expect(trail).toContain('"who":"chuxiong","what":"login.succeeded","subject":"mqtt"');
  expect(trail).toContain('"who":"unknown","what":"login.failed","subject":"mqtt","after":{"username":"kunming"}');
  expect(await runXingji(['audit', 'verify', '--data', folder.path])).toMatchObject({ code: 0 });
});
