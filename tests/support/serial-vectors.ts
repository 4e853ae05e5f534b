/** Vectors over a pair of pseudo-terminals (socat), through a line that recognises by itself what it hears, one after another. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openNodePort } from '../../gateway/intake/serial/node-port.ts';
import { CAR, rigOf } from '../gateway/intake/support.ts';
import { linesOf } from '../gateway/intake/serial/support.ts';
import { temporaryFolder } from './gateway.ts';
import { octetsOf, type Vector } from './vectors.ts';

/** What became of a vector. */
export interface Heard {
  readonly vector: Vector;
  /** What it was recognised as; undefined where it was not. */
  readonly as: 'jt808' | 'nmea' | 'rdss' | 'rdss-binary' | undefined;
  /** Why it was not. */
  readonly why: string | undefined;
}

/** A silence after which a line gives up what it has not understood, of its virtual time. */
const SILENCE_MS = 1000;

/** Plays them; they are the lines of a receiver or machine, each with its line end. */
export async function throughSerialLine(vectors: readonly Vector[]): Promise<Heard[]> {
  const folder = temporaryFolder();
  const [near, far] = [join(folder.path, 'near'), join(folder.path, 'far')];
  const socat = spawn('socat', [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], { stdio: 'ignore' });
  while (!existsSync(near) || !existsSync(far)) await delay(5);
  const rig = await rigOf({ core: { admission: { framesPerSecond: 100_000 } } });
  const { serial } = await linesOf(rig, `${near}@115200=${CAR.phone}`, '', openNodePort);
  const device = await open(far, 'r+');
  const counters = serial.counters[0]!;
  const heard: Heard[] = [];
  try {
    for (const vector of vectors) {
      const octets = sentOf(vector);
      const before = { octets: counters.octets, units: { ...counters.units } };
      for (let at = 0; at < octets.length; ) at += (await device.write(octets, at)).bytesWritten;
      while (counters.octets < before.octets + octets.length) await delay(1);
      await rig.run(SILENCE_MS);
      const kinds = ['jt808', 'nmea', 'rdss', 'rdss-binary'] as const;
      const as = kinds.find((kind) => counters.units[kind] > before.units[kind]);
      heard.push({ vector, as, why: as === undefined ? whyNot(vector) : undefined });
    }
  } finally {
    await serial.stop();
    await rig.stop();
    socat.kill();
    await device.close().catch(() => undefined);
    folder.remove();
  }
  return heard;
}

function sentOf(vector: Vector): Uint8Array {
  return vector.text === undefined ? octetsOf(vector) : Buffer.from(`${vector.text}\r\n`, 'latin1');
}

function whyNot({ text, checksumOk }: Vector): string {
  if (text === undefined) return checksumOk === false ? 'wrong check code' : 'no frame';
  if (!text.startsWith('$')) return 'does not begin with $';
  if (!/\*[0-9A-Fa-f]{2}$/.test(text.trimEnd()))
    return /\*/.test(text) ? 'check code of another length' : 'no check code';
  return checksumOk === false ? 'wrong check code' : 'fields that are not of their form';
}
