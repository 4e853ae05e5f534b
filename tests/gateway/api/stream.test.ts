import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Envelope, State } from '../../../bridge/index.ts';
import { type Running, position, serve, terminal } from './fake-gateway.ts';

let running: Running;
const open: Stream[] = [];

beforeEach(async () => {
  running = await serve({ maxStreams: 2, streamBacklog: 64 * 1024 });
});
afterEach(async () => {
  for (const stream of open.splice(0)) stream.response.destroy();
  await running.api.close();
});

interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A reader of the live stream. */
class Stream {
  readonly response: IncomingMessage;
  text = '';

  constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (this.text += chunk));
    response.on('error', () => {});
  }

  get told(): Told[] {
    return [...this.text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, event, data]) => ({
      event: event ?? '',
      data: JSON.parse(data ?? '') as Told['data'],
    }));
  }

  /** Waits until so many events have come. */
  async until(count: number): Promise<Told[]> {
    while (this.told.length < count) await once(this.response, 'data');
    return this.told;
  }
}

async function stream(query = '', as = 'root'): Promise<Stream> {
  const request = get(`${running.base}/api/v1/stream${query}`, { headers: { authorization: `Bearer ${as}-token` } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const reader = new Stream(response);
  open.push(reader);
  if (response.statusCode === 200) await once(response, 'data');
  return reader;
}

const at = (name: string, division = '530102'): Envelope => ({ kind: 'position', division, payload: position(name) });

function state(name: string, division = '530102'): Envelope {
  const { phone: _phone, division: _division, revision: _revision, ...view } = terminal(name, division);
  const payload: State = { ...view, id: `${name}-s`, time: null, receivedAt: '2026-01-01T08:00:01+08:00', seq: 2 };
  return { kind: 'state', division, payload };
}

describe('the live stream', () => {
  test('is server-sent events that nobody caches or holds up, with the headers of every answer', async () => {
    const { headers } = (await stream()).response;
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
  });

  test('tells positions and states as the contract writes them', async () => {
    const reader = await stream();
    running.gateway.publish(at('1'));
    running.gateway.publish(state('1'));
    const [first, second] = await reader.until(2);
    expect(first).toEqual({ event: 'position', data: position('1') });
    expect(second).toMatchObject({ event: 'state', data: { terminal: '1', online: true } });
  });

  test('leaves out what was not asked for', async () => {
    const reader = await stream('?kinds=state');
    running.gateway.publish(at('1'));
    running.gateway.publish(state('2'));
    expect((await reader.until(1)).map(({ event }) => event)).toEqual(['state']);
  });

  test('is narrowed to a terminal or a division', async () => {
    const [one, north] = [await stream('?terminal=007'), await stream('?division=5302')];
    for (const envelope of [at('6'), at('7'), at('8', '530201')]) running.gateway.publish(envelope);
    expect((await one.until(1)).map(({ data }) => data['terminal'])).toEqual(['7']);
    expect((await north.until(1)).map(({ data }) => data['terminal'])).toEqual(['8']);
  });

  test('tells an account nothing from beyond its divisions', async () => {
    const reader = await stream('', 'kunming');
    for (const envelope of [at('1', '530201'), at('2', '000000'), at('3', '530103')]) running.gateway.publish(envelope);
    expect((await reader.until(1)).map(({ data }) => data['terminal'])).toEqual(['3']);
    expect((await stream('?division=5302', 'kunming')).response.statusCode).toBe(403);
  });

  test('thins positions to the rate that was asked for, never states', async () => {
    const reader = await stream('?maxRate=2');
    for (let i = 0; i < 5; i++) running.gateway.publish(at(String(i)));
    running.gateway.publish(state('9'));
    expect((await reader.until(3)).map(({ data }) => data['terminal'])).toEqual(['0', '1', '9']);
    running.clock.advance(1000);
    running.gateway.publish(at('5'));
    expect((await reader.until(4)).at(-1)?.data['terminal']).toBe('5');
  });

  test('tells the health of the gateway at once and every second, to those who ask', async () => {
    const [asking, other] = [await stream('?kinds=health'), await stream()];
    expect((await asking.until(1))[0]).toMatchObject({
      event: 'health',
      data: { node: 'gateway-1', journal: { writable: true } },
    });
    running.clock.advance(3000);
    expect(await asking.until(4)).toHaveLength(4);
    expect(other.told).toEqual([]);
  });

  test('says something every fifteen seconds, so that proxies keep it open', async () => {
    const reader = await stream();
    running.clock.advance(15_000);
    await once(reader.response, 'data');
    expect(reader.text).toMatch(/^:$/m);
  });

  test('is open to as many as the bound and then 503', async () => {
    await stream();
    const second = await stream();
    expect((await stream()).response.statusCode).toBe(503);
    second.response.destroy();
    await vi.waitFor(() => expect(running.counters.streams).toBe(1));
    expect((await stream()).response.statusCode).toBe(200);
  });

  test('ends for a reader that does not read, and for nobody else', async () => {
    const [slow, quick] = [await stream('?kinds=position'), await stream('?kinds=state')];
    slow.response.pause();
    const big: Envelope = {
      kind: 'position',
      division: '530102',
      payload: position('1', { items: { blob: 'x'.repeat(60_000) } }),
    };
    // The sockets of both sides take some before anything waits with us.
    await vi.waitFor(
      () => {
        for (let i = 0; i < 20; i++) running.gateway.publish(big);
        expect(running.counters.streamsDropped).toBe(1);
      },
      { timeout: 20_000, interval: 5 },
    );
    expect(running.counters.streams).toBe(1);
    running.gateway.publish(state('2'));
    expect(await quick.until(1)).toHaveLength(1);
  });

  test('listens to the gateway only while somebody listens to it', async () => {
    expect([running.gateway.listeners.size, running.clock.pending]).toEqual([0, 0]);
    const reader = await stream();
    expect([running.gateway.listeners.size, running.clock.pending]).toEqual([1, 2]);
    reader.response.destroy();
    await vi.waitFor(() => expect([running.gateway.listeners.size, running.clock.pending]).toEqual([0, 0]));
  });

  test('ends in order when the gateway stops, with what was still to tell', async () => {
    const reader = await stream();
    running.gateway.publish(at('1'));
    const ended = once(reader.response, 'end');
    await running.api.close();
    await ended;
    expect(reader.told).toHaveLength(1);
  });
});
