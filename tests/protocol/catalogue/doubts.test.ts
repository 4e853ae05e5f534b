/**
 * Where implementations of the standard disagree: bodies as they are met, by what is decided about each. All are read;
 * what is not as the standard says has a name.
 */
import { describe, expect, it } from 'vitest';
import {
  codecFor,
  formatHex,
  fromJson,
  joinControlParameters,
  messageById,
  parseHex,
  readGeneric,
  type Revision,
  splitControlParameters,
  toJson,
} from '../../../protocol/index.ts';

const hex = (text: string): string => text.replaceAll(' ', '');
const ascii = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const padded = (text: string, size: number): string => ascii(text).padEnd(2 * size, '0');

function read(id: number, revision: Revision, text: string): { json: Record<string, unknown>; quirks: string[] } {
  const octets = parseHex(hex(text))!;
  const quirks: string[] = [];
  const message = messageById(id)!;
  const codec = codecFor(id, revision)!;
  const value = codec.decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) });
  expect(readGeneric(message, revision, octets).value).toEqual(value);
  const json = toJson(message, revision, value as never);
  // What a sender left off that is due is borne, and not written.
  if (quirks.includes('length')) return { json, quirks };
  const out = new Uint8Array(2048);
  const end = codec.encode(fromJson(message, revision, JSON.parse(JSON.stringify(json))), out, 0);
  // Whatever layout it came in, it is written in again.
  expect(formatHex(out, 0, end)).toBe(hex(text));
  return { json, quirks };
}

const LOCATION = '00000000 00000003 01dae800 07404c31 0019 025d 005a 240131125959';
const where = { latitude: 31.123456, longitude: 121.654321 };

describe('a manufacturer id', () => {
  const attributes = (manufacturer: string, model: number, id: number): string =>
    `0007 ${manufacturer} ${padded('M1', model)} ${padded('T1', id)} 89860123456789012345 02 ${ascii('H1')} 02 ${ascii('F1')} 03 21`;

  it('of 0x0107 has 5 octets in every edition (D01)', () => {
    expect(read(0x0107, 2013, attributes(padded('70111', 5), 20, 7)).quirks).toEqual([]);
    const { json, quirks } = read(0x0107, 2019, attributes(padded('70111', 5), 30, 30));
    expect(json).toMatchObject({ manufacturerId: '70111', hardwareVersion: 'H1', commAttributes: ['gprs', 'tdLte'] });
    expect(quirks).toEqual([]);
  });

  it('of 11 octets is told by where the body ends (D01)', () => {
    const { json, quirks } = read(0x0107, 2019, attributes(padded('44011170111', 11), 30, 30));
    expect(json).toMatchObject({ manufacturerId: '44011170111', terminalModel: 'M1', layout: 'manufacturer-11' });
    expect(quirks).toEqual(['manufacturer-11']);
  });

  it('of 0x8108 likewise (D02)', () => {
    const upgrade = (manufacturer: string): string => `00 ${manufacturer} 02 ${ascii('v2')} 00000003 010203`;
    expect(read(0x8108, 2019, upgrade(padded('70111', 5))).quirks).toEqual([]);
    const { json, quirks } = read(0x8108, 2019, upgrade(padded('70111', 11)));
    expect(json).toMatchObject({ manufacturerId: '70111', version: 'v2', data: '010203' });
    expect(quirks).toEqual(['manufacturer-11']);
  });

  it('is not 11 octets where nobody says so', () => {
    const codec = codecFor(0x8108, 2019);
    const value = {
      upgradeType: 'terminal',
      manufacturerId: '44011170111',
      version: '',
      data: new Uint8Array(),
    } as const;
    expect(() => codec.encode(value, new Uint8Array(64), 0)).toThrow('deliverUpgradePackage.manufacturerId');
    expect(() => codec.encode({ ...value, layout: 'nonsense' }, new Uint8Array(64), 0)).toThrow(
      'deliverUpgradePackage.layout: "nonsense" is not one of manufacturer-11',
    );
  });
});

it('attributes may end before the modules (D28)', () => {
  const body = `0000 ${padded('A', 5)} ${padded('M', 20)} ${padded('T', 7)} 89860123456789012345 00 00`;
  expect(read(0x0107, 2013, body)).toMatchObject({ quirks: ['length', 'length'], json: { firmwareVersion: '' } });
});

describe('a count', () => {
  it('of 0x8003 is an octet in 2013 and a word in 2019, or an octet all the same (D03)', () => {
    expect(read(0x8003, 2013, '000a 02 0002 0003')).toEqual({
      json: { originalSerial: 10, count: 2, packageIds: [2, 3] },
      quirks: [],
    });
    expect(read(0x8003, 2019, '000a 0002 0002 0003').quirks).toEqual([]);
    expect(read(0x8003, 2019, '000a 02 0002 0003')).toEqual({
      json: { originalSerial: 10, count: 2, packageIds: [2, 3], layout: 'other-edition' },
      quirks: ['other-edition'],
    });
  });

  it('comes twice in 2011 (D12)', () => {
    const parameters = '00000001 04 0000003c 00000002 04 00000005';
    expect(read(0x8103, 2011, `02 ${parameters}`).quirks).toEqual([]);
    expect(read(0x8103, 2011, `02 02 ${parameters}`)).toEqual({
      json: {
        count: 2,
        packageCount: 2,
        params: { heartbeatInterval: 60, tcpReplyTimeout: 5 },
        layout: 'package-count',
      },
      quirks: ['package-count'],
    });
    const circle = '00000001 0000 01dae800 07404c31 00000064';
    expect(read(0x8600, 2011, `00 01 01 ${circle}`).json).toMatchObject({ packageCount: 1, areas: [{ radius: 100 }] });
  });

  it('of 0x8500 is left off (D09)', () => {
    expect(read(0x8500, 2019, '0001 0001 01').json).toEqual({ count: 1, controls: [{ controlId: 'door', param: 1 }] });
    expect(read(0x8500, 2019, '0001 01').quirks).toEqual(['no-count']);
    expect(read(0x8500, 2013, '01').json).toEqual({ flag: ['doorLock'] });
  });
});

it('messages that 2019 took away are read as 2013 has them (D04)', () => {
  expect(read(0x8304, 2019, `05 0002 ${ascii('ok')}`)).toEqual({
    json: { infoType: 5, length: 2, content: 'ok' },
    quirks: [],
  });
});

it('the time of a server is UTC on the wire (D05)', () => {
  expect(read(0x8004, 2019, '191126 155850').json).toEqual({ time: '2019-11-26T23:58:50+08:00' });
});

describe('the text of 0x8105 (D06)', () => {
  it('has its fields in the order of the command', () => {
    const text = 'http://a/b;cmnet;;;1.2.3.4;7611;0;70111;H1;F2;60';
    const parameters = splitControlParameters('wirelessUpgrade', text);
    expect(parameters).toEqual({
      url: 'http://a/b',
      apn: 'cmnet',
      address: '1.2.3.4',
      tcpPort: 7611,
      udpPort: 0,
      manufacturerId: '70111',
      hardwareVersion: 'H1',
      firmwareVersion: 'F2',
      timeLimit: 60,
    });
    expect(joinControlParameters('wirelessUpgrade', parameters)).toBe(text);
    expect(splitControlParameters('connectToServer', '1')).toEqual({ connectionControl: 1 });
    expect(splitControlParameters('connectToServer', '\u0001;x')).toEqual({ connectionControl: 1, authCode: 'x' });
    expect(splitControlParameters('connectToServer', '0;code;;;;1.2.3.4;none')).toEqual({
      connectionControl: 0,
      authCode: 'code',
      address: '1.2.3.4',
    });
  });

  it('with ports as octets is octets, and is split all the same', () => {
    const raw = `${ascii('u;;;;1.2.3.4;')} 3b3b 3b fffe 3b ${ascii('70111;H;F;')} 003c`;
    const { json, quirks } = read(0x8105, 2013, `01 ${raw}`);
    expect(quirks).toEqual(['opaque']);
    expect(json).toEqual({ command: 'wirelessUpgrade', rawParameters: hex(raw), layout: 'opaque' });
    expect(splitControlParameters('wirelessUpgrade', parseHex(hex(raw))!)).toEqual({
      url: 'u',
      address: '1.2.3.4',
      tcpPort: 0x3b3b,
      udpPort: 0xfffe,
      manufacturerId: '70111',
      hardwareVersion: 'H',
      firmwareVersion: 'F',
      timeLimit: 60,
    });
  });

  it('belongs to makers’ own commands too', () => {
    expect(read(0x8105, 2013, `c8 ${ascii('ABCD')}`)).toEqual({
      json: { command: 200, parameters: 'ABCD' },
      quirks: [],
    });
  });
});

describe('areas read back (D10)', () => {
  const circle = '00000001 0000 01dae800 07404c31 00000064 0000';
  const area = { areaId: 1, radius: 100, name: '' };

  it('are whole bodies, as many as the count says', () => {
    const { json, quirks } = read(0x0608, 2019, `01 00000002 00 01 ${circle} 01 01 ${circle}`);
    expect(json).toMatchObject({ count: 2, circles: [{ areas: [area] }, { setType: 'append', areas: [area] }] });
    expect(quirks).toEqual([]);
  });

  it('are one body with all of them', () => {
    const { json, quirks } = read(0x0608, 2019, `01 00000002 00 02 ${circle} ${circle}`);
    expect(json).toMatchObject({ count: 2, layout: 'oneBody', circles: [{ count: 2, areas: [area, area] }] });
    expect(quirks).toEqual(['area-data']);
  });

  it('are areas without what stands before them', () => {
    const { json, quirks } = read(0x0608, 2019, `01 00000002 ${circle} ${circle}`);
    expect(json).toMatchObject({ count: 2, layout: 'bareAreas', circleAreas: [area, area] });
    expect(quirks).toEqual(['area-data']);
  });

  it('are octets where they are none of these', () => {
    expect(read(0x0608, 2019, '02 00000001 74657374')).toEqual({
      json: { queryType: 'rectangle', count: 1, data: '74657374', layout: 'opaque' },
      quirks: ['opaque'],
    });
  });
});

describe('media', () => {
  it('of 2011 have no location in front, which the octets show (D13)', () => {
    const head = '00000007 00 00 01 02';
    const revisionOf = (text: string): unknown => {
      const octets = parseHex(hex(text))!;
      return messageById(0x0801)!.about.revisionOf!(octets, 0, octets.length);
    };
    expect(revisionOf(`${head} ${LOCATION} ffd8ffe0`)).toBe(2013);
    expect(revisionOf(`${head} ${'ffd8ffe000104a46'.repeat(8)}`)).toBe(2011);
    expect(revisionOf(`${head} ffd8`)).toBe(2011);
    expect(read(0x0801, 2013, `${head} ${LOCATION} ffd8`).json).toMatchObject({ location: where, data: 'ffd8' });
    expect(read(0x0801, 2011, `${head} ffd8`).json).toMatchObject({ event: 'timedAction', data: 'ffd8' });
  });

  it('found are without id in 2011, whatever the edition is thought to be (D13)', () => {
    const entry = `00 01 02 ${LOCATION}`;
    expect(read(0x0802, 2013, `0005 0002 00000007 ${entry} 00000008 ${entry}`).quirks).toEqual([]);
    const { json, quirks } = read(0x0802, 2013, `0005 0002 ${entry} ${entry}`);
    expect(json).toMatchObject({ count: 2, items: [{ type: 'image', location: where }, {}] });
    expect(quirks).toEqual(['other-edition']);
  });

  it('found may have locations with items, all of one size (D24)', () => {
    const entry = (id: string): string => `${id} 00 01 02 ${LOCATION} 300118`;
    const { json, quirks } = read(0x0802, 2019, `0005 0002 ${entry('00000007')} ${entry('00000008')}`);
    expect(json).toMatchObject({
      items: [{ multimediaId: 7, location: { items: { rssi: 24 } } }, { multimediaId: 8 }],
    });
    expect(quirks).toEqual(['variable-location']);
  });

  it('that came whole are answered in four octets or in five (D26)', () => {
    expect(read(0x8800, 2013, '00000007')).toEqual({ json: { multimediaId: 7 }, quirks: [] });
    expect(read(0x8800, 2013, '00000007 00')).toEqual({
      json: { multimediaId: 7, count: 0, packageIds: [] },
      quirks: [],
    });
    expect(read(0x8800, 2011, '00000007').quirks).toEqual(['length']);
    const codec = codecFor(0x8800, 2011);
    expect(() => codec.encode({ multimediaId: 7 }, new Uint8Array(9), 0)).toThrow('packageIds: is missing');
  });
});

describe('a driver (D14)', () => {
  const inserted = '01 240131125959 00 04 d5c5c8fd';
  const rest = `${padded('1234', 20)} 02 ${ascii('BJ')} 20301231`;
  const idCard = padded('110101199001011234', 20);

  it('in 2011 begins with the name, which the octets show', () => {
    const body = `04 d5c5c8fd ${idCard} ${padded('1234', 40)} 02 ${ascii('BJ')}`;
    const octets = parseHex(hex(body))!;
    expect(messageById(0x0702)!.about.revisionOf!(octets, 0, octets.length)).toBe(2011);
    expect(read(0x0702, 2011, body).json).toEqual({
      driverNameLength: 4,
      driverName: '张三',
      idCard: '110101199001011234',
      certificateCode: '1234',
      issuerLength: 2,
      issuer: 'BJ',
    });
  });

  it('is told whole only by a card that can be read', () => {
    expect(read(0x0702, 2013, '02 240131125959').json).toEqual({
      status: 'removed',
      time: '2024-01-31T12:59:59+08:00',
    });
    expect(read(0x0702, 2013, '01 240131125959 02').json).toMatchObject({ cardResult: 'cardLocked' });
    expect(read(0x0702, 2013, `${inserted} ${rest}`)).toMatchObject({
      json: { driverName: '张三', issuer: 'BJ', validUntil: '2030-12-31' },
      quirks: [],
    });
  });

  it('of 2013 with the identity card of 2019, and of 2019 without', () => {
    expect(read(0x0702, 2013, `${inserted} ${rest} ${idCard}`)).toMatchObject({
      json: { idCard: '110101199001011234', layout: 'other-edition' },
      quirks: ['other-edition'],
    });
    expect(read(0x0702, 2019, `${inserted} ${rest}`).quirks).toEqual(['other-edition']);
  });

  it('of 2019 is followed by the match of the face, and a UID', () => {
    expect(read(0x0702, 2019, `${inserted} ${rest} ${idCard} 5c`)).toMatchObject({
      json: { faceMatch: 92 },
      quirks: ['supplement'],
    });
    expect(read(0x0702, 2019, `${inserted} ${rest} ${idCard} 5c ${padded('U1', 20)}`).json).toMatchObject({
      uid: 'U1',
    });
  });

  it('is told whole though the card is out', () => {
    const { json, quirks } = read(0x0702, 2013, `02 240131125959 00 04 d5c5c8fd ${rest}`);
    expect(json).toMatchObject({ status: 'removed', driverName: '张三' });
    expect(quirks).toEqual(['unconditional']);
  });
});

describe('areas and routes (D19)', () => {
  it('have times and speeds where their attributes say so', () => {
    const body = '00 01 00000001 0003 01dae800 07404c31 00000064 000000083000 000000180000 0050 0a 003c 0002 4131';
    expect(read(0x8600, 2019, body)).toEqual({
      json: {
        setType: 'update',
        count: 1,
        areas: [
          {
            areaId: 1,
            areaAttributes: ['time', 'speedLimit'],
            centerLatitude: 31.123456,
            centerLongitude: 121.654321,
            radius: 100,
            startTime: '08:30:00',
            endTime: '18:00:00',
            maxSpeed: 80,
            overspeedDuration: 10,
            nightMaxSpeed: 60,
            nameLength: 2,
            name: 'A1',
          },
        ],
      },
      quirks: [],
    });
  });

  it('have them whatever their attributes say', () => {
    const body = '00000001 0004 240131000000 240201000000 0050 0a 0001 01dae800 07404c31';
    const { json, quirks } = read(0x8604, 2013, body);
    expect(json).toMatchObject({ startTime: '2024-01-31T00:00:00+08:00', maxSpeed: 80, vertexCount: 1 });
    expect(quirks).toEqual(['unconditional']);
  });

  it('lie south and west by a bit for all their points', () => {
    const body = '00000001 00c0 0002 01dae800 07404c31 01dae801 07404c32';
    const { json } = read(0x8604, 2013, body);
    const vertices = json['vertices'] as { latitude: number; longitude: number }[];
    expect(vertices[1]).toEqual({ latitude: -31.123457, longitude: -121.654322 });
    const codec = codecFor(0x8604, 2013);
    const polygon = { areaId: 1, areaAttributes: 0, vertices };
    const out = new Uint8Array(64);
    expect(formatHex(out, 0, codec.encode(polygon, out, 0))).toBe(hex(body));
    const across = [
      { latitude: -1, longitude: 10 },
      { latitude: 1, longitude: 10 },
    ];
    expect(() => codec.encode({ ...polygon, vertices: across }, out, 0)).toThrow(/one side of the equator/);
  });

  it('have points each with its own bits', () => {
    const point = (bits: string): string => `00000001 00000002 01dae800 07404c31 32 ${bits}`;
    const { json, quirks } = read(0x8606, 2013, `00000007 0000 0002 ${point('04')} ${point('01 0064 000a')}`);
    expect(quirks).toEqual([]);
    expect(json['points']).toMatchObject([
      { latitude: -31.123456 },
      { latitude: 31.123456, maxTravelTime: 100, minTravelTime: 10 },
    ]);
  });
});

describe('what may be left off', () => {
  it('is the validity of tracking that ends, and is borne (D30)', () => {
    expect(read(0x8202, 2013, '0000')).toEqual({ json: { interval: 0 }, quirks: [] });
    expect(read(0x8202, 2013, '0000 0000000a')).toEqual({ json: { interval: 0, validity: 10 }, quirks: [] });
    expect(read(0x8202, 2013, '0005').quirks).toEqual(['length']);
  });

  it('is a list that is not needed to delete all (D42)', () => {
    for (const id of [0x8301, 0x8303, 0x8401]) {
      expect(read(id, 2013, '00').quirks).toEqual([]);
      expect(read(id, 2013, '00 00').quirks).toEqual([]);
      expect(read(id, 2013, '01').quirks).toEqual(['length']);
    }
  });

  it('is what a camera took when it failed', () => {
    expect(read(0x0805, 2013, '0005 01').quirks).toEqual([]);
    expect(read(0x0805, 2013, '0005 01 0000').json).toMatchObject({ result: 'failure', multimediaIds: [] });
    expect(read(0x0805, 2013, '0005 00 0001 00000007').json).toMatchObject({ multimediaIds: [7] });
  });
});

describe('CAN data', () => {
  it('is 12 octets an item, the id a word of parts (D22, D35)', () => {
    expect(read(0x0705, 2013, '0001 2359590123 e0000010 0102030405060708').json).toEqual({
      count: 1,
      time: '2359590123',
      items: [{ canId: { id: 16, computed: 1, extended: 1, channel: 'can2' }, canData: '0102030405060708' }],
    });
  });

  it('is asked for by 240 parameters of one layout', () => {
    const sampling = (id: string): string => `${id} 08 00000064 40000010`;
    const { json, quirks } = read(
      0x8103,
      2013,
      `03 ${sampling('00000110')} ${sampling('00000111')} ${sampling('000001ff')}`,
    );
    const value = { interval: 100, can: { canId: 16, computed: 0, extended: 1, channel: 'can1' } };
    expect(json['params']).toEqual({
      canIdIndividualSampling: value,
      furtherCanIdSampling: [
        { id: '0x0111', value },
        { id: '0x01FF', value },
      ],
    });
    expect(quirks).toEqual([]);
    expect(read(0x8103, 2013, '01 00000111 01 05')).toEqual({
      json: { count: 1, params: { unknown: [{ id: '0x0111', hex: '05' }] } },
      quirks: ['length'],
    });
  });
});

describe('the driving recorder', () => {
  it('tells who drives, what time it is, and how fast each second was', () => {
    const told = (command: number, block: string) => {
      const size = (block.length / 2).toString(16).padStart(4, '0');
      const frame = `557a${command.toString(16).padStart(2, '0')}${size}00${block}`;
      const check = Buffer.from(frame, 'hex').reduce((xor, octet) => xor ^ octet, 0);
      const body = `0001${frame.slice(4, 6)}${frame}${check.toString(16).padStart(2, '0')}`;
      const { json, quirks } = read(0x0700, 2013, body);
      expect(quirks).toEqual([]);
      return (json as { data: unknown }).data;
    };
    expect(told(1, ascii('430223199009203698'))).toMatchObject({ currentDriver: { licence: '430223199009203698' } });
    expect(told(2, '260301120000')).toMatchObject({ realTimeClock: { realTime: '2026-03-01T12:00:00+08:00' } });
    const seconds = Array.from({ length: 60 }, (_, second) => (second < 59 ? '3c80' : 'ffff')).join('');
    const speeds = told(8, `260301120000${seconds}`) as { speedRecords: { seconds: object[] }[] };
    expect(speeds.speedRecords).toHaveLength(1);
    expect(speeds.speedRecords[0]!.seconds).toHaveLength(60);
    expect(speeds.speedRecords[0]!.seconds[0]).toMatchObject({ speed: 60 });
  });

  it('is read by command, its length and check following from the rest', () => {
    const { json, quirks } = read(0x0700, 2013, '0001 04 557a 04 0008 00 200323101010 0032 01');
    expect(json).toEqual({
      replySerial: 1,
      command: 'pulseCoefficient',
      data: {
        start: 0x557a,
        command: 'pulseCoefficient',
        length: 8,
        reserved: 0,
        pulseCoefficient: { realTime: '2020-03-23T10:10:10+08:00', pulseCoefficient: 50 },
      },
    });
    expect(quirks).toEqual([]);
  });

  it('is octets by block or whole where it is not as it should be', () => {
    expect(read(0x0700, 2013, '0001 04 557a 04 0001 00 20 0a')).toMatchObject({
      json: { data: { pulseCoefficient: { hex: '20' } } },
      quirks: ['broken-item'],
    });
    expect(read(0x0700, 2013, '0001 04 7777')).toMatchObject({
      json: { data: { hex: '7777' } },
      quirks: ['broken-item'],
    });
    expect(read(0x0700, 2013, '0001 04').json).toEqual({ replySerial: 1, command: 'pulseCoefficient' });
  });

  it('whose check is wrong is read, and noted', () => {
    const octets = parseHex(hex('0001 04 557a 04 0008 00 200323101010 0032 02'))!;
    const quirks: string[] = [];
    const value = codecFor(0x0700, 2013).decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) });
    expect(value.data).toMatchObject({ reserved: 0, pulseCoefficient: { pulseCoefficient: 50 } });
    expect(quirks).toEqual(['inner-check']);
  });
});
