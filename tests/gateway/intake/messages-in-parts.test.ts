import { describe, expect, it } from 'vitest';
import { batchBody, bodyOf, ID, NOON, partsOf } from '../../support/terminal-frames.ts';
import { type Rig } from '../support/rig.ts';
import { CAR, COMMIT_MS, driving, report, TERMINAL } from './support.ts';

describe('a message in parts', () => {
  const body = batchBody(Array.from({ length: 30 }, (_, second) => report(second)));
  const parts = partsOf(CAR, { id: ID.batch, serial: 2, body, partSize: 400 });
  /** Bodies of the messages that were joined. */
  const whole = (rig: Rig): Uint8Array[] =>
    rig.records.filter(({ kind }) => kind === 'assembled').map(({ payload }) => payload.subarray(12));

  it('is acknowledged part by part, and joined in the batch of the last one', async () => {
    const { rig, car } = await driving();
    for (const part of parts) {
      car.link.write(part);
      await rig.run();
    }
    expect(car.acks).toEqual(parts.map((_, i) => `${2 + i}:0704:success`));
    const last = rig.disk.batches.at(-1)!;
    expect(last.count).toBe(2);
    expect(rig.kinds().slice(-2)).toEqual(['frame', 'assembled']);
    expect(whole(rig)).toEqual([body]);
    expect(rig.core.counters.assembled).toBe(1);
    expect(rig.core.latest.get(TERMINAL)?.last?.report.time).toBe(NOON + 29_000);
  });

  it('is joined once, though parts come again', async () => {
    const { rig, car } = await driving();
    for (const part of [...parts, ...parts]) car.link.write(part);
    await rig.run();
    expect(whole(rig)).toEqual([body]);
    expect(car.acks.length).toBe(2 * parts.length);
  });

  it('is joined when its last part was refused at first and is sent again', async () => {
    const { rig, car } = await driving();
    for (const part of parts.slice(0, -1)) car.link.write(part);
    await rig.run();
    rig.storage.faults.full = true;
    // In a commit that fails, and then before any commit.
    for (let i = 0; i < 2; i++) {
      car.link.write(parts.at(-1)!);
      await rig.run();
    }
    expect(car.acks.slice(-2)).toEqual(Array(2).fill(`${1 + parts.length}:0704:failure`));
    rig.storage.faults.full = false;
    await rig.run(2000);
    car.link.write(parts.at(-1)!);
    await rig.run();
    expect(car.acks.at(-1)).toBe(`${1 + parts.length}:0704:success`);
    expect(whole(rig)).toEqual([body]);
  });

  it('is joined over a kill between its parts', async () => {
    const { rig, car } = await driving();
    for (const part of parts.slice(0, 2)) car.link.write(part);
    await rig.run();
    rig.kill();
    await rig.start();
    const again = await rig.login(CAR, car.code);
    for (const part of parts.slice(2)) again.link.write(part);
    await rig.run();
    expect(whole(rig)).toEqual([body]);
  });

  it('is joined by the next start where the process ended between the last part and the whole', async () => {
    // So small a batch that the whole goes into one of its own.
    const { rig, car } = await driving({ journal: { maxBatchBytes: 600 } }, COMMIT_MS);
    for (const part of parts) {
      car.link.write(part);
      await rig.run(COMMIT_MS);
    }
    expect(car.acks.length).toBe(parts.length);
    expect(rig.kinds()).not.toContain('assembled');
    rig.kill();
    await rig.start();
    await rig.run(COMMIT_MS);
    expect(whole(rig)).toEqual([body]);
    rig.kill();
    await rig.start();
    expect(whole(rig)).toEqual([body]);
  });

  it('that answers a command settles it like a short one', async () => {
    const { rig, car } = await driving();
    void rig.core.mailbox.submit({
      id: 'q1',
      terminal: TERMINAL,
      type: 'queryTerminalParameters',
      body: {},
      expiresAt: NOON + 3_600_000,
      by: 'test',
    });
    await rig.run();
    const [query] = car.answers;
    const params = { heartbeatInterval: 30 };
    const long = bodyOf('queryParametersResponse', 2013, { replySerial: query!.header.serial, params });
    for (const part of partsOf(CAR, { id: ID.parameters, serial: 50, body: long, partSize: 5 })) car.link.write(part);
    await rig.run();
    expect(rig.core.commands.get('q1')).toMatchObject({ state: 'done', result: { params } });
  });
});
