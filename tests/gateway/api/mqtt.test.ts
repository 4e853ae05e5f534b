import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Running, serve } from './fake-gateway.ts';

let running: Running;
beforeEach(async () => {
  running = await serve();
});
afterEach(() => running.api.close());

async function ask(what: 'auth' | 'acl', json: object, token = 'broker-token') {
  const response = await running.ask(`/api/v1/mqtt/${what}`, {
    method: 'POST',
    json,
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const TOPIC = 'xingji/v1/53/01/02/13912345678/position';

describe('a broker elsewhere', () => {
  test('is answered in the forms of EMQX and of mosquitto-go-auth at once', async () => {
    const own = { username: 'gateway', password: 'gateway-password', clientid: 'g' };
    expect(await ask('auth', own)).toEqual({
      status: 200,
      body: { result: 'allow', is_superuser: false, Ok: true, Error: '' },
    });
    expect((await ask('auth', { ...own, password: 'other' })).body).toMatchObject({ result: 'deny', Ok: false });
    expect((await ask('auth', { username: 'nobody', password: 'x' })).body).toMatchObject({ result: 'deny' });
  });

  test.each([
    ['kunming', { action: 'subscribe' }, TOPIC, true],
    ['kunming', { action: 'subscribe' }, 'xingji/v1/53/01/+/+/position', true],
    // It would hear messages with it, and EMQX does not look at deliveries.
    ['kunming', { action: 'subscribe' }, 'xingji/v1/53/01/#', false],
    ['kunming', { acc: 4 }, 'xingji/v1/53/01/#', true],
    ['kunming', { acc: 1 }, TOPIC, true],
    ['kunming', { acc: 1 }, TOPIC.replace('position', 'message'), false],
    ['kunming', { acc: 1 }, TOPIC.replace('53/01', '53/02'), false],
    ['kunming', { action: 'publish' }, TOPIC.replace('position', 'command'), false],
    ['root', { action: 'publish' }, TOPIC.replace('position', 'command'), true],
    ['root', { acc: 3 }, TOPIC.replace('position', 'command'), true],
    ['root', { acc: 3 }, TOPIC, false],
    ['root', { action: 'subscribe' }, '$SYS/#', false],
    ['root', { action: 'subscribe' }, '$share/g/xingji/v1/#', false],
    ['gateway', { action: 'publish' }, TOPIC, true],
    ['gateway', { action: 'subscribe' }, 'xingji/v1/+/+/+/+/command', true],
    ['gateway', { action: 'publish' }, 'elsewhere', false],
    ['nobody', { action: 'subscribe' }, TOPIC, false],
  ] as const)('%s, %o, %s: %s', async (username, question, topic, allowed) => {
    expect((await ask('acl', { username, topic, ...question })).body).toMatchObject({
      result: allowed ? 'allow' : 'deny',
      Ok: allowed,
    });
  });

  test('says who it is by a token of its own, in the header or in the query, and no account’s token does', async () => {
    const asked = { username: 'root', topic: TOPIC, action: 'subscribe' };
    for (const token of ['root-token', 'broker-token2', 'x'])
      expect((await ask('acl', asked, token)).body).toMatchObject({ status: 401, code: 'broker' });
    const query = await running.ask('/api/v1/mqtt/acl?token=broker-token', { method: 'POST', json: asked });
    expect(query.status).toBe(200);
    expect((await running.ask('/api/v1/mqtt/acl', { method: 'POST', json: asked })).status).toBe(401);
    expect(JSON.stringify(running.log)).not.toContain('broker-token');
  });

  test('that does not say what it wants to know is refused', async () => {
    expect(await ask('acl', { username: 'root', topic: TOPIC })).toMatchObject({ status: 400 });
    expect(await ask('acl', { username: 'root', topic: TOPIC, acc: 9 })).toMatchObject({ status: 400 });
    expect(await ask('auth', { username: 'root' })).toMatchObject({ status: 400 });
  });
});

describe('the rules as a file', () => {
  const file = (format: string, as = 'root') => running.ask(`/api/v1/mqtt/acl?format=${format}`, { as });

  test('are for who administers accounts', async () => {
    expect((await file('mosquitto', 'kunming')).status).toBe(403);
    expect((await file('apache')).status).toBe(400);
  });

  test('name the accounts, and the gateway first', async () => {
    const text = await (await file('mosquitto')).text();
    expect([...text.matchAll(/^user (.*)$/gm)].map(([, name]) => name)).toEqual([
      'gateway',
      'root',
      'kunming',
      'nanning',
      'watcher',
      'money',
    ]);
    expect(await (await file('emqx')).text()).toContain('{deny, all}.');
    const rules = (await (await file('emqx-rules')).json()) as readonly { username: string }[];
    expect(rules.map(({ username }) => username)).toContain('kunming');
  });
});
