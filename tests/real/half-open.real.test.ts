/** Terminals that are gone without a word: their wire is cut, so that neither FIN nor reset ever comes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { Namespace } from '../../bench/faults/machine.ts';
import { gatewayProcess, temporaryFolder } from '../support/gateway.ts';

const BIN = fileURLToPath(new URL('../../bin/xingji.ts', import.meta.url));
const TERMINALS = 5;
/** As long as it takes to notice: jt808.idleTimeout, and a machine that is busy. */
const NOTICED = { timeout: 30_000, interval: 200 };

it('links of terminals that vanished are ended, and their places are free for them when they are back', async ({
  skip,
}) => {
  const namespace = Namespace.make();
  if (namespace === undefined) return skip('making a network namespace is not permitted here');
  const folder = temporaryFolder();
  const config = join(folder.path, 'xingji.yaml');
  writeFileSync(
    config,
    `jt808: { enrolment: open, idleTimeout: 5s, maxConnections: ${TERMINALS}, udp: false }\nworkers: 1\n`,
  );
  const listen = ['--jt808', `${namespace.host}:0`];
  const gateway = await gatewayProcess(join(folder.path, 'data'), ['-c', config, ...listen]);
  const fleet = (): ReturnType<typeof spawn> => {
    const target = `tcp://${gateway.ready.jt808}`;
    const flags = ['--terminals', String(TERMINALS), '--interval', '1s', '--duration', '1h', '--target', target];
    const command = [...namespace.within.slice(1), process.execPath, BIN, 'simulate', ...flags];
    return spawn(namespace.within[0]!, command, { stdio: 'ignore' });
  };
  const health = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${gateway.ready.token}` };
    return (await fetch(`${gateway.ready.http}/api/v1/health`, { headers })).json();
  };
  const first = fleet();
  try {
    await vi.waitFor(async () => expect(await health()).toMatchObject({ online: TERMINALS }), NOTICED);
    namespace.cut();
    first.kill('SIGKILL');
    await once(first, 'exit');
    // Nothing tells the gateway: the places are taken.
    expect(await health()).toMatchObject({ sessions: TERMINALS });
    await vi.waitFor(async () => expect(await health()).toMatchObject({ sessions: 0, online: 0 }), NOTICED);
    const page = await fetch(`${gateway.ready.http}/metrics`, {
      headers: { authorization: `Bearer ${gateway.ready.token}` },
    });
    expect(await page.text()).toContain(`xingji_connections_closed_total{how="timeout"} ${TERMINALS}`);
    namespace.mend();
    const second = fleet();
    await vi.waitFor(async () => expect(await health()).toMatchObject({ online: TERMINALS }), NOTICED);
    second.kill('SIGKILL');
    await once(second, 'exit');
  } finally {
    first.kill('SIGKILL');
    gateway.child.kill('SIGTERM');
    await gateway.ended;
    namespace.remove();
    folder.remove();
  }
}, 120_000);
