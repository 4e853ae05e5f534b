import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { namesTag } from '../../../gateway/api/etags.ts';
import { type Running, serve, terminal } from './fake-gateway.ts';

const PLACE = { id: 'P', kind: 'depot', latitude: 25, longitude: 102, radius: 50 };

let running: Running;
beforeEach(async () => {
  running = await serve();
  running.gateway.add(terminal('1', '530102'));
});
afterEach(() => running.api.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  running.ask(`/api/v1${path}`, { as: 'root', headers });
const state = (json: object, headers: Record<string, string> = {}) =>
  running.ask('/api/v1/feed/place', { as: 'root', method: 'POST', json, headers });

describe('a tag', () => {
  test.each([
    ['"a"', true],
    ['"b", "a"', true],
    ['W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
  ])('%s names "a": %s', (list, names) => expect(namesTag(list, '"a"')).toBe(names));
});

describe('an answer that was had before', () => {
  test.each(['/terminals', '/terminals/1', '/positions/latest', '/divisions/530102'])(
    '%s is 304 with no body',
    async (path) => {
      const first = await get(path);
      const etag = first.headers.get('etag')!;
      const again = await get(path, { 'if-none-match': etag });
      expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
      expect([again.headers.get('etag'), again.headers.get('cache-control')]).toEqual([etag, 'no-store']);
    },
  );

  test('is sent again when it is another', async () => {
    const etag = (await get('/terminals/1')).headers.get('etag')!;
    running.gateway.add({ ...terminal('1', '530102'), online: false });
    const again = await get('/terminals/1', { 'if-none-match': etag });
    expect([again.status, (await again.json()) as object]).toMatchObject([200, { online: false }]);
    expect(again.headers.get('etag')).not.toBe(etag);
  });

  test('is not told of to whoever may not see it', async () => {
    const etag = (await get('/terminals/1')).headers.get('etag')!;
    const stranger = await running.ask('/api/v1/terminals/1', { as: 'nanning', headers: { 'if-none-match': etag } });
    expect([stranger.status, stranger.headers.get('etag')]).toEqual([404, null]);
  });
});

describe('a fact', () => {
  test('is changed and removed only as it was read, where that is asked for', async () => {
    expect((await state(PLACE)).status).toBe(200);
    const etag = (await get('/feed/place/P')).headers.get('etag')!;
    expect((await state({ ...PLACE, radius: 60 }, { 'if-match': etag })).status).toBe(200);
    const late = await state({ ...PLACE, radius: 70 }, { 'if-match': etag });
    expect([late.status, await late.json()]).toMatchObject([412, { code: 'changed' }]);
    const remove = (tag: string) =>
      running.ask('/api/v1/feed/place/P', { as: 'root', method: 'DELETE', headers: { 'if-match': tag } });
    expect((await remove(etag)).status).toBe(412);
    expect(await (await get('/feed/place/P')).json()).toEqual({ ...PLACE, radius: 60 });
    expect((await remove((await get('/feed/place/P')).headers.get('etag')!)).status).toBe(204);
  });

  test('is stated anew only where there is none, where that is asked for', async () => {
    const anew = { 'if-none-match': '*' };
    expect((await state(PLACE, anew)).status).toBe(200);
    expect((await state({ ...PLACE, radius: 60 }, anew)).status).toBe(412);
  });

  test('of two changes to the same reading one is taken', async () => {
    await state(PLACE);
    const etag = (await get('/feed/place/P')).headers.get('etag')!;
    const both = [60, 70].map((radius) => state({ ...PLACE, radius }, { 'if-match': etag }));
    expect((await Promise.all(both)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  });
});
