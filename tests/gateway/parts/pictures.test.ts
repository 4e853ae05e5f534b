import { describe, expect, it } from 'vitest';
import { createProject } from '../../../gateway/deliver/project.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { frameOf } from '../../support/terminal-frames.ts';
import { CAR, driving, TERMINAL } from '../intake/support.ts';
import type { Rig, Terminal } from '../support/rig.ts';
import { asked, COMPLETE, MEDIA, mediaRecords, picturesOf, pixels, RESEND, shotBody, shotFrames } from './support.ts';

const SHA_OF_1000 = /^13912345678\/2026-02-27\/7-[0-9a-f]{16}\.jpg$/;

function write(car: Terminal, frames: readonly (Uint8Array | undefined)[]): void {
  for (const frame of frames) if (frame !== undefined) car.link.write(frame);
}

/** What platforms are told of the journal, from its first record on. */
function told(rig: Rig): { payload: Readonly<Record<string, unknown>> }[] {
  const { reader, registry } = rig.core;
  const project = createProject({ reader, registry, journalId: rig.journal.id, node: 'gateway-1' });
  const envelopes: { payload: Readonly<Record<string, unknown>> }[] = [];
  for (const batch of rig.disk.batches)
    forEachRecord(batch, 0, (view) => {
      for (const { payload } of project(view)) envelopes.push({ payload: { ...payload } });
    });
  return envelopes;
}

describe('a picture', () => {
  const data = pixels(1, 1000);
  const frames = shotFrames(CAR, 10, { multimediaId: 7, data });

  it('is in a file before the terminal is told, by 0x8800 with its id and nothing else', async () => {
    const { rig, car } = await driving();
    let open = (): void => {};
    rig.media.gate = new Promise((resolve) => (open = resolve));
    write(car, frames);
    await rig.run(3000);
    expect(car.answers).toEqual([]);
    open();
    await rig.run();
    expect(picturesOf(rig)).toEqual([
      [expect.stringMatching(SHA_OF_1000) as string, Buffer.from(data).toString('base64')],
    ]);
    const [answer] = car.answers;
    expect(answer!.header.bodyEnd - answer!.header.bodyAt).toBe(4);
    expect(asked(car)).toEqual([{ id: COMPLETE, body: { multimediaId: 7 } }]);
  });

  it('is told of as a message with its file in the place of its octets', async () => {
    const { rig, car } = await driving();
    write(car, frames);
    await rig.run();
    const message = told(rig).find(({ payload }) => payload['messageId'] === '0x0801');
    expect(message!.payload).toMatchObject({ terminal: TERMINAL, name: 'multimediaDataUpload', serial: 10 });
    expect(message!.payload['body']).toEqual({
      multimediaId: 7,
      type: 'image',
      format: 'jpeg',
      event: 'platformCommand',
      channelId: 1,
      location: expect.objectContaining({ latitude: 24.88 }) as object,
      file: {
        path: expect.stringMatching(/^media\/13912345678\/2026-02-27\/7-/) as string,
        size: 1000,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    });
    expect(told(rig).filter(({ payload }) => payload['messageId'] === '0x0801').length).toBe(1);
  });

  it('that fits into one packet is one too', async () => {
    const { rig, car } = await driving();
    car.say(MEDIA, shotBody({ multimediaId: 8, data: pixels(2, 200) }));
    await rig.run();
    expect(asked(car)).toEqual([{ id: COMPLETE, body: { multimediaId: 8 } }]);
    expect(mediaRecords(rig)).toBe(1);
    car.link.write(
      frameOf(CAR, MEDIA, 99, shotBody({ multimediaId: 9, data: pixels(3, 200) }), { part: { total: 1, number: 1 } }),
    );
    await rig.run();
    expect([rig.media.files.size, mediaRecords(rig)]).toEqual([2, 2]);
  });

  it('of 2011 has no position, and is answered with the count', async () => {
    const { rig } = await driving();
    const old = { phone: '013900000011', revision: 2011 } as const;
    const car = await rig.login(old);
    write(car, shotFrames(old, 10, { multimediaId: 7, data }));
    await rig.run();
    const [answer] = car.answers;
    expect(answer!.header.bodyEnd - answer!.header.bodyAt).toBe(5);
    // Without a time of capture it is the day of reception.
    expect([...rig.media.files.keys()]).toEqual([expect.stringMatching(/^13900000011\/2026-03-01\/7-/)]);
    expect([...rig.media.files.values()].map(({ length }) => length)).toEqual([1000]);
  });

  it('is answered with the count where the setting says so, and part by part where that is set', async () => {
    const parts = { askAfterMs: 10_000, asks: 3, giveUpAfterMs: 60_000, memoryBytes: 1 << 20, storedBytes: 1 << 20 };
    const { rig, car } = await driving({
      core: { acknowledgeMediaParts: true, parts: { ...parts, completeForm: 'count' } },
    });
    write(car, frames);
    await rig.run();
    expect(car.acks).toEqual(frames.map((_, i) => `${10 + i}:0801:success`));
    expect(asked(car)).toEqual([{ id: COMPLETE, body: { multimediaId: 7, packageIds: [] } }]);
  });

  it('without some parts is asked for by its id, then by 0x8003, in turns', async () => {
    const { rig, car } = await driving();
    write(car, [frames[0], frames[2]]);
    await rig.run(31_000);
    expect(asked(car)).toEqual([
      { id: COMPLETE, body: { multimediaId: 7, packageIds: [2] } },
      { id: RESEND, body: { originalSerial: 10, packageIds: [2] } },
      { id: COMPLETE, body: { multimediaId: 7, packageIds: [2] } },
    ]);
    write(car, [frames[1]]);
    await rig.run();
    expect(asked(car)).toEqual([{ id: COMPLETE, body: { multimediaId: 7 } }]);
  });

  it('without its first part has no id yet, and is asked for by 0x8003', async () => {
    const { rig, car } = await driving();
    write(car, [frames[1], frames[2]]);
    await rig.run(11_000);
    expect(asked(car)).toEqual([{ id: RESEND, body: { originalSerial: 10, packageIds: [1] } }]);
  });

  it('that comes again is stored once and told once, and the terminal hears again that it is here', async () => {
    const { rig, car } = await driving();
    write(car, frames);
    await rig.run();
    asked(car);
    const complete = [{ id: COMPLETE, body: { multimediaId: 7 } }];
    // The last part again, then all of it under other serials.
    write(car, frames.slice(-1));
    await rig.run();
    expect(asked(car)).toEqual(complete);
    write(car, shotFrames(CAR, 500, { multimediaId: 7, data }));
    await rig.run();
    expect(asked(car)).toEqual(complete);
    expect([rig.media.files.size, mediaRecords(rig)]).toEqual([1, 1]);
    expect(rig.core.media.counters).toMatchObject({ stored: 1, duplicates: 1, bytes: 1000 });
  });

  it('that was complete when its terminal was gone is said to be when it comes back', async () => {
    const { rig, car } = await driving();
    let open = (): void => {};
    rig.media.gate = new Promise((resolve) => (open = resolve));
    write(car, frames);
    await rig.run();
    car.link.close('local');
    await rig.run();
    open();
    await rig.run();
    const again = rig.dial(CAR);
    again.say(0x0102, Buffer.from(car.code));
    await rig.run();
    expect(asked(again)).toEqual([{ id: COMPLETE, body: { multimediaId: 7 } }]);
  });
});

describe('a disk that takes no files', () => {
  it('is tried again until it does, and the terminal is told then', async () => {
    const { rig, car } = await driving();
    rig.media.full = true;
    write(car, shotFrames(CAR, 10, { multimediaId: 7, data: pixels(1, 1000) }));
    await rig.run(20_000);
    expect(asked(car)).toEqual([]);
    expect(rig.core.media.counters.failures).toBeGreaterThan(3);
    rig.media.full = false;
    await rig.run(31_000);
    expect(asked(car)).toEqual([{ id: COMPLETE, body: { multimediaId: 7 } }]);
    expect(rig.core.media.waiting).toBe(0);
  });
});

describe('a kill', () => {
  const data = pixels(1, 1000);
  const frames = shotFrames(CAR, 10, { multimediaId: 7, data });

  it.each([
    ['before the file', { hold: true }],
    ['between the file and its record', { hold: false }],
  ])('%s leaves nothing undone: the next start does it', async (_, { hold }) => {
    const { rig, car } = await driving(undefined, 100);
    if (hold) rig.media.gate = new Promise(() => {});
    for (const frame of frames) {
      car.link.write(frame);
      await rig.run(100);
    }
    // Parts are on disk, the record of the file is not.
    expect(rig.kinds(TERMINAL).slice(-3)).toEqual(['frame', 'frame', 'frame']);
    expect([rig.media.files.size, mediaRecords(rig)]).toEqual([hold ? 0 : 1, 0]);
    rig.kill();
    rig.media.gate = Promise.resolve();
    await rig.start();
    await rig.run(200);
    expect([rig.media.files.size, mediaRecords(rig)]).toEqual([1, 1]);
    rig.kill();
    await rig.start();
    await rig.run(200);
    expect([rig.media.files.size, mediaRecords(rig)]).toEqual([1, 1]);
  });
});
