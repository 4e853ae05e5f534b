/**
 * Receive, store, acknowledge, at the most that there is: terminals that write their next report when the one before is answered,
 * against the gateway and against a platform that only acknowledges, in turns. What a report costs the processor is counted from the
 * first report of a turn until every outlet has the last one. `--burst 10` writes ten reports at once.
 *
 *     node bench/receive.ts [--terminals 1000] [--burst 1,10] [--rounds 3] [--seconds 6] [--only bare,stores,gateway,outlets] [--engine=--cpu-prof]
 *     node bench/receive.ts --terminals 1000,18000 --workers 1,2 --only bare,gateway
 *     node bench/receive.ts --rate 20000 --terminals 2000
 *
 * With `--rate` so many reports a second are due at even distances, answered or not, and latency counts from when they were due,
 * two seconds after the beginning. Without it a thousand reports are under way at any time, however many terminals there are. Two workers cannot do twice the work where load and
 * platform share the processors: `busiest` is what the thread that has most to do spends on a report of all, which says what they could
 * do if each had a processor. `outlets` is the gateway delivering to mosquitto (QoS 1) and VictoriaMetrics on this machine, and is left out where those are not
 * installed. `gateway` has its embedded broker, on which nobody listens, and no store; `stores` is its intake and its journal on disk alone,
 * without the folds that judge, remember and show.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findServer, mosquitto, type RunningServer, victoriaMetrics } from '../tests/real/support/servers.ts';
import { readFlags, refuse, words } from './flags/read-flags.ts';
import { Server } from './load/server.ts';

const { flags } = readFlags(import.meta.filename, {
  terminals: [1000],
  workers: [1],
  burst: [1],
  rounds: 3,
  seconds: 6,
  rate: 0,
  only: 'bare,stores,gateway,outlets',
  engine: '',
});
const bursts = flags.burst;
const KINDS = ['bare', 'stores', 'gateway', 'outlets'];
const only = flags.only.split(',');
for (const kind of only) if (!KINDS.includes(kind)) refuse(`--only is '${flags.only}', expected of ${KINDS.join(',')}`);
const WARM_UP_SECONDS = 3;
const LOOK_EVERY_MS = 250;
const UNDER_WAY = 1000;
const BIN = fileURLToPath(import.meta.resolve('../bin/xingji.ts'));
const STORING = fileURLToPath(import.meta.resolve('./receive/storing-platform.ts'));
const BARE = fileURLToPath(import.meta.resolve('./load/bare-platform.ts'));

/** What the load says of one turn. */
interface Said {
  readonly acknowledged: number;
  readonly refused: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
}

interface Turn extends Said {
  /** Microseconds of processor a report: all threads, and of those that read and answer the one that has most to do. */
  readonly cpu: number;
  readonly loop: number;
  /** Reports a second, delivery included. */
  readonly through: number;
}

/** A platform with its terminals; only one is under load at a time. */
class Contender {
  readonly name: string;
  readonly terminals: number;
  readonly #server: Server;
  readonly #load: ReturnType<typeof spawn>;
  readonly #lines: AsyncIterator<string>;

  private constructor(name: string, server: Server, terminals: number) {
    this.name = name;
    this.terminals = terminals;
    this.#server = server;
    const args = [server.host, String(server.port), String(terminals), String(Math.max(...bursts))];
    this.#load = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./receive/load.ts')), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#load.stdout! })[Symbol.asyncIterator]();
  }

  /** All of its terminals are online when it resolves. */
  static async start(name: string, script: string, args: readonly string[], terminals: number): Promise<Contender> {
    const server = await Server.start(script, args, words(flags.engine));
    const contender = new Contender(name, server, terminals);
    await contender.#line();
    return contender;
  }

  async turn(seconds: number, burst: number): Promise<Turn> {
    const began = { at: performance.now(), cpu: this.#server.cpuSeconds, loops: this.#server.loops };
    this.#load.stdin!.write(`go ${seconds} ${burst} ${UNDER_WAY} ${flags.rate}\n`);
    const said = JSON.parse(await this.#line()) as Said;
    while ((await this.#server.backlog()) > 0) await pause(LOOK_EVERY_MS);
    const perReport = (spent: number): number => (spent * 1e6) / said.acknowledged;
    return {
      ...said,
      cpu: perReport(this.#server.cpuSeconds - began.cpu),
      loop: perReport(Math.max(...this.#server.loops.map((spent, i) => spent - began.loops[i]!))),
      through: (said.acknowledged * 1000) / (performance.now() - began.at),
    };
  }

  async stop(): Promise<void> {
    const ended = once(this.#load, 'exit');
    this.#load.stdin!.end();
    await ended;
    await this.#server.stop();
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the load of ${this.name} ended`);
    return value;
  }
}

const folders: string[] = [];
const servers: RunningServer[] = [];
const contenders: Contender[] = [];

function gateway(name: string, terminals: number, more: readonly string[]): Promise<Contender> {
  const data = mkdtempSync(join(tmpdir(), 'xingji-receive-'));
  folders.push(data);
  const any = '127.0.0.1:0';
  const addresses = ['--jt808', any, '--mqtt', any, '--http', any];
  const args = ['serve', '--data', data, ...addresses, '--log-level', 'error', ...more];
  return Contender.start(name, BIN, args, terminals);
}

/** Options that deliver to mosquitto and VictoriaMetrics of its own; undefined where those are not installed. */
async function outlets(): Promise<readonly string[] | undefined> {
  if (['mosquitto', 'victoria-metrics'].some((name) => findServer(name) === undefined)) {
    console.log('mosquitto or VictoriaMetrics is not installed: not measured with outlets');
    return undefined;
  }
  const [broker, store] = [await mosquitto(), await victoriaMetrics()];
  servers.push(broker, store);
  return ['--mqtt-url', `mqtt://127.0.0.1:${broker.port}`, '--influx-url', `http://127.0.0.1:${store.port}`];
}

async function begin(terminals: number): Promise<void> {
  if (only.includes('bare')) contenders.push(await Contender.start('acknowledges only', BARE, [], terminals));
  if (only.includes('stores')) {
    const data = mkdtempSync(join(tmpdir(), 'xingji-receive-'));
    folders.push(data);
    contenders.push(await Contender.start('intake and journal', STORING, [data, String(terminals)], terminals));
  }
  for (const workers of flags.workers) {
    const name = workers === 1 ? 'gateway' : `gateway, workers ${workers}`;
    const shared = ['--workers', String(workers)];
    if (only.includes('gateway')) contenders.push(await gateway(name, terminals, shared));
    const to = only.includes('outlets') ? await outlets() : undefined;
    if (to === undefined) continue;
    contenders.push(await gateway(`${name}, mosquitto and VictoriaMetrics`, terminals, [...shared, ...to]));
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** A row for each contender, and the ratios of its rounds to those of the first, and to its own with the fewest terminals. */
async function table(burst: number): Promise<string[][]> {
  const turns = contenders.map((): Turn[] => []);
  for (const contender of contenders) await contender.turn(WARM_UP_SECONDS, burst);
  for (let round = 0; round < flags.rounds; round++) {
    for (const [i, contender] of contenders.entries()) turns[i]!.push(await contender.turn(flags.seconds, burst));
  }
  return contenders.map(({ name, terminals }, i) => {
    const own = turns[i]!;
    const fewest = turns[contenders.findIndex((one) => one.name === name)]!;
    const at = (of: (turn: Turn) => number, digits = 1): string => median(own.map(of)).toFixed(digits);
    const ratios = own.map(({ cpu }, round) => cpu / turns[0]![round]!.cpu);
    const spread = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    return [
      name,
      String(terminals),
      String(burst),
      at(({ acknowledged, seconds }) => acknowledged / seconds, 0),
      at(({ through }) => through, 0),
      at(({ cpu }) => cpu),
      at(({ loop }) => loop),
      median(ratios).toFixed(2),
      spread,
      median(own.map(({ cpu }, round) => cpu / fewest[round]!.cpu)).toFixed(2),
      at(({ p50 }) => p50),
      at(({ p99 }) => p99),
      String(own.reduce((sum, { refused }) => sum + refused, 0)),
    ];
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const row of rows)
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '));
}

const HEAD = [
  'platform',
  'terminals',
  'a write',
  'acks/s',
  'delivered/s',
  'µs/report',
  'busiest',
  '× first',
  'spread',
  '× fewest',
  'p50 ms',
  'p99',
  'refused',
];
try {
  for (const terminals of flags.terminals) await begin(terminals);
  const rows = [HEAD];
  for (const burst of bursts) rows.push(...(await table(burst)));
  console.log(
    `receive: ${flags.rate > 0 ? `${flags.rate} reports a second are due` : `closed loop, ${UNDER_WAY} reports under way`}, medians of ${flags.rounds} turns of ${flags.seconds} s; load of the machine ${loadavg()[0]!.toFixed(1)}`,
  );
  print(rows);
} finally {
  await Promise.all(contenders.map((contender) => contender.stop()));
  await Promise.all(servers.map((server) => server.remove()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
