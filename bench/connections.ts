/**
 * How many terminals can be held, and what a report costs as they become more: the gateway with one worker and with two, and a platform that
 * only acknowledges, all at the same rate of reports. Terminals come from addresses 127.0.0.10 and following, 18,000 from each.
 * Where load and platform share the processors, two workers cannot do twice the work: what the busiest thread spends on a report of
 * all says what they could do if they had a processor each.
 *
 * The load is open: a row whose reports a second are not the rate, or that has errors, is of a machine that could not make it; what a
 * report costs there is in `receive.ts`.
 *
 *     node bench/connections.ts [--connections 1000,6000,12000,18000] [--workers 1,2] [--rate 2000] [--seconds 10] [--rounds 1] [--ramp 1000]
 *     node bench/connections.ts --hold 54000 --workers 3
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Measured, Share } from './connections/share.ts';
import { readFlags } from './flags/read-flags.ts';
import { Server } from './load/server.ts';

const { flags } = readFlags(import.meta.filename, {
  connections: [1000, 6000, 12_000, 18_000],
  workers: [1, 2],
  rate: 2000,
  seconds: 10,
  hold: Number.NaN,
  ramp: 1000,
  rounds: 1,
});
const { seconds, ramp } = flags;
/** A process has 20,000 descriptors where nobody raised the limit. */
const PER_SHARE = 18_000;
const REST_MS = 3000;
const DAY_MS = 86_400_000;
/** `× fewest`: against the fewest terminals; `× bare`: against a platform that only acknowledges; `busiest`: of all threads. */
const HEAD = [
  'platform',
  'terminals',
  'online',
  'reports/s',
  'µs/report',
  '× fewest',
  '× bare',
  'busiest µs',
  'p50 ms',
  'p99',
  'errors',
];

async function connected(server: Server, terminals: number, intervalMs: number): Promise<readonly Share[]> {
  const shares: Share[] = [];
  const count = Math.ceil(terminals / PER_SHARE);
  for (let i = 0; i < count; i++) {
    const own = Math.min(PER_SHARE, terminals - i * PER_SHARE);
    const from = `127.0.0.${10 + i}`;
    shares.push(new Share([server.host, server.port, from, i * PER_SHARE, own, intervalMs, Math.ceil(ramp / count)]));
  }
  const patience = performance.now() + 60_000 + (4000 * terminals) / ramp;
  while (online(shares) < terminals && performance.now() < patience) await pause(200);
  await pause(REST_MS);
  return shares;
}

const online = (shares: readonly Share[]): number => shares.reduce((sum, share) => sum + share.online, 0);

async function withServer<T>(workers: number, work: (server: Server) => Promise<T>): Promise<T> {
  const data = mkdtempSync(join(tmpdir(), 'xingji-connections-'));
  const any = '127.0.0.1:0';
  const args = ['--data', data, '--jt808', any, '--mqtt', any, '--http', any, '--log-level', 'error'];
  const server =
    workers === 0
      ? await Server.start(fileURLToPath(import.meta.resolve('./load/bare-platform.ts')), [])
      : await Server.start(fileURLToPath(import.meta.resolve('../bin/xingji.ts')), [
          'serve',
          ...args,
          '--workers',
          String(workers),
        ]);
  try {
    return await work(server);
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

interface Cost {
  readonly online: number;
  readonly perSecond: number;
  /** Microseconds of processor a report: all of the platform, and the one thread that has most to do. */
  readonly cpu: number;
  readonly loop: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: readonly string[];
}

/** What a report costs with so many terminals, who make `rate` of them a second together. */
async function cost(workers: number, terminals: number): Promise<Cost> {
  return withServer(workers, async (server) => {
    const shares = await connected(server, terminals, (1000 * terminals) / flags.rate);
    const before = { cpu: server.cpuSeconds, loops: server.loops };
    const measured = await Promise.all(shares.map((share) => share.measure(seconds)));
    const cpu = server.cpuSeconds - before.cpu;
    const loop = Math.max(...server.loops.map((spent, i) => spent - before.loops[i]!));
    const total = measured.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const held = online(shares);
    await Promise.all(shares.map((share) => share.end()));
    const worst = (of: (one: Measured) => number): number => Math.max(...measured.map(of));
    return {
      online: held,
      perSecond: total / seconds,
      cpu: (cpu * 1e6) / total,
      loop: (loop * 1e6) / total,
      p50: worst(({ p50 }) => p50),
      p99: worst(({ p99 }) => p99),
      errors: measured.flatMap(({ errors }) => errors),
    };
  });
}

/** Every platform with every number of terminals, in turns. Ratios are between figures of one round. */
async function table(): Promise<readonly (readonly string[])[]> {
  const sizes = flags.connections;
  const platforms = [0, ...flags.workers];
  const rounds: Cost[][][] = [];
  for (let round = 0; round < flags.rounds; round++) {
    const costs: Cost[][] = sizes.map(() => []);
    for (const [i, terminals] of sizes.entries())
      for (const workers of platforms) costs[i]!.push(await cost(workers, terminals));
    rounds.push(costs);
  }
  return platforms.flatMap((workers, j) =>
    sizes.map((terminals, i) => {
      const own = rounds.map((costs) => costs[i]![j]!);
      const at = (of: (one: Cost) => number, digits = 1): string => median(own.map(of)).toFixed(digits);
      const against = (row: number, column: number, of: (one: Cost) => number): string =>
        median(rounds.map((costs) => of(costs[i]![j]!) / of(costs[row]![column]!))).toFixed(2);
      const cpu = (one: Cost): number => one.cpu;
      return [
        workers === 0 ? 'acknowledges only' : `gateway, workers ${workers}`,
        String(terminals),
        String(Math.min(...own.map((one) => one.online))),
        at((one) => one.perSecond, 0),
        at(cpu),
        against(0, j, cpu),
        against(i, 0, cpu),
        at((one) => one.loop),
        at((one) => one.p50),
        at((one) => one.p99),
        [...new Set(own.flatMap((one) => one.errors))].join(', ') || 'none',
      ];
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Holds terminals that say nothing but that they are there. */
async function hold(workers: number, terminals: number): Promise<void> {
  await withServer(workers, async (server) => {
    const before = server.rss;
    const began = performance.now();
    const shares = await connected(server, terminals, DAY_MS);
    const took = (performance.now() - began - REST_MS) / 1000;
    const held = online(shares);
    const kib = (server.rss - before) / 1024 / held;
    console.log(
      `${held} of ${terminals} terminals are online at ${workers} workers after ${took.toFixed(0)} s; ` +
        `${(server.rss / 2 ** 20).toFixed(0)} MiB in ${server.processes.length} processes, ${kib.toFixed(1)} KiB more a connection`,
    );
    await Promise.all(shares.map((share) => share.end()));
    process.exitCode = held === terminals ? 0 : 1;
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows)
    console.log(
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    );
}

if (!Number.isNaN(flags.hold)) {
  await hold(flags.workers.length === 1 ? flags.workers[0]! : 3, flags.hold);
} else {
  const rows = await table();
  console.log(
    `${flags.rate} reports a second from all terminals together, ${seconds} s after a warm-up, medians of ${flags.rounds} rounds; ` +
      `load of the machine ${loadavg()[0]!.toFixed(1)}`,
  );
  print([HEAD, ...rows]);
}
