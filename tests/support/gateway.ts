/** A gateway for a test: in this process or as a child, on free ports, with a data folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FirstRun } from '../../gateway/access/first-run.ts';
import { loadConfig } from '../../gateway/config/load.ts';
import { type Gateway, startGateway } from '../../gateway/main.ts';
import { createLogger } from '../../gateway/observe/log.ts';
import { processClock } from '../../gateway/process-clock.ts';

const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));
const FREE = { jt808: '127.0.0.1:0', mqtt: '127.0.0.1:0', http: '127.0.0.1:0' };

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'xingji-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** In this process. `flags` as on the command line, `env` as its environment. */
export async function gatewayHere(
  data: string,
  flags: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Gateway> {
  const loaded = loadConfig({ env, flags: { ...FREE, data, logLevel: 'silent', ...flags } });
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  const log = createLogger({ level: loaded.config.log.level, node: loaded.config.node, clock: processClock });
  return startGateway(loaded.config, log);
}

export interface GatewayProcess {
  readonly ready: FirstRun;
  readonly child: ChildProcess;
  /** Everything it wrote to stderr so far. */
  readonly errors: () => string;
  /** Resolves with the exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Runs the command line; returns its child. */
export function xingji(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
}

/** As a child; resolves when it is ready, rejects with what it said when it ends before. */
export async function gatewayProcess(data: string, args: readonly string[] = []): Promise<GatewayProcess> {
  const addresses = ['--jt808', FREE.jt808, '--mqtt', FREE.mqtt, '--http', FREE.http];
  const child = xingji(['serve', '--data', data, ...addresses, ...args]);
  let errors = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-20_000);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = await new Promise<FirstRun>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(JSON.parse(line.slice(6)) as FirstRun);
    });
    void ended.then((code) => reject(new Error(`ended with ${String(code)}: ${errors}`)));
  });
  return { ready, child, errors: () => errors, ended };
}

/** Runs a command to its end. */
export async function runXingji(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = xingji(args);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin!.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
