import { describe, expect, it } from 'vitest';
import {
  BatchCursor,
  bitNames,
  codecFor,
  formatHex,
  IGNORE_QUIRKS,
  type LocationReport,
  messageById,
  parseHex,
  ProtocolError,
  STATUS_BITS,
  toJson,
} from '../../../protocol/index.ts';

const codec = codecFor(0x0200, 2013);
/** Octets as hex, with spaces where fields meet. */
const hex = (text: string): string => text.replaceAll(' ', '');
const FIXED = hex('00000001 00000003 01dae800 07404c31 0019 025d 005a 240131125959');

function read(text: string): { value: LocationReport; quirks: string[] } {
  const octets = parseHex(hex(text))!;
  const quirks: string[] = [];
  return { value: codec.decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) }), quirks };
}
const items = (text: string) => {
  const { value, quirks } = read(FIXED + text);
  return { items: value.items, quirks };
};
function write(value: LocationReport): string {
  const out = new Uint8Array(512);
  return formatHex(out, 0, codec.encode(value, out, 0));
}
/** The fixed part with other status and coordinates. */
const at = (status: string, latitude: string, longitude: string): string =>
  `00000000${status}${latitude}${longitude}${FIXED.slice(32)}`;

describe('0x0200', () => {
  it('reads the worked example: 31.123456 N 121.654321 E, 25 m, 60.5 km/h, 90 degrees', () => {
    const { value, quirks } = read(`${FIXED}0104000186a0300118310109`);
    expect(value).toEqual({
      alarm: 1,
      status: 3,
      latitude: 31.123456,
      longitude: 121.654321,
      altitude: 25,
      speed: 60.5,
      direction: 90,
      time: Date.parse('2024-01-31T12:59:59+08:00'),
      items: { mileage: 10_000, rssi: 24, satellites: 9 },
    });
    expect(quirks).toEqual([]);
  });

  it('gives every report one shape, whatever items it has', () => {
    const keys = (hex: string): string[] => Object.keys(items(hex).items);
    expect(keys('')).toEqual(keys('300118310109010400000001e40200ff'));
  });

  it('cannot be read when the fixed part is cut, and says where', () => {
    const octets = parseHex(FIXED)!;
    expect(() => codec.decode(octets, 0, 27, IGNORE_QUIRKS)).toThrow(
      new ProtocolError('TRUNCATED', 'locationReport.alarm', 'needs 28 octets, 27 left', 0),
    );
  });

  it('reads a clock that was never set as no time, and writes it back as zeros', () => {
    const { value } = read(FIXED.slice(0, 44) + '000000000000');
    expect(value.time).toBeNaN();
    expect(write(value)).toBe(FIXED.slice(0, 44) + '000000000000');
    expect(toJson(messageById(0x0200)!, 2013, value)).toMatchObject({ time: null });
  });
});

describe('coordinates', () => {
  it.each([
    ['00000003', 31.123456, 121.654321],
    ['00000007', -31.123456, 121.654321],
    ['0000000b', 31.123456, -121.654321],
    ['0000000f', -31.123456, -121.654321],
  ])('have the sign of the hemisphere bits of status %s', (status, latitude, longitude) => {
    const hex = at(status, '01dae800', '07404c31');
    const { value, quirks } = read(hex);
    expect([value.latitude, value.longitude]).toEqual([latitude, longitude]);
    expect(quirks).toEqual([]);
    expect(write(value)).toBe(hex);
  });

  it('are never minus zero', () => {
    const { value } = read(at('0000000f', '00000000', '00000000'));
    expect([Object.is(value.latitude, 0), Object.is(value.longitude, 0)]).toEqual([true, true]);
  });

  it('in two’s complement are read as what they mean, noted, and written by hemisphere bit', () => {
    const { value, quirks } = read(at('00000002', 'ff4580f2', 'f81b0ee4'));
    expect([value.latitude, value.longitude]).toEqual([-12.222222, -132.444444]);
    expect(quirks).toEqual(['signed-coordinate', 'signed-coordinate']);
    expect(write(value)).toBe(at('0000000e', '00ba7f0e', '07e4f11c'));
  });

  it('of a value set the hemisphere bit, and a bit that is set makes them negative', () => {
    const { value } = read(FIXED);
    expect(write({ ...value, latitude: -31.123456 })).toBe(`0000000100000007${FIXED.slice(16)}`);
    expect(write({ ...value, status: 7 })).toBe(`0000000100000007${FIXED.slice(16)}`);
  });

  it('that no word can hold are refused', () => {
    expect(() => write({ ...read(FIXED).value, longitude: 5000 })).toThrow(/longitude: 5000 is not an angle/);
    expect(() => write({ ...read(FIXED).value, latitude: Number.NaN })).toThrow(ProtocolError);
  });
});

describe('additional items', () => {
  it('of an unknown id stay raw, in order', () => {
    expect(items('e40200640703000001')).toEqual({
      items: {
        unknown: [
          { id: 0xe4, bytes: Uint8Array.of(0, 0x64) },
          { id: 0x07, bytes: Uint8Array.of(0, 0, 1) },
        ],
      },
      quirks: [],
    });
  });

  it('of another length than their table’s stay raw, and are noted', () => {
    expect(items('3102000b 0601ff')).toEqual({
      items: {
        unknown: [
          { id: 0x31, bytes: parseHex('000b') },
          { id: 0x06, bytes: Uint8Array.of(0xff) },
        ],
      },
      quirks: ['length', 'length'],
    });
  });

  it('of more or fewer analog inputs than two are words in their order, and noted', () => {
    const { items: read, quirks } = items('2b0812a803dc00010000');
    expect(read).toEqual({ analogChannels: [0x12a8, 0x03dc, 1, 0] });
    expect(quirks).toEqual(['length']);
    expect(items('2b0412a803dc')).toEqual({ items: { analog: 0x12a803dc }, quirks: [] });
    expect(items('2b0312a803').items.unknown).toHaveLength(1);
  });

  it('that come twice keep the first as the value and the second raw', () => {
    expect(items('300118 300119')).toEqual({
      items: { rssi: 0x18, unknown: [{ id: 0x30, bytes: Uint8Array.of(0x19) }] },
      quirks: ['repeated'],
    });
  });

  it('cut off at the end keep their octets and do not spoil the body', () => {
    for (const tail of ['01', '0104', '010400018600'.slice(0, 10)]) {
      expect(items(`300118${tail}`)).toEqual({ items: { rssi: 0x18, trailing: parseHex(tail) }, quirks: ['trailing'] });
    }
  });

  it('are written back with what was raw, unknown, repeated or cut off', () => {
    for (const hex of ['300118e4020064', '300118300119', '3001180104', '0601ff', 'f300', '0105']) {
      expect(write(read(FIXED + hex).value)).toBe(FIXED + hex);
    }
  });

  it('of a temperature are two’s complement, but sign and magnitude where nothing is that cold', () => {
    expect(items('06020019').items.carriageTemperature).toBe(25);
    expect(items('0602ffee')).toEqual({ items: { carriageTemperature: -18 }, quirks: [] });
    expect(items('06028012')).toEqual({ items: { carriageTemperature: -18 }, quirks: ['sign-magnitude'] });
    expect(write({ ...read(FIXED).value, items: { carriageTemperature: -18 } })).toBe(`${FIXED}0602ffee`);
    expect(() => write({ ...read(FIXED).value, items: { carriageTemperature: -20_000 } })).toThrow(/-16384 to 32767/);
  });

  it('of tyres have as many wheels as they have', () => {
    expect(items('0503 24ff25').items.tyrePressure).toEqual(Uint8Array.of(0x24, 0xff, 0x25));
  });

  it('of overspeeding name the area unless there is none', () => {
    expect(items('110100').items.overspeed).toEqual({ positionType: 'noParticularPlace' });
    expect(items('11050300000063').items.overspeed).toEqual({ positionType: 'polygon', areaId: 99 });
    // Some senders write the id though there is no area.
    expect(items('11050000000063').items.overspeed).toEqual({ positionType: 'noParticularPlace', areaId: 99 });
    expect(() => write({ ...read(FIXED).value, items: { overspeed: { positionType: 'circle' } } })).toThrow(
      'locationReport.items.overspeed.areaId: is missing',
    );
  });

  it('of areas, segments, video and driving are objects and bits', () => {
    const hex = '1206 020000004201 1307 00000058003c01 1404 00000021 1803 00025a 17021001';
    const { value, quirks } = read(FIXED + hex);
    expect(toJson(messageById(0x0200)!, 2013, value)['items']).toEqual({
      areaInOut: { positionType: 'rectangle', areaId: 66, direction: 'out' },
      segmentTime: { segmentId: 88, travelTime: 60, result: 'tooLong' },
      videoAlarm: ['signalLost', 'abnormalDriving'],
      storageFault: ['main1', 'backup1'],
      abnormalDriving: { behaviour: ['phoneCall'], fatigueLevel: 90 },
    });
    expect(quirks).toEqual([]);
  });
});

describe('status bits', () => {
  it('8 and 9 are one number', () => {
    expect([0x000, 0x100, 0x200, 0x300].map((word) => bitNames(STATUS_BITS, word))).toEqual([
      [],
      ['halfLoaded'],
      ['load2'],
      ['fullLoaded'],
    ]);
  });

  it('without a name show their number', () => {
    expect(bitNames(STATUS_BITS, 0x88400003)).toEqual(['acc', 'positioned', 'moving', 'bit27', 'bit31']);
  });
});

describe('0x0704', () => {
  const batch = codecFor(0x0704, 2013);
  const one = `001c${FIXED}`;

  function walk(hex: string): { spans: string[]; quirks: string[]; cursor: BatchCursor } {
    const octets = parseHex(hex)!;
    const quirks: string[] = [];
    const cursor = new BatchCursor(octets, 0, octets.length, { quirk: (name) => quirks.push(name) });
    const spans: string[] = [];
    while (cursor.next()) spans.push(formatHex(octets, cursor.from, cursor.to));
    return { spans, quirks, cursor };
  }
  const decode = (hex: string) => {
    const octets = parseHex(hex)!;
    const quirks: string[] = [];
    return { value: batch.decode(octets, 0, octets.length, { quirk: (name) => quirks.push(name) }), quirks };
  };

  it('reads its positions, and whether they were kept while there was no link', () => {
    const { value, quirks } = decode(`000201${one}${one}`);
    expect(value.dataType).toBe('blindZoneSupplement');
    expect(value.items.map(({ location }) => (location as LocationReport).speed)).toEqual([60.5, 60.5]);
    expect(quirks).toEqual([]);
    expect(walk(`000201${one}${one}`)).toMatchObject({
      spans: [FIXED, FIXED],
      quirks: [],
      cursor: { blindZone: true },
    });
    expect(walk(`000100${one}`).cursor.blindZone).toBe(false);
  });

  it('keeps a broken position as octets and reads the others', () => {
    const hex = `000301${one}0003aabbcc${one}`;
    const { value, quirks } = decode(hex);
    expect(value.items[1]!.location).toEqual(Uint8Array.of(0xaa, 0xbb, 0xcc));
    expect(value.items[2]!.location).toMatchObject({ speed: 60.5 });
    expect(quirks).toEqual(['broken-item']);
    expect(walk(hex).spans).toEqual([FIXED, 'aabbcc', FIXED]);
    const json = toJson(messageById(0x0704)!, 2013, value) as { items: { length: number; location: unknown }[] };
    expect(json.items[1]).toEqual({ length: 3, location: { hex: 'aabbcc' } });
    expect(json.items[0]!.length).toBe(28);
  });

  it.each([
    ['fewer positions than its count', `000501${one}`, ['count'], 1],
    ['a position that runs past the end', `000201${one}001c0000`, ['count', 'trailing'], 1],
    ['octets behind its last position', `000101${one}ffff`, ['trailing'], 1],
    ['no position', '000001', [], 0],
  ])('bears %s', (_, hex, quirks, positions) => {
    expect(decode(hex)).toMatchObject({ quirks, value: { items: { length: positions } } });
    expect(walk(hex)).toMatchObject({ quirks, spans: { length: positions } });
  });

  it('without its head cannot be read', () => {
    expect(() => decode('0001')).toThrow(ProtocolError);
    expect(() => walk('0001')).toThrow(ProtocolError);
  });
});
