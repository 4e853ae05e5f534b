/**
 * What the simulator itself costs: 50,000 terminals that report every 30 s, over as many processes as it starts, and as many
 * reports a second as one process brings out with its answers followed; against a platform that only acknowledges, in
 * processes of its own on one port.
 *
 *     node bench/fleet.ts [--terminals 50000] [--interval 30s] [--seconds 30] [--ramp 500] [--rate 30000]
 *
 * Cores are processor time for each report times the rate that was asked for: others on the machine make a run late, but do
 * not count.
 */
import cluster from 'node:cluster';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readFlags, refuse } from './flags/read-flags.ts';

const { flags } = readFlags(import.meta.filename, {
  terminals: 50_000,
  interval: '30s',
  seconds: 30,
  ramp: 500,
  rate: 30_000,
});
const BIN = fileURLToPath(new URL('../bin/xingji.ts', import.meta.url));
/** Descriptors of a platform process, less what it needs itself. */
const PER_PLATFORM = 19_000;
const TICK_HZ = 100;
const REST_S = 5;
const BUSY_TERMINALS = 3000;

interface Usage {
  readonly processorSeconds: number;
  readonly mib: number;
}

/** Of a process and its children, from /proc. */
function usageOf(root: number): Usage {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  let [ticks, kib] = [0, 0];
  for (const pid of all) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      if (Number(pid) !== root && Number(stat[1]) !== root) continue;
      ticks += Number(stat[11]) + Number(stat[12]);
      kib += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
    }
  }
  return { processorSeconds: ticks / TICK_HZ, mib: kib / 1024 };
}

async function platform(processes: number): Promise<{ address: string; stop(): void }> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('./load/bare-platform.ts', import.meta.url)), silent: true });
  // In turns: left to the kernel, one process would take more than its descriptors.
  cluster.schedulingPolicy = cluster.SCHED_RR;
  let address = '';
  for (let i = 0; i < processes; i++) {
    const { stdout } = cluster.fork().process;
    const [line] = (await once(createInterface({ input: stdout! }), 'line')) as [string];
    address = (JSON.parse(line.slice('ready '.length)) as { jt808: string }).jt808;
  }
  return {
    address,
    stop: () => {
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill();
    },
  };
}

/** What was used, and how much of it was done by then. */
interface Look extends Usage {
  readonly at: number;
  readonly acknowledged: number;
}

interface Run {
  readonly child: ChildProcess;
  /** Taken whenever the simulator said how things stand. */
  readonly looks: readonly Look[];
  readonly summary: Promise<Summary>;
}

function simulate(address: string, args: readonly string[]): Run {
  const child = spawn(process.execPath, [BIN, 'simulate', `--target=tcp://${address}`, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const looks: Look[] = [];
  let last = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
    const { acknowledged } = JSON.parse(line) as Summary;
    looks.push({ ...usageOf(child.pid!), at: performance.now(), acknowledged });
  });
  return { child, looks, summary: once(child, 'close').then(() => JSON.parse(last) as Summary) };
}

interface Summary {
  readonly connected: number;
  readonly made: number;
  readonly acknowledged: number;
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly lateness: { readonly p99: number };
  readonly errors: object;
}

/** Runs a fleet and looks at what it takes while all of it reports. */
async function measured(
  name: string,
  { terminals, rampPerSecond, intervalMs }: { terminals: number; rampPerSecond: number; intervalMs: number },
): Promise<void> {
  const { seconds } = flags;
  const rampS = terminals / rampPerSecond;
  const { address, stop } = await platform(Math.max(1, Math.ceil(terminals / PER_PLATFORM)));
  const pace = [
    `--terminals=${terminals}`,
    `--interval=${intervalMs}ms`,
    `--ramp=${rampPerSecond}/s`,
    `--duration=${Math.ceil(rampS + seconds + REST_S + 2)}s`,
  ];
  const { child, summary, looks } = simulate(address, pace);
  await pause((rampS + REST_S) * 1000);
  const from = performance.now();
  await pause(seconds * 1000);
  const steady = looks.filter(({ at }) => at >= from);
  const [before, after] = [steady[0], steady.at(-1)];
  if (before === undefined || after === undefined) throw new Error('the simulator said nothing');
  const done = Math.max(1, after.acknowledged - before.acknowledged);
  const each = (after.processorSeconds - before.processorSeconds) / done;
  const cores = (each * terminals * 1000) / intervalMs;
  child.kill('SIGINT');
  const { connected, made, acknowledged, latency, lateness, errors } = await summary;
  stop();
  const cost = `${(1e6 * each).toFixed(1)} µs a report  ${cores.toFixed(2)} cores`;
  const figures = `${connected} connected  ${cost}  ${Math.round(after.mib)} MiB  ${acknowledged}/${made} acknowledged`;
  const times = `latency p50 ${latency.p50} p99 ${latency.p99} ms  own lateness p99 ${lateness.p99} ms`;
  console.log(`${name.padEnd(10)}  ${figures}  ${times}  ${JSON.stringify(errors)}`);
}

const interval = /^(\d+)(ms|s)$/.exec(flags.interval);
if (interval === null) refuse(`--interval is '${flags.interval}', expected a time such as 30s`);
const intervalMs = Number(interval[1]) * (interval[2] === 's' ? 1000 : 1);
await measured('many', { terminals: flags.terminals, rampPerSecond: flags.ramp, intervalMs });
const busyMs = Math.max(100, Math.round((BUSY_TERMINALS * 1000) / flags.rate));
await measured('busy', { terminals: BUSY_TERMINALS, rampPerSecond: 1500, intervalMs: busyMs });
process.exit(0);
