/**
 * What a flood of garbage costs honest terminals: the latency of their acknowledgements with and without it, in turns, against one
 * gateway on default settings. Honest ones and flooders come from one address, the worst case: only what they send tells them apart.
 *
 *     node bench/flood.ts [--terminals 1000] [--interval 1000] [--sockets 1000] [--rounds 3] [--seconds 10]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, tcpDialer } from '../simulator/index.ts';
import { readFlags } from './flags/read-flags.ts';
import { clock } from './load/clock.ts';
import { Server } from './load/server.ts';

const { flags } = readFlags(import.meta.filename, {
  terminals: 1000,
  interval: 1000,
  sockets: 1000,
  rounds: 3,
  seconds: 10,
});
const SETTLE_MS = 1000;
const { terminals } = flags;

interface Turn {
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

const data = mkdtempSync(join(tmpdir(), 'xingji-flood-'));
const any = '127.0.0.1:0';
const serve = ['serve', '--data', data, '--jt808', any, '--mqtt', any, '--http', any, '--log-level', 'error'];
const server = await Server.start(fileURLToPath(import.meta.resolve('../bin/xingji.ts')), serve);
const noise = spawn(
  process.execPath,
  [fileURLToPath(import.meta.resolve('./flood/noise.ts')), server.host, String(server.port), String(flags.sockets)],
  { stdio: ['pipe', 'inherit', 'inherit'] },
);
const fleet = new Fleet(
  {
    terminals,
    revision: 'mix',
    firstPhone: FIRST_PHONE,
    firmware: { ...FACTORY_SETTINGS, reportMs: flags.interval },
    rampPerSecond: 1000,
    durationMs: Number.POSITIVE_INFINITY,
    settleMs: 10_000,
    startAt: Math.floor(Date.now() / 1000) * 1000,
  },
  { clock, random: seededRandom('flood'), dialer: tcpDialer(server.host, server.port) },
);
const { tally } = fleet;

/** The first moments of a flood count, the last of one that has ended do not. */
async function turn(settleMs: number): Promise<Turn> {
  await pause(settleMs);
  tally.latency.clear();
  const before = server.cpuSeconds;
  await pause(flags.seconds * 1000);
  return {
    p50: tally.latency.quantile(0.5),
    p99: tally.latency.quantile(0.99),
    cpu: (server.cpuSeconds - before) / flags.seconds,
  };
}

const quiet: Turn[] = [];
const flooded: Turn[] = [];
try {
  while (tally.online < terminals) await pause(100);
  await pause(3000);
  for (let round = 0; round < flags.rounds; round++) {
    quiet.push(await turn(SETTLE_MS));
    noise.stdin.write('flood\n');
    flooded.push(await turn(0));
    noise.stdin.write('rest\n');
  }
  console.log(
    `flood: ${terminals} terminals, a report each every ${flags.interval} ms; ${flags.sockets} sockets of garbage`,
  );
  console.log('            p50 ms    p99 ms   processor of the gateway');
  const row = (name: string, turns: readonly Turn[]): void => {
    const at = (of: keyof Turn, digits: number): string => median(turns.map((one) => one[of])).toFixed(digits);
    console.log(`  ${name.padEnd(8)} ${at('p50', 2).padStart(8)}  ${at('p99', 2).padStart(8)}   ${at('cpu', 2)} cores`);
  };
  row('quiet', quiet);
  row('flooded', flooded);
  const ratios = flooded.map((one, round) => one.p99 / quiet[round]!.p99);
  console.log(`  p99 rises  ${median(ratios).toFixed(2)} × (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`);
  fleet.finish();
  await fleet.ended();
  console.log(`  reports    ${tally.made}, not acknowledged ${tally.made - tally.acknowledged}`);
} finally {
  noise.stdin.end();
  fleet.stop();
  await server.stop();
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
