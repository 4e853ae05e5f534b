/** Processes of a gateway that die under load: nothing that was acknowledged is lost, and nobody else notices. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it, vi } from 'vitest';
import { ownerOf } from '../../gateway/workers/owner.ts';
import { partitionFolders } from '../../gateway/workers/partitions.ts';
import { terminalOf } from '../../protocol/index.ts';
import { freePort } from '../real/support/servers.ts';
import { type GatewayProcess, gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';
import { positionsIn, serialsIn } from '../support/journals.ts';
import { report, WireTerminal } from '../support/wire-terminal.ts';

const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));
const WORKERS = 2;
/** The phone of a terminal that is a worker's. */
const phoneOf = (worker: number): string =>
  Array.from({ length: 20 }, (_, n) => `01390002${String(1000 + n)}`).find(
    (phone) => ownerOf(terminalOf(phone), WORKERS) === worker,
  )!;

const folder = temporaryFolder();
const data = join(folder.path, 'data');
const ledger = join(folder.path, 'ledger.jsonl');
afterAll(() => folder.remove());

/** Every terminal five reports a second until all are acknowledged; resolves with how it ended and what it said. */
function load(address: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const flags = {
    target: `tcp://${address}`,
    terminals: 60,
    interval: '200ms',
    ramp: '500/s',
    duration: '12s',
    settle: '150s',
    'reply-timeout': '2s',
    seed: 'workers',
    ledger,
  };
  const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [BIN, 'simulate', ...options, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, said: said.slice(-2000) })));
}

/** Numbers of the workers' processes, in the order of the workers. */
function pidsOf(gateway: GatewayProcess): readonly number[] {
  const line = gateway
    .errors()
    .split('\n')
    .find((text) => text.includes('"workers run"'))!;
  return (JSON.parse(line) as { workers: readonly { pid: number }[] }).workers.map(({ pid }) => pid);
}

/** Resolves when workers were started again so many times, and all of them serve. */
async function restarted(gateway: GatewayProcess, times: number): Promise<void> {
  const headers = { authorization: `Bearer ${gateway.ready.token}` };
  const look = async (): Promise<void> => {
    const page = await (await fetch(`${gateway.ready.http}/metrics`, { headers })).text();
    expect(page).toMatch(new RegExp(`^xingji_worker_restarts_total ${times}$`, 'm'));
    expect((await fetch(`${gateway.ready.http}/readyz`)).status).toBe(200);
  };
  await vi.waitFor(look, { timeout: 30_000, interval: 100 });
}

it('a worker, the other, the one that leads: what was acknowledged is there, in order, and reaches its outlets', async () => {
  const serve = ['--workers', String(WORKERS), '--jt808', `127.0.0.1:${await freePort()}`, '--log-level', 'info'];
  let gateway = await gatewayProcess(data, serve);
  const { jt808 } = gateway.ready;
  const [first, second] = [0, 1].map((worker) => new WireTerminal({ phone: phoneOf(worker) })) as [
    WireTerminal,
    WireTerminal,
  ];
  for (const car of [first, second]) await (await car.connect(jt808)).registerAndAuthenticate();
  const loaded = load(jt808);
  await delay(1500);

  process.kill(pidsOf(gateway)[1]!, 'SIGKILL');
  await second.until(() => second.closed, 'the end of its worker');
  // The other one has not noticed.
  expect(await first.acknowledged(first.send('locationReport', report(1)))).toBe('success');
  expect(first.closed).toBe(false);
  await restarted(gateway, 1);
  expect(gateway.errors()).toContain('a worker ended; it is started again');

  await second.connect(jt808);
  await second.registerAndAuthenticate();
  process.kill(pidsOf(gateway)[0]!, 'SIGKILL');
  await first.until(() => first.closed, 'the end of its worker');
  expect(await second.acknowledged(second.send('locationReport', report(2)))).toBe('success');
  await restarted(gateway, 2);

  gateway.child.kill('SIGKILL');
  expect(await gateway.ended).toBeNull();
  // Its workers end with it, and leave data and port to the next.
  gateway = await gatewayProcess(data, serve);
  const { code, said } = await loaded;
  expect(code, said).toBe(0);

  const verify = await runXingji(['verify', '--data', data, '--wait', '20s', '--json']);
  expect(verify.code, verify.stdout).toBe(0);
  const held = new Map(partitionFolders(data).flatMap((path) => [...positionsIn(path)]));
  const acknowledged = readFileSync(ledger, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { terminal: string; time: string });
  expect(acknowledged.length).toBeGreaterThan(1000);
  expect(acknowledged.filter(({ terminal, time }) => !held.get(terminal)?.includes(time))).toEqual([]);
  // Whatever a terminal said over one link is there in the order in which it said it.
  const links = partitionFolders(data).flatMap(serialsIn);
  expect(links.length).toBeGreaterThan(60);
  for (const serials of links) expect(serials).toEqual(serials.toSorted((a, b) => a - b));
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
}, 240_000);
