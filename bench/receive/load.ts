/**
 * The load of `receive.ts`, in a process of its own. Says `online N` when all terminals are; answers `go SECONDS BURST UNDER_WAY RATE`
 * with what came of it, as JSON, when the last report was answered; ends with its input.
 *
 * Without a rate (0) the loop is closed: whenever a terminal is answered, the one that has waited longest writes, so that so many
 * reports are under way at any time and the platform is never without work. With one, reports are due at even distances whatever has been
 * answered, and latency counts from when a report was due: what waits behind a platform that stands still is not left out.
 *
 *     node bench/receive/load.ts HOST PORT TERMINALS MAX_BURST
 */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PHONE, Histogram } from '../../simulator/index.ts';
import { ReportingTerminal, type Count } from './terminal.ts';

const [host = '', port = '', terminals = '', maxBurst = ''] = process.argv.slice(2);
/** Dialled at once, and then again when those are online. */
const WAVE = 100;
const count: Count = { online: 0, acknowledged: 0, refused: 0 };
const latency = new Histogram();
const all: ReportingTerminal[] = [];
/** All sockets read into it, one after the other. */
const read = Buffer.allocUnsafe(64 * 1024);

function dial(number: number): void {
  const callback = (octets: number): boolean => {
    terminal.feed(read.subarray(0, octets));
    return true;
  };
  const socket = createConnection({ host, port: Number(port), onread: { buffer: read, callback } });
  socket.on('close', () => {
    console.error(`terminal ${number} was cut off`);
    process.exit(1);
  });
  const terminal = new ReportingTerminal(socket, String(FIRST_PHONE + number), Number(maxBurst), count);
  all.push(terminal);
}

/** Terminals that have nothing under way; the one that has waited longest is next. */
class Waiting {
  readonly #ring: ReportingTerminal[] = all.slice();
  #next = 0;
  #waiting = all.length;

  get hasAll(): boolean {
    return this.#waiting === this.#ring.length;
  }

  take(): ReportingTerminal | undefined {
    if (this.#waiting === 0) return undefined;
    this.#waiting--;
    const terminal = this.#ring[this.#next]!;
    this.#next = (this.#next + 1) % this.#ring.length;
    return terminal;
  }

  put(terminal: ReportingTerminal): void {
    this.#ring[(this.#next + this.#waiting++) % this.#ring.length] = terminal;
  }
}

function write(terminal: ReportingTerminal, due: number, burst: number): void {
  terminal.dueAt = due;
  terminal.report(burst, performance.timeOrigin + due);
}

/** Resolves when the last report was answered. */
function closed(end: number, burst: number, underWay: number): Promise<void> {
  const waiting = new Waiting();
  let busy = Math.min(underWay, all.length);
  return new Promise((resolve) => {
    const answered = (terminal: ReportingTerminal): void => {
      const now = performance.now();
      latency.record(now - terminal.dueAt);
      waiting.put(terminal);
      if (now < end) write(waiting.take()!, now, burst);
      else if (--busy === 0) resolve();
    };
    for (const terminal of all) terminal.answered = answered;
    for (let n = busy; n > 0; n--) write(waiting.take()!, performance.now(), burst);
  });
}

/** The first moments after a rest are those of whoever was resting, here and there: their latency is not counted. */
const SETTLE_MS = 2000;

/** Resolves when the last report was answered. */
async function open(end: number, burst: number, rate: number): Promise<void> {
  const waiting = new Waiting();
  const everyMs = (1000 * burst) / rate;
  let due = performance.now();
  const settled = due + SETTLE_MS;
  for (const terminal of all) {
    terminal.answered = () => {
      if (terminal.dueAt >= settled) latency.record(performance.now() - terminal.dueAt);
      waiting.put(terminal);
    };
  }
  while (due < end) {
    for (const now = performance.now(); due <= now && due < end; due += everyMs) {
      const terminal = waiting.take();
      // All have a report under way: this one stays due.
      if (terminal === undefined) break;
      write(terminal, due, burst);
    }
    await pause(1);
  }
  while (!waiting.hasAll) await pause(1);
}

async function go(seconds: number, burst: number, underWay: number, rate: number): Promise<void> {
  latency.clear();
  const before = { ...count };
  const cpu = process.cpuUsage();
  const began = performance.now();
  const end = began + seconds * 1000;
  await (rate > 0 ? open(end, burst, rate) : closed(end, burst, underWay));
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    JSON.stringify({
      acknowledged: count.acknowledged - before.acknowledged,
      refused: count.refused - before.refused,
      seconds: (performance.now() - began) / 1000,
      p50: latency.quantile(0.5),
      p99: latency.quantile(0.99),
      cpu: (user + system) / 1e6,
    }),
  );
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [, seconds, burst, underWay, rate] = line.split(' ').map(Number);
    void go(seconds!, burst!, underWay!, rate!);
  })
  .on('close', () => process.exit(0));
while (all.length < Number(terminals)) {
  for (let n = 0; n < WAVE && all.length < Number(terminals); n++) dial(all.length);
  while (count.online < all.length) await pause(10);
}
console.log(`online ${count.online}`);
