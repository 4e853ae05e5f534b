/**
 * Memory while nobody takes anything: broker and store are away, reports go on coming and being acknowledged, the backlog
 * grows on disk. How much does the process grow, after the minute in which it warms up?
 *
 *     node bench/outage.ts [--rate 5000] [--terminals 5000] [--minutes 60]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { seededRandom } from '../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, tcpDialer } from '../simulator/index.ts';
import { clock } from './load/clock.ts';
import { Server } from './load/server.ts';

const { values: flags } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    terminals: { type: 'string', default: '5000' },
    minutes: { type: 'string', default: '60' },
  },
});
const terminals = Number(flags.terminals);
const MiB = 1 << 20;
const WARM_UP_MS = 60_000;
const SAMPLE_MS = 2000;
/** A figure is the median of so many samples: the heap goes up and down with every collection. */
const SAMPLES = 15;

const data = mkdtempSync(join(tmpdir(), 'xingji-outage-'));
const any = '127.0.0.1:0';
// Nothing listens on these ports: connections are refused, tried again, and refused.
const away = ['--mqtt-url', 'mqtt://127.0.0.1:9', '--influx-url', 'http://127.0.0.1:9'];
const serve = ['serve', '--data', data, '--jt808', any, '--http', any, '--log-level', 'silent', ...away];
const server = await Server.start(fileURLToPath(import.meta.resolve('../bin/xingji.ts')), serve);
const fleet = new Fleet(
  {
    terminals,
    revision: 'mix',
    firstPhone: FIRST_PHONE,
    firmware: { ...FACTORY_SETTINGS, reportMs: (terminals / Number(flags.rate)) * 1000 },
    rampPerSecond: 1000,
    durationMs: Number.POSITIVE_INFINITY,
    settleMs: 10_000,
    startAt: Math.floor(Date.now() / 1000) * 1000,
  },
  { clock, random: seededRandom('outage'), dialer: tcpDialer(server.host, server.port) },
);

async function memory(): Promise<number> {
  const samples: number[] = [];
  for (let n = 0; n < SAMPLES; n++) {
    samples.push(server.rss / MiB);
    await pause(SAMPLE_MS);
  }
  return samples.sort((a, b) => a - b)[SAMPLES >> 1] ?? Number.NaN;
}

try {
  while (fleet.tally.online < terminals) await pause(100);
  await pause(WARM_UP_MS);
  const before = await memory();
  const began = { at: performance.now(), acknowledged: fleet.tally.acknowledged };
  console.log(`outage: ${terminals} terminals, ${flags.rate} reports/s, broker and store away`);
  console.log(`  after warming up  ${before.toFixed(0)} MiB`);
  let after = before;
  const end = began.at + Number(flags.minutes) * 60_000;
  while (performance.now() < end) {
    await pause(Math.min(60_000, Math.max(0, end - performance.now() - SAMPLES * SAMPLE_MS)));
    after = await memory();
    const minutes = (performance.now() - began.at) / 60_000;
    const backlog = fleet.tally.acknowledged - began.acknowledged;
    console.log(`  ${minutes.toFixed(1).padStart(5)} min  ${after.toFixed(0)} MiB, ${backlog} reports more`);
  }
  console.log(`  grew              ${(after - before).toFixed(0)} MiB`);
} finally {
  fleet.stop();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
