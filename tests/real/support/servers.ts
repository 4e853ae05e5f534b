/**
 * Debian's servers as children of a test: on free loopback ports, in temporary folders, and ended with it.
 * A missing server skips its tests visibly; under XINGJI_REAL=1 it fails them.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Debian puts servers where only root looks. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin'];

export function findServer(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** For `describe.skipIf`. */
export function missing(name: string): boolean {
  return findServer(name) === undefined && process.env['XINGJI_REAL'] !== '1';
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface RunningServer {
  readonly port: number;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** Ends it: in order by SIGTERM, or at once by SIGKILL. Resolves when it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it where it stands, and lets it go on: its connections stay, and nothing is read from them. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good and removes its folder. */
  remove(): Promise<void>;
}

interface Plan {
  readonly name: string;
  readonly arguments: (folder: string, port: number) => Promise<readonly string[]> | readonly string[];
  /** Whether it serves; asked until it does. */
  readonly ready: (port: number) => Promise<boolean>;
}

const READY_WITHIN_MS = 30_000;

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function run(plan: Plan): Promise<RunningServer> {
  const binary = findServer(plan.name);
  if (binary === undefined) throw new Error(`${plan.name} is not installed`);
  const folder = await mkdtemp(join(tmpdir(), `xingji-${plan.name}-`));
  const port = await freePort();
  const flags = await plan.arguments(folder, port);
  let child: ChildProcess | undefined;
  let output = '';

  const server: RunningServer = {
    port,
    async start() {
      const started = spawn(binary, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          output = (output + chunk.toString()).slice(-2000);
        });
      }
      const deadline = performance.now() + READY_WITHIN_MS;
      while (!(await plan.ready(port))) {
        if (started.exitCode !== null || performance.now() > deadline)
          throw new Error(`${plan.name} did not come up: ${output}`);
        await delay(20);
      }
    },
    async end(signal) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async remove() {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

/** A line of a `password_file`, as mosquitto_passwd makes it: PBKDF2 with SHA-512. */
function passwordLine(name: string, password: string): string {
  const salt = randomBytes(12);
  const key = pbkdf2Sync(password, salt, 101, 64, 'sha512');
  return `${name}:$7$101$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** Who may log in with which password, and the `acl_file` that says what they may then. */
export interface MosquittoUsers {
  readonly passwords: Readonly<Record<string, string>>;
  readonly acl: string;
}

/** Keeps sessions and retained messages on disk when it is ended in order. Open to everybody where no users are given. */
export function mosquitto(users?: MosquittoUsers): Promise<RunningServer> {
  return run({
    name: 'mosquitto',
    async arguments(folder, port) {
      const file = join(folder, 'mosquitto.conf');
      const settings = [
        `listener ${port} 127.0.0.1`,
        ...(await accessSettings(folder, users)),
        'persistence true',
        `persistence_location ${folder}/`,
        'max_queued_messages 0',
      ];
      // It gives up root for an account that may not write here.
      await writeFile(file, [...settings, ...(process.getuid?.() === 0 ? ['user root'] : []), ''].join('\n'));
      return ['-c', file];
    },
    ready: accepts,
  });
}

async function accessSettings(folder: string, users: MosquittoUsers | undefined): Promise<string[]> {
  if (users === undefined) return ['allow_anonymous true'];
  const [passwords, acl] = [join(folder, 'passwords'), join(folder, 'acl')];
  const lines = Object.entries(users.passwords).map(([name, password]) => passwordLine(name, password));
  await writeFile(passwords, `${lines.join('\n')}\n`, { mode: 0o600 });
  await writeFile(acl, users.acl, { mode: 0o600 });
  return ['allow_anonymous false', `password_file ${passwords}`, `acl_file ${acl}`];
}

export function victoriaMetrics(): Promise<RunningServer> {
  return run({
    name: 'victoria-metrics',
    arguments: (folder, port) => [`-storageDataPath=${folder}/data`, `-httpListenAddr=127.0.0.1:${port}`],
    ready: (port) => answers(`http://127.0.0.1:${port}/health`),
  });
}

export function influxd(options: { readonly auth?: boolean } = {}): Promise<RunningServer> {
  return run({
    name: 'influxd',
    async arguments(folder, port) {
      const rpc = await freePort();
      await mkdir(join(folder, 'data'));
      const file = join(folder, 'influxdb.conf');
      await writeFile(
        file,
        `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${String(options.auth ?? false)}
log-enabled = false
[ifql]
enabled = false
`,
      );
      return ['-config', file];
    },
    ready: (port) => answers(`http://127.0.0.1:${port}/ping`),
  });
}
