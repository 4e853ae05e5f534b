import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Running, healthy, position, serve, terminal } from './fake-gateway.ts';

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly faults?: readonly { readonly path: string; readonly detail: string }[];
}

let running: Running;

beforeEach(async () => {
  running = await serve({ rates: { logins: 1000 } });
  running.gateway.add(
    terminal('13800000003', '530201', false),
    terminal('13800000001', '530102'),
    terminal('13800000002', '530103'),
  );
});
afterEach(() => running.api.close());

async function problem(response: Response): Promise<ProblemBody> {
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const body = (await response.json()) as ProblemBody;
  expect(body).toMatchObject({ status: response.status, type: `urn:xingji:problem:${body.code}` });
  expect(body.title).not.toBe('Error');
  return body;
}

/** Octets as they are, and the answer to them. */
function raw(text: string): Promise<string> {
  const { port, hostname } = new URL(running.base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

/** A GET with a `Host` or other header that `fetch` would not send. */
function get(
  path: string,
  headers: Record<string, string>,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(running.base + path, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('health', () => {
  test('/healthz says that the process is alive', async () => {
    expect(await (await running.ask('/healthz')).json()).toEqual({ status: 'alive' });
  });

  test('/readyz shows journal, listeners and outlets', async () => {
    const response = await running.ask('/readyz');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: 'ready',
      journal: { writable: true, head: 41 },
      outlets: [{ name: 'mqtt', backlog: 3 }],
    });
  });

  test('/readyz is 503 and names what is wrong, all of it', async () => {
    running.gateway.now = healthy({
      journal: { ...healthy().journal, writable: false, fault: 'disk full' },
      listeners: [{ name: 'jt808/udp', address: '0.0.0.0:8808', up: false, fault: 'EADDRINUSE' }],
    });
    const response = await running.ask('/readyz');
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await problem(response)).toMatchObject({
      status: 503,
      code: 'not-ready',
      faults: [
        { path: 'journal', detail: 'disk full' },
        { path: 'listeners.jt808/udp', detail: '0.0.0.0:8808: EADDRINUSE' },
      ],
    });
  });

  test('/readyz does not mind an outlet that is down: the journal stands between', async () => {
    running.gateway.now = healthy({ outlets: [{ ...healthy().outlets[0]!, connected: false, lastError: 'gone' }] });
    expect((await running.ask('/readyz')).status).toBe(200);
  });

  test('/metrics is text for Prometheus', async () => {
    const response = await running.ask('/metrics');
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('up 1');
  });

  test.each([{ 'x-forwarded-for': '203.0.113.5' }, { forwarded: 'for=203.0.113.5' }, { host: 'rebound.example' }])(
    'a request with %j is not from this machine: it gets the status of readiness and no metrics',
    async (headers) => {
      expect(await get('/readyz', headers)).toEqual({ status: 200, body: '{"status":"ready"}' });
      expect((await get('/metrics', headers)).status).toBe(401);
      expect((await get('/metrics', { ...headers, authorization: 'Bearer root-token' })).status).toBe(200);
      expect((await get('/metrics', { ...headers, authorization: 'Bearer watcher-token' })).status).toBe(401);
    },
  );
});

describe('access', () => {
  test.each([
    '/api/v1/terminals',
    '/api/v1/terminals/13800000001',
    '/api/v1/positions/latest',
    '/api/v1/health',
    '/api/v1/stream',
    '/api/v1/commands/x',
  ])('%s is refused without a token and with a wrong one', async (path) => {
    const without = await running.ask(path);
    expect(without.headers.get('www-authenticate')).toContain('Bearer');
    expect((await problem(without)).status).toBe(401);
    expect((await problem(await running.ask(path, { as: 'nobody' }))).status).toBe(401);
    expect((await problem(await running.ask(`${path}?token=nobody-token`))).status).toBe(401);
  });

  test('a token may stand in the query, and is in no log line', async () => {
    expect((await running.ask('/api/v1/terminals?token=root-token')).status).toBe(200);
    await running.api.close();
    expect(running.log.some((line) => line['path'] === '/api/v1/terminals')).toBe(true);
    expect(JSON.stringify(running.log)).not.toContain('root-token');
  });

  test('a role that may not watch is refused with 403', async () => {
    expect(await problem(await running.ask('/api/v1/terminals', { as: 'money' }))).toMatchObject({
      status: 403,
      code: 'right',
    });
  });

  test('the console link signs a browser in and leaves a clean address', async () => {
    const response = await running.ask('/?token=root-token');
    expect([response.status, response.headers.get('location'), response.headers.get('cache-control')]).toEqual([
      303,
      '/',
      'no-store',
    ]);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^xingji_session=[A-Za-z0-9_-]{24}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain('root-token');
    expect((await running.ask('/api/v1/terminals', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(
      200,
    );
  });

  test('a console link with a wrong token signs nobody in', async () => {
    const response = await running.ask('/?token=wrong');
    expect([response.status, response.headers.get('set-cookie')]).toEqual([303, null]);
  });

  test('a session begins by a posted token, ends when asked to, and after twelve hours', async () => {
    const signIn = async (token: string): Promise<string> => {
      const response = await running.ask('/api/v1/session', { method: 'POST', json: { token } });
      return response.status === 200
        ? ((response.headers.get('set-cookie') ?? '').split(';')[0] ?? '')
        : String(response.status);
    };
    const status = async (cookie: string): Promise<number> =>
      (await running.ask('/api/v1/terminals', { headers: { cookie } })).status;
    expect(await signIn('wrong')).toBe('401');
    const [one, two] = [await signIn('root-token'), await signIn('root-token')];
    await running.ask('/api/v1/session', { method: 'DELETE', headers: { cookie: one } });
    expect([await status(one), await status(two)]).toEqual([401, 200]);
    for (let i = 0; i < 13; i++) {
      running.clock.advance(3_300_000);
      expect(await status(two)).toBe(200);
    }
    running.clock.advance(300_000);
    expect(await status(two)).toBe(401);
  });

  test('a session under which nothing is asked for an hour is over', async () => {
    const response = await running.ask('/api/v1/session', { method: 'POST', json: { token: 'root-token' } });
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    running.clock.advance(3_600_000);
    expect((await running.ask('/api/v1/terminals', { headers: { cookie } })).status).toBe(401);
  });

  test('sessions are bounded: the oldest is forgotten', async () => {
    const cookies: string[] = [];
    for (let i = 0; i < 257; i++)
      cookies.push((await running.ask('/?token=root-token')).headers.get('set-cookie')?.split(';')[0] ?? '');
    const statuses = await Promise.all(
      [0, 1, 256].map(
        async (i) => (await running.ask('/api/v1/terminals', { headers: { cookie: cookies[i] ?? '' } })).status,
      ),
    );
    expect(statuses).toEqual([401, 200, 200]);
  });

  test('a page of another origin cannot send an order with our cookie', async () => {
    const cookie = (await running.ask('/?token=root-token')).headers.get('set-cookie')?.split(';')[0] ?? '';
    const order = (headers: Record<string, string>) =>
      running.ask('/api/v1/terminals/13800000001/commands', {
        method: 'POST',
        json: { type: 'locationQuery' },
        headers: { cookie, ...headers },
      });
    expect(await problem(await order({ origin: 'http://127.0.0.1:9999' }))).toMatchObject({
      status: 403,
      code: 'cross-origin',
    });
    expect((await order({ origin: 'null' })).status).toBe(403);
    expect(running.gateway.orders).toEqual([]);
    expect((await order({ origin: running.base })).status).toBe(202);
  });

  test('a wrong token is not made good by a right cookie', async () => {
    const cookie = (await running.ask('/?token=root-token')).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await running.ask('/api/v1/terminals', { as: 'nobody', headers: { cookie } })).status).toBe(401);
  });
});

describe('terminals', () => {
  const names = async (path: string, as = 'root'): Promise<unknown> => {
    const { items, next } = (await (await running.ask(path, { as })).json()) as {
      items: { terminal: string }[];
      next: string | null;
    };
    return [items.map((item) => item.terminal.slice(-1)).join(''), next];
  };

  test('come in order, filtered by state and division', async () => {
    expect(await names('/api/v1/terminals')).toEqual(['123', null]);
    expect(await names('/api/v1/terminals?online=true')).toEqual(['12', null]);
    expect(await names('/api/v1/terminals?online=false')).toEqual(['3', null]);
    expect(await names('/api/v1/terminals?division=5301')).toEqual(['12', null]);
    expect(await names('/api/v1/positions/latest?division=530201')).toEqual(['3', null]);
  });

  test('come in pages that miss none and repeat none', async () => {
    expect(await names('/api/v1/terminals?limit=2')).toEqual(['12', '13800000002']);
    expect(await names('/api/v1/terminals?limit=2&cursor=13800000002')).toEqual(['3', null]);
    expect(await names('/api/v1/positions/latest?limit=3')).toEqual(['123', null]);
  });

  test('outside the divisions of an account do not exist for it', async () => {
    expect(await names('/api/v1/terminals', 'kunming')).toEqual(['12', null]);
    expect(await names('/api/v1/terminals?division=53', 'kunming')).toEqual(['12', null]);
    expect(await names('/api/v1/terminals?division=530103', 'kunming')).toEqual(['2', null]);
    expect(await names('/api/v1/positions/latest?division=5302', 'kunming')).toEqual(['', null]);
    expect((await problem(await running.ask('/api/v1/terminals/13800000003', { as: 'kunming' }))).code).toBe(
      'unknown-terminal',
    );
    expect(
      (
        await running.ask('/api/v1/terminals/13800000003/commands', {
          as: 'kunming',
          method: 'POST',
          json: { type: 'locationQuery' },
        })
      ).status,
    ).toBe(404);
  });

  test('are found by number, leading zeros or not', async () => {
    const response = await running.ask('/api/v1/terminals/013800000001', { as: 'root' });
    expect(await response.json()).toMatchObject({
      terminal: '13800000001',
      division: '530102',
      online: true,
      position: { latitude: 25.04, speed: 40.5 },
    });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('that are not known are 404', async () => {
    expect(await problem(await running.ask('/api/v1/terminals/1', { as: 'root' }))).toMatchObject({
      status: 404,
      code: 'unknown-terminal',
    });
  });

  test('keep what a terminal says as text, whatever it is', async () => {
    const plate = '</script><img src=x onerror=alert(1)>\u2028"';
    running.gateway.add({ ...terminal('9', '530102'), vehicle: plate, position: position('9', { vehicle: plate }) });
    const response = await running.ask('/api/v1/terminals/9', { as: 'root' });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.json()).toMatchObject({ vehicle: plate });
  });
});

describe('orders', () => {
  const order = (json: unknown, as = 'root') =>
    running.ask('/api/v1/terminals/13800000001/commands', { as, method: 'POST', json });

  test('are taken with 202 and can be looked up', async () => {
    const response = await order({
      id: 'c-1',
      type: 'textMessage',
      body: { text: '请速回' },
      expiresAt: '2026-01-01T09:00:00+08:00',
    });
    expect([response.status, response.headers.get('location')]).toEqual([202, '/api/v1/commands/c-1']);
    expect(await response.json()).toMatchObject({ id: 'c-1', state: 'accepted' });
    expect(running.gateway.orders).toEqual([
      {
        id: 'c-1',
        terminal: '13800000001',
        type: 'textMessage',
        body: { text: '请速回' },
        expiresAt: '2026-01-01T09:00:00+08:00',
        account: 'root',
      },
    ]);
    expect(await (await running.ask('/api/v1/commands/c-1', { as: 'root' })).json()).toMatchObject({
      type: 'textMessage',
      terminal: '13800000001',
    });
  });

  test('get an id where the caller gives none', async () => {
    await order({ type: 'locationQuery' });
    await order({ type: 'locationQuery' });
    const [one, two] = running.gateway.orders;
    expect(one?.id).toMatch(/^c-[A-Za-z0-9_-]{16}$/);
    expect(one?.id).not.toBe(two?.id);
    expect(one?.body).toEqual({});
  });

  test.each<[string, unknown, string]>([
    ['no type', {}, 'type: is missing'],
    ['a field that is not known', { type: 'locationQuery', typo: 1 }, 'typo: is not a known field'],
    ['a number for a text, which is not turned into one', { type: 'locationQuery', id: 7 }, 'id: must be string'],
    ['a body that is no object', { type: 'locationQuery', body: [] }, 'body: must be object'],
    [
      'a time that is none',
      { type: 'locationQuery', expiresAt: 'tomorrow' },
      'expiresAt: must match format "date-time"',
    ],
  ])('with %s are refused', async (_, json, detail) => {
    expect(await problem(await order(json))).toMatchObject({ status: 400, code: 'validation', detail });
    expect(running.gateway.orders).toEqual([]);
  });

  test('with several faults name each', async () => {
    expect((await problem(await order({ id: '', x: 1 }))).faults?.map((fault) => fault.path)).toEqual(
      expect.arrayContaining(['id', 'x', 'type']),
    );
  });

  test.each([
    ['unknown', 404],
    ['invalid', 422],
    ['conflict', 409],
    ['forbidden', 403],
    ['busy', 503],
  ] as const)('that the gateway will not take (%s) are %i', async (why, status) => {
    running.gateway.outcome = { refused: { why, detail: 'for a reason' } };
    expect(await problem(await order({ type: 'locationQuery' }))).toMatchObject({
      status,
      code: `command-${why}`,
      detail: 'for a reason',
    });
  });

  test('need the right to command', async () => {
    expect((await problem(await order({ type: 'locationQuery' }, 'watcher'))).status).toBe(403);
  });

  test('to terminals that an account may not see cannot be looked up by it', async () => {
    await running.ask('/api/v1/terminals/13800000003/commands', {
      as: 'root',
      method: 'POST',
      json: { id: 'c-3', type: 'locationQuery' },
    });
    expect((await running.ask('/api/v1/commands/c-3', { as: 'root' })).status).toBe(200);
    expect((await problem(await running.ask('/api/v1/commands/c-3', { as: 'kunming' }))).code).toBe('unknown-command');
  });
});

describe('what is wrong with a request', () => {
  test.each<[string, string, Parameters<Running['ask']>[1], number, string]>([
    ['an address that does not exist', '/api/v2/x', { as: 'root' }, 404, 'no-route'],
    ['a path that climbs', '/page/..%2f..%2fserver.ts', {}, 404, 'no-route'],
    ['a limit that is no number', '/api/v1/terminals?limit=many', { as: 'root' }, 400, 'validation'],
    ['a limit over the bound', '/api/v1/terminals?limit=1001', { as: 'root' }, 400, 'validation'],
    ['a query that is not known', '/api/v1/terminals?onlin=true', { as: 'root' }, 400, 'validation'],
    ['a division with letters', '/api/v1/terminals?division=53%27', { as: 'root' }, 400, 'validation'],
    ['a terminal with a quote', '/api/v1/terminals/1%27', { as: 'root' }, 400, 'validation'],
    ['an escape that is none', '/api/v1/terminals/%zz', { as: 'root' }, 400, 'request'],
    ['a parameter without end', `/api/v1/terminals/${'1'.repeat(5000)}`, { as: 'root' }, 414, 'request'],
    ['a kind of stream that is none', '/api/v1/stream?kinds=secrets', { as: 'root' }, 400, 'validation'],
    [
      'a body that is no JSON',
      '/api/v1/session',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
      400,
      'body',
    ],
    [
      'an empty body',
      '/api/v1/session',
      { method: 'POST', body: '', headers: { 'content-type': 'application/json' } },
      400,
      'body',
    ],
    [
      'a form',
      '/api/v1/session',
      { method: 'POST', body: 'token=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'media-type',
    ],
    [
      'plain text',
      '/api/v1/session',
      { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } },
      415,
      'media-type',
    ],
    [
      'a body over the bound',
      '/api/v1/session',
      { method: 'POST', json: { token: 'x'.repeat(3000) } },
      413,
      'body-too-large',
    ],
    [
      'a key that would reach a prototype',
      '/api/v1/session',
      { method: 'POST', body: '{"__proto__":{"a":1}}', headers: { 'content-type': 'application/json' } },
      400,
      'body',
    ],
  ])('%s: %s is told as a problem', async (_, path, options, status, code) => {
    expect(await problem(await running.ask(path, options))).toMatchObject({ status, code });
  });

  test('a line that is no HTTP is answered and the connection closed', async () => {
    const answer = await raw('\x7e\x02\x00 not http\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad request\r\n/);
    expect(answer).toContain('application/problem+json');
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'request' });
  });

  test('headers over the bound are 431', async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('a fault of our own is logged and not told', async () => {
    running.gateway.broken = new Error('the secret of the house');
    const body = await problem(await running.ask('/api/v1/terminals', { as: 'root' }));
    expect(body).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(running.log.find((line) => line['msg'] === 'request failed')).toBeDefined();
  });
});

describe('the server', () => {
  test('counts its answers by class', async () => {
    await running.ask('/healthz');
    await running.ask('/nowhere');
    await running.ask('/?token=x');
    expect(running.counters.responses).toEqual({ '2xx': 1, '3xx': 1, '4xx': 1, '5xx': 0 });
  });

  test('says that a port is taken', async () => {
    const other = await serve();
    const error = await running.api
      .listen('127.0.0.1', Number(new URL(other.base).port))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: expect.stringMatching(/EADDRINUSE|FST_ERR_/) as string });
    await other.api.close();
  });

  test('stops, and takes no more', async () => {
    await running.api.close();
    await expect(fetch(`${running.base}/healthz`)).rejects.toThrow('fetch failed');
  });
});
