import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInfluxOutlet, type Outlet } from '../../bridge/index.ts';
import { event } from '../bridge/support/envelopes.ts';
import { processClock } from '../bridge/support/process-clock.ts';
import { deliverAll } from './support/deliver.ts';
import { recent, START_MS } from './support/recent.ts';
import { missing, type RunningServer, victoriaMetrics } from './support/servers.ts';

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: number[];
  readonly timestamps: number[];
}

let server: RunningServer;
let outlet: Outlet;

async function exported(match: string): Promise<Series[]> {
  const url = `http://127.0.0.1:${server.port}`;
  await fetch(`${url}/internal/force_flush`);
  const query = new URLSearchParams({ 'match[]': match, start: String(START_MS / 1000 - 60) });
  const text = await (await fetch(`${url}/api/v1/export?${query.toString()}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Series);
}

/** By time, each once: what is delivered again is stored again here. */
function points(series: readonly Series[]): [number, number][] {
  const found = series.flatMap(({ timestamps, values }) =>
    timestamps.map((time, i): [number, number] => [time, values[i] ?? Number.NaN]),
  );
  return [...new Map(found)].toSorted(([a], [b]) => a - b);
}

describe.skipIf(missing('victoria-metrics'))('with VictoriaMetrics', () => {
  beforeEach(async () => {
    server = await victoriaMetrics();
    outlet = createInfluxOutlet(
      { url: `http://127.0.0.1:${server.port}`, api: { version: 'v2', org: 'o', bucket: 'b' } },
      processClock,
    );
  });
  afterEach(async () => {
    await outlet.stop();
    await server.remove();
  });

  it('every point is there, although the store is restarted on the way', async () => {
    const envelopes = Array.from({ length: 3000 }, (_, n) => recent(n));
    let restarted: Promise<void> | undefined;
    const retries = await deliverAll(outlet, envelopes, (batch) => {
      // It writes to disk every few seconds and when it is ended in order: after a SIGKILL it lacks what it had taken since.
      if (batch === 10)
        restarted = server
          .end('SIGTERM')
          .then(() => delay(100))
          .then(() => server.start());
    });
    await restarted;
    const expected = envelopes.map(({ payload, raw }) => [raw?.timeMs, payload.latitude]);
    await expect.poll(async () => points(await exported('position_lat')), { timeout: 20_000 }).toEqual(expected);
    expect(retries).toBeGreaterThan(0);
  });

  it('every field is a number of its own, flags as 1 and 0', async () => {
    await deliverAll(outlet, [
      recent(1),
      { ...event(), payload: { ...event().payload, time: new Date(START_MS).toISOString() } },
    ]);
    const fields = async (): Promise<Record<string, number | undefined>> =>
      Object.fromEntries(
        (await exported('{terminal="13912345678",division="530102"}')).map(({ metric, values }) => [
          metric['__name__'],
          values[0],
        ]),
      );
    const { payload, raw } = recent(1);
    await expect.poll(fields, { timeout: 20_000 }).toEqual({
      position_received: raw?.receivedMs,
      position_lat: payload.latitude,
      position_lon: payload.longitude,
      position_alt: 1891,
      position_speed: 91.8,
      position_course: 359,
      position_alarm: 256,
      position_status: 3,
      position_mileage: 271_013.7,
      position_fuel: 33.2,
      position_rssi: 26,
      position_sats: 5,
      position_fix: 1,
      position_backfill: 0,
      event_id: 0,
      event_severity: 2,
      event_text: 0,
    });
  });
});
