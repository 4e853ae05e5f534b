import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, runXingji, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const folder = temporaryFolder();
const HOSTILE = `云'";--`;
let gateway: Gateway;
let unit: { readonly username: string; readonly password: string; readonly token: string };

beforeAll(async () => {
  const add = ['account', 'add', 'kunming', '--role', 'unit', '--division', '5301', '--json', '--data', folder.path];
  unit = JSON.parse((await runXingji(add)).stdout) as typeof unit;
  gateway = await gatewayHere(folder.path);
}, 60_000);
afterAll(async () => {
  await gateway.stop();
  folder.remove();
});

const link = (phone: string): Promise<WireTerminal> => new WireTerminal({ phone }).connect(gateway.ready.jt808);

function http(path: string, token = gateway.ready.token!, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return fetch(`${gateway.ready.http}${path}`, { ...init, headers });
}

describe('on the terminals’ side', () => {
  it('wrong and empty codes open nothing', async () => {
    const terminal = await link('013900000001');
    await terminal.register();
    for (const code of ['', '0', 'A'.repeat(32)]) expect(await terminal.authenticate(code)).toBe('failure');
    expect(await terminal.acknowledged(terminal.send('locationReport', report(0)))).toBe('failure');
    terminal.end();
  });

  it('an authentication replayed for another phone opens nothing', async () => {
    const mine = await link('013900000002');
    const code = await mine.registerAndAuthenticate('云A00002');
    const other = await link('013900000003');
    await other.register('云A00003');
    expect(await other.authenticate(code)).toBe('failure');
    mine.end();
    other.end();
  });

  it('hostile text in a plate is text, in the registry and to whoever asks', async () => {
    const terminal = await link('013900000004');
    await terminal.registerAndAuthenticate(HOSTILE);
    await terminal.acknowledged(terminal.send('locationReport', report(0)));
    const response = await http('/api/v1/terminals/13900000004');
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(((await response.json()) as { vehicle: string }).vehicle).toBe(HOSTILE);
    terminal.end();
  });
});

describe('over MQTT', () => {
  const topics = [
    'xingji/v1/45/#',
    'xingji/v1/#',
    '#',
    '$SYS/#',
    '$share/group/xingji/v1/53/01/#',
    'xingji/v1/+/01/#',
    'xingji/v1/feed/#',
    'xingji/v1/53/01/+/+/command',
  ];

  it.each(topics)('a unit may not subscribe to %s', async (topic) => {
    const { username, password } = unit;
    const client = await connectAsync(gateway.ready.mqtt.url, { username, password, reconnectPeriod: 0 });
    const subscribed = await client.subscribeAsync(topic).then(
      () => 'granted',
      () => 'refused',
    );
    await client.endAsync(true);
    expect(subscribed).toBe('refused');
  });

  it('nobody gets in without a name, with a wrong password, or with a token for one', async () => {
    const { username, token } = unit;
    for (const given of [
      {},
      { username, password: 'no' },
      { username, password: token },
      { username: '', password: '' },
    ])
      await expect(connectAsync(gateway.ready.mqtt.url, { ...given, reconnectPeriod: 0 })).rejects.toThrow('refused');
  });
});

describe('over HTTP', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ sub: 'operator', role: 'operator', exp: 4_000_000_000 });
  const signed = `${part({ alg: 'HS256' })}.${claims}`;

  it.each([
    ['unsigned', `${part({ alg: 'none' })}.${claims}.`],
    ['signed with a key of the attacker', `${signed}.${createHmac('sha256', 'k').update(signed).digest('base64url')}`],
    ['empty', 'x'],
    ['of the right form', `xj_${'A'.repeat(32)}`],
  ])('a forged token that is %s opens nothing', async (_, token) => {
    expect((await http('/api/v1/terminals', token)).status).toBe(401);
  });

  it.each(['/page/../../../etc/passwd', '/page/..%2f..%2faccounts.json', '/%2e%2e/accounts.json', '//etc/passwd'])(
    'the path %s leads nowhere',
    async (path) => {
      const { status } = await http(path);
      expect(status).toBe(404);
    },
  );

  it.each(['..%2F..%2Faccounts.json', '%2e%2e', '..%5caccounts.json', 'a%00b'])(
    'the name %s is no file of a terminal',
    async (name) => {
      const response = await http(`/api/v1/media/13900000004/2026-01-01/${name}`);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(await response.text()).not.toContain('scrypt');
    },
  );

  it.each([
    ['too large', JSON.stringify({ token: 'x'.repeat(1 << 20) }), 413],
    ['no JSON', '{"token":', 400],
    ['deep', '['.repeat(20_000), 400],
    ['of the prototype', '{"__proto__":{"role":"operator"},"token":"x"}', 400],
    ['with a field too many', '{"token":"x","role":"operator"}', 400],
  ])('a body that is %s is refused', async (_, body, status) => {
    expect((await http('/api/v1/session', 'x', { method: 'POST', body })).status).toBe(status);
  });

  it.each(["' or 1=1 --", '%27%3B drop table grant', '*'])('the query %s finds nothing', async (text) => {
    const found = await http(`/api/v1/audit?who=${encodeURIComponent(text)}`);
    expect(await found.json()).toEqual({ items: [], next: null });
  });

  it('a unit sees nothing of another division, and no track, trail or metrics of its own accord', async () => {
    const statuses = async (...paths: readonly string[]) =>
      Promise.all(paths.map(async (path) => (await http(path, unit.token)).status));
    expect(
      await statuses(
        '/api/v1/terminals/13900000004x',
        '/api/v1/tracks/13900000004?from=2026-11-22T00:00:00Z&to=2026-11-23T00:00:00Z',
        '/api/v1/audit',
        '/api/v1/feed/archive',
      ),
    ).toEqual([404, 403, 403, 403]);
    expect(await (await http('/api/v1/terminals?division=45', unit.token)).json()).toEqual({ items: [], next: null });
  });

  it('a page of another origin gets no answer that it may read', async () => {
    const response = await fetch(`${gateway.ready.http}/api/v1/terminals`, {
      headers: { origin: 'http://evil.example' },
    });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([401, null]);
  });
});

it('all of it is in a trail that is whole', async () => {
  const trail = readFileSync(join(folder.path, 'audit.jsonl'), 'utf8');
  for (const what of ['login.failed', 'api.refused', 'track.refused']) expect(trail).toContain(`"what":"${what}"`);
  expect(await runXingji(['audit', 'verify', '--data', folder.path])).toMatchObject({ code: 0 });
}, 30_000);
