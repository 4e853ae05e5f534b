/** Active safety against the octets and facts of other projects, in the layouts of every province. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import {
  type BodyOf,
  codecFor,
  encodeBody,
  formatTime,
  fromJson,
  IGNORE_QUIRKS,
  jsonSchema,
  messageById,
  parseHex,
  readGeneric,
  toJson,
} from '../../../protocol/index.ts';
import { octetsOf, type Vector, vectors } from '../../support/vectors.ts';

const all = vectors({ protocol: 'sbiao' });
const idOf = ({ msgId }: Vector): number => Number(msgId);

/** Quirks, and the value. */
function decode(id: number, octets: Uint8Array, quirks: string[] = []): unknown {
  return codecFor(id, 2013)!.decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) });
}

/** Bodies that break their own rules, and how: the rest is read to the last octet without one. */
const ODD: Readonly<Record<string, readonly string[]>> = {
  // The length says 26 octets, 41 follow.
  'sc-subiao-JT808_0x0200_0x67_Test-Json': ['length', 'trailing'],
  // Two octets short of T/JSATL 12-2017: the level speed of one alarm and the recording of another are not there.
  'sc-subiao-JT808_0x8103_0xF365_Test-Deserialize': ['length'],
};
/** Of two items SmallChi writes 32 as the length, and 47 octets: that length cannot be gone by. */
const WRONG_LENGTH = 0x20;

describe('bodies of other projects', () => {
  it.each(all)('$id is read to its last octet and written back', (vector) => {
    const octets = octetsOf(vector);
    const quirks: string[] = [];
    const value = decode(idOf(vector), octets, quirks);
    const message = messageById(idOf(vector))!;
    const back = fromJson(message, 2013, JSON.parse(JSON.stringify(toJson(message, 2013, value as never))));
    expect(encodeBody(idOf(vector), 2013, back)).toEqual(octets);
    if (octets[29] !== WRONG_LENGTH) expect(quirks.filter((name) => name !== 'province')).toEqual(ODD[vector.id] ?? []);
  });
});

const digits = (time: number): string => formatTime(time).slice(0, 19).replace('T', ' ');
type Items = BodyOf<'locationReport'>['items'];

function itemsOf(id: string): Items {
  const vector = all.find((one) => one.id === id)!;
  return (decode(0x0200, octetsOf(vector)) as BodyOf<'locationReport'>).items;
}

describe('the items of Guangdong', () => {
  const facts = (id: string): Readonly<Record<string, unknown>> => all.find((one) => one.id === id)!.expect;

  it('say where and when, and by which number evidence is asked for', () => {
    for (const [name, item] of [
      ['adas', '0x64'],
      ['dsm', '0x65'],
      ['tpms', '0x66'],
      ['bsd', '0x67'],
    ] as const) {
      const id = `sc-yuebiao-JT808_0x0200_${item}_Test-Deserialize`;
      const value = itemsOf(id)[name]!;
      const fact = (field: string): unknown => facts(id)[`item${item}.${field}`];
      expect(value.layout).toBe('guangdong');
      expect([value.alarmId, value.flag, value.altitude, value.speed]).toEqual([
        fact('AlarmId'),
        fact('FlagState') ?? 12,
        fact('Altitude'),
        fact('Speed') ?? 17,
      ]);
      expect([value.latitude * 1e6, value.longitude * 1e6, digits(value.time), value.vehicleStatus]).toEqual([
        fact('Latitude'),
        fact('Longitude'),
        fact('AlarmTime'),
        fact('VehicleState'),
      ]);
      expect(value.identification).toMatchObject({
        terminalId: fact('AlarmIdentification.TerminalId'),
        sequence: fact('AlarmIdentification.SN'),
        attachmentCount: fact('AlarmIdentification.AttachCount'),
        reserved: Uint8Array.of(5, 6),
      });
      expect(digits(value.identification.time)).toBe(fact('AlarmIdentification.Time'));
    }
  });

  it('list the tyres', () => {
    expect(itemsOf('sc-yuebiao-JT808_0x0200_0x66_Test-Deserialize').tpms!.tyres).toEqual([
      { position: 4, alarms: 1, pressure: 3, temperature: 5, battery: 2 },
      { position: 9, alarms: 6, pressure: 8, temperature: 10, battery: 7 },
    ]);
  });
});

/** ADAS, level 2, start, at 32.123456 N 118.765432 E. */
const ADAS =
  '000000010101023714000000 3c 000f 01ea2a40 07143778 240307150723 0401 41313233343536 240307150723 00 03 00';
const REPORT = `00000000 00000003 01ea2a40 07143778 000f 0258 0000 240307150723`;

describe('an alarm of T/JSATL 12-2017', () => {
  it('is read as its tables say', () => {
    const { items } = decode(0x0200, parseHex(`${REPORT}642f${ADAS}`.replaceAll(' ', ''))!) as BodyOf<'locationReport'>;
    const message = messageById(0x0200)!;
    const json = toJson(message, 2013, decode(0x0200, parseHex(`${REPORT}642f${ADAS}`.replaceAll(' ', ''))!) as never);
    expect(items.unknown).toBeUndefined();
    expect((json['items'] as { adas: unknown }).adas).toEqual({
      alarmId: 1,
      flag: 'start',
      type: 'forwardCollision',
      level: 2,
      frontSpeed: 55,
      frontDistance: 2,
      departure: 0,
      signType: 0,
      signValue: 0,
      speed: 60,
      altitude: 15,
      latitude: 32.123456,
      longitude: 118.765432,
      time: '2024-03-07T15:07:23+08:00',
      vehicleStatus: ['acc', 'positioned'],
      identification: {
        terminalId: 'A123456',
        time: '2024-03-07T15:07:23+08:00',
        sequence: 0,
        attachmentCount: 3,
        reserved: '00',
      },
    });
  });

  it.each([
    ['guangdong', 40],
    ['sichuan', 39],
    ['heilongjiang', 38],
  ])('is told from one of %s by its %i octets of identification, and written back as such', (layout, size) => {
    const identification = `41313233343536${'00'.repeat(23)}2403071507230003${'00'.repeat(size - 38)}`;
    const item = `${ADAS.replaceAll(' ', '').slice(0, 62)}${identification}`;
    const hex = `${REPORT}64${(31 + size).toString(16)}${item}`.replaceAll(' ', '');
    const quirks: string[] = [];
    const body = decode(0x0200, parseHex(hex)!, quirks) as BodyOf<'locationReport'>;
    expect(body.items.adas).toMatchObject({
      layout,
      type: 'forwardCollision',
      identification: { terminalId: 'A123456' },
    });
    expect(quirks).toEqual(['province']);
    expect(encodeBody(0x0200, 2013, body)).toEqual(parseHex(hex));
    const message = messageById(0x0200)!;
    expect(readGeneric(message, 2013, parseHex(hex)!).value).toEqual(body);
    const json: unknown = JSON.parse(JSON.stringify(toJson(message, 2013, body)));
    const validate = new Ajv2020({ strict: true, keywords: ['x-unit'], allowUnionTypes: true }).compile(
      jsonSchema(message, 2013),
    );
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    expect(fromJson(message, 2013, json)).toEqual(body);
  });

  it('of a length that no layout has stays raw', () => {
    const hex = `${REPORT}642e${ADAS}`.replaceAll(' ', '').slice(0, -2);
    const quirks: string[] = [];
    const { items } = decode(0x0200, parseHex(hex)!, quirks) as BodyOf<'locationReport'>;
    expect(items.adas).toBeUndefined();
    expect(items.unknown).toHaveLength(1);
    expect(quirks).toEqual(['length']);
  });

  it('is not written in a layout that nobody has', () => {
    const body = decode(0x0200, parseHex(`${REPORT}642f${ADAS}`.replaceAll(' ', ''))!) as BodyOf<'locationReport'>;
    const items = { ...body.items, adas: { ...body.items.adas!, layout: 'atlantis' } };
    expect(() => encodeBody(0x0200, 2013, { ...body, items })).toThrow(/guangdong, sichuan, heilongjiang/);
  });
});

describe('peripherals', () => {
  it('say how they are', () => {
    const octets = parseHex('f7026405010000040465050200000000')!;
    expect(toJson(messageById(0x0900)!, 2013, decode(0x0900, octets) as never)).toEqual({
      type: 247,
      peripheralStatus: {
        count: 2,
        devices: [
          { device: 'adas', length: 5, status: { state: 'normal', faults: ['auxiliaryStorage', 'communication'] } },
          { device: 'dsm', length: 5, status: { state: 'standby', faults: [] } },
        ],
      },
    });
  });

  it('say what they are, and are asked for it', () => {
    const text = (value: string): string =>
      `${value.length.toString(16).padStart(2, '0')}${Buffer.from(value).toString('hex')}`;
    const words = ['Acme', 'A1', 'H1', 'F2', 'D3', 'C4'].map(text).join('');
    const octets = parseHex(`f80164${(words.length / 2).toString(16)}${words}`)!;
    const { peripheralIdentity } = decode(0x0900, octets) as BodyOf<'uplinkTransparentData'>;
    expect(peripheralIdentity).toEqual({
      devices: [
        {
          device: 'adas',
          identity: {
            company: 'Acme',
            model: 'A1',
            hardwareVersion: 'H1',
            firmwareVersion: 'F2',
            deviceId: 'D3',
            customerCode: 'C4',
          },
        },
      ],
    });
    const query: BodyOf<'downlinkTransparentData'> = { type: 0xf8, peripherals: { devices: [{ device: 'adas' }] } };
    expect(encodeBody(0x8900, 2013, query)).toEqual(Uint8Array.of(0xf8, 1, 0x64));
  });

  it('leave alone what users mean by the same types', () => {
    const octets = Uint8Array.of(0xf7, 9, 9, 9);
    const body = codecFor(0x0900, 2013).decode(octets, 0, octets.length, IGNORE_QUIRKS);
    expect(body.peripheralStatus).toEqual(Uint8Array.of(9, 9, 9));
    expect(encodeBody(0x0900, 2013, body)).toEqual(octets);
  });
});

describe('parameter 0xF370', () => {
  const params = (value: string): unknown => {
    const octets = parseHex(
      `01 0000f370 ${(value.length / 2).toString(16).padStart(2, '0')} ${value}`.replaceAll(' ', ''),
    )!;
    return (decode(0x8103, octets) as { params: unknown }).params;
  };

  it('of one octet is the version of Guangdong, and what others put there stays octets', () => {
    expect(params('02')).toMatchObject({ safetyProtocolVersion: 2 });
    expect(params('0102030405')).toMatchObject({ unknown: [{ id: 0xf370, bytes: parseHex('0102030405') }] });
  });
});
