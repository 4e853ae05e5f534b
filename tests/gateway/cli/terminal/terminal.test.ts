import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processClock } from '../../../../gateway/process-clock.ts';
import { seededRandom } from '../../../../protocol/index.ts';
import { FACTORY_SETTINGS, FIRST_PHONE, Fleet, NO_FAULTS, tcpDialer } from '../../../../simulator/index.ts';
import { freePort } from '../../../real/support/servers.ts';
import { xingji } from '../xingji.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xingji-terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A simulated terminal, which dials until it gets through, and the tool. */
async function together(args: readonly string[], input?: string): ReturnType<typeof xingji> {
  const port = await freePort();
  const options = {
    terminals: 1,
    revision: 2013,
    firstPhone: FIRST_PHONE,
    firmware: { ...FACTORY_SETTINGS, reportMs: 1000 },
    rampPerSecond: 1,
    durationMs: Number.POSITIVE_INFINITY,
    settleMs: 0,
    startAt: processClock.now(),
    faults: NO_FAULTS,
    incidents: 0,
  } as const;
  const dialer = tcpDialer('127.0.0.1', port);
  const fleet = new Fleet(options, { clock: processClock, random: seededRandom('1'), dialer });
  try {
    return await xingji(['terminal', '--tcp', String(port), ...args], input === undefined ? {} : { input });
  } finally {
    fleet.stop();
  }
}

const results = (out: string): { type: string; [name: string]: unknown }[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });

describe('xingji terminal', () => {
  test('asks, sets, photographs and captures a terminal that dials, as JSON', { timeout: 60_000 }, async () => {
    const picture = join(folder, 'cabin.jpg');
    const capture = join(folder, 'drive.pcapng');
    const commands = [
      `capture ${capture}`,
      'attributes',
      'set heartbeatInterval=33',
      `photo --output ${picture}`,
      'wait locationReport',
    ];
    const { code, out, err } = await together(['--json', ...commands.flatMap((command) => ['-e', command])]);
    expect([code, err]).toEqual([0, '']);
    expect(results(out)).toMatchObject([
      { type: 'result', command: 'attributes', body: { manufacturerId: 'XJSIM' } },
      { type: 'result', command: 'set', params: { heartbeatInterval: 33 } },
      { type: 'result', command: 'photo', path: picture, medium: { format: 'jpeg' } },
      { type: 'message', direction: 'up', name: 'locationReport' },
      { type: 'result', command: 'capture', faults: 0 },
    ]);
    expect(readFileSync(picture).subarray(0, 2).toString('hex')).toBe('ffd8');
    const shown = await xingji(['terminal', '--json', '-e', `show ${capture} 0x0104`]);
    expect(results(shown.out)[0]).toMatchObject({
      name: 'queryParametersResponse',
      body: { params: { heartbeatInterval: 33 } },
    });
  });

  test('takes commands from a pipe, and ends with the first that fails', { timeout: 60_000 }, async () => {
    const { code, out, err } = await together([], 'get heartbeatInterval\ncontrol reset\nlocate\n');
    expect(code).toBe(2);
    expect(out).toMatch(/heartbeatInterval +30 s/);
    expect(out).not.toContain('latitude');
    expect(err).toContain('say --yes to confirm it');
  });

  test('says when no terminal came, and what cannot be meant', async () => {
    const port = String(await freePort());
    expect(await xingji(['terminal', '--tcp', port, '--wait', '100ms', '-e', 'locate'])).toMatchObject({
      code: 1,
      err: `No terminal has spoken. Nothing was understood on tcp://127.0.0.1:${port}.\n`,
    });
    const wrong: readonly (readonly [args: readonly string[], err: RegExp])[] = [
      [['--tcp', '8808', '--serial', '/dev/ttyUSB0'], /^say one of --serial, --tcp and --gateway$/m],
      [['--tcp', 'x y'], /^--tcp is 'x y', expected a port or host:port/m],
      [['--serial', '/dev/null', '--baud', '12'], /^--baud is '12', expected auto or a rate from 300/m],
      [['--gateway'], /^--gateway needs --terminal/m],
      [['-e', 'locate'], /^there is no terminal: start with --serial, --tcp or --gateway$/m],
    ];
    for (const [args, err] of wrong) {
      const ran = await xingji(['terminal', ...args]);
      expect([ran.code, ran.out]).toEqual([2, '']);
      expect(ran.err).toMatch(err);
    }
    expect((await xingji(['terminal', '--serial', join(folder, 'none'), '-e', 'locate'])).code).toBe(1);
  });
});
