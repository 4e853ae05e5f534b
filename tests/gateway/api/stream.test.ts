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

  /** Ids in their order. */
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (.*)\ndata/gm)].map(([, id]) => id ?? '');
  }

  get told(): Told[] {
    return [...this.text.matchAll(/^event: (\w+)\n(?:id: .*\n)?data: (.*)\n\n/gm)].map(([, event, data]) => ({
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

async function stream(query = '', as = 'root', after?: string): Promise<Stream> {
  const request = get(`${running.base}/api/v1/stream${query}`, {
    headers: { authorization: `Bearer ${as}-token`, ...(after === undefined ? {} : { 'last-event-id': after }) },
  });
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

  test('tells where it is before anything happens, and while nothing does that is asked for', async () => {
    const reader = await stream('?kinds=state');
    expect(reader.text).toBe('retry: 3000\nid: j.0\n\n');
    running.gateway.publish(at('1'));
    running.clock.advance(15_000);
    await once(reader.response, 'data');
    expect(reader.text).toContain(':\nid: j.1\n\n');
    expect(reader.told).toEqual([]);
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

describe('a stream that broke off', () => {
  const terminals = (told: readonly Told[]): unknown[] => told.map(({ data }) => data['terminal']);

  test('goes on behind the last event that was had, then live, with every event once', async () => {
    for (const name of ['1', '2', '3', '4', '5']) running.gateway.publish(at(name));
    const reader = await stream('?kinds=position', 'root', 'j.2');
    expect(terminals(await reader.until(3))).toEqual(['3', '4', '5']);
    await vi.waitFor(() => {
      running.gateway.publish(at('6'));
      expect(reader.told.length).toBeGreaterThan(3);
    });
    expect(reader.ids).toEqual(reader.told.map((_, i) => `j.${i + 3}`));
  });

  test('is told what comes meanwhile neither twice nor not at all', async () => {
    for (let i = 0; i < 20; i++) running.gateway.publish(at(String(i)));
    const opened = stream('?kinds=position', 'root', 'j.0');
    for (let i = 20; i < 60; i++) {
      running.gateway.publish(at(String(i)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const reader = await opened;
    await reader.until(60);
    expect(terminals(reader.told)).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
  });

  test('is told how the terminals of what it missed stand now', async () => {
    running.gateway.add(terminal('1', '530102', false), terminal('2', '530102'));
    running.gateway.publish(at('1'));
    running.gateway.publish(at('1'));
    const reader = await stream('?kinds=state', 'root', 'j.0');
    expect(await reader.until(1)).toMatchObject([{ event: 'state', data: { terminal: '1', online: false } }]);
    expect(reader.ids).toEqual(['j.2']);
  });

  test('is told again only what the account may see', async () => {
    for (const envelope of [at('1', '530201'), at('2', '530103')]) running.gateway.publish(envelope);
    const reader = await stream('?kinds=position', 'kunming', 'j.0');
    expect(terminals(await reader.until(1))).toEqual(['2']);
  });

  test.each([
    ['of another journal', 'k.1', undefined, 'unknown'],
    ['that makes no sense', '%00', undefined, 'unknown'],
    ['from before what is kept', 'j.1', 'tooOld', 'tooOld'],
  ] as const)('at a place %s begins anew and says so', async (_, place, lost, reason) => {
    for (const name of ['1', '2']) running.gateway.publish(at(name));
    running.gateway.lost = lost;
    const reader = await stream('', 'root', place);
    expect(await reader.until(1)).toEqual([{ event: 'reset', data: { reason } }]);
    expect(reader.ids).toEqual(['j.2']);
    running.gateway.publish(at('3'));
    expect(terminals(await reader.until(2))).toEqual([undefined, '3']);
  });

  test('may name the place in the query, as browsers cannot set the header at first', async () => {
    for (const name of ['1', '2']) running.gateway.publish(at(name));
    const reader = await stream('?kinds=position&lastEventId=j.1');
    expect(terminals(await reader.until(1))).toEqual(['2']);
  });

  test('is let go where it takes nothing of what it missed', async () => {
    running.gateway.piece = 100;
    const big = { ...position('1'), items: { blob: 'x'.repeat(60_000) } };
    for (let i = 0; i < 400; i++) running.gateway.publish({ kind: 'position', division: '530102', payload: big });
    const reader = await stream('?kinds=position', 'root', 'j.0');
    reader.response.pause();
    await vi.waitFor(
      () => {
        running.clock.advance(30_000);
        expect(running.counters.streamsDropped).toBe(1);
      },
      { timeout: 20_000, interval: 20 },
    );
    expect(running.counters.streams).toBe(0);
  });
});
