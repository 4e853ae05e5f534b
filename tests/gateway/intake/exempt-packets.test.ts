import { beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../../bridge/index.ts';
import { withoutExempt } from '../../../gateway/deliver/exempt.ts';
import { createProject } from '../../../gateway/deliver/project.ts';
import { statePayload } from '../../../gateway/deliver/states.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import {
  batchBody,
  bodyOf,
  frameOf,
  ID,
  joined,
  location,
  locationBody,
  NOON,
  partsOf,
  registrationBody,
  type Speaker,
} from '../../support/terminal-frames.ts';
import { archive } from '../support/archives.ts';
import { CAR, record, TERMINAL } from '../support/records.ts';
import { Rig, type RigOptions } from '../support/rig.ts';

const HOUR = 3_600_000;
const OTHER: Speaker = { phone: '013700000001', revision: 2013 };
const SECRET = location({ latitude: 24.881357, longitude: 102.832468 });

const exemption = (over: Partial<Facts['exemption']> = {}): Facts['exemption'] => ({
  id: 'x',
  terminal: TERMINAL,
  reason: '侦查',
  approvedBy: '局长',
  from: new Date(NOON - HOUR).toISOString(),
  until: new Date(NOON + HOUR).toISOString(),
  ...over,
});

const long = (body: Uint8Array): Uint8Array =>
  joined(
    body,
    Uint8Array.of(0xe9, 0xf0),
    new Uint8Array(0xf0),
    Uint8Array.of(0xea, 0xf0),
    new Uint8Array(0xf0),
    Uint8Array.of(0xeb, 0xf0),
    new Uint8Array(0xf0),
  );
const { items: _items, ...BASIC } = SECRET;
const picture = (at: typeof SECRET): Uint8Array =>
  bodyOf('multimediaDataUpload', 2013, {
    multimediaId: 7,
    type: 'image',
    format: 'jpeg',
    event: 'platformCommand',
    channelId: 1,
    location: { ...BASIC, latitude: at.latitude, time: at.time },
    data: new Uint8Array(1500),
  });
const pictures = (at: typeof SECRET): Uint8Array =>
  bodyOf('storedMultimediaSearchResponse', 2013, {
    replySerial: 1,
    items: [
      { multimediaId: 7, type: 'image', channelId: 1, event: 'platformCommand', location: { ...BASIC, time: at.time } },
    ],
  });

type Dialled = Awaited<ReturnType<Rig['login']>>;
let rig: Rig;
let refused: string[];

async function start(options: RigOptions = {}): Promise<void> {
  refused = [];
  const exempt = (terminal: string, { id }: { id: string }, messageId: number): void =>
    void refused.push(`${terminal} ${id} ${messageId.toString(16)}`);
  rig = await new Rig({ ...options, told: { exempt } }).start();
}
beforeEach(() => start());

async function tell(fact: object, feed = 'exemption'): Promise<void> {
  rig.journal.append(record('feed', { feed, fact }, { terminal: '' }), null, 0);
  await rig.run();
}

/** Kinds of records of the terminal's own doing, and whether its place is in any of them. */
const kept = (): string[] =>
  rig.records.filter(({ kind }) => kind !== 'gateway' && kind !== 'feed').map(({ kind }) => kind);

function placeIsKept(): boolean {
  const octets = Buffer.from(locationBody(SECRET).subarray(8, 16)).toString('latin1');
  return rig.records.some(({ payload }) => Buffer.from(payload).toString('latin1').includes(octets));
}

describe('a vehicle that stays out', () => {
  it('by its terminal gets no further than the link: neither registration nor position is kept', async () => {
    await tell(exemption());
    const terminal = rig.dial(CAR);
    terminal.say(ID.registration, registrationBody(2013));
    terminal.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(kept()).toEqual([]);
    expect(placeIsKept()).toBe(false);
    expect(terminal.answers.map(({ header, body }) => [header.id, (body as { result: string }).result])).toEqual([
      [ID.registrationResponse, 'noSuchVehicleInDatabase'],
      [ID.platformAck, 'failure'],
    ]);
    expect(refused).toEqual([`${TERMINAL} x 100`, `${TERMINAL} x 200`]);
    expect(rig.core.counters.refusals.exempt).toBe(2);
  });

  it.each([
    ['the plate that the platform knows its terminal by', true],
    ['the plate that it says it has itself', false],
  ])('is known by %s', async (_how, archived) => {
    const plate = archived ? '云A00001' : '云A12345';
    if (archived) await tell(archive('1', CAR.phone, { plate }), 'archive');
    await tell(exemption({ terminal: undefined as never, plate, plateColor: 1 }));
    const terminal = rig.dial(CAR);
    terminal.say(ID.registration, registrationBody(2013));
    terminal.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(placeIsKept()).toBe(false);
    expect(rig.core.registry.registration(TERMINAL)).toBeUndefined();
    expect(refused[0]).toBe(`${TERMINAL} x 100`);
  });

  it('of another colour is another vehicle', async () => {
    await tell(exemption({ terminal: undefined as never, plate: '云A12345', plateColor: 'yellow' }));
    const terminal = await rig.login(CAR);
    terminal.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect([placeIsKept(), refused]).toEqual([true, []]);
  });

  it('from now on loses its link with the next frame, and that frame', async () => {
    const terminal = await rig.login(CAR);
    await tell(exemption());
    terminal.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(terminal.closedAs).toBeDefined();
    expect(placeIsKept()).toBe(false);
    expect(rig.core.latest.get(TERMINAL)).toMatchObject({ online: false, last: undefined });
  });

  it('is kept out after a restart, too', async () => {
    await tell(exemption());
    await rig.stop();
    await rig.start();
    const terminal = rig.dial(CAR);
    terminal.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect([placeIsKept(), rig.core.counters.refusals.exempt]).toEqual([false, 1]);
  });

  it('is out from its beginning until its end, and in again when the fact is taken away', async () => {
    await tell(exemption({ from: new Date(NOON + 60_000).toISOString() }));
    const before = await rig.login(CAR);
    await rig.run(61_000);
    before.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(before.closedAs).toBeDefined();
    await tell({ id: 'x', deleted: true });
    const after = await rig.login(CAR);
    after.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(placeIsKept()).toBe(true);
  });
});

describe('what it stored while it was out', () => {
  const before = location({ ...SECRET, time: NOON - 2 * HOUR });
  const during = SECRET;

  it('is acknowledged afterwards, so that it forgets it, and not kept', async () => {
    await tell(exemption({ until: new Date(NOON + 1000).toISOString() }));
    await rig.run(2000);
    const terminal = await rig.login(CAR);
    terminal.say(ID.location, locationBody(during));
    terminal.say(ID.batch, batchBody([locationBody(before), locationBody(during)]));
    await rig.run();
    expect(terminal.acks).toEqual(['2:0200:success', '3:0704:success']);
    expect(placeIsKept()).toBe(false);
    terminal.say(ID.location, locationBody(before));
    await rig.run();
    expect(placeIsKept()).toBe(true);
  });
});

describe('what it stored while it was out and sends in parts', () => {
  const now = location({ latitude: 24.1, time: NOON + 2000 });
  const items = (one: object, count = 40): Uint8Array[] => Array.from({ length: count }, () => locationBody(one));

  /** Out until a second after noon; now it is two seconds after. */
  async function returned(): Promise<Dialled> {
    await tell(exemption({ until: new Date(NOON + 1000).toISOString() }));
    await rig.run(2000);
    return rig.login(CAR);
  }
  const send = (terminal: Dialled, id: number, body: Uint8Array, only = (_number: number): boolean => true): number => {
    const parts = partsOf(CAR, { id, serial: 10, body, partSize: 500 });
    parts.forEach((part, i) => only(i + 1) && terminal.link.write(part));
    return parts.length;
  };

  it.each([
    ['the last position of a 0x0704', ID.batch, batchBody([...items(now), locationBody(SECRET)])],
    ['a 0x0200 with much behind it', ID.location, long(locationBody(SECRET))],
    ['a picture by when it was taken', 0x0801, picture(SECRET)],
  ])('is taken from its memory and not kept: %s', async (_what, id, body) => {
    const terminal = await returned();
    const parts = send(terminal, id, body);
    await rig.run();
    expect(terminal.acks.filter((ack) => ack.endsWith('success'))).toHaveLength(parts);
    expect(rig.records.filter(({ kind }) => kind === 'frame' || kind === 'assembled')).toHaveLength(2);
    expect(placeIsKept()).toBe(false);
    expect(refused).toContain(`${TERMINAL} x ${id.toString(16)}`);
  });

  it.each([
    ['a 0x0704', ID.batch, batchBody(items(now, 41))],
    ['a picture', 0x0801, picture(now)],
  ])('is kept where it is of another time: %s', async (_what, id, body) => {
    const terminal = await returned();
    const parts = send(terminal, id, body);
    await rig.run();
    expect(rig.records.filter(({ kind }) => kind === 'frame')).toHaveLength(2 + parts);
  });

  it('is judged by itself where another message had its serials', async () => {
    const terminal = await returned();
    send(terminal, 0x0801, picture(now));
    await rig.run();
    send(terminal, 0x0801, picture(SECRET));
    await rig.run();
    expect([placeIsKept(), refused[0]]).toEqual([false, `${TERMINAL} x 801`]);
  });

  it('waits unanswered for its other parts, and is refused where the terminal waits as well', async () => {
    const terminal = await returned();
    const body = batchBody([...items(now), locationBody(SECRET)]);
    send(terminal, ID.batch, body, (number) => number === 1);
    await rig.run();
    expect(terminal.acks).toEqual([]);
    send(terminal, ID.batch, body, (number) => number === 1);
    await rig.run();
    expect(terminal.acks).toEqual(['10:0704:failure']);
    expect(placeIsKept()).toBe(false);
  });

  it('is let go of beyond the bound of the link', async () => {
    const terminal = await returned();
    for (let serial = 100; serial < 120; serial++) {
      const [part] = partsOf(CAR, { id: ID.batch, serial: serial * 100, body: batchBody(items(now)), partSize: 500 });
      terminal.link.write(part!);
    }
    // The first message is forgotten, so its first part again is new.
    terminal.link.write(partsOf(CAR, { id: ID.batch, serial: 10_000, body: batchBody(items(now)), partSize: 500 })[0]!);
    await rig.run();
    expect(terminal.acks).toEqual([]);
  });
});

describe('of a terminal that was ever kept out', () => {
  it.each([
    ['the answer to a query', ID.locationResponse, joined(Uint8Array.of(0, 1), locationBody(SECRET))],
    ['the answer to a control', 0x0500, joined(Uint8Array.of(0, 1), locationBody(SECRET))],
    ['a list of pictures', 0x0802, pictures(SECRET)],
    ['recorder data', 0x0700, joined(Uint8Array.of(0, 1, 9), locationBody(SECRET))],
  ])('%s of that time is not kept', async (_what, id, body) => {
    await tell(exemption({ until: new Date(NOON + 1000).toISOString() }));
    await rig.run(2000);
    const terminal = await rig.login(CAR);
    terminal.say(id, body);
    await rig.run();
    expect([placeIsKept(), refused]).toEqual([false, [`${TERMINAL} x ${id.toString(16)}`]]);
  });
});

describe('while any vehicle stays out', () => {
  beforeEach(() => tell(exemption()));

  it('a damaged frame of it, or one of it on the link of another, leaves no place behind', async () => {
    const other = await rig.login(OTHER);
    const frame = frameOf(CAR, ID.location, 9, locationBody(SECRET));
    frame[frame.length - 2]! ^= 1;
    other.link.write(frame);
    other.link.write(frameOf(CAR, ID.location, 10, locationBody(SECRET)));
    await rig.run();
    expect([rig.quarantined, placeIsKept()]).toEqual([['checksum'], false]);
  });

  it('strangers are refused as ever, but their bodies are not kept', async () => {
    const stranger = rig.dial(OTHER);
    stranger.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(stranger.acks).toEqual(['0:0200:failure']);
    expect([rig.quarantined, placeIsKept()]).toEqual([['not-authenticated'], false]);
  });

  it('one that was clear until now is seen to be exempt by the plate that the platform gives it now', async () => {
    await tell(exemption({ id: 'p', terminal: undefined as never, plate: '云Z9', plateColor: 1 }));
    const other = await rig.login(OTHER);
    for (let i = 0; i < 2; i++) other.say(ID.location, locationBody(location({ time: NOON - i * 1000 })));
    await rig.run();
    expect(other.acks).toHaveLength(2);
    await tell(archive('9', OTHER.phone, { plate: '云Z9' }), 'archive');
    other.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect([placeIsKept(), refused.at(-1)]).toEqual([false, '13700000001 p 200']);
  });

  it('others report as ever', async () => {
    const other = await rig.login(OTHER);
    other.say(ID.location, locationBody(SECRET));
    await rig.run();
    expect(other.acks).toEqual(['2:0200:success']);
    expect(placeIsKept()).toBe(true);
  });
});

describe('an exemption that reaches back', () => {
  it('keeps back pictures and answers of its time that were recorded and not delivered yet', async () => {
    const terminal = await rig.login(CAR);
    await rig.run(2000);
    terminal.say(ID.locationResponse, joined(Uint8Array.of(0, 1), locationBody({ ...SECRET, time: NOON - 5000 })));
    terminal.say(0x0802, pictures(location({ time: NOON - 5000 })));
    for (const part of partsOf(CAR, { id: 0x0801, serial: 50, body: picture(SECRET), partSize: 500 }))
      terminal.link.write(part);
    await rig.run(1000);
    const { reader, registry } = rig.core;
    const project = withoutExempt(createProject({ reader, registry, journalId: 'j', node: 'n' }), registry, reader);
    const delivered = (): number => {
      let count = 0;
      for (const batch of rig.disk.batches)
        forEachRecord(batch, 0, (view) => {
          count += project(view).filter(({ payload }) => /"(latitude|file)"/.test(JSON.stringify(payload))).length;
        });
      return count;
    };
    const before = delivered();
    // It held when these were taken, and no more when they came.
    await tell(exemption({ until: new Date(NOON + 500).toISOString(), from: new Date(NOON - 60_000).toISOString() }));
    expect([before, delivered()]).toEqual([4, 0]);
  });

  it('keeps back what was recorded and not delivered yet, and says nothing more of the state', async () => {
    const terminal = await rig.login(CAR);
    terminal.say(ID.location, locationBody(SECRET));
    terminal.say(ID.location, locationBody(location({ ...SECRET, time: NOON - 2 * HOUR })));
    await rig.run();
    const { reader, registry, latest } = rig.core;
    const project = withoutExempt(createProject({ reader, registry, journalId: 'j', node: 'n' }), registry, reader);
    const delivered = (): number => {
      let count = 0;
      for (const batch of rig.disk.batches)
        forEachRecord(batch, 0, (view) => {
          count += project(view).filter(({ kind }) => kind === 'position').length;
        });
      return count;
    };
    const state = (): unknown => statePayload(latest.get(TERMINAL)!, registry, { journalId: 'j', at: NOON });
    expect(delivered()).toBe(2);
    expect(state()).toMatchObject({ vehicle: '云A12345', position: { latitude: SECRET.latitude } });
    await tell(exemption());
    expect(delivered()).toBe(0);
    expect(state()).toMatchObject({ vehicle: null, position: null, health: { alarms: [] } });
  });
});
