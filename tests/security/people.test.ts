/** Attacks by people and programs that have some way in, played against a gateway. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { codeOf } from '../../gateway/access/totp.ts';
import type { Gateway } from '../../gateway/main.ts';
import { authority, hasOpenssl } from '../support/certificates.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';

interface Told {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  readonly change?: string;
}

const folder = temporaryFolder();
const published: { readonly topic: string; readonly text: string }[] = [];
let gateway: Gateway;
let unit: Told;
let chief: Told;
let listener: Awaited<ReturnType<typeof connectAsync>>;

const account = (...args: readonly string[]) => runXingji(['account', ...args, '--data', folder.path, '--json']);
const added = async (...args: readonly string[]): Promise<Told> =>
  JSON.parse((await account('add', ...args)).stdout) as Told;

async function call(path: string, token: string, json?: unknown, method = json === undefined ? 'GET' : 'POST') {
  const response = await fetch(`${gateway.ready.http}/api/v1${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, body, text };
}

const until = (fits: () => boolean | Promise<boolean>): Promise<void> =>
  vi.waitFor(async () => expect(await fits()).toBe(true), { timeout: 15_000, interval: 50 });
const trail = (): string => readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
const raised = (code: string): boolean => published.some(({ text }) => text.includes(`"code":"${code}"`));

beforeAll(async () => {
  unit = await added('kunming', '--role', 'unit', '--division', '5301');
  chief = await added('chief', '--role', 'supervisor');
  gateway = await gatewayHere(folder.path);
  const { url, username, password } = gateway.ready.mqtt;
  listener = await connectAsync(url, { username: username!, password: password! });
  listener.on('message', (topic, payload) => published.push({ topic, text: payload.toString() }));
  await listener.subscribeAsync('xingji/v1/#', { qos: 1 });
}, 60_000);
afterAll(async () => {
  await listener.endAsync();
  await gateway.stop();
  folder.remove();
});

describe('somebody who guesses', () => {
  it('tokens is an event with the address, a count, and a row of the trail', async () => {
    for (let i = 0; i < 10; i++) expect((await call('/terminals', `xj_${'A'.repeat(31)}${i}`)).status).toBe(401);
    await until(() => raised('signInGuessing'));
    const event = published.find(({ text }) => text.includes('"code":"signInGuessing"'))!;
    expect(event.topic).toBe('xingji/v1/00/00/00/gateway-1/event');
    expect(JSON.parse(event.text)).toMatchObject({ severity: 3, text: { en: expect.stringContaining('127.0.0.1') } });
    expect(trail()).toContain('"who":"gateway","what":"security.signInGuessing","subject":"address:127.0.0.1"');
    const metrics = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    expect(metrics).toContain('xingji_security_events_total{kind="signInGuessing"} 1');
  });

  it('topics is an event with the account', async () => {
    const { username, password } = unit;
    const client = await connectAsync(gateway.ready.mqtt.url, { username, password, reconnectPeriod: 0 });
    for (let i = 0; i < 5 && client.connected; i++)
      await client.subscribeAsync(`xingji/v1/45/0${i}/#`).catch(() => undefined);
    await client.endAsync(true);
    await until(() => raised('deniedTopics'));
    expect(trail()).toContain('"what":"security.deniedTopics","subject":"kunming"');
  });

  it('what it may not do is an event with the account', async () => {
    for (let i = 0; i < 30; i++) expect((await call('/audit', unit.token)).status).toBe(403);
    await until(() => raised('accessProbing'));
    expect(trail()).toContain('"what":"security.accessProbing","subject":"kunming"');
  });
});

describe('a key that got into other hands', () => {
  it('does no more than it was made for, nowhere else, and makes no further keys', async () => {
    const wanted = { label: 'wall', rights: ['watch'], division: '530102', days: 1 };
    const made = await call('/account/keys', unit.token, wanted);
    expect(made.body).toMatchObject({ division: '530102', rights: ['watch'] });
    const key = String(made.body['token']);
    const paths = ['/terminals', '/events', '/commands', '/account', '/account/keys'];
    const statuses = await Promise.all(paths.map(async (path) => (await call(path, key)).status));
    expect(statuses).toEqual([200, 403, 403, 403, 403]);
    expect((await call('/account/keys', key, wanted)).status).toBe(403);
    expect((await call('/terminals?division=530103', key)).body).toEqual({ items: [], next: null });
    expect(readFileSync(join(folder.path, 'accounts.json'), 'utf8')).not.toContain(key);
    await call(`/account/keys/${String(made.body['id'])}`, unit.token, undefined, 'DELETE');
    expect((await call('/terminals', key)).status).toBe(401);
  });

  it('cannot be made with a right or a division that its account has not', async () => {
    expect((await call('/account/keys', unit.token, { label: 'x', rights: ['audit'] })).status).toBe(403);
    expect((await call('/account/keys', unit.token, { label: 'x', division: '45' })).status).toBe(403);
  });
});

describe('a token without the code of its second factor', () => {
  it('opens nothing; a code opens a session once and is refused when it is played again', async () => {
    const begun = await call('/account/totp', unit.token, {});
    const code = (by = 0): string => codeOf(String(begun.body['secret']), Math.floor(Date.now() / 30_000) + by);
    const confirmed = await call('/account/totp/confirm', unit.token, { code: code() });
    const [recovery] = confirmed.body['recoveryCodes'] as string[];
    expect((await call('/terminals', unit.token)).status).toBe(401);
    const { username, password } = unit;
    const broker = connectAsync(gateway.ready.mqtt.url, { username, password, reconnectPeriod: 0 });
    await expect(broker).rejects.toThrow('refused');
    const enter = (given?: string) => call('/session', '', { token: unit.token, ...(given && { code: given }) });
    expect((await enter()).body['code']).toBe('code');
    const replayed = code(1);
    expect((await enter(replayed)).status).toBe(200);
    expect((await enter(replayed)).body['code']).toBe('code');
    expect((await enter(recovery)).status).toBe(200);
    expect((await enter(recovery)).status).toBe(401);
    expect(await account('remove-totp', 'kunming')).toMatchObject({ code: 0 });
    await until(async () => (await call('/terminals', unit.token)).status === 200);
  });
});

describe('one who runs the accounts and wants more alone', () => {
  it('gets nothing that nobody else approved, and cannot approve it', async () => {
    expect(await account('four-eyes', 'on')).toMatchObject({ code: 0 });
    const mole = await added('mole', '--role', 'operator');
    expect(mole.change).toMatch(/^a-/);
    expect((await call('/terminals', mole.token)).status).toBe(401);
    const operator = gateway.ready.token!;
    const raise = await call('/accounts/kunming', operator, { role: 'supervisor' });
    expect(raise.body).toMatchObject({ state: 'requested' });
    const id = String(raise.body['change']);
    expect((await call(`/account-changes/${id}/approve`, operator, {})).body['code']).toBe('account-own');
    expect((await call(`/account-changes/${id}/approve`, unit.token, {})).status).toBe(403);
    expect((await account('approve', id, '--token', unit.token)).code).toBe(1);
    // Neither may the other be replaced by new secrets for oneself, or four eyes be switched off.
    for (const [path, body] of [
      ['/accounts/chief/rotate', {}],
      ['/account-policy', { fourEyes: false }],
    ] as const)
      expect((await call(path, operator, body)).body).toMatchObject({ state: 'requested' });
    expect((await call('/account-changes', chief.token)).body['items']).toHaveLength(4);
    expect(await account('approve', mole.change!, '--token', chief.token)).toMatchObject({ code: 0 });
    await until(async () => (await call('/terminals', mole.token)).status === 200);
    const commands = readFileSync(join(folder.path, 'audit-commands.jsonl'), 'utf8');
    expect(commands).toMatch(/"who":"cli:\w+","what":"account.added.requested","subject":"account:mole"/);
    expect(trail() + commands).toMatch(/"who":"chief","what":"account.added","subject":"account:mole"/);
  }, 60_000);
});

it('a stream that is open ends with its account', async () => {
  const { token } = await call('/account/keys', unit.token, { label: 'stream' }).then(({ body }) => body);
  const response = await fetch(`${gateway.ready.http}/api/v1/stream`, {
    headers: { authorization: `Bearer ${String(token)}` },
  });
  expect(await account('disable', 'kunming')).toMatchObject({ code: 0 });
  // Read to its end.
  await response.text();
  expect(response.status).toBe(200);
}, 30_000);

describe.skipIf(!hasOpenssl())('a client certificate', () => {
  it('opens the account that it stands for, and nothing where it stands for none or came from elsewhere', async () => {
    const place = temporaryFolder();
    const [ours, theirs] = [authority(place.path), temporaryFolder()];
    const server = ours.issue('localhost');
    const known = ours.issue('kunming');
    const unknown = ours.issue('nobody');
    const foreign = authority(theirs.path).issue('kunming');
    const secure = await gatewayHere(
      join(place.path, 'data'),
      {},
      {
        XINGJI_HTTP_TLS_CERT: server.cert,
        XINGJI_HTTP_TLS_KEY: server.key,
        XINGJI_HTTP_TLS_CA: ours.ca,
        XINGJI_HTTP_TLS_CLIENTS: 'optional',
      },
    );
    const ask = (more: object, headers: Record<string, string> = {}): Promise<number | string> =>
      new Promise((resolve) => {
        const url = new URL('/api/v1/accounts', secure.ready.http);
        const asked = request(url, { ca: ours.ca, agent: false, headers, ...more }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        asked.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'refused'));
        asked.end();
      });
    const pem = ({ cert, key }: typeof known) => ({ cert, key });
    expect(await ask(pem(known))).toBe(401);
    const fingerprint = new X509Certificate(known.cert).fingerprint256;
    const certify = ['account', 'certify', 'operator', fingerprint, '--data', join(place.path, 'data')];
    expect(await runXingji(certify)).toMatchObject({ code: 0 });
    await until(async () => (await ask(pem(known))) === 200);
    expect([await ask({}), await ask(pem(unknown)), await ask(pem(foreign))]).toEqual([401, 401, 401]);
    // A page of elsewhere would have the browser show it.
    expect(await ask(pem(known), { origin: 'https://evil.example' })).toBe(401);
    await secure.stop();
    place.remove();
    theirs.remove();
  }, 60_000);
});
