import { afterEach, describe, expect, test } from 'vitest';
import { type Running, serve } from './fake-gateway.ts';

let running: Running;
afterEach(() => running.api.close());

const statuses = async (count: number, ask: () => Promise<Response>): Promise<number[]> => {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push((await ask()).status);
  return all;
};
const list = (as: string) => () => running.ask('/api/v1/terminals', { as });

describe('an account', () => {
  test('that asks too often is told when to come again; others are served', async () => {
    running = await serve({ rates: { perAccount: 1 } });
    expect(await statuses(6, list('root'))).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await list('root')();
    expect(await refused.json()).toMatchObject({ status: 429, code: 'rate', title: 'Too many requests' });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '1',
      ratelimit: '"account";r=0;t=1',
      'ratelimit-policy': '"account";q=5;w=5',
      'content-type': 'application/problem+json; charset=utf-8',
    });
    expect((await list('watcher')()).status).toBe(200);
    running.clock.advance(1000);
    expect(await statuses(2, list('root'))).toEqual([200, 429]);
    expect(running.counters.limited).toBe(3);
  });

  test('sees with each answer how much is left', async () => {
    running = await serve();
    const { headers } = await list('root')();
    expect(headers.get('ratelimit')).toBe('"account";r=2499;t=1');
  });
});

describe('an address', () => {
  test('that asks too often is turned away before anything is looked at; probes and the page are not', async () => {
    running = await serve({ rates: { perSource: 1 } });
    expect(await statuses(6, () => running.ask('/api/v1/terminals'))).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await list('root')()).status).toBe(429);
    for (const path of ['/healthz', '/readyz', '/metrics', '/']) expect((await running.ask(path)).status).toBe(200);
  });

  test('is the one that the front names, where there is a front, and else is not taken from a header', async () => {
    const from = (address: string) => () =>
      running.ask('/api/v1/terminals', { as: 'root', headers: { 'x-forwarded-for': address } });
    running = await serve({ rates: { perSource: 1 }, frontSecret: 'front' });
    expect(await statuses(6, from('192.0.2.1'))).toContain(429);
    expect((await from('192.0.2.2')()).status).toBe(200);
    await running.api.close();
    running = await serve({ rates: { perSource: 1 } });
    await statuses(6, from('192.0.2.1'));
    expect((await from('192.0.2.2')()).status).toBe(429);
  });
});

describe('logins', () => {
  const login = (token: string) => () => running.ask('/api/v1/session', { method: 'POST', json: { token } });

  test('are few', async () => {
    running = await serve({ rates: { logins: 3 } });
    expect(await statuses(4, login('wrong'))).toEqual([401, 401, 401, 429]);
    expect((await login('root-token')()).status).toBe(429);
    expect((await running.ask('/?token=root-token')).status).toBe(429);
    // Who is signed in already goes on.
    expect((await list('root')()).status).toBe(200);
    running.clock.advance(20_000);
    expect((await login('root-token')()).status).toBe(200);
  });

  test('are fewer by tokens that were tried elsewhere', async () => {
    running = await serve({ rates: { logins: 3 } });
    await statuses(3, list('nobody'));
    expect((await login('root-token')()).status).toBe(429);
  });

  test('are not fewer by requests without a token', async () => {
    running = await serve({ rates: { logins: 3 } });
    await statuses(5, () => running.ask('/api/v1/terminals'));
    expect((await login('root-token')()).status).toBe(200);
  });
});
