/** Serial lines over pairs of pseudo-terminals, which socat makes. A pair has no rate: what depends on it is tested elsewhere. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNodePort } from '../../gateway/intake/serial/node-port.ts';
import { rigOf, TERMINAL, CAR } from '../gateway/intake/support.ts';
import { linesOf, type Lines, locationsOf, secondOf, sentence } from '../gateway/intake/serial/support.ts';
import type { Rig } from '../gateway/support/rig.ts';
import { temporaryFolder } from '../support/gateway.ts';
import {
  authenticationBody,
  type Speaker,
  frameOf,
  heard,
  ID,
  joined,
  locationBody,
  NOON,
  registrationBody,
} from '../support/terminal-frames.ts';
import { findServer, missing } from './support/servers.ts';

let folder: ReturnType<typeof temporaryFolder>;
let socat: ChildProcess;
let far: FileHandle;
let rig: Rig;
let lines: Lines;
const answers: Uint8Array[] = [];

const near = (): string => join(folder.path, 'gateway');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
  await rig.run();
}

/** A cable between `gateway` and `terminal`. */
async function plug(): Promise<void> {
  const ends = ['gateway', 'terminal'].map((name) => join(folder.path, name));
  socat = spawn(
    findServer('socat')!,
    ends.map((link) => `pty,raw,echo=0,link=${link}`),
    { stdio: 'ignore' },
  );
  while (!ends.every((link) => existsSync(link))) await delay(5);
  far = await open(ends[1]!, 'r+');
  answers.length = 0;
  const port = far;
  void (async () => {
    const room = new Uint8Array(4096);
    for (;;) {
      const { bytesRead } = await port.read(room, 0, room.length, null);
      answers.push(new Uint8Array(room.subarray(0, bytesRead)));
    }
  })().catch(() => undefined);
}

async function unplug(): Promise<void> {
  const gone = once(socat, 'exit');
  socat.kill();
  await gone;
  await far.close().catch(() => undefined);
}

async function say(octets: Uint8Array | string): Promise<void> {
  const bytes = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
  const before = lines.serial.counters[0]!.octets;
  for (let at = 0; at < bytes.length; ) at += (await far.write(bytes, at)).bytesWritten;
  await until(() => lines.serial.counters[0]!.octets >= before + bytes.length);
}

describe.skipIf(missing('socat'))('over a serial device', () => {
  beforeEach(async () => {
    folder = temporaryFolder();
    await plug();
    rig = await rigOf({ core: { admission: { framesPerSecond: 100_000 } } });
    lines = await linesOf(rig, `${near()}=${CAR.phone}`, '0166166=013900000002', openNodePort);
    await until(() => lines.serial.counters[0]!.up);
  });
  afterEach(async () => {
    await lines.serial.stop();
    await rig.stop();
    await unplug();
    folder.remove();
  });

  async function login(speaker: Speaker): Promise<void> {
    await say(frameOf(speaker, ID.registration, 0, registrationBody(2013)));
    await until(() => answers.flatMap(heard).length === 1);
    const [enrolled] = answers.flatMap(heard);
    const { authCode = '' } = enrolled!.body as { authCode?: string };
    await say(frameOf(speaker, ID.authentication, 1, authenticationBody(2013, authCode)));
    await until(() => answers.flatMap(heard).length === 2);
  }

  it('a terminal, its receiver and a short-message machine are understood together', async () => {
    await login(CAR);
    await say(
      joined(
        new Uint8Array(Buffer.from(secondOf(7))),
        frameOf(CAR, ID.location, 2, locationBody({ time: NOON })),
        new Uint8Array(Buffer.from(sentence('BDTXR,1,0166166,2,,A038EB807178035C9494005B05'))),
      ),
    );
    await rig.run(1000);
    await until(() => answers.flatMap(heard).length === 3);
    expect(locationsOf(rig, TERMINAL).map(({ time }) => time)).toEqual([NOON, NOON + 7000]);
    expect(locationsOf(rig, '13900000002')).toHaveLength(1);
    expect(lines.serial.counters[0]).toMatchObject({ noise: 0, units: { jt808: 3, nmea: 2, rdss: 1 } });
  });

  it('a device that is unplugged ends the link and is taken up again when it is back', async () => {
    await login(CAR);
    await unplug();
    await until(() => !lines.serial.counters[0]!.up);
    expect(rig.core.latest.get(TERMINAL)?.online).toBe(false);
    await plug();
    // The gateway's clock is a virtual one: it tries again when that moves.
    while (!lines.serial.counters[0]!.up) {
      await rig.run(1000);
      await delay(20);
    }
    await say(secondOf(9));
    await rig.run(1000);
    expect(locationsOf(rig, TERMINAL)).toHaveLength(1);
    expect(lines.told.filter((each) => !each.startsWith('speaks') && !each.startsWith('rate'))).toEqual([
      'open 115200 baud',
      expect.stringMatching(/^gone /),
      'open 115200 baud',
    ]);
  });

  it('a device that is unplugged while it speaks ends the link too', async () => {
    // A read is under way when it goes, most times: that is the one that Linux answers with nothing.
    for (let round = 1; round <= 8; round++) {
      const port = far;
      // Until the port is closed.
      const speaking = (async () => {
        for (;;) await port.write(sentence('GNGLL,2309.30979,N,11330.00659,E,,A,A'));
      })().catch(() => undefined);
      const before = lines.serial.counters[0]!.octets;
      await until(() => lines.serial.counters[0]!.octets > before + 2000);
      await unplug();
      await speaking;
      await until(() => !lines.serial.counters[0]!.up);
      await plug();
      while (!lines.serial.counters[0]!.up) {
        await rig.run(1000);
        await delay(20);
      }
    }
    expect(lines.told.filter((each) => each.startsWith('gone '))).toHaveLength(8);
  });

  it('a line that is closed while its device speaks is closed, and that is all', async () => {
    await lines.serial.stop();
    const port = far;
    const speaking = (async () => {
      for (;;) await port.write(sentence('GNGLL,2309.30979,N,11330.00659,E,,A,A'));
    })().catch(() => undefined);
    let heardOctets = 0;
    let closed = 0;
    // At any moment of a read: one that is under way then must not touch what is freed.
    for (let round = 0; round < 60; round++) {
      const line = await openNodePort(near(), 115_200, {
        received: (octets) => (heardOctets += octets.length),
        closed: () => closed++,
      });
      await delay(round % 6);
      await line.close();
    }
    expect(closed).toBe(60);
    expect(heardOctets).toBeGreaterThan(0);
    await unplug();
    await speaking;
    await plug();
  });

  it('loses nothing of a line that is never silent', async () => {
    await login(CAR);
    const before = rig.records.length;
    const burst = 500;
    for (let round = 0; round < 8; round++) {
      const frames = Array.from({ length: burst }, (_, i) =>
        joined(
          frameOf(CAR, ID.location, 2 + round * burst + i, locationBody({ time: NOON + round * burst + i })),
          new Uint8Array(Buffer.from(sentence(`GNGLL,2309.30979,N,11330.00659,E,${i},A,A`))),
        ),
      );
      await say(joined(...frames));
    }
    const { noise, units, damaged } = lines.serial.counters[0]!;
    expect([units.jt808, noise, damaged.jt808, damaged.nmea]).toEqual([2 + 8 * burst, 0, 0, expect.any(Number)]);
    expect(rig.records.filter(({ kind }) => kind === 'frame').length).toBeGreaterThanOrEqual(8 * burst);
    expect(rig.records.length).toBeGreaterThanOrEqual(before + 8 * burst);
  });
});
