/**
 * The promise under SIGKILL: a gateway is killed at random instants under load and started again; what it had
 * acknowledged is in its journal once, and at its outlets. The simulator keeps its own record of what was acknowledged.
 *
 * XINGJI_CRASHES sets the number of kills; four unless set.
 */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { expect, it } from 'vitest';
import { keyOf } from '../../bench/faults/deliveries.ts';
import { held } from '../../bench/faults/held.ts';
import { seededRandom } from '../../protocol/index.ts';
import { type GatewayProcess, gatewayProcess, runXingji, temporaryFolder } from '../support/gateway.ts';

const KILLS = Number(process.env['XINGJI_CRASHES'] ?? 4);
const BETWEEN_MS = [400, 2500] as const;
const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Subscribes for as long as the gateway lives; collects the keys of every position. */
async function collect(gateway: GatewayProcess, into: Set<string>): Promise<void> {
  const { url, username, password } = gateway.ready.mqtt;
  const client = await connectAsync(url, { username: username!, password: password!, reconnectPeriod: 0 });
  client.on('message', (_topic, payload) => {
    const { terminal, time } = JSON.parse(payload.toString()) as { terminal: string; time: string };
    into.add(keyOf(terminal, time));
  });
  client.on('error', () => {});
  await client.subscribeAsync('xingji/v1/+/+/+/+/position', { qos: 1 });
}

it(
  `loses nothing that it acknowledged over ${KILLS} kills`,
  async () => {
    const folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const ledger = join(folder.path, 'ledger.jsonl');
    const [jt808, mqtt] = [await freePort(), await freePort()];
    const args = ['--jt808', `127.0.0.1:${jt808}`, '--mqtt', `127.0.0.1:${mqtt}`, '--log-level', 'warn'];
    const random = seededRandom('crash');
    const heard = new Set<string>();
    let gateway = await gatewayProcess(data, args);
    await collect(gateway, heard);

    const seconds = Math.ceil((KILLS * (BETWEEN_MS[1] + 2500)) / 1000) + 4;
    const load = spawn(
      process.execPath,
      [
        BIN,
        'simulate',
        '--target',
        `tcp://127.0.0.1:${jt808}`,
        '--terminals',
        '100',
        '--interval',
        '500ms',
        '--ramp',
        '500/s',
        '--duration',
        `${seconds}s`,
        '--settle',
        '90s',
        '--reply-timeout',
        '2s',
        '--seed',
        'crash',
        '--ledger',
        ledger,
        '--json',
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let said = '';
    load.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const loaded = new Promise<number | null>((resolve) => load.once('exit', resolve));

    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, random.int(...BETWEEN_MS)));
      gateway.child.kill('SIGKILL');
      await gateway.ended;
      gateway = await gatewayProcess(data, args);
      await collect(gateway, heard);
    }
    expect(await loaded, said.slice(-2000)).toBe(0);

    const verify = await runXingji(['verify', '--data', data, '--wait', '20s', '--json']);
    expect(verify.code, verify.stdout).toBe(0);
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toBe(0);

    const acknowledged = readFileSync(ledger, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { terminal: string; time: string })
      .map(({ terminal, time }) => keyOf(terminal, time));
    const { positions, twice } = held(data);
    expect(acknowledged.length).toBeGreaterThan(100 * KILLS);
    expect(acknowledged.filter((report) => !positions.has(report))).toEqual([]);
    expect(twice).toEqual([]);
    // Reached the outlet too, in this life of the gateway or the next. The subscriber was away while the gateway was.
    expect(acknowledged.filter((report) => !heard.has(report)).length / acknowledged.length).toBeLessThan(0.2);
    folder.remove();
  },
  (KILLS * 6 + 180) * 1000,
);
