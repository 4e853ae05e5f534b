/** The gateway and the fleet as processes of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FirstRun } from '../../gateway/access/first-run.ts';
import { NODE_FLAGS } from '../load/server.ts';

const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));
const BREAK = fileURLToPath(new URL('./break.ts', import.meta.url));
/** Characters of stderr that are kept. */
const LAST_WORDS = 4000;
const HOST_FAULTS = fileURLToPath(new URL('./host-faults.ts', import.meta.url));

function residentOf(pid: number): number {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) * 1024;
}

export class GatewayChild {
  readonly ready: FirstRun;
  readonly #child: ChildProcess;

  readonly #said: { readonly text: string };

  private constructor(child: ChildProcess, said: { readonly text: string }, ready: FirstRun) {
    this.#child = child;
    this.#said = said;
    this.ready = ready;
  }

  /** `hostFaults`: the file that says what is wrong with its machine. `broken`: the entry of `BROKEN` by which its code is altered. */
  static async start(args: readonly string[], hostFaults: string, broken = ''): Promise<GatewayChild> {
    const before = ['--import', HOST_FAULTS, ...(broken === '' ? [] : ['--import', BREAK])];
    const child = spawn(process.execPath, [...NODE_FLAGS, ...before, BIN, 'serve', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'] ?? '',
        HOST_FAULTS: hostFaults,
        BROKEN: broken,
        NODE_OPTIONS: before.join(' '),
        // An answer to a question after a place may fall into the second of a report: not one report with two ids.
        XINGJI_EVENTS_PROBES: 'false',
      },
    });
    const said = { text: '' };
    child.stderr.on('data', (chunk: Buffer) => {
      said.text = (said.text + chunk.toString()).slice(-LAST_WORDS);
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('ready ')) continue;
      child.stdout.resume();
      return new GatewayChild(child, said, JSON.parse(line.slice('ready '.length)) as FirstRun);
    }
    throw new Error(`the gateway ended before it was ready: ${said.text}`);
  }

  /** The end of what it wrote to stderr so far. */
  get lastWords(): string {
    return this.#said.text;
  }

  /** Octets in memory, with those of its workers; NaN where there is no /proc. */
  get rss(): number {
    const { pid = 0 } = this.#child;
    return [pid, ...this.workers].reduce((sum, each) => sum + residentOf(each), 0);
  }

  /** Processes of its workers; none where it is one process. */
  get workers(): readonly number[] {
    const { pid = 0 } = this.#child;
    const path = `/proc/${pid}/task/${pid}/children`;
    return existsSync(path)
      ? readFileSync(path, 'utf8')
          .split(' ')
          .map(Number)
          .filter((child) => child > 0)
      : [];
  }

  /** Resolves with its exit code when it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill(signal);
      await once(this.#child, 'exit');
    }
    return this.#child.exitCode;
  }
}

export interface FleetPlan {
  readonly target: string;
  readonly terminals: number;
  readonly ledger: string;
  /** A command that runs it elsewhere, as `ip netns exec NAME`. */
  readonly within: readonly string[];
}

export interface FleetSummary {
  readonly made: number;
  readonly acknowledged: number;
  /** From when a report was due to its acknowledgement, ms. */
  readonly latency: { readonly p99: number };
}

/** A fleet that reports each second until it is told to settle. */
export class FleetChild {
  readonly #child: ChildProcess;
  readonly #summary: Promise<FleetSummary | undefined>;

  constructor({ target, terminals, ledger, within }: FleetPlan) {
    const flags = {
      terminals,
      interval: '1s',
      ramp: '200/s',
      duration: '24h',
      settle: '120s',
      'reply-timeout': '2s',
      seed: 'faults',
    };
    const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const command = [
      ...within,
      process.execPath,
      BIN,
      'simulate',
      '--target',
      target,
      '--ledger',
      ledger,
      '--json',
      ...options,
    ];
    this.#child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#summary = this.#read();
  }

  async #read(): Promise<FleetSummary | undefined> {
    let summary: FleetSummary | undefined;
    for await (const line of createInterface({ input: this.#child.stdout! })) {
      const said = JSON.parse(line) as { type: string } & FleetSummary;
      if (said.type === 'summary') summary = said;
    }
    return summary;
  }

  /** No more reports are made; resolves when every one was acknowledged, or the patience of terminals is at its end. */
  async settle(): Promise<FleetSummary> {
    this.#child.kill('SIGINT');
    const summary = await this.#summary;
    if (summary === undefined) throw new Error('the fleet ended without a summary');
    return summary;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
