/** A server under load: a process of its own, with what it has cost so far as the kernel counts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** What `npm start` says to the engine. */
export const NODE_FLAGS = ['--max-semi-space-size=16', '--v8-pool-size=1'];
/** Ticks a second of /proc/PID/stat. */
const TICKS = 100;

export class Server {
  readonly host: string;
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #http: string | undefined;

  private constructor(child: ChildProcess, [host, port]: readonly [string, number], http: string | undefined) {
    this.#child = child;
    this.host = host;
    this.port = port;
    this.#http = http;
  }

  /**
   * Starts a script that prints `ready {"jt808":"host:port"}`; its errors go to ours.
   * @param flags more that is said to the engine, such as `--cpu-prof`.
   */
  static async start(script: string, args: readonly string[], flags: readonly string[] = []): Promise<Server> {
    const child = spawn(process.execPath, [...NODE_FLAGS, ...flags, script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready ')) continue;
      const { jt808, http } = JSON.parse(line.slice('ready '.length)) as { jt808: string; http?: string };
      const colon = jt808.lastIndexOf(':');
      child.stdout.resume();
      return new Server(child, [jt808.slice(0, colon), Number(jt808.slice(colon + 1))], http);
    }
    throw new Error(`${script} ended before it was ready`);
  }

  /** Seconds of processor time, all threads, with those of its workers; NaN where there is no /proc. */
  get cpuSeconds(): number {
    return sum(this.processes, (pid) => {
      const stat = proc(pid, 'stat');
      // The second field is the command in brackets and may hold blanks.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    });
  }

  /** Seconds of processor time of the threads on which terminals are read and answered: one of each process, in the order of `processes`. */
  get loops(): readonly number[] {
    return this.processes.map((pid) => Number(proc(pid, `task/${pid}/schedstat`).split(' ')[0]) / 1e9);
  }

  /** Octets in memory, with those of its workers. */
  get rss(): number {
    return sum(
      this.processes,
      (pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(proc(pid, 'status'))?.[1] ?? Number.NaN) * 1024,
    );
  }

  /** Records that wait for its slowest outlet; NaN where it has no metrics. */
  async backlog(): Promise<number> {
    if (this.#http === undefined) return Number.NaN;
    const page = await (await fetch(`${this.#http}/metrics`)).text();
    return Math.max(...[...page.matchAll(/^xingji_outlet_backlog\S* (\d+)/gm)].map(([, records]) => Number(records)));
  }

  /** The process, and the workers that it has started. */
  get processes(): readonly number[] {
    const { pid = 0 } = this.#child;
    const children = proc(pid, `task/${pid}/children`).split(' ').map(Number);
    return [pid, ...children.filter((child) => child > 0)];
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }
}

function proc(pid: number, file: string): string {
  const path = `/proc/${pid}/${file}`;
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}
