import { describe, expect, it } from 'vitest';
import { Parts } from '../../../gateway/intake/parts.ts';
import { type Assembled, newHeader, readHeader } from '../../../protocol/index.ts';
import { ID, packetOf, partsOf, type Speaker } from '../../support/terminal-frames.ts';
import { Rig } from '../support/rig.ts';

const CAR: Speaker = { phone: '013912345678', revision: 2013 };

async function desk(): Promise<{ rig: Rig; parts: Parts; gaveUp: () => number }> {
  const rig = await new Rig().start();
  let count = 0;
  const parts = new Parts({ clock: rig.clock, journal: rig.journal, gaveUp: () => count++ });
  return { rig, parts, gaveUp: () => count };
}

function takeAll(parts: Parts, serial: number, body: Uint8Array): (Assembled | undefined)[] {
  const sender = { terminal: '13912345678', link: 1, receivedAt: 1000 };
  return partsOf(CAR, { id: ID.batch, serial, body, partSize: 1000 }).map((frame) => {
    const header = newHeader();
    const b = packetOf(frame);
    readHeader(b, 0, b.length, header);
    return parts.take(sender, b, header);
  });
}

const wholes = (rig: Rig): number[] =>
  rig.records.filter(({ kind }) => kind === 'assembled').map(({ payload }) => payload.length);

describe('wholes that the journal refuses', () => {
  it('are written when it can be written again, once each, in their order', async () => {
    const { rig, parts } = await desk();
    rig.storage.faults.full = true;
    for (let n = 0; n < 3; n++) {
      expect(takeAll(parts, 100 * n, new Uint8Array(2000 + n)).at(-1)?.parts).toBe(n === 0 ? 2 : 3);
      await rig.run();
    }
    await rig.run(10_000);
    expect(wholes(rig)).toEqual([]);
    rig.storage.faults.full = false;
    await rig.run(5000);
    expect(wholes(rig)).toEqual([2012, 2013, 2014]);
    await rig.run(100_000);
    expect(wholes(rig).length).toBe(3);
    expect(parts.bytes).toBe(0);
  });

  it('are kept up to 16 MiB: beyond, the oldest goes', async () => {
    const { rig, parts } = await desk();
    rig.storage.faults.full = true;
    for (let n = 0; n < 7; n++) {
      takeAll(parts, 5000 * n, new Uint8Array(3_000_000 + n));
      await rig.run();
    }
    expect(parts.bytes).toBeLessThan(20 << 20);
    rig.storage.faults.full = false;
    await rig.run(5000);
    expect(wholes(rig)).toEqual([2, 3, 4, 5, 6].map((n) => 3_000_012 + n));
  });

  it('wait for nothing when the gateway stops', async () => {
    const { rig, parts } = await desk();
    takeAll(parts, 0, new Uint8Array(2000));
    rig.storage.faults.full = true;
    takeAll(parts, 50, new Uint8Array(2000));
    parts.close();
    await rig.stop();
    expect(rig.clock.pending).toBe(0);
  });
});

describe('a message whose parts stay away', () => {
  it('is given up, and said to be', async () => {
    const { rig, parts, gaveUp } = await desk();
    const frame = partsOf(CAR, { id: ID.batch, serial: 0, body: new Uint8Array(3000), partSize: 1000 })[0]!;
    const header = newHeader();
    const b = packetOf(frame);
    readHeader(b, 0, b.length, header);
    parts.take({ terminal: '1', link: 1, receivedAt: 0 }, b, header);
    await rig.run(59_000);
    expect([parts.messages, gaveUp()]).toEqual([1, 0]);
    await rig.run(3000);
    expect([parts.messages, gaveUp()]).toEqual([0, 1]);
  });
});
