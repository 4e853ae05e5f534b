import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createInfluxOutlet,
  DeliveryError,
  type Envelope,
  type InfluxOptions,
  type Outlet,
} from '../../../bridge/index.ts';
import { Lines } from '../../../bridge/influx/points.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { event, position, state } from '../support/envelopes.ts';
import { type FakeStore, fakeStore } from '../support/fake-store.ts';

const NEVER = new AbortController().signal;
const V2: InfluxOptions['api'] = { version: 'v2', org: 'fleet & co', bucket: 'positions', token: 'hidden-token' };
const V1: InfluxOptions['api'] = { version: 'v1', database: 'fleet', username: 'writer', password: 'hidden:密' };

let store: FakeStore;
let clock: VirtualClock;
let outlet: Outlet;

function make(options: Partial<InfluxOptions> = {}): Outlet {
  outlet = createInfluxOutlet({ url: store.url, api: V2, ...options }, clock);
  return outlet;
}

async function failure(batch: readonly Envelope[] = [position(1)], signal = NEVER): Promise<DeliveryError> {
  const error: unknown = await outlet.deliver(batch, signal).then(
    () => undefined,
    (rejected: unknown) => rejected,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError');
  return error;
}

function body(...envelopes: Envelope[]): string {
  const lines = new Lines();
  for (const envelope of envelopes) lines.add(envelope);
  return Buffer.from(lines.octets).toString();
}

beforeEach(async () => {
  store = await fakeStore();
  clock = new VirtualClock();
  make();
});
afterEach(async () => {
  await outlet.stop();
  await store.stop();
});

describe('a delivery', () => {
  it('is one POST of its points to InfluxDB 2', async () => {
    const batch = [position(1), event({ text: { 'zh-CN': '主电源掉电', en: '' } }), position(2)];
    await outlet.deliver(batch, NEVER);
    const [write] = store.writes;
    expect(write?.body.toString()).toBe(body(...batch));
    expect(write).toMatchObject({
      method: 'POST',
      url: '/api/v2/write?precision=ms&org=fleet+%26+co&bucket=positions',
    });
    expect(write?.headers).toMatchObject({
      authorization: 'Token hidden-token',
      'content-type': 'text/plain; charset=utf-8',
    });
  });

  it('goes to a database with basic authentication for InfluxDB 1', async () => {
    make({ api: V1 });
    await outlet.deliver([position(1)], NEVER);
    const basic = `Basic ${Buffer.from('writer:hidden:密').toString('base64')}`;
    expect(store.writes[0]).toMatchObject({ url: '/write?precision=ms&db=fleet', headers: { authorization: basic } });
  });

  it('goes without credentials where there are none, below the path of the URL', async () => {
    make({ url: `${store.url}/proxy/`, api: { version: 'v1', database: 'fleet' } });
    await outlet.deliver([position(1)], NEVER);
    expect(store.writes[0]?.url).toBe('/proxy/write?precision=ms&db=fleet');
    expect(store.writes[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is compressed over 1 KB where that is wished', async () => {
    make({ gzip: true });
    const many = Array.from({ length: 100 }, (_, n) => position(n));
    await outlet.deliver([position(1)], NEVER);
    await outlet.deliver(many, NEVER);
    expect(store.writes.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip']);
    expect(store.writes[1]?.body.toString()).toBe(body(...many));
  });

  it('is not compressed to a store on loopback unless wished', async () => {
    await outlet.deliver(
      Array.from({ length: 100 }, (_, n) => position(n)),
      NEVER,
    );
    expect(store.writes[0]?.headers['content-encoding']).toBeUndefined();
  });

  it('without points asks nothing of the store', async () => {
    await outlet.deliver([], NEVER);
    await outlet.deliver([state(1)], NEVER);
    expect(store.writes).toEqual([]);
  });

  it('uses one connection for one after another', async () => {
    for (let n = 0; n < 3; n++) await outlet.deliver([position(n)], NEVER);
    expect(store.writes.map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'keep-alive', 'keep-alive']);
    expect(store.writes.map(({ body: octets }) => octets.toString())).toEqual([0, 1, 2].map((n) => body(position(n))));
  });
});

describe('an answer', () => {
  const table: [status: number, code: string, retry: boolean, afterMs: number | undefined][] = [
    [201, 'INFLUX_REJECTED', false, undefined],
    [301, 'INFLUX_MISCONFIGURED', true, 30_000],
    [400, 'INFLUX_REJECTED', false, undefined],
    [401, 'INFLUX_DENIED', true, 30_000],
    [403, 'INFLUX_DENIED', true, 30_000],
    [404, 'INFLUX_MISCONFIGURED', true, 30_000],
    [405, 'INFLUX_MISCONFIGURED', true, 30_000],
    [408, 'INFLUX_TIMEOUT', true, undefined],
    [413, 'INFLUX_REJECTED', false, undefined],
    [422, 'INFLUX_REJECTED', false, undefined],
    [429, 'INFLUX_BUSY', true, 7_000],
    [500, 'INFLUX_BUSY', true, 7_000],
    [503, 'INFLUX_BUSY', true, 7_000],
  ];
  it.each(table)('of %i is %s, to be sent again: %s', async (status, code, retry, afterMs) => {
    store.answer = { status, headers: status === 429 || status >= 500 ? { 'retry-after': '7' } : {} };
    expect(await failure()).toMatchObject({ code, retry, afterMs });
    expect(store.writes.length).toBe(1);
  });

  it.each([200, 204])('of %i is taken', async (status) => {
    store.answer = { status };
    await expect(outlet.deliver([position(1)], NEVER)).resolves.toBeUndefined();
  });

  it('is told in words, without what it quotes of the data', async () => {
    const message = `unable to parse 'position,terminal=13912345678 lat=25.04 1': bad timestamp\nsecond line ${'x'.repeat(500)}`;
    store.answer = {
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: 'invalid', message }),
    };
    const { message: told } = await failure();
    expect(told).toMatch(/^HTTP 400 unable to parse …: bad timestamp second line x+$/);
    expect(told.length).toBeLessThan(220);
    store.answer = {
      status: 400,
      headers: { 'content-type': 'application/json' },
      body: '{"error":"partial write: points beyond retention policy dropped=1"}',
    };
    expect((await failure()).message).toBe('HTTP 400 partial write: points beyond retention policy dropped=1');
  });
});

describe('without an answer', () => {
  it('in time, the delivery is to be made again, and the request is not left standing', async () => {
    store.answer = undefined;
    make({ timeoutMs: 5000 });
    const fault = failure();
    await store.count(1);
    clock.advance(5000);
    expect(await fault).toMatchObject({ code: 'INFLUX_TIMEOUT', retry: true });
    store.answer = { status: 204 };
    await outlet.deliver([position(2)], NEVER);
    expect(store.writes[1]?.body.toString()).toBe(body(position(2)));
  });

  it('the delivery can be called off', async () => {
    store.answer = undefined;
    const abort = new AbortController();
    const fault = failure([position(1)], abort.signal);
    await store.count(1);
    abort.abort();
    expect(await fault).toMatchObject({ code: 'DELIVERY_ABORTED', retry: true });
    expect(await failure([position(1)], abort.signal)).toMatchObject({ code: 'DELIVERY_ABORTED' });
    expect(clock.pending).toBe(0);
  });

  it('because the connection breaks or there is no store, it is to be made again', async () => {
    store.answer = 'hangUp';
    expect(await failure()).toMatchObject({ code: 'INFLUX_UNREACHABLE', retry: true, message: 'ECONNRESET' });
    await store.stop();
    expect(await failure()).toMatchObject({ code: 'INFLUX_UNREACHABLE', retry: true, message: 'ECONNREFUSED' });
  });
});

it('never shows its credentials', async () => {
  const faults: DeliveryError[] = [];
  for (const api of [V1, V2]) {
    make({ api });
    for (const status of [400, 401, 500]) {
      store.answer = { status, body: 'no' };
      faults.push(await failure());
    }
  }
  const told = faults.map(({ message, stack, cause }) => `${message} ${stack} ${JSON.stringify(cause)}`).join('\n');
  expect(told).not.toMatch(/hidden|d3JpdGVy/);
});

it('wants positions and events', () => {
  expect([position(1), event(), state(1)].map((envelope) => outlet.wants(envelope))).toEqual([true, true, false]);
});
