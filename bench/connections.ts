/**
 * How many terminals can be held, and what a report costs as they become more: the gateway with one worker and with two, and a platform that
 * only acknowledges, all at the same rate of reports. Terminals come from addresses 127.0.0.10 and following, 18,000 from each.
 *
 *     node bench/connections.ts [--connections 1000,6000,12000,18000] [--workers 1,2] [--rate 2000] [--seconds 10]
 *     node bench/connections.ts --hold 54000 --workers 3
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Measured, Share } from './connections/share.ts';
import { Server } from './load/server.ts';

const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '1000,6000,12000,18000' },
    workers: { type: 'string', default: '1,2' },
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '10' },
    hold: { type: 'string' },
    ramp: { type: 'string', default: '1000' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);
const seconds = Number(flags.seconds);
const ramp = Number(flags.ramp);
/** A process has 20,000 descriptors where nobody raised the limit. */
const PER_SHARE = 18_000;
const REST_MS = 3000;
const DAY_MS = 86_400_000;

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

/** What a report costs with so many terminals, who make `rate` of them a second together. */
async function cost(workers: number, terminals: number): Promise<string[]> {
  return withServer(workers, async (server) => {
    const shares = await connected(server, terminals, (1000 * terminals) / Number(flags.rate));
    const before = server.cpuSeconds;
    const measured = await Promise.all(shares.map((share) => share.measure(seconds)));
    const spent = server.cpuSeconds - before;
    const total = measured.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
    const held = online(shares);
    await Promise.all(shares.map((share) => share.end()));
    const worst = (of: (one: Measured) => number): string => Math.max(...measured.map(of)).toFixed(1);
    return [
      workers === 0 ? 'acknowledges only' : `gateway, workers ${workers}`,
      String(held),
      (total / seconds).toFixed(0),
      ((spent * 10_000) / total).toFixed(2),
      worst(({ p50 }) => p50),
      worst(({ p99 }) => p99),
      measured.flatMap(({ errors }) => errors).join(', ') || 'none',
    ];
  });
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

if (flags.hold !== undefined) {
  await hold(Number(flags.workers === '1,2' ? 3 : flags.workers), Number(flags.hold));
} else {
  const rows = [['platform', 'online', 'reports/s', 'CPU s/10,000', 'p50 ms', 'p99', 'errors']];
  for (const terminals of numbers(flags.connections)) {
    for (const workers of [0, ...numbers(flags.workers)]) rows.push(await cost(workers, terminals));
  }
  console.log(`${flags.rate} reports a second from all terminals together, ${seconds} s after a warm-up`);
  print(rows);
}
