/**
 * What a serial line at its fullest costs: reports and sentences back to back over a pair of pseudo-terminals (socat),
 * paced at 921,600 baud by a process of its own, through recognition, session and a journal in memory. Fails where one is lost.
 *
 * `node bench/serial.ts [--seconds 60] [--baud 921600]`
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openNodePort } from '../gateway/intake/serial/node-port.ts';
import { linesOf } from '../tests/gateway/intake/serial/support.ts';
import { CAR, rigOf } from '../tests/gateway/intake/support.ts';
import {
  authenticationBody,
  frameOf,
  heard,
  ID,
  joined,
  locationBody,
  NOON,
  registrationBody,
} from '../tests/support/terminal-frames.ts';
import { readFlags } from './flags/read-flags.ts';

/** Start bit, eight data bits, stop bit. */
const BITS_AN_OCTET = 10;
const SENTENCE = new TextEncoder().encode('$GNGLL,2309.30979,N,11330.00659,E,070723.00,A,A*70\r\n');

// `--write` is for the process that writes: its device.
const { flags } = readFlags(import.meta.filename, { seconds: 60, baud: 921_600, write: '' });
const { seconds } = flags;
const octetsPerSecond = flags.baud / BITS_AN_OCTET;
if (flags.write === '') await measure();
else await write(flags.write);

async function write(path: string): Promise<void> {
  const device = openSync(path, 'r+');
  const began = performance.now();
  let sent = 0;
  let units = 0;
  for (let elapsed = 0; elapsed < 1000 * seconds; elapsed = performance.now() - began) {
    while (sent < (elapsed / 1000) * octetsPerSecond) {
      const body = locationBody({ time: NOON + 1000 * units });
      const unit = joined(frameOf(CAR, ID.location, (2 + units) & 0xffff, body), SENTENCE);
      for (let at = 0; at < unit.length; ) at += writeSync(device, unit, at);
      sent += unit.length;
      units++;
    }
    await delay(5);
  }
  process.stdout.write(String(units));
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'xingji-'));
  const [near, far] = ['near', 'far'].map((name) => join(folder, name)) as [string, string];
  const socat = spawn(
    'socat',
    [near, far].map((link) => `pty,raw,echo=0,link=${link}`),
  );
  while (!existsSync(near) || !existsSync(far)) await delay(10);
  const rig = await rigOf({ core: { admission: { framesPerSecond: 100_000 } } });
  const { serial } = await linesOf(rig, `${near}@${flags.baud}=${CAR.phone}`, '', openNodePort);
  const device = await open(far, 'r+');
  const room = new Uint8Array(65_536);
  const ask = async (frame: Uint8Array) => {
    await device.write(frame);
    const answer = device.read(room, 0, room.length, null);
    for (let i = 0; i < 20; i++) await delay(10).then(() => rig.run());
    return heard(room.subarray(0, (await answer).bytesRead));
  };
  const [enrolled] = await ask(frameOf(CAR, ID.registration, 0, registrationBody(2013)));
  const { authCode = '' } = enrolled!.body as { authCode?: string };
  await ask(frameOf(CAR, ID.authentication, 1, authenticationBody(2013, authCode)));

  const writer = spawn(process.execPath, [import.meta.filename, '--write', far, '--seconds', String(seconds)]);
  const began = performance.now();
  const cpu = process.cpuUsage();
  let units = '';
  writer.stdout.on('data', (octets: Buffer) => (units += octets.toString()));
  // Answers are read, as a terminal would, and the clock of the rig is a virtual one.
  const answers = (async () => {
    for (;;) await device.read(room, 0, room.length, null);
  })().catch(() => undefined);
  while (writer.exitCode === null) await delay(20).then(() => rig.run(20));
  await delay(500);
  await rig.run();
  const { user, system } = process.cpuUsage(cpu);
  const took = performance.now() - began;
  const { units: understood, noise } = serial.counters[0]!;
  const frames = understood.jt808 - 2;
  const lost = 2 * Number(units) - frames - understood.nmea;
  console.log(
    `${units} reports and as many sentences in ${(took / 1000).toFixed(1)} s: lost ${lost}, noise ${noise} octets, ` +
      `acknowledged ${rig.core.counters.acknowledged - 1}, ${((user + system) / 10 / took).toFixed(1)} % of a processor`,
  );
  await serial.stop();
  socat.kill();
  await answers;
  rmSync(folder, { recursive: true, force: true });
  process.exit(lost === 0 ? 0 : 1);
}
