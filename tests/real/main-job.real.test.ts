/**
 * The main job against real servers: frames from the field and a simulated fleet, through the gateway, to mosquitto, VictoriaMetrics
 * and InfluxDB 1; both sides down for a while.
 */
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';
import { playFrames } from '../support/play-frames.ts';
import { vectors } from '../support/vectors.ts';
import { influxd, missing, mosquitto, type RunningServer, victoriaMetrics } from './support/servers.ts';

const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));

interface Heard {
  /** Times of payloads by id: more than one where it was delivered again. */
  readonly positions: ReadonlyMap<string, { readonly terminal: string; readonly time: string }>;
  readonly client: MqttClient;
}

/** Keeps what the broker has for it while the subscriber is away. */
async function listen(port: number): Promise<Heard> {
  const positions = new Map<string, { terminal: string; time: string }>();
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: 'platform',
    clean: false,
    reconnectPeriod: 200,
  });
  client.on('message', (_topic, payload) => {
    const { id, terminal, time } = JSON.parse(payload.toString()) as { id: string; terminal: string; time: string };
    positions.set(id, { terminal, time });
  });
  client.on('error', () => {});
  await client.subscribeAsync('xingji/v1/+/+/+/+/position', { qos: 1 });
  return { positions, client };
}

/** `terminal time` of every point that the store has of the field `lat`. */
async function inVictoria(server: RunningServer): Promise<Set<string>> {
  const url = `http://127.0.0.1:${server.port}`;
  await fetch(`${url}/internal/force_flush`);
  const text = await (await fetch(`${url}/api/v1/export?start=0&match[]=position_lat`)).text();
  const found = new Set<string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const { metric, timestamps } = JSON.parse(line) as { metric: { terminal: string }; timestamps: number[] };
    for (const time of timestamps) found.add(`${metric.terminal} ${time}`);
  }
  return found;
}

async function inInflux(server: RunningServer): Promise<Set<string>> {
  const query = new URLSearchParams({ db: 'fleet', q: 'select lat from position group by terminal', epoch: 'ms' });
  const response = await fetch(`http://127.0.0.1:${server.port}/query?${query.toString()}`);
  const { results } = (await response.json()) as {
    results: { series?: { tags: { terminal: string }; values: [number, number][] }[] }[];
  };
  return new Set(
    (results[0]?.series ?? []).flatMap(({ tags, values }) => values.map(([time]) => `${tags.terminal} ${time}`)),
  );
}

async function until(fits: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!(await fits())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(200);
  }
}

/** `terminal time` of what was heard on MQTT. */
const keys = ({ positions }: Heard): Set<string> =>
  new Set([...positions.values()].map(({ terminal, time }) => `${terminal} ${Date.parse(time)}`));

describe.skipIf(missing('mosquitto') || missing('victoria-metrics'))('with mosquitto and VictoriaMetrics', () => {
  it('frames from the field are acknowledged or refused, no link is lost, and their positions arrive', async () => {
    const folder = temporaryFolder();
    const [broker, store] = await Promise.all([mosquitto(), victoriaMetrics()]);
    const heard = await listen(broker.port);
    const outlets = ['--mqtt-url', `mqtt://127.0.0.1:${broker.port}`, '--influx-url', `http://127.0.0.1:${store.port}`];
    const gateway = await gatewayProcess(folder.path, outlets);
    const frames = vectors({ protocol: 'jt808', kind: 'frame', direction: 'up' });
    const played = await playFrames(
      gateway.ready.jt808,
      frames.map(({ id, hex }) => ({ id, hex: hex! })),
    );
    expect(played.lostConnections).toBe(0);
    expect(played.outcomes.filter(({ outcome }) => outcome === 'unreadable')).toEqual([]);
    const verify = await runXingji(['verify', '--data', folder.path, '--wait', '20s']);
    expect(verify.code, verify.stdout).toBe(0);
    expect(heard.positions.size).toBeGreaterThan(30);
    // Only what the store keeps: it forgets what is older than its retention, a month.
    const recent = [...keys(heard)].filter((key) => Number(key.split(' ')[1]) > Date.now() - 20 * 86_400_000);
    await until(async () => {
      const stored = await inVictoria(store);
      return recent.every((key) => stored.has(key));
    }, 'the recent positions in the store');
    await heard.client.endAsync();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    await Promise.all([broker.remove(), store.remove()]);
    folder.remove();
  }, 120_000);
});

describe.skipIf(missing('mosquitto') || missing('influxd'))('with mosquitto and InfluxDB 1', () => {
  it('a fleet is acknowledged while broker and store are down, and everything arrives when they are back', async () => {
    const folder = temporaryFolder();
    const [broker, store] = await Promise.all([mosquitto(), influxd()]);
    await fetch(`http://127.0.0.1:${store.port}/query`, {
      method: 'POST',
      body: new URLSearchParams({ q: 'create database fleet' }),
    });
    const heard = await listen(broker.port);
    const influx = ['--influx-url', `http://127.0.0.1:${store.port}`, '--influx-api', 'v1', '--influx-bucket', 'fleet'];
    const gateway = await gatewayProcess(folder.path, ['--mqtt-url', `mqtt://127.0.0.1:${broker.port}`, ...influx]);
    const fleet = spawn(
      process.execPath,
      [
        BIN,
        'simulate',
        '--target',
        `tcp://${gateway.ready.jt808}`,
        '--terminals',
        '80',
        '--interval',
        '1s',
        '--duration',
        '10s',
        '--ramp',
        '100/s',
        '--seed',
        'outage',
        '--json',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const driven = new Promise<number | null>((resolve) => fleet.once('exit', resolve));
    await until(() => heard.positions.size > 100, 'the first positions');
    await Promise.all([broker.end('SIGTERM'), store.end('SIGKILL')]);
    await delay(3000);
    await Promise.all([broker.start(), store.start()]);
    expect(await driven).toBe(0);
    const verify = await runXingji(['verify', '--data', folder.path, '--wait', '40s']);
    expect(verify.code, verify.stdout).toBe(0);
    await until(() => heard.positions.size >= 80 * 10, 'every position on MQTT');
    const stored = await inInflux(store);
    expect([...keys(heard)].filter((key) => !stored.has(key))).toEqual([]);
    expect(stored.size).toBe(80 * 10);
    await heard.client.endAsync();
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);
    await Promise.all([broker.remove(), store.remove()]);
    folder.remove();
  }, 150_000);
});
