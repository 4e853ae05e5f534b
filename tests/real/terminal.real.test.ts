/** `xingji terminal` at a serial device, where a simulated terminal is at the other end; its capture as tshark reads it. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wiresharkDissector } from '../../protocol/index.ts';
import { xingji } from '../gateway/cli/xingji.ts';
import { findServer, missing } from './support/servers.ts';

const BIN = join(import.meta.dirname, '../../bin/xingji.ts');
let folder: string;
let simulated: ReturnType<typeof spawn>;

describe.skipIf(missing('socat') || missing('tshark'))('xingji terminal at a serial device', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'xingji-terminal-'));
    writeFileSync(join(folder, 'jt808.lua'), wiresharkDissector());
    const device = join(folder, 'tty');
    simulated = spawn(process.execPath, [BIN, 'simulate', '--pty', device, '--profile', 'E'], { stdio: 'ignore' });
    while (!existsSync(device)) await delay(50);
  });
  afterAll(async () => {
    const gone = once(simulated, 'exit');
    simulated.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  test('asks, hears the receiver too, and captures what Wireshark shows field by field', {
    timeout: 120_000,
  }, async () => {
    const capture = join(folder, 'cable.pcapng');
    const commands = [
      `capture ${capture}`,
      'attributes',
      'set heartbeatInterval=25',
      'wait nmea --for 30s',
      'locate',
      'capture off',
    ];
    const line = ['terminal', '--serial', join(folder, 'tty'), '--baud', '115200', '--json'];
    const { code, out, err } = await xingji([...line, ...commands.flatMap((command) => ['-e', command])]);
    expect([code, err]).toEqual([0, '']);
    const told = out
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { type: string; command?: string; frames?: number; sentences?: number });
    expect(told.map(({ type, command }) => command ?? type)).toEqual([
      'attributes',
      'set',
      'sentence',
      'locate',
      'capture',
    ]);
    const shown = execFileSync(
      findServer('tshark')!,
      [
        '-r',
        capture,
        '-X',
        `lua_script:${join(folder, 'jt808.lua')}`,
        '-T',
        'fields',
        '-e',
        'frame.packet_flags_direction',
        '-e',
        'jt808.id',
        '-e',
        'udp.dstport',
        '-e',
        'jt808.setTerminalParameters.params.heartbeatInterval',
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const rows = shown
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'));
    const { frames, sentences } = told.at(-1)!;
    expect(rows.filter(([, id]) => id !== '').length).toBe(frames);
    expect(rows.filter(([, , port]) => port === '10110').length).toBe(sentences);
    expect(sentences).toBeGreaterThan(0);
    expect(rows).toContainEqual(['0x00000002', '0x8103', '', '25']);
    expect(rows).toContainEqual(['0x00000001', '0x0107', '', '']);
  });
});
