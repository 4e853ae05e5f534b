/** The client against a gateway that runs. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, test, vi } from 'vitest';
import type { Position } from '../../bridge/index.ts';
import {
  type Answer,
  type Client,
  createClient,
  type Item,
  ProblemError,
  type StreamEvent,
} from '../../client/index.ts';
import type { RouteText } from '../../gateway/api/openapi/route-text.ts';
import { ROUTES } from '../../gateway/api/openapi/routes.ts';
import type { EventView } from '../../gateway/events/views.ts';
import type { CommandView, GroupView } from '../../gateway/api/command-sources.ts';
import type { Health, TerminalView } from '../../gateway/api/sources.ts';
import type { Gateway } from '../../gateway/main.ts';
import { gatewayHere, temporaryFolder } from '../support/gateway.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

interface Queried {
  readonly properties: Readonly<Record<string, object>>;
}

const folder = temporaryFolder();
const PHONES = ['013900000001', '013900000002', '013900000003'];
const cars = PHONES.map((phone) => new WireTerminal({ phone }));
const NOW = Date.now();
let gateway: Gateway;
let client: Client;

beforeAll(async () => {
  gateway = await gatewayHere(folder.path);
  client = createClient({ url: `${gateway.ready.http}/`, token: gateway.ready.token });
  for (const car of cars) {
    await car.connect(gateway.ready.jt808);
    await car.registerAndAuthenticate();
    await car.acknowledged(car.send('locationReport', report(0, { time: NOW })));
  }
}, 60_000);
afterAll(async () => {
  for (const car of cars) car.end();
  await gateway.stop();
  folder.remove();
});

describe('a client', () => {
  test('asks and is answered in types', async () => {
    const { items, next } = await client.call('GET /api/v1/terminals', { query: { online: true, limit: 2 } });
    expect([items.map(({ terminal }) => terminal), next]).toEqual([['13900000001', '13900000002'], '13900000002']);
    const one = await client.call('GET /api/v1/terminals/:terminal', { params: { terminal: '013900000001' } });
    expect(one).toMatchObject({ terminal: '13900000001', online: true, position: { latitude: 24.88 } });
    expect(await client.call('GET /healthz')).toEqual({ status: 'alive' });
  });

  test('goes through a list page by page', async () => {
    const seen: string[] = [];
    for await (const { terminal } of client.each('GET /api/v1/positions/latest', { query: { limit: 1 } }))
      seen.push(terminal);
    expect(seen).toEqual(PHONES.map((phone) => phone.slice(1)));
  });

  test('orders, states and removes', async () => {
    const command = await client.call('POST /api/v1/terminals/:terminal/commands', {
      params: { terminal: '13900000001' },
      body: { type: 'textMessage', body: { flag: ['urgent'], text: '请回单位' } },
    });
    expect(command).toMatchObject({ type: 'textMessage', by: 'operator' });
    await vi.waitFor(async () => {
      const { state } = await client.call('GET /api/v1/commands/:id', { params: { id: command.id } });
      expect(state).not.toBe('accepted');
    });
    const place = { id: 'P/1', kind: 'depot', latitude: 25, longitude: 102, radius: 50 };
    expect(await client.call('POST /api/v1/feed/:kind', { params: { kind: 'place' }, body: place })).toEqual({
      changed: 1,
    });
    const params = { kind: 'place', id: 'P/1' };
    const first = await client.changed('GET /api/v1/feed/:kind/:id', { params });
    expect(first?.data).toEqual(place);
    expect(await client.changed('GET /api/v1/feed/:kind/:id', { params }, first?.etag)).toBeUndefined();
    const late = client.call('DELETE /api/v1/feed/:kind/:id', { params, ifMatch: '"other"' });
    await expect(late).rejects.toMatchObject({ status: 412, code: 'changed' });
    expect(await client.call('DELETE /api/v1/feed/:kind/:id', { params, ifMatch: first?.etag })).toBeUndefined();
  });

  test('sends and takes files', async () => {
    const vehicle = {
      id: 'A',
      vehicle: 'V',
      plate: '云A12345',
      plateColor: 2,
      division: '530102',
      unit: '局',
      terminal: '13900000001',
    };
    const upload = { type: 'application/x-ndjson', content: JSON.stringify(vehicle) };
    expect(await client.call('POST /api/v1/registry/import', { upload })).toEqual({ read: 1, changed: 1 });
    const file = await client.call('GET /api/v1/registry/export', { query: { format: 'csv' } });
    expect(await file.text()).toContain('云A12345');
    expect(await (await client.open('GET /metrics')).text()).toContain('xingji_terminals_online 3');
  });

  test('tells of refusals with their code and faults', async () => {
    const unknown = client.call('GET /api/v1/terminals/:terminal', { params: { terminal: '1' } });
    await expect(unknown).rejects.toMatchObject({ name: 'ProblemError', status: 404, code: 'unknown-terminal' });
    const wrong = client.call('GET /api/v1/terminals', { query: { limit: 0 } });
    await expect(wrong).rejects.toMatchObject({
      code: 'validation',
      faults: [{ path: 'limit', detail: 'must be >= 1' }],
    });
    const stranger = createClient({ url: gateway.ready.http, token: 'xj_none' });
    await expect(stranger.call('GET /api/v1/health')).rejects.toBeInstanceOf(ProblemError);
    const nowhere = client.call('GET /api/v1/terminals/:terminal', { params: { terminal: '..' } });
    await expect(nowhere).rejects.toThrow('params.terminal: is .., expected a part of the address');
  });

  test('hears what happens, and behind any event all that came after it', async () => {
    const stopping = new AbortController();
    const heard: StreamEvent[] = [];
    const stream = client.stream({ kinds: ['position', 'health'], signal: stopping.signal });
    for await (const event of stream) {
      heard.push(event);
      if (event.kind === 'health' && heard.length === 1)
        cars[0]!.send('locationReport', report(10, { time: NOW + 1000 }));
      if (event.kind === 'position') break;
    }
    const position = heard.at(-1)!;
    expect(position).toMatchObject({ kind: 'position', data: { terminal: '13900000001', latitude: 24.881 } });
    for (const car of cars) await car.acknowledged(car.send('locationReport', report(20, { time: NOW + 2000 })));
    const missed: string[] = [];
    for await (const { kind, data } of client.stream({
      kinds: ['position'],
      after: position.id,
      signal: stopping.signal,
    })) {
      if (kind === 'position') missed.push(data.terminal);
      if (missed.length === 3) stopping.abort();
    }
    expect(missed).toEqual(PHONES.map((phone) => phone.slice(1)));
  });
});

describe('the types', () => {
  test('are what the gateway gives', () => {
    expectTypeOf<TerminalView>().toExtend<Answer<'GET /api/v1/terminals/:terminal'>>();
    expectTypeOf<Health['listeners']>().toExtend<Answer<'GET /api/v1/health'>['listeners']>();
    expectTypeOf<Health['outlets']>().toExtend<Answer<'GET /api/v1/health'>['outlets']>();
    expectTypeOf<Omit<EventView, 'alarm'>>().toExtend<Omit<Item<'GET /api/v1/events'>, 'alarm'>>();
    expectTypeOf<CommandView | GroupView>().toExtend<Answer<'GET /api/v1/commands/:id'>>();
    expectTypeOf<Item<'GET /api/v1/positions/latest'>>().toEqualTypeOf<Position>();
    expectTypeOf<Answer<'DELETE /api/v1/session'>>().toEqualTypeOf<undefined>();
    expectTypeOf<Answer<'GET /api/v1/registry/export'>>().toEqualTypeOf<Response>();
  });

  test('leave out of a query what the gateway fills in, and nothing else', () => {
    const queries = Object.values(ROUTES as Readonly<Record<string, RouteText>>).flatMap(({ query }) =>
      Object.entries((query as Queried | undefined)?.properties ?? {}),
    );
    const defaulted = new Set(queries.filter(([, schema]) => 'default' in schema).map(([name]) => name));
    expect([...defaulted].toSorted()).toEqual(['dryRun', 'format', 'kinds', 'limit', 'maxRate']);
  });

  test('ask for what a route needs', () => {
    // @ts-expect-error a part of the address is missing
    const missing = (): unknown => client.call('GET /api/v1/terminals/:terminal', {});
    // @ts-expect-error there is no such route
    const unknown = (): unknown => client.call('GET /api/v1/everything');
    // @ts-expect-error a track is of a period
    const endless = (): unknown => client.call('GET /api/v1/tracks/:terminal', { params: { terminal: '1' } });
    expect([missing, unknown, endless]).toHaveLength(3);
  });
});
