import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createInfluxOutlet, type InfluxOptions, type Outlet } from '../../bridge/index.ts';
import { event } from '../bridge/support/envelopes.ts';
import { processClock } from '../bridge/support/process-clock.ts';
import { deliverAll } from './support/deliver.ts';
import { recent, START_MS } from './support/recent.ts';
import { influxd, missing, type RunningServer } from './support/servers.ts';

const NEVER = new AbortController().signal;
let server: RunningServer;
let outlet: Outlet;

interface Result {
  readonly results: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: readonly (readonly unknown[])[] }[];
  }[];
}

async function query(q: string, auth?: string): Promise<readonly (readonly unknown[])[]> {
  const url = `http://127.0.0.1:${server.port}/query?${new URLSearchParams({ db: 'fleet', epoch: 'ms', q }).toString()}`;
  const answer = (await (
    await fetch(url, { method: 'POST', ...(auth === undefined ? {} : { headers: { authorization: auth } }) })
  ).json()) as Result;
  if (answer.results[0]?.error !== undefined) throw new Error(answer.results[0].error);
  return answer.results[0]?.series?.[0]?.values ?? [];
}

function make(api: Partial<InfluxOptions['api']> = {}): Outlet {
  const database = { version: 'v1' as const, database: 'fleet', ...api };
  outlet = createInfluxOutlet(
    { url: `http://127.0.0.1:${server.port}`, api: database as InfluxOptions['api'] },
    processClock,
  );
  return outlet;
}

describe.skipIf(missing('influxd'))('with InfluxDB 1', () => {
  afterEach(async () => {
    await outlet.stop();
    await server.remove();
  });

  it('every point is there once, although the store is killed on the way', async () => {
    server = await influxd();
    await query('CREATE DATABASE fleet');
    make();
    const envelopes = Array.from({ length: 3000 }, (_, n) => recent(n));
    let restarted: Promise<void> | undefined;
    const retries = await deliverAll(outlet, envelopes, (batch) => {
      if (batch === 10)
        restarted = server
          .end('SIGKILL')
          .then(() => delay(100))
          .then(() => server.start());
    });
    await restarted;
    const rows = await query('SELECT lat, received FROM position');
    expect(rows).toEqual(envelopes.map(({ payload, raw }) => [raw?.timeMs, payload.latitude, raw?.receivedMs]));
    expect(retries).toBeGreaterThan(0);
  });

  it('a position is one point, live and back-filled, and an event has its texts', async () => {
    server = await influxd();
    await query('CREATE DATABASE fleet');
    make();
    const text = { 'zh-CN': '主电源"掉电"\\, 时间=5', en: '' };
    await deliverAll(outlet, [
      recent(1),
      recent(1, { backfill: true }),
      { ...event({ text, time: new Date(START_MS).toISOString() }) },
    ]);
    expect(await query('SELECT lat, backfill, terminal, division FROM position')).toEqual([
      [START_MS + 1000, recent(1).payload.latitude, true, '13912345678', '530102'],
    ]);
    expect(await query('SELECT code, state, severity, text FROM event')).toEqual([
      [START_MS, 'mainPowerOff', 'raised', 2, text['zh-CN']],
    ]);
  });

  it('its answers are told apart: no database, a point that it will never take, wrong password', async () => {
    server = await influxd({ auth: true });
    const admin = `Basic ${Buffer.from('admin:secret').toString('base64')}`;
    await query("CREATE USER admin WITH PASSWORD 'secret' WITH ALL PRIVILEGES");
    make({ username: 'admin', password: 'wrong' });
    await expect(outlet.deliver([recent(1)], NEVER)).rejects.toMatchObject({ code: 'INFLUX_DENIED', retry: true });
    await outlet.stop();
    make({ username: 'admin', password: 'secret' });
    await expect(outlet.deliver([recent(1)], NEVER)).rejects.toMatchObject({
      code: 'INFLUX_MISCONFIGURED',
      retry: true,
    });
    await query('CREATE DATABASE fleet', admin);
    const other = `http://127.0.0.1:${server.port}/write?db=fleet&precision=ms`;
    await fetch(other, {
      method: 'POST',
      headers: { authorization: admin },
      body: `position,terminal=other lat="north" ${START_MS}`,
    });
    await expect(outlet.deliver([recent(1)], NEVER)).rejects.toMatchObject({ code: 'INFLUX_REJECTED', retry: false });
  });
});
