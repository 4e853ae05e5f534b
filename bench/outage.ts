/**
 * Memory while nobody takes anything: broker and store are away, reports go on coming and being acknowledged, the backlog
 * grows on disk. How much does the process grow, after the minute in which it warms up, and what of it: the engine's heaps (`heap`,
 * `used` of them by objects), what hangs on objects outside of them (`ext`), the allocator's (`brk`, `arenas`), files that are mapped?
 *
 *     node bench/outage.ts [--rate 5000] [--terminals 5000] [--minutes 60] [--engine=--max-semi-space-size=8] [--malloc MALLOC_ARENA_MAX=2]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, tcpDialer } from '../simulator/index.ts';
import { readFlags, words } from './flags/read-flags.ts';
import { clock } from './load/clock.ts';
import { Server } from './load/server.ts';
import { type Kinds, kinds } from './outage/kinds.ts';

const { flags } = readFlags(import.meta.filename, { rate: 5000, terminals: 5000, minutes: 60, engine: '', malloc: '' });
const { terminals } = flags;
const WARM_UP_MS = 60_000;
const SAMPLE_MS = 2000;
/** A figure is the median of so many samples: the heap goes up and down with every collection. */
const SAMPLES = 15;
const SHOWN: readonly (keyof Kinds)[] = ['all', 'heap', 'used', 'external', 'brk', 'arenas', 'files'];

const data = mkdtempSync(join(tmpdir(), 'xingji-outage-'));
const any = '127.0.0.1:0';
// Nothing listens on these ports: connections are refused, tried again, and refused.
const away = ['--mqtt-url', 'mqtt://127.0.0.1:9', '--influx-url', 'http://127.0.0.1:9'];
const serve = ['serve', '--data', data, '--jt808', any, '--http', any, '--log-level', 'silent', ...away];
const probes = mkdtempSync(join(tmpdir(), 'xingji-memory-'));
const flagsToEngine = ['--import', import.meta.resolve('./outage/probe.ts'), ...words(flags.engine)];
process.env['MEMORY_PROBE'] = probes;
for (const setting of words(flags.malloc)) {
  const [name = '', value = ''] = setting.split('=');
  process.env[name] = value;
}
const server = await Server.start(fileURLToPath(import.meta.resolve('../bin/xingji.ts')), serve, flagsToEngine);
const fleet = new Fleet(
  {
    terminals,
    revision: 'mix',
    firstPhone: FIRST_PHONE,
    firmware: { ...FACTORY_SETTINGS, reportMs: (terminals / flags.rate) * 1000 },
    rampPerSecond: 1000,
    durationMs: Number.POSITIVE_INFINITY,
    settleMs: 10_000,
    startAt: Math.floor(Date.now() / 1000) * 1000,
  },
  { clock, random: seededRandom('outage'), dialer: tcpDialer(server.host, server.port) },
);

/** The sample that is the median of all by what it says in all. */
async function memory(): Promise<Kinds> {
  const samples: Kinds[] = [];
  for (let n = 0; n < SAMPLES; n++) {
    samples.push(kinds(server.processes[0]!, probes));
    await pause(SAMPLE_MS);
  }
  return samples.sort((a, b) => a.all - b.all)[SAMPLES >> 1]!;
}

function row(when: string, figures: Kinds, reports: number): string {
  const cells = SHOWN.map((kind) => figures[kind].toFixed(0).padStart(9));
  return `  ${when.padStart(9)}${cells.join('')}${String(reports).padStart(12)}`;
}

try {
  // On a machine with other work some are on their way back at any time.
  while (fleet.tally.online < 0.98 * terminals) await pause(100);
  await pause(WARM_UP_MS);
  const before = await memory();
  const began = { at: performance.now(), acknowledged: fleet.tally.acknowledged };
  console.log(`outage: ${terminals} terminals, ${flags.rate} reports/s, broker and store away`);
  console.log(`  ${'MiB'.padStart(9)}${SHOWN.map((kind) => kind.padStart(9)).join('')}${'reports'.padStart(12)}`);
  console.log(row('warm', before, 0));
  let after = before;
  let most = before.all;
  const end = began.at + flags.minutes * 60_000;
  while (performance.now() < end) {
    await pause(Math.min(60_000, Math.max(0, end - performance.now() - SAMPLES * SAMPLE_MS)));
    after = await memory();
    const minutes = (performance.now() - began.at) / 60_000;
    most = Math.max(most, after.all);
    console.log(row(`${minutes.toFixed(1)} min`, after, fleet.tally.acknowledged - began.acknowledged));
  }
  console.log(`  grew ${(after.all - before.all).toFixed(0)} MiB, ${(most - before.all).toFixed(0)} at its most`);
} finally {
  fleet.stop();
  await server.stop();
  for (const folder of [data, probes]) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
