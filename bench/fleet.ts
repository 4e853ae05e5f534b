/**
 * What the simulator itself costs: 50,000 terminals that report every 30 s, over as many processes as it starts, and as many
 * reports a second as one process brings out with its answers followed; against a platform that only acknowledges, in
 * processes of its own on one port.
 *
 *     node bench/fleet.ts [--terminals 50000] [--interval 30s] [--seconds 30] [--ramp 1000] [--rate 30000]
 */
import cluster from 'node:cluster';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({
  options: {
    terminals: { type: 'string', default: '50000' },
    interval: { type: 'string', default: '30s' },
    seconds: { type: 'string', default: '30' },
    ramp: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '30000' },
  },
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
  cluster.schedulingPolicy = cluster.SCHED_NONE;
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

function simulate(address: string, args: readonly string[]): { child: ChildProcess; summary: Promise<Summary> } {
  const child = spawn(process.execPath, [BIN, 'simulate', `--target=tcp://${address}`, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line;
  });
  return { child, summary: once(child, 'close').then(() => JSON.parse(last) as Summary) };
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
  terminals: number,
  rampPerSecond: number,
  more: readonly string[],
): Promise<void> {
  const seconds = Number(flags.seconds);
  const rampS = terminals / rampPerSecond;
  const { address, stop } = await platform(Math.max(1, Math.ceil(terminals / PER_PLATFORM)));
  const pace = [
    `--terminals=${terminals}`,
    `--ramp=${rampPerSecond}/s`,
    `--duration=${Math.ceil(rampS + seconds + REST_S + 2)}s`,
  ];
  const { child, summary } = simulate(address, [...pace, ...more]);
  await pause((rampS + REST_S) * 1000);
  const before = usageOf(child.pid!);
  const at = performance.now();
  await pause(seconds * 1000);
  const after = usageOf(child.pid!);
  const cores = (after.processorSeconds - before.processorSeconds) / ((performance.now() - at) / 1000);
  child.kill('SIGINT');
  const { connected, made, acknowledged, latency, lateness, errors } = await summary;
  stop();
  const figures = `${connected} connected  ${cores.toFixed(2)} cores  ${Math.round(after.mib)} MiB  ${acknowledged}/${made} acknowledged`;
  const times = `latency p50 ${latency.p50} p99 ${latency.p99} ms  own lateness p99 ${lateness.p99} ms`;
  console.log(`${name.padEnd(10)}  ${figures}  ${times}  ${JSON.stringify(errors)}`);
}

await measured('many', Number(flags.terminals), Number(flags.ramp), [`--interval=${flags.interval}`]);
const busyMs = Math.max(100, Math.round((BUSY_TERMINALS * 1000) / Number(flags.rate)));
await measured('busy', BUSY_TERMINALS, 1500, [`--interval=${busyMs}ms`]);
process.exit(0);
