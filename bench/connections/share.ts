/** The bench's end of a share of the fleet. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What came of some seconds of load. */
export interface Measured {
  readonly acknowledged: number;
  readonly p50: number;
  readonly p99: number;
  /** Seconds of processor time of the generator itself. */
  readonly cpu: number;
  readonly errors: readonly string[];
}

const SCRIPT = fileURLToPath(import.meta.resolve('./fleet.ts'));

export class Share {
  readonly #child: ChildProcess;
  #measured: ((measured: Measured) => void) | undefined;
  online = 0;

  constructor(args: readonly (string | number)[]) {
    this.#child = spawn(process.execPath, [SCRIPT, ...args.map(String)], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      if (line.startsWith('online ')) this.online = Number(line.slice(7));
      else this.#measured?.(JSON.parse(line) as Measured);
    });
  }

  measure(seconds: number): Promise<Measured> {
    this.#child.stdin!.write(`measure ${seconds}\n`);
    return new Promise((resolve) => {
      this.#measured = resolve;
    });
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await ended;
  }
}
