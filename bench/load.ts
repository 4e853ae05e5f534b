/**
 * Many terminals, each reporting on its own second, against the gateway as it comes, and against a platform that only
 * acknowledges: same fleet, same seed, one after the other, all on this machine. The load is open: a report is
 * made when it is due, whether or not the one before has been answered.
 *
 *     node bench/load.ts [--terminals 10000] [--interval 1000] [--seconds 20] [--outlets] [--target HOST:PORT]
 *
 * With --outlets the gateway is loaded once more, delivering to mosquitto and VictoriaMetrics on this machine. With --target
 * only that platform is loaded, and nothing is said about its process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, tcpDialer } from '../simulator/index.ts';
import { readFlags } from './flags/read-flags.ts';
import { clock } from './load/clock.ts';
import { mosquitto, victoriaMetrics } from '../tests/real/support/servers.ts';
import { Server } from './load/server.ts';

const { flags } = readFlags(import.meta.filename, {
  terminals: 10_000,
  interval: 1000,
  seconds: 20,
  outlets: false,
  target: '',
});
const { terminals, interval: intervalMs, seconds } = flags;
/** Terminals switched on a second. */
const RAMP = 2000;
/** Left alone before memory is read and before latencies count. */
const REST_MS = 3000;

function fleetOn(host: string, port: number, reportMs: number): Fleet {
  return new Fleet(
    {
      terminals,
      revision: 'mix',
      firstPhone: FIRST_PHONE,
      firmware: { ...FACTORY_SETTINGS, reportMs },
      rampPerSecond: RAMP,
      durationMs: Number.POSITIVE_INFINITY,
      settleMs: 10_000,
      startAt: Math.floor(Date.now() / 1000) * 1000,
    },
    { clock, random: seededRandom('load'), dialer: tcpDialer(host, port) },
  );
}

async function allOnline(fleet: Fleet): Promise<void> {
  const patience = performance.now() + 60_000 + (terminals / RAMP) * 1000;
  while (fleet.tally.online < terminals && performance.now() < patience) await pause(100);
  await pause(REST_MS);
}

/** Octets that a connection costs which has logged in and says nothing. */
async function idleCost(server: Server): Promise<number> {
  const before = server.rss;
  const fleet = fleetOn(server.host, server.port, 86_400_000);
  await allOnline(fleet);
  const cost = (server.rss - before) / fleet.tally.online;
  fleet.stop();
  await pause(REST_MS);
  return cost;
}

async function underLoad(
  name: string,
  [host, port]: readonly [string, number],
  ours?: { readonly server: Server; readonly empty: number },
): Promise<string[]> {
  const server = ours?.server;
  const fleet = fleetOn(host, port, intervalMs);
  await allOnline(fleet);
  const { tally } = fleet;
  tally.latency.clear();
  tally.lateness.clear();
  const began = {
    at: performance.now(),
    acknowledged: tally.acknowledged,
    cpu: server?.cpuSeconds,
    own: process.cpuUsage(),
  };
  await pause(seconds * 1000);
  const acknowledged = tally.acknowledged - began.acknowledged;
  const own = process.cpuUsage(began.own);
  const theirs = server === undefined ? Number.NaN : ((server.cpuSeconds - (began.cpu ?? 0)) * 1e6) / acknowledged;
  const perSecond = (acknowledged / (performance.now() - began.at)) * 1000;
  const latencies = [0.5, 0.95, 0.99].map((q) => figure(tally.latency.quantile(q), 2));
  const row = [figure(perSecond), ...latencies, figure(tally.latency.max, 1), figure(tally.lateness.quantile(0.99), 1)];
  const active = ours === undefined ? Number.NaN : (ours.server.rss - ours.empty) / tally.online / 1024;
  const behind = (await server?.backlog()) ?? Number.NaN;
  fleet.finish();
  await fleet.ended();
  const errors = [...tally.errors].map(([error, times]) => `${error} ${times}`).join(', ') || 'none';
  return [
    name,
    ...row,
    String(tally.made - tally.acknowledged),
    figure(theirs, 1),
    figure((own.user + own.system) / acknowledged, 1),
    figure(behind),
    figure(active, 1),
    errors,
  ];
}

async function measured(name: string, script: string, args: readonly string[]): Promise<string[]> {
  const server = await Server.start(script, args);
  const empty = server.rss;
  const idle = await idleCost(server);
  const row = await underLoad(name, [server.host, server.port], { server, empty });
  await server.stop();
  return [...row.slice(0, -1), figure(idle / 1024, 1), row.at(-1) ?? ''];
}

async function gateway(name: string, more: readonly string[]): Promise<string[]> {
  const data = mkdtempSync(join(tmpdir(), 'xingji-load-'));
  const any = '127.0.0.1:0';
  const serve = [
    'serve',
    '--data',
    data,
    '--jt808',
    any,
    '--mqtt',
    any,
    '--http',
    any,
    '--log-level',
    'error',
    ...more,
  ];
  try {
    return await measured(name, fileURLToPath(import.meta.resolve('../bin/xingji.ts')), serve);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** The brokers and stores take their share of the same processors. */
async function withOutlets(): Promise<string[]> {
  const [broker, store] = [await mosquitto(), await victoriaMetrics()];
  const to = ['--mqtt-url', `mqtt://127.0.0.1:${broker.port}`, '--influx-url', `http://127.0.0.1:${store.port}`];
  try {
    return await gateway('mosquitto and VictoriaMetrics', to);
  } finally {
    await Promise.all([broker.remove(), store.remove()]);
  }
}

function figure(value: number, digits = 0): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '–';
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    );
}

const HEAD = [
  'platform',
  'acks/s',
  'p50 ms',
  'p95',
  'p99',
  'max',
  'own late p99',
  'missing',
  'its µs/report',
  'our µs/report',
  'behind',
  'active KiB',
];
console.log(`${terminals} terminals over TCP, a report each every ${intervalMs} ms, ${seconds} s after a warm-up`);
if (flags.target !== '') {
  const colon = flags.target.lastIndexOf(':');
  const row = await underLoad(flags.target, [flags.target.slice(0, colon), Number(flags.target.slice(colon + 1))]);
  print([[...HEAD, 'errors'], row]);
} else {
  const bare = await measured('acknowledges only', fileURLToPath(import.meta.resolve('./load/bare-platform.ts')), []);
  const rows = [bare, await gateway('gateway', [])];
  if (flags.outlets) rows.push(await withOutlets());
  print([[...HEAD, 'idle KiB', 'errors'], ...rows]);
}
process.exit(0);
