import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Deframer, encodeFrame, newHeader, readHeader } from '../../protocol/index.ts';
import { missing } from './support/servers.ts';

const BIN = join(import.meta.dirname, '../../bin/xingji.ts');
const PHONE = '13800000077';

let folder: string;
let child: ChildProcess;
let port: SerialPort | undefined;

async function until(met: () => boolean): Promise<void> {
  while (!met()) await delay(20);
}

describe.skipIf(missing('socat'))('a simulated terminal on a pseudo-terminal', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'xingji-pty-test-'));
  });
  afterEach(async () => {
    if (port?.isOpen === true) port.close();
    if (child.exitCode === null) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('registers with whoever is at the other end and streams its sentences', { timeout: 120_000 }, async () => {
    const [path, script] = [join(folder, 'tty'), join(folder, 'drill.txt')];
    writeFileSync(script, '28s unplug-antenna\n');
    const args = ['simulate', `--pty=${path}`, `--script=${script}`, `--first-phone=${PHONE}`, '--profile=B'];
    child = spawn(process.execPath, [BIN, ...args], { stdio: 'ignore' });
    await until(() => existsSync(path));
    const opened = new SerialPort({ path, baudRate: 115_200 });
    port = opened;
    let text = '';
    const heard: number[] = [];
    const deframer = new Deframer();
    const header = newHeader();
    opened.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      deframer.feed(chunk, {
        packet: (b, start, end) => {
          if (readHeader(b, start, end, header) !== undefined) return;
          heard.push(header.id);
          const serial = [header.serial >> 8, header.serial & 0xff];
          const body = Uint8Array.from([...serial, 0, 0x43]);
          if (header.id === 0x0100)
            opened.write(encodeFrame({ id: 0x8100, revision: 2013, phone: PHONE, serial: 0, body }));
        },
        fault: () => undefined,
      });
    });
    await until(() => heard.includes(0x0102));
    await until(() => text.includes('ANTENNA OPEN') && text.includes('$BDGSV'));
    expect(text).toMatch(/\$GNRMC,[^\r\n]*\*[0-9A-F]{2}\r\n/);
    expect(text).toMatch(/\$BDGSV/);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    // Nothing is left of the pair.
    await until(() => !existsSync(path));
  });
});
