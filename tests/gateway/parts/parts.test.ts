import { describe, expect, it } from 'vitest';
import { batchBody, frameOf, ID, partsOf } from '../../support/terminal-frames.ts';
import { CAR, driving, report } from '../intake/support.ts';
import { factsOf, type Rig, type Terminal } from '../support/rig.ts';
import { asked, assembledIn, RESEND } from './support.ts';

/** A 0x0704 of so many positions from a second on, cut into parts. */
function batch(serial: number, from: number, count = 30): { body: Uint8Array; parts: Uint8Array[] } {
  const body = batchBody(Array.from({ length: count }, (_, second) => report(from + second)));
  return { body, parts: partsOf(CAR, { id: ID.batch, serial, body, partSize: 400 }) };
}

const bodies = (rig: Rig): Uint8Array[] =>
  rig.records.filter(({ kind }) => kind === 'assembled').map(({ payload }) => payload.subarray(12));

function write(car: Terminal, parts: readonly (Uint8Array | undefined)[]): void {
  for (const part of parts) if (part !== undefined) car.link.write(part);
}

const LIMITS = {
  askAfterMs: 10_000,
  asks: 3,
  giveUpAfterMs: 600_000,
  memoryBytes: 64 << 20,
  storedBytes: 1 << 30,
  completeForm: 'revision',
} as const;
const QUIET = { idleTimeoutMs: 7_200_000 };

describe('missing parts', () => {
  it('are asked for with the serial of the first part, as often as is set, and not while the terminal is away', async () => {
    const { rig, car } = await driving({ core: { ...QUIET, parts: LIMITS } });
    const { parts, body } = batch(2, 0);
    write(car, [parts[1], parts[3]]);
    await rig.run();
    car.forget();
    await rig.run(60_000);
    const request = { id: RESEND, body: { originalSerial: 2, packageIds: [1, 3] } };
    expect(asked(car)).toEqual([request, request, request]);
    car.link.close('local');
    await rig.run(120_000);
    const again = await rig.login(CAR, car.code);
    await rig.run(11_000);
    expect(asked(again)).toEqual([request]);
    write(again, [parts[0], parts[2]]);
    await rig.run();
    expect(bodies(rig)).toEqual([body]);
    expect(rig.core.parts.counters.asked).toEqual({ '0x8003': 4, '0x8800': 0 });
  });

  it('are asked for with a count of two octets in 2019', async () => {
    const { rig } = await driving();
    const modern = { phone: '00000000013900000009', revision: 2019 } as const;
    const car = await rig.login(modern);
    const { body } = batch(2, 0);
    const parts = partsOf(modern, { id: ID.batch, serial: 2, body, partSize: 400 });
    write(car, parts.slice(1));
    await rig.run(11_000);
    const frame = car.chunks.at(-1)!;
    expect(Buffer.from(frame).toString('hex')).toContain('000200010001');
    expect(asked(car).at(-1)).toMatchObject({ id: RESEND, body: { originalSerial: 2, packageIds: [1] } });
  });

  it('may come with new serials, as some terminals answer', async () => {
    const { rig, car } = await driving();
    const { parts, body } = batch(2, 0);
    write(car, [parts[0], parts[3]]);
    await rig.run(11_000);
    const anew = partsOf(CAR, { id: ID.batch, serial: 700, body, partSize: 400 });
    write(car, [anew[1], anew[2]]);
    await rig.run(50_000);
    expect(bodies(rig)).toEqual([body]);
    await rig.run(3_700_000);
    expect([rig.core.parts.messages, rig.core.counters.refusals.unfinished]).toEqual([0, 0]);
  });
});

describe('a message that stays unfinished', () => {
  it('is given up: counted, journalled, and its octets are let go', async () => {
    const { rig, car } = await driving({ core: { ...QUIET, parts: LIMITS } });
    for (let n = 0; n < 5; n++) write(car, [batch(100 * n, 100 * n).parts[0]]);
    await rig.run();
    expect(rig.core.parts.messages).toBe(5);
    await rig.run(605_000);
    expect([rig.core.parts.messages, rig.core.parts.bytes, rig.core.parts.storedBytes]).toEqual([0, 0, 0]);
    expect(rig.core.counters.refusals.unfinished).toBe(5);
    expect(rig.core.parts.counters.lost).toEqual({ gaveUp: 5, crowdedOut: 0, replaced: 0 });
    const told = factsOf(rig.disk, 'gateway').filter((fact) => (fact as { fact: string }).fact === 'unfinished');
    expect(told.at(-1)).toEqual({
      fact: 'unfinished',
      why: 'gaveUp',
      id: 0x0704,
      total: 4,
      firstSerial: expect.any(Number) as number,
      received: 1,
    });
    expect(told.length).toBe(5);
  });

  it('makes room for newer ones of its terminal, and a start does not ask for it again', async () => {
    const { rig, car } = await driving({ core: QUIET });
    for (let n = 0; n < 9; n++) write(car, [batch(100 * n, 100 * n).parts[0]]);
    await rig.run(2000);
    expect(rig.core.parts.counters.lost.crowdedOut).toBe(1);
    rig.kill();
    await rig.start();
    expect(rig.core.parts.messages).toBe(8);
  });

  it('keeps the journal from being trimmed past it, and no longer', async () => {
    const { rig, car } = await driving({ core: { ...QUIET, parts: LIMITS } });
    write(car, batch(100, 0).parts.slice(0, 2));
    await rig.run(10_000);
    const first = rig.records.findIndex(({ payload }) => payload[0] === 0x07) + 1;
    expect(rig.journal.cursor('parts')).toBe(first - 1);
    await rig.run(620_000);
    expect(rig.journal.cursor('parts')).toBe(rig.journal.state.head);
  });
});

describe('over restarts', () => {
  it('time in which no gateway ran does not count', async () => {
    const { rig, car } = await driving({ core: { ...QUIET, parts: LIMITS } });
    const { parts, body } = batch(2, 0);
    write(car, parts.slice(0, 3));
    await rig.run(400_000);
    rig.kill();
    rig.clock.advance(86_400_000);
    await rig.start();
    expect(rig.core.parts.messages).toBe(1);
    const again = await rig.login(CAR, car.code);
    await rig.run(11_000);
    expect(asked(again)).toEqual([{ id: RESEND, body: { originalSerial: 2, packageIds: [4] } }]);
    write(again, [parts[3]]);
    await rig.run();
    expect(bodies(rig)).toEqual([body]);
    rig.kill();
    await rig.start();
    await rig.run(60_000);
    expect(bodies(rig)).toEqual([body]);
  });
});

describe('encrypted parts', () => {
  it('that nobody can read are kept as they came, and are not joined by a later start either', async () => {
    const { rig, car } = await driving();
    const body = new Uint8Array(10);
    for (const number of [1, 2])
      car.link.write(frameOf(CAR, ID.batch, 1 + number, body, { encryption: 1, part: { total: 2, number } }));
    await rig.run();
    rig.kill();
    await rig.start();
    expect([rig.core.parts.messages, assembledIn(rig)]).toEqual([0, []]);
    expect(rig.records.filter(({ payload }) => payload[0] === 0x07).length).toBe(2);
  });
});

describe('the bounds', () => {
  it('of memory cost nothing: octets come from the journal when all parts are there', async () => {
    const { rig, car } = await driving({ core: { ...QUIET, parts: { ...LIMITS, memoryBytes: 2500 } } });
    const sent = [batch(100, 0), batch(200, 100), batch(300, 200)];
    for (let i = 0; i < 4; i++) {
      for (const { parts } of sent) write(car, [parts[i]]);
      await rig.run();
    }
    expect(bodies(rig)).toEqual(sent.map(({ body }) => body));
    expect(rig.core.parts.counters.fetched).toBeGreaterThan(0);
    expect(rig.core.parts.bytes).toBeLessThan(2500);
  });

  it('of what is unfinished in all are answered with result 1, and nothing is journalled', async () => {
    const { rig, car } = await driving({ core: { parts: { ...LIMITS, storedBytes: 1000 } } });
    const { parts, body } = batch(2, 0);
    write(car, parts.slice(0, 3));
    await rig.run();
    expect(car.acks).toEqual(['2:0704:success', '3:0704:success', '4:0704:failure']);
    expect(rig.records.filter(({ payload }) => payload[0] === 0x07).length).toBe(2);
    expect(rig.core.counters.refusals['no-room']).toBe(1);
    expect(body.length).toBeGreaterThan(1000);
  });

  it('of parts are answered with result 3', async () => {
    const { rig, car } = await driving();
    const { body } = batch(2, 0, 140);
    write(car, partsOf(CAR, { id: ID.batch, serial: 2, body, partSize: 1 }).slice(0, 1));
    await rig.run();
    expect(car.acks).toEqual(['2:0704:notSupported']);
    expect(rig.quarantined).toEqual(['too-long']);
  });
});

describe('wholes that the journal refuses', () => {
  it('are written when it can be written again, once each, in their order', async () => {
    const { rig, car } = await driving({ core: QUIET });
    const sent = [batch(100, 0, 28), batch(200, 100, 29), batch(300, 200, 30)];
    for (const { parts } of sent) write(car, parts.slice(0, -1));
    await rig.run();
    rig.storage.faults.full = true;
    for (const { parts } of sent) {
      write(car, [parts.at(-1)]);
      await rig.run();
    }
    await rig.run(10_000);
    expect(assembledIn(rig)).toEqual([]);
    rig.storage.faults.full = false;
    await rig.run(5000);
    expect(assembledIn(rig)).toEqual(sent.map(({ body }) => 12 + body.length));
    await rig.run(100_000);
    expect(assembledIn(rig).length).toBe(3);
  });

  it('wait for nothing when the gateway stops', async () => {
    const { rig, car } = await driving();
    rig.storage.faults.full = true;
    write(car, batch(100, 0).parts);
    await rig.run();
    await rig.stop();
    expect(rig.clock.pending).toBe(0);
  });
});
