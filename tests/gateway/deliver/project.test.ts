import { describe, expect, it } from 'vitest';
import { type Envelope, CONTRACT_SCHEMAS, checker, recordOf } from '../../../bridge/index.ts';
import { createProject, type Project } from '../../../gateway/deliver/project.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import type { Revision } from '../../../protocol/index.ts';
import {
  batchBody,
  bodyOf,
  frameOf,
  ID,
  location,
  locationBody,
  NOON,
  packetOf,
  registrationBody,
} from '../../support/terminal-frames.ts';
import { CAR, CAR_2019, authenticated, frameRecord, record, show, started, TERMINAL } from '../support/records.ts';
import { Rig } from '../support/rig.ts';

const checks = new Map(
  (['position', 'message', 'state', 'event', 'reply'] as const).map((kind) => [kind, checker(CONTRACT_SCHEMAS[kind]!)]),
);

/** Every payload holds against its schema, and survives JSON unchanged. */
function expectLawful(envelopes: readonly Envelope[]): void {
  for (const { kind, division, payload } of envelopes) {
    expect(checks.get(kind)!(payload)).toEqual([]);
    expect(JSON.parse(JSON.stringify(payload))).toEqual(payload);
    expect(division).toMatch(/^\d{6}$/);
  }
}

const ARCHIVE = { feed: 'archive', fact: { id: '1', plate: '云A12345', division: '530102', terminal: TERMINAL } };

function projector(known: readonly RecordInput[] = [record('feed', ARCHIVE)], revision: Revision = 2013): Project {
  const registry = new Registry();
  show(known, (view) => registry.apply(view, () => {}));
  const reader = new PositionReader(() => revision);
  return createProject({ reader, registry, journalId: 'feedbeef', node: 'gate-1' });
}

function project(records: readonly RecordInput[], by: Project = projector(), first = 1): Envelope[] {
  const out: Envelope[] = [];
  show(
    records,
    (view) => {
      const made = by(view);
      expect(made.map(recordOf)).toEqual(made.map(() => view.seq));
      out.push(...made);
    },
    first,
  );
  expectLawful(out);
  return out;
}

const kinds = (envelopes: readonly Envelope[]): string[] => envelopes.map(({ kind }) => kind);
const ids = (envelopes: readonly Envelope[]): string[] => envelopes.map(({ payload }) => payload.id);
const received = { receivedAt: NOON + 250 };

describe('a report', () => {
  it('is a position, with who it is, the protocol’s numbers beside it, and where it stands in the journal', () => {
    const body = locationBody({ alarm: 1 << 8 });
    const said = project([frameRecord({ id: ID.location, serial: 7, body }, received)], projector(), 40);
    expect(said.map(({ kind, division, payload, raw }) => ({ kind, division, payload, raw }))).toEqual([
      {
        kind: 'position',
        division: '530102',
        raw: {
          terminal: TERMINAL,
          alarm: 256,
          status: 3,
          timeMs: NOON,
          receivedMs: NOON + 250,
          latitude: 24.88,
          longitude: 102.83,
          altitude: 1892,
          speed: 42.5,
          direction: 87,
          mileage: 1234.5,
          fuel: undefined,
          rssi: 26,
          satellites: 12,
          fix: true,
          backfill: false,
        },
        payload: {
          id: expect.stringMatching(/^13912345678-260301120000-[0-9a-f]{16}$/) as string,
          terminal: TERMINAL,
          vehicle: '云A12345',
          time: '2026-03-01T12:00:00+08:00',
          receivedAt: '2026-03-01T12:00:00.250+08:00',
          seq: 40,
          latitude: 24.88,
          longitude: 102.83,
          altitude: 1892,
          speed: 42.5,
          direction: 87,
          alarm: ['mainPowerOff'],
          status: ['acc', 'positioned'],
          items: { mileage: 1234.5, rssi: 26, satellites: 12 },
          fix: 'gnss',
          backfill: false,
          revision: 2013,
        },
      },
    ]);
  });

  it('of a terminal of which nobody said anything has no vehicle and no division', () => {
    const [position] = project([frameRecord({ id: ID.location, body: locationBody() })], projector([]));
    expect([position?.division, position?.payload.vehicle]).toEqual(['000000', null]);
  });

  it('without a time or a fix says so', () => {
    const [position] = project([frameRecord({ id: ID.location, body: locationBody({ time: Number.NaN, status: 1 }) })]);
    expect(position?.payload).toMatchObject({ time: null, fix: 'none' });
    expect(position?.raw?.timeMs).toBeNaN();
  });

  it('has one id however it came: live, again, back-filled, in the frame of 2019, and after a restart', () => {
    const body = locationBody();
    const records = [
      frameRecord({ id: ID.location, serial: 1, body }),
      frameRecord({ id: ID.location, serial: 9, body }, { receivedAt: NOON + 9_000_000 }),
      frameRecord({ id: ID.batch, serial: 2, body: batchBody([body]) }),
      frameRecord({ id: ID.location, serial: 3, body, speaker: CAR_2019 }),
      frameRecord({ id: ID.location, serial: 4, body: locationBody({ items: {} }) }),
    ];
    expect(new Set(ids(project(records))).size).toBe(1);
    expect(ids(project(records, projector([])))).toEqual(ids(project(records)));
  });

  it('has another id where anything of its basic part, or the terminal, differs', () => {
    const overs = [
      {},
      { alarm: 1 },
      { status: 2 },
      { latitude: 24.880001 },
      { altitude: 1 },
      { speed: 1 },
      { direction: 88 },
      { time: NOON + 1000 },
    ];
    const records = [
      ...overs.map((over) => frameRecord({ id: ID.location, body: locationBody(over) })),
      frameRecord({ id: ID.location, body: locationBody() }, { terminal: '200' }),
    ];
    expect(new Set(ids(project(records))).size).toBe(overs.length + 1);
  });

  it('without a time is told apart by its serial, in a batch too', () => {
    const body = locationBody({ time: Number.NaN });
    const records = [
      frameRecord({ id: ID.location, serial: 1, body }),
      frameRecord({ id: ID.location, serial: 2, body }),
      frameRecord({ id: ID.batch, serial: 3, body: batchBody([body, body, body]) }),
    ];
    const found = ids(project(records));
    expect([found.length, new Set(found).size]).toEqual([5, 5]);
  });
});

describe('a batch of reports', () => {
  it('is its positions in the order of the wire, and nothing else', () => {
    const bodies = [2, 1, 3].map((second) => locationBody({ time: NOON - second * 1000 }));
    const positions = project([frameRecord({ id: ID.batch, body: batchBody(bodies) })]);
    expect(kinds(positions)).toEqual(['position', 'position', 'position']);
    expect(positions.map(({ payload }) => payload.time)).toEqual([
      '2026-03-01T11:59:58+08:00',
      '2026-03-01T11:59:59+08:00',
      '2026-03-01T11:59:57+08:00',
    ]);
    expect(positions.every(({ payload }) => (payload as { backfill: boolean }).backfill)).toBe(true);
  });

  it('with a broken one is the positions that can be read, and the message as a whole', () => {
    const body = batchBody([locationBody(), locationBody().subarray(0, 9)]);
    expect(kinds(project([frameRecord({ id: ID.batch, body })]))).toEqual(['position', 'message']);
  });

  it('joined from parts is delivered once, and its parts are not', () => {
    const body = batchBody([locationBody(), locationBody({ time: NOON + 1000 })]);
    const part = (number: number): RecordInput =>
      record(
        'frame',
        packetOf(
          frameOf(CAR, ID.batch, number, body.subarray(40 * (number - 1), 40 * number), { part: { total: 2, number } }),
        ),
      );
    const whole = new Uint8Array([...packetOf(frameOf(CAR, ID.batch, 1)).subarray(0, 12), ...body]);
    expect(kinds(project([part(1), part(2), record('assembled', whole)]))).toEqual(['position', 'position']);
  });
});

describe('any other message', () => {
  it('is shown as decode shows it, under an id of its record', () => {
    const [message] = project(
      [frameRecord({ id: ID.registration, serial: 3, body: registrationBody(2013) }, received)],
      projector(),
      12,
    );
    expect(message).toMatchObject({
      kind: 'message',
      division: '530102',
      payload: {
        id: 'feedbeef-12',
        terminal: TERMINAL,
        vehicle: '云A12345',
        time: null,
        seq: 12,
        messageId: '0x0100',
        name: 'terminalRegistration',
        revision: 2013,
        phone: CAR.phone,
        serial: 3,
        body: { plate: '云A12345', plateColor: 'blue', provinceId: 53 },
        quirks: [],
      },
    });
  });

  it('that nobody knows is forwarded raw', () => {
    const [message] = project([frameRecord({ id: ID.unknown, body: Uint8Array.of(1, 2, 255) })]);
    expect(message?.payload).toMatchObject({ messageId: '0x0F0F', name: null, body: { hex: '0102ff' } });
  });

  it('in cipher is forwarded raw, with the phone as on the wire', () => {
    const [message] = project([frameRecord({ id: ID.location, body: locationBody(), encryption: 1 })]);
    expect(message?.payload).toMatchObject({
      messageId: '0x0200',
      name: null,
      phone: CAR.phone,
      quirks: ['encrypted'],
    });
  });

  it('that answers a query for the position is both', () => {
    const body = bodyOf('locationQueryResponse', 2013, { replySerial: 3, location: location() });
    const found = project([frameRecord({ id: ID.locationResponse, body })]);
    expect(kinds(found)).toEqual(['position', 'message']);
    expect(found[0]?.payload.id).toBe(project([frameRecord({ id: ID.location, body: locationBody() })])[0]?.payload.id);
  });

  it('is read in the revision that the terminal registered with', () => {
    const registration = {
      fact: 'registered',
      code: 'x',
      registration: {
        terminal: TERMINAL,
        plate: '',
        revision: 2011,
        provinceId: 0,
        cityId: 0,
        manufacturerId: '',
        terminalModel: '',
      },
    };
    const records = [frameRecord({ id: ID.location, body: locationBody() }), frameRecord({ id: ID.deregistration })];
    const found = project(records, projector([record('registration', registration)], 2011));
    expect(found.map(({ payload }) => (payload as { revision: number }).revision)).toEqual([2011, 2011]);
  });
});

describe('what says nothing to a platform', () => {
  it('is the gateway’s own: links, registrations, facts, refused frames, its starts and ends', () => {
    const records = [
      authenticated(),
      record('registration', { fact: 'confirmed', terminal: TERMINAL }),
      record('feed', ARCHIVE),
      record('quarantine', Uint8Array.of(4, 98, 111, 100, 121, 1, 2, 3)),
      started(),
      record('gateway', { fact: 'stopped' }),
      record('gateway', Uint8Array.of(1)),
      record('command', Uint8Array.of(1)),
      record('frame', Uint8Array.of(1, 2, 3)),
    ];
    expect(project(records)).toEqual([]);
  });
});

describe('a step of a command', () => {
  it('is a reply under the id of the command, with what came of it', () => {
    const steps = [
      { id: 'c1', state: 'accepted', order: { type: 'textMessage', body: {}, expiresAt: 1, by: 'x' } },
      { id: 'c1', state: 'failed', result: { result: 'failure' }, code: 'TERMINAL_REFUSED', reason: 'No.' },
    ];
    const replies = project(steps.map((step) => record('command', step, received)));
    expect(replies.map(({ kind, payload }) => [kind, payload])).toEqual([
      [
        'reply',
        {
          id: 'c1',
          terminal: TERMINAL,
          vehicle: '云A12345',
          time: null,
          receivedAt: '2026-03-01T12:00:00.250+08:00',
          seq: 1,
          state: 'accepted',
        },
      ],
      [
        'reply',
        {
          id: 'c1',
          terminal: TERMINAL,
          vehicle: '云A12345',
          time: null,
          receivedAt: '2026-03-01T12:00:00.250+08:00',
          seq: 2,
          state: 'failed',
          result: { result: 'failure' },
          code: 'TERMINAL_REFUSED',
          reason: 'No.',
        },
      ],
    ]);
  });
});

describe('an outage of the disk that is over', () => {
  it('is told as two events, the first with the id that it had when it was raised', () => {
    const fact = { fact: 'recovered', since: NOON - 60_000, why: 'no space left', refused: 12 };
    const events = project([record('gateway', fact, { terminal: '', receivedAt: NOON })]);
    expect(events.map(({ kind, division, payload }) => [kind, division, payload])).toMatchObject([
      [
        'event',
        '000000',
        {
          id: `feedbeef-journal-${NOON - 60_000}-raised`,
          terminal: 'gate-1',
          code: 'journalUnwritable',
          state: 'raised',
          receivedAt: '2026-03-01T11:59:00+08:00',
        },
      ],
      [
        'event',
        '000000',
        { id: `feedbeef-journal-${NOON - 60_000}-cleared`, state: 'cleared', receivedAt: '2026-03-01T12:00:00+08:00' },
      ],
    ]);
    const again = project([record('gateway', { ...fact, head: 7 }, { terminal: '', receivedAt: NOON })]);
    expect(again[0]!.payload).toEqual({ ...events[0]!.payload, seq: 7 });
    const { text } = events[1]!.payload as { text: Record<string, string> };
    expect([text['en'], text['zh-CN']]).toEqual([expect.stringContaining('12'), expect.stringContaining('12')]);
  });
});

describe('authentication', () => {
  it('is shown without its code, as the journal has it', async () => {
    const rig = await new Rig().start();
    const car = await rig.login(CAR);
    const newer = await rig.login({ phone: '00000000013900000002', revision: 2019, version: 1 });
    const by = createProject({
      reader: rig.core.reader,
      registry: rig.core.registry,
      journalId: rig.journal.id,
      node: 'gate-1',
    });
    const found: Envelope[] = [];
    for (const batch of rig.disk.batches) forEachRecord(batch, 0, (view) => found.push(...by(view)));
    expectLawful(found);
    const shown = found.filter(({ payload }) => 'messageId' in payload && payload.messageId === '0x0102');
    expect(shown.map(({ payload }) => (payload as { body: unknown }).body)).toEqual([
      { authCode: '*'.repeat(16) },
      { authCodeLength: 16, authCode: '*'.repeat(16), imei: '860000000000017', softwareVersion: 'XJ-1 1.0' },
    ]);
    for (const { code } of [car, newer]) expect(JSON.stringify(found)).not.toContain(code);
  });
});
