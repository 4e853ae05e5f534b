import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, serve } from './fake-gateway.ts';

let running: Running;
beforeAll(async () => {
  running = await serve();
});
afterAll(() => running.api.close());

const PLACES = ['/', '/page/page.js', '/healthz', '/api/docs', '/api/v1/terminals', '/api/v1/nothing', '/nowhere'];

describe('every answer', () => {
  test.each(PLACES)('%s is in nobody’s frame, runs nothing of others, and says no more than it must', async (path) => {
    const { headers } = await running.ask(path, { as: 'root' });
    const said = Object.fromEntries(headers);
    expect(said).toMatchObject({
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    for (const name of ['server', 'x-powered-by']) expect(said).not.toHaveProperty(name);
  });

  test.each(PLACES)('%s is closed to other origins', async (path) => {
    const origin = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    for (const method of ['GET', 'OPTIONS']) {
      const { headers, status } = await running.ask(path, { as: 'root', method, headers: origin });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      if (method === 'OPTIONS') expect(status).toBe(404);
    }
  });

  test('of the API is stored by nobody', async () => {
    for (const path of ['/api/v1/terminals', '/api/v1/nothing', '/api/docs'])
      expect((await running.ask(path, { as: 'root' })).headers.get('cache-control')).toBe('no-store');
  });
});

describe('the log', () => {
  test('has no query, no token and no cookie of a request', async () => {
    const asked = '/api/v1/terminals?division=5301&token=money-token';
    await running.ask(asked, {
      headers: { cookie: 'xingji_session=secret-name', authorization: 'Bearer hidden-token' },
    });
    await running.ask('/api/v1/terminals/13912345678', { as: 'root' });
    const text = JSON.stringify(running.log);
    for (const word of ['money-token', 'secret-name', 'hidden-token', 'division=']) expect(text).not.toContain(word);
  });
});
