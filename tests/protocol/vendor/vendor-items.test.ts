import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  codecFor,
  parseHex,
  QuirkSet,
  readVendorItems,
  splitVendorItems,
  VENDOR_PROFILES,
  vendorProfileFor,
} from '../../../protocol/index.ts';

const octets = (hex: string): Uint8Array => parseHex(hex.replaceAll(' ', ''))!;
const item = (id: number, hex: string) => ({ id, bytes: octets(hex) });
const read = (profile: string, ...items: { id: number; bytes: Uint8Array }[]) =>
  readVendorItems(VENDOR_PROFILES[profile]!, items);

describe('a profile', () => {
  test('reads the list inside 0xEB of BSJ, and shows by its id what the table does not have', () => {
    const found = read(
      'bsj',
      item(0xeb, '000c00b28986049401208044782200060089fffffffe000600c5ffffffe7000b00d801cc0090050fec20c7000400b71d00'),
    );
    expect(found).toEqual({
      profile: 'bsj',
      values: {
        extension: {
          iccid: '89860494012080447822',
          alarms: ['batterySwitch'],
          states: [],
          cell: { mcc: 460, mnc: 0, lac: 0x9005, cell: 0x0fec20c7 },
          '0x00b7': '1d00',
        },
      },
      reading: {
        iccid: '89860494012080447822',
        sleeping: false,
        removed: false,
        fakeCell: false,
        vibration: false,
        caseOpen: false,
        cell: '460-0-36869-267133127',
      },
    });
    expect(read('bsj', item(0xeb, '000400ce04f8'))?.reading).toEqual({ supplyMv: 12_720 });
  });

  // Frames of the extension tests of SmallChi/JT808 (MIT).
  test('reads battery, supply, case, ICCID and temperatures of GPS51', () => {
    const found = read(
      'gps51',
      item(0x51, '0134011a04f68010'),
      item(0x61, '04d2'),
      item(0xf1, '3839383630343138323331383730383530363230'),
      item(0xf6, '0860123456789012'),
      item(0xfa, '00000003'),
      item(0xfb, '5f019a01'),
      item(0x77, '00'),
    );
    expect(found?.values).toEqual({
      temperatures: [30.8, 28.2, 127, -1.6],
      supplyVoltage: 12.34,
      iccid: '89860418231870850620',
      imei: '860123456789012',
      events: ['vibration', 'removal'],
      battery: { percent: 95, voltage: 4.1, charging: 'yes' },
    });
    expect(found?.reading).toEqual({
      supplyMv: 12_340,
      backupMv: 4100,
      backupPercent: 95,
      charging: true,
      vibration: true,
      removed: true,
      sleeping: false,
      backupLow: false,
      iccid: '89860418231870850620',
      imei: '860123456789012',
    });
  });

  test('tells meanings of one id apart by length', () => {
    expect(read('tracker', item(0xe1, '55'))?.reading).toEqual({ backupPercent: 85 });
    expect(read('tracker', item(0xe1, '007b'))?.reading).toEqual({ supplyMv: 12_300 });
    expect(read('tracker', item(0xe1, '01cc 0000 1234 00005678 1f'))?.values).toEqual({
      cells: { mcc: 460, mnc: 0, cells: [{ lac: 0x1234, cell: 0x5678, rssi: 31 }] },
    });
  });

  test('reads the power block, diagnostics and locks of trackers', () => {
    const found = read(
      'tracker',
      item(0xee, '1f 2ee0 0f0a 09'),
      item(0xf3, '0003 02 0bb8 0009 02 0078'),
      item(0xd5, '022002604323279593786160001220000012342795937861580012'),
    );
    expect(found?.values['obd']).toEqual({ rpm: 3000, coolant: 80 });
    expect(found?.values['locks']).toEqual([
      { id: '2002604323', card: '2795937861', percent: 96, status: '0012' },
      { id: '2000001234', card: '2795937861', percent: 88, status: '0012' },
    ]);
    expect(found?.reading).toEqual({ csq: 31, supplyMv: 12_000, backupMv: 3850, satellites: 9 });
  });

  test('leaves an item raw that is cut short, and takes nothing from it', () => {
    expect(read('bsj', item(0xeb, '000400ce04f8 000c00b28986'))).toBeUndefined();
    expect(read('gps51', item(0x61, '04d2ff'))).toBeUndefined();
  });

  test('is chosen by what the terminal registered as, and by nothing less', () => {
    expect(vendorProfileFor('70111', 'BSJ-A6')?.name).toBe('bsj');
    expect(vendorProfileFor('BSJ', 'X')?.name).toBe('bsj');
    expect(vendorProfileFor('70111', 'ABSJ')).toBeUndefined();
    expect(vendorProfileFor('', '')).toBeUndefined();
  });

  test('takes any octets', () => {
    const anyItems = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 255 }), bytes: fc.uint8Array({ maxLength: 60 }) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(VENDOR_PROFILES)), anyItems, (profile, items) => {
        const before = JSON.stringify(items.map(({ bytes }) => [...bytes]));
        const found = readVendorItems(profile, items);
        expect(JSON.stringify(items.map(({ bytes }) => [...bytes]))).toBe(before);
        expect(JSON.parse(JSON.stringify(found?.values ?? {}))).toEqual(found?.values ?? {});
        const charge = found?.reading.backupPercent;
        expect(charge === undefined || (charge >= 0 && charge <= 100)).toBe(true);
      }),
    );
  });

  test('every row is met by its own id and a length of its own', () => {
    for (const { items } of Object.values(VENDOR_PROFILES)) {
      const keys = items.map(({ id, size }) => `${id} ${JSON.stringify(size ?? 'any')}`);
      expect(keys).toEqual([...new Set(keys)]);
    }
  });
});

describe('items with ids of two octets', () => {
  const shapes = (hex: string) => {
    const b = octets(hex);
    return splitVendorItems(b, 0, b.length)?.map(({ id, idSize, bytes }) => [id, idSize, bytes.length]);
  };

  // A body of SmallChi/JT808's tests (MIT).
  test('are split out from among the others', () => {
    expect(
      shapes(
        '00052801cc00210625155739054145bbc91e4145a2fa1141450000004145bbc8194145a1370a4145000000240200002a0200002b04000000003001153101125f0a89860418231870850620',
      ),
    ).toEqual([
      [0x05, 2, 40],
      [0x24, 1, 2],
      [0x2a, 1, 2],
      [0x2b, 1, 4],
      [0x30, 1, 1],
      [0x31, 1, 1],
      [0x5f, 1, 10],
    ]);
  });

  test('may have lengths of two octets as well', () => {
    expect(shapes(`0104000000640202003700dd0042${'00'.repeat(66)}`)).toEqual([
      [1, 1, 4],
      [2, 1, 2],
      [0xdd, 2, 66],
    ]);
  });

  // Of the same tests: every shape in one body, 0x62 with a length of four octets.
  test('may stand beside lengths of four octets', () => {
    const body = `010400000064 0202 0037 df02abcd de02abcd 00dd0002abcd 62 00000100 ${'00'.repeat(256)} ca01ff`;
    expect(shapes(body)).toEqual([
      [0x01, 1, 4],
      [0x02, 1, 2],
      [0xdf, 1, 2],
      [0xde, 1, 2],
      [0xdd, 2, 2],
      [0x62, 1, 256],
      [0xca, 1, 1],
    ]);
    const b = octets('6200000003abcdef');
    expect(splitVendorItems(b, 0, b.length)).toMatchObject([{ id: 0x62, usual: false, bytes: octets('abcdef') }]);
  });

  test('are none where no reading uses every octet', () => {
    expect(shapes('0104000000')).toBeUndefined();
    expect(shapes('0000')).toBeUndefined();
    expect(shapes('00')).toBeUndefined();
    expect(splitVendorItems(new Uint8Array(1024).fill(1), 0, 1024)).toBeUndefined();
  });

  test('are split in bounded time, whatever the octets', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 1023 }), (values) => {
        const b = Uint8Array.from(values);
        const found = splitVendorItems(b, 0, b.length);
        const used = found?.reduce((sum, { bytes }) => sum + bytes.length, 0) ?? 0;
        expect(used).toBeLessThanOrEqual(b.length);
      }),
    );
  });
});

test('a report with vendor items is written again as it was', () => {
  const body = octets(`${'00'.repeat(22)}260101120000 0104000003e8 eb06000400ce04f8 e10155`);
  const codec = codecFor(0x0200, 2013);
  const report = codec.decode(body, 0, body.length, new QuirkSet());
  expect(read('tracker', ...(report.items.unknown ?? []))?.reading).toEqual({ supplyMv: 12_720, backupPercent: 85 });
  const again = new Uint8Array(body.length);
  expect(codec.encode(report, again, 0)).toBe(body.length);
  expect(again).toEqual(body);
});
