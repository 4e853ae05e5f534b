/**
 * The load of `receive.ts`, in a process of its own: whenever a terminal is answered, the one that has waited longest writes, so that
 * so many reports are under way at any time and the platform is never without work. Says `online N` when all are; answers
 * `go SECONDS BURST UNDER_WAY` with what came of it, as JSON, when the last report was answered; ends with its input.
 *
 *     node bench/receive/closed-loop.ts HOST PORT TERMINALS MAX_BURST
 */
import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { FIRST_PHONE, Histogram } from '../../simulator/index.ts';
import { ClosedLoopTerminal, type Count } from './terminal.ts';

const [host = '', port = '', terminals = '', maxBurst = ''] = process.argv.slice(2);
/** Dialled at once, and then again when those are online. */
const WAVE = 100;
const count: Count = { online: 0, acknowledged: 0, refused: 0 };
const latency = new Histogram();
const all: ClosedLoopTerminal[] = [];
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
  const terminal = new ClosedLoopTerminal(socket, String(FIRST_PHONE + number), Number(maxBurst), count);
  all.push(terminal);
}

async function go(seconds: number, burst: number, underWay: number): Promise<void> {
  latency.clear();
  const before = { ...count };
  const cpu = process.cpuUsage();
  const began = performance.now();
  const end = began + seconds * 1000;
  /** A ring of those that wait, the first at `next`. */
  const waiting = all.slice();
  let next = 0;
  let last = 0;
  let busy = Math.min(underWay, all.length);
  await new Promise<void>((resolve) => {
    const write = (now: number): void => {
      const terminal = waiting[next]!;
      next = (next + 1) % waiting.length;
      terminal.wroteAt = now;
      terminal.report(burst, performance.timeOrigin + now);
    };
    const answered = (terminal: ClosedLoopTerminal): void => {
      const now = performance.now();
      latency.record(now - terminal.wroteAt);
      waiting[last] = terminal;
      last = (last + 1) % waiting.length;
      if (now < end) write(now);
      else if (--busy === 0) resolve();
    };
    for (const terminal of all) terminal.answered = answered;
    for (let n = busy; n > 0; n--) write(performance.now());
  });
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
    const [, seconds, burst, underWay] = line.split(' ').map(Number);
    void go(seconds!, burst!, underWay!);
  })
  .on('close', () => process.exit(0));
while (all.length < Number(terminals)) {
  for (let n = 0; n < WAVE && all.length < Number(terminals); n++) dial(all.length);
  while (count.online < all.length) await pause(10);
}
console.log(`online ${count.online}`);
