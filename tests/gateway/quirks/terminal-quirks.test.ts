import { describe, expect, test } from 'vitest';
import { positionPayload } from '../../../gateway/deliver/position-payload.ts';
import { Latest } from '../../../gateway/fold/latest.ts';
import { liveFromJson, liveToJson } from '../../../gateway/fold/live-snapshot.ts';
import { PositionReader } from '../../../gateway/fold/positions.ts';
import type { RecordInput } from '../../../gateway/journal/record.ts';
import type { QuirkSettings } from '../../../gateway/quirks/settings.ts';
import { Registry } from '../../../gateway/registry/registry.ts';
import { encodeBody, parseHex } from '../../../protocol/index.ts';
import { ID, joined, locationBody, NOON, registrationBody } from '../../support/terminal-frames.ts';
import { frameRecord, record, show, TERMINAL } from '../support/records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const octets = (hex: string): Uint8Array => parseHex(hex.replaceAll(' ', ''))!;

class Desk {
  readonly registry: Registry;
  readonly reader: PositionReader;
  readonly latest: Latest;
  readonly changed = new Set<string>();
  #seq = 1;

  constructor(overrides: Record<string, QuirkSettings> = {}) {
    this.registry = new Registry(new Map(Object.entries(overrides)));
    this.reader = new PositionReader(() => 2013, this.registry.quirks);
    this.latest = new Latest(this.reader, () => {});
  }

  hear(...records: readonly RecordInput[]): this {
    show(
      records,
      (view) => {
        this.registry.apply(view, (kind, key) => this.changed.add(`${kind} ${key}`));
        this.latest.apply(view);
      },
      this.#seq,
    );
    this.#seq += records.length;
    return this;
  }

  /** Reports every `every`, dated `behind` before they are received. */
  reports(n: number, { behind = 0, every = 2 * MINUTE, from = NOON } = {}): this {
    for (let i = 0; i < n; i++) {
      const receivedAt = from + i * every;
      this.hear(frameRecord({ id: ID.location, body: locationBody({ time: receivedAt - behind }) }, { receivedAt }));
    }
    return this;
  }

  believed(name: string): string | undefined {
    return this.registry.quirks.view(TERMINAL)?.[name]?.value;
  }

  get position() {
    const shown = this.latest.get(TERMINAL)!.last!;
    const of = { id: 'x', terminal: TERMINAL, vehicle: null, seq: 1, receivedAt: shown.receivedAt };
    return positionPayload(of, shown, this.registry.quirks.ofPosition(TERMINAL));
  }
}

const registered = (over: object) =>
  record('registration', {
    fact: 'registered',
    code: 'x',
    registration: { terminal: TERMINAL, plate: '', revision: 2013, provinceId: 0, cityId: 0, ...over },
  });

describe('times', () => {
  test('in UTC are known after some live reports, and are then put right', () => {
    const desk = new Desk().reports(5, { behind: 8 * HOUR });
    expect(desk.believed('time')).toBeUndefined();
    expect(desk.position.backfill).toBe(true);
    desk.reports(2, { behind: 8 * HOUR, from: NOON + HOUR });
    expect(desk.believed('time')).toBe('utc');
    expect(desk.position).toMatchObject({ time: '2026-03-01T13:02:00+08:00', backfill: false });
  });

  test('of what was stored for eight hours and is sent within a minute are no evidence', () => {
    const desk = new Desk().reports(30, { behind: 8 * HOUR, every: 2000 });
    expect(desk.believed('time')).toBeUndefined();
    expect(desk.reports(6, { from: NOON + HOUR }).believed('time')).toBe('utc+8');
  });

  test('are what the operator says, from the first report on', () => {
    const desk = new Desk({ [TERMINAL]: { time: 'utc' } }).reports(1, { behind: 8 * HOUR });
    expect(desk.position.time).toBe('2026-03-01T12:00:00+08:00');
    expect(desk.registry.quirks.view(TERMINAL)?.['time']).toEqual({ value: 'utc', from: 'configured', evidence: 0 });
  });

  test('that were put right stay right in a snapshot', () => {
    const desk = new Desk({ [TERMINAL]: { time: 'utc' } }).reports(1, { behind: 8 * HOUR });
    expect(liveFromJson(liveToJson(desk.latest.get(TERMINAL)!)).last?.report.time).toBe(NOON);
  });
});

describe('items', () => {
  const fixed = locationBody({ items: {} });
  const wide = (body: string) => frameRecord({ id: ID.location, body: joined(fixed, octets(body)) });

  test('with ids of two octets are split once they are known, and read by a profile', () => {
    const desk = new Desk({ [TERMINAL]: { vendor: 'gps51' } });
    for (let i = 0; i < 3; i++) desk.hear(wide('0104 00000064 0061 02 04d2 00f0 0001 ff'));
    expect(desk.believed('items')).toBe('2');
    expect(desk.position.items).toEqual({
      unknown: [
        { id: '0x01', hex: '00000064' },
        { id: '0x0061', hex: '04d2' },
        { id: '0x00F0', hex: 'ff' },
      ],
      vendor: { profile: 'gps51', values: { supplyVoltage: 12.34 }, reading: { supplyMv: 12_340 } },
    });
    const kept = liveFromJson(liveToJson(desk.latest.get(TERMINAL)!));
    expect(kept.last?.wide).toEqual(octets('0104 00000064 0061 02 04d2 00f0 0001 ff'));
  });

  test('with lengths of four octets are split once they are known', () => {
    const desk = new Desk();
    for (let i = 0; i < 3; i++) desk.hear(wide('0104 00000064 62 00000003 abcdef'));
    expect(desk.position.items).toEqual({
      unknown: [
        { id: '0x01', hex: '00000064' },
        { id: '0x62', hex: 'abcdef' },
      ],
    });
  });

  test('of the usual shape are not touched by knowing that', () => {
    const desk = new Desk({ [TERMINAL]: { items: '2' } }).hear(wide('0104 00000064'));
    expect(desk.position.items).toEqual({ mileage: 10 });
  });

  test('of a maker are read by the profile that the model has', () => {
    const body = 'eb06 0004 00ce 04f8';
    const desk = new Desk().hear(registered({ manufacturerId: '70111', terminalModel: 'BSJ-A6' }), wide(body));
    expect(desk.position.items).toEqual({
      unknown: [{ id: '0xEB', hex: '000400ce04f8' }],
      vendor: { profile: 'bsj', values: { extension: { supplyVoltage: 12.72 } }, reading: { supplyMv: 12_720 } },
    });
    const none = new Desk({ 'BSJ-A6': { vendor: 'none' } });
    none.hear(registered({ manufacturerId: '70111', terminalModel: 'BSJ-A6' }), wide(body));
    expect(none.position.items).toEqual({ unknown: [{ id: '0xEB', hex: '000400ce04f8' }] });
  });
});

describe('a maker', () => {
  const fixed = locationBody({ items: {} });
  const sends = (body: string) => frameRecord({ id: ID.location, body: joined(fixed, octets(body)) });
  const thrice = (body: string, desk = new Desk()) => desk.hear(sends(body), sends(body), sends(body));

  test('is known by items that can be no other maker’s', () => {
    expect(thrice('3001 18 eb06 0004 00ce 04f8').registry.quirks.view(TERMINAL)?.['vendor']).toEqual({
      value: 'bsj',
      from: 'learnt',
      evidence: 3,
    });
    expect(thrice('5602 0500 6102 04d2').position.items).toMatchObject({
      vendor: { profile: 'g10', reading: { supplyMv: 12_340, backupPercent: 50, removed: false } },
    });
    expect(thrice('e601 02 e701 00 e802 3138 e901 64 ea01 00').believed('vendor')).toBe('jam-aware');
  });

  test('is not known by what several makers have, nor by half of a list', () => {
    for (const body of [
      '6102 04d2',
      '5602 0500 6102 04d2 fb04 5f019a01',
      'eb04 01cc 00 26',
      'eb06 0005 00ce 04f8',
      'e601 02',
    ])
      expect(thrice(body).believed('vendor')).toBeUndefined();
  });

  test('is what the model says, whatever the items look like', () => {
    const desk = new Desk().hear(registered({ manufacturerId: '70111', terminalModel: 'S21L' }));
    expect(thrice('eb06 0004 00ce 04f8', desk).registry.quirks.vendor(TERMINAL)?.name).toBe('s21l');
    expect(desk.registry.quirks.view(TERMINAL)?.['vendor']).toMatchObject({ value: 's21l', from: 'registered' });
  });
});

describe('altitudes', () => {
  const below = frameRecord({ id: ID.location, body: locationBody({ altitude: 0xfff6 }) });

  test('below the sea are known as such after some of them', () => {
    const desk = new Desk().hear(below);
    expect(desk.position.altitude).toBe(0xfff6);
    expect(desk.hear(below, below).position.altitude).toBe(-10);
    expect(desk.hear(frameRecord({ id: ID.location, body: locationBody({ altitude: 20 }) })).position.altitude).toBe(
      20,
    );
  });

  test('are what the operator says', () => {
    expect(new Desk({ [TERMINAL]: { altitude: 'signed' } }).hear(below).position.altitude).toBe(-10);
    expect(new Desk({ [TERMINAL]: { altitude: 'unsigned' } }).hear(below, below, below).position.altitude).toBe(0xfff6);
  });
});

describe('bodies', () => {
  test('are read by the character set and the layout that a terminal is known for', () => {
    const plain = registrationBody(2013, { plate: '' });
    const desk = new Desk().hear(
      frameRecord({ id: ID.registration, body: joined(plain, new TextEncoder().encode('云A12345')) }),
    );
    const ways = desk.registry.quirks.ways(TERMINAL);
    expect(ways).toEqual({ vendor: undefined, charset: 'utf-8', manufacturer: 5 });
    const answer = encodeBody(0x8300, 2013, { flag: 4, text: '请速回' }, ways);
    expect(new TextDecoder().decode(answer.subarray(1))).toBe('请速回');
    const said = new Desk({ [TERMINAL]: { text: 'gbk', manufacturer: '11' } }).registry.quirks.ways(TERMINAL);
    expect(said).toMatchObject({ charset: 'gbk', manufacturer: 11 });
  });

  test('have the revision that the headers showed, where nobody registered', () => {
    const desk = new Desk().hear(frameRecord({ id: ID.heartbeat, speaker: { phone: '1', revision: 2019 } }));
    expect(desk.registry.quirks.revision(TERMINAL)).toBe(2019);
    expect(new Desk({ [TERMINAL]: { clock: 'utc+8' } }).registry.quirks.clockOffset(TERMINAL)).toBe(8 * HOUR);
    expect(desk.registry.quirks.clockOffset(TERMINAL)).toBe(0);
  });
});

describe('other ways', () => {
  test('phones in hex or binary and headers of 2019 are told apart', () => {
    const desk = new Desk();
    const heartbeat = (phone: string) => frameRecord({ id: ID.heartbeat, speaker: { phone, revision: 2013 } });
    desk.hear(heartbeat('0a391234567f'), heartbeat('0a391234567f'));
    expect([desk.believed('phone'), desk.believed('revision'), desk.believed('versionFlag')]).toEqual([
      'hex',
      '2013',
      'right',
    ]);
    const binary = new Desk();
    binary.hear(heartbeat('4eb6fb4a0000'), heartbeat('4eb6fb4a0000'));
    expect(binary.believed('phone')).toBe('binary');
  });

  test('plates in UTF-8 are told from GBK', () => {
    const plain = registrationBody(2013, { plate: '' });
    const plate = (text: Uint8Array) => frameRecord({ id: ID.registration, body: joined(plain, text) });
    expect(new Desk().hear(plate(new TextEncoder().encode('云A12345'))).believed('text')).toBe('utf-8');
    expect(new Desk().hear(frameRecord({ id: ID.registration, body: registrationBody(2013) })).believed('text')).toBe(
      'gbk',
    );
    expect(new Desk().hear(plate(octets('413132333435'))).believed('text')).toBeUndefined();
  });

  test('unescaped delimiters are heard from the framing', () => {
    const desk = new Desk().reports(1);
    const { quirks } = desk.registry;
    expect(quirks.framed(TERMINAL, false)).toBe(false);
    expect([quirks.framed(TERMINAL, true), quirks.framed(TERMINAL, true)]).toEqual([true, true]);
    expect(desk.believed('escape')).toBe('wrong');
    expect(quirks.framed('404', true)).toBe(false);
  });
});

describe('what was learnt', () => {
  test('comes back from its snapshot, and records that it holds are not taken twice', () => {
    const before = new Desk().reports(8, { behind: 8 * HOUR });
    const kept = before.registry.quirks.snapshot(TERMINAL)!;
    const after = new Desk();
    after.registry.quirks.restore(TERMINAL, kept);
    expect(after.believed('time')).toBe('utc');
    expect(after.registry.quirks.counts.time).toEqual({ 'utc+8': 0, utc: 1 });
    after.reports(8, { from: NOON + HOUR });
    expect(after.registry.quirks.snapshot(TERMINAL)).toBe(kept);
    expect(before.changed).toEqual(new Set([`quirk ${TERMINAL}`]));
    expect(before.registry.quirks.snapshot('404')).toBeNull();
  });
});
