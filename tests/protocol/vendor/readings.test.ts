import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHex, readings, type Readings, VENDOR_PROFILES } from '../../../protocol/index.ts';
import { newReadings, note } from '../../../protocol/vendor/reading.ts';

const octets = (hex: string): Uint8Array => parseHex(hex.replaceAll(' ', ''))!;
const item = (id: number, hex: string) => ({ id, bytes: octets(hex) });
interface Said {
  readonly alarm?: number;
  readonly status?: number;
  readonly rssi?: number;
  readonly satellites?: number;
}
const read = (profile: string | undefined, said: Said, ...unknown: { id: number; bytes: Uint8Array }[]): Readings => {
  const { alarm = 0, status = 0, ...standard } = said;
  const vendor = profile === undefined ? undefined : VENDOR_PROFILES[profile];
  return readings({ alarm, status, items: { ...standard, unknown } }, vendor);
};

describe('readings', () => {
  test('are the standard items alone where no profile is known', () => {
    expect(read(undefined, { rssi: 24, satellites: 11, alarm: 1 << 17 }, item(0x61, '04d2'))).toEqual({
      csq: 24,
      satellites: 11,
    });
    expect(read(undefined, {})).toEqual({});
  });

  test('take 99 for a modem without a network, and no percentage for a strength', () => {
    expect(read(undefined, { rssi: 99 })).toEqual({ csq: 99 });
    expect(read(undefined, { rssi: 87 })).toEqual({});
  });

  test('of a unit with voltage in 0x61: supply, battery, cell, card, and removal from alarm bit 17', () => {
    const said = { rssi: 20, satellites: 9, alarm: 1 << 17 };
    expect(
      read(
        'g10',
        said,
        item(0x56, '0700'),
        item(0x5d, '01 01cc 00 262c 04ba0102 1f'),
        item(0x61, '04d2'),
        item(0xf1, '3839383630343138323331383730383530363230'),
      ),
    ).toEqual({
      csq: 20,
      satellites: 9,
      supplyMv: 12_340,
      backupPercent: 70,
      backupLow: false,
      vibration: false,
      removed: true,
      cell: '460-0-9772-79298818',
      iccid: '89860418231870850620',
    });
    expect(read('g10', {}, item(0x56, '0747')).backupPercent).toBe(71);
  });

  test('of a unit with 0xEB: the words in it are active low', () => {
    const calm = read(
      'bsj',
      {},
      item(
        0xeb,
        '0006002d00003138 000300a85f 000c00b289860494012080447822 001100d5383630303030303030303030303138 000b00d801cc00262c04ba0102 00060089ffffffff 000600c5ffffffff',
      ),
    );
    expect(calm).toEqual({
      supplyMv: 12_600,
      backupPercent: 95,
      iccid: '89860494012080447822',
      imei: '860000000000018',
      cell: '460-0-9772-79298818',
      sleeping: false,
      removed: false,
      fakeCell: false,
      vibration: false,
      caseOpen: false,
    });
    const opened = read('bsj', {}, item(0xeb, '00060089bfffefff 000600c5ffffbfff'));
    expect(opened).toMatchObject({ removed: true, fakeCell: true, caseOpen: true, sleeping: false });
  });

  test('of a unit that watches for jamming: gain, states, supply, battery and case', () => {
    const items = [
      item(0xe5, '007b'),
      item(0xe6, '02'),
      item(0xe7, '01'),
      item(0xe8, '3138'),
      item(0xe9, '64'),
      item(0xea, '01'),
    ];
    expect(read('jam-aware', {}, ...items)).toEqual({
      agcDropDb: 12.3,
      jamState: 'critical',
      cellJam: true,
      supplyMv: 12_600,
      backupPercent: 100,
      caseOpen: true,
      removed: false,
    });
    expect(read('jam-aware', {}, item(0xe5, 'fffb'), item(0xe6, '07'))).toEqual({ agcDropDb: -0.5 });
  });

  test('of a gain in whole decibels, and of a case with a switch of its own', () => {
    expect(read('jam-aware', {}, item(0xe5, '0c'))).toEqual({ agcDropDb: 12 });
    expect(read('g10-case', { alarm: 1 << 16 })).toEqual({ caseOpen: true, removed: false });
  });

  test('of an asset tracker with a mask take what stands behind it, to the first bit that nobody knows', () => {
    const aovx = VENDOR_PROFILES['aovx']!;
    expect(read('aovx', {}, item(0xf6, '01 03 0010 00fa'), item(0xf7, '00000f3c 02 5a'))).toEqual({
      backupMv: 3900,
      charging: true,
      backupPercent: 90,
    });
    expect(aovx.items.some(({ id }) => id === 0xf9)).toBe(true);
  });

  test('say nothing of an item that is cut short, not even of its first half', () => {
    expect(read('bsj', {}, item(0xeb, '000400ce04f8 000c00b28986'))).toEqual({});
    expect(read('tracker', {}, item(0xf7, '00000f3c02'))).toEqual({ backupMv: 3900, charging: true });
    expect(read('g10', {}, item(0x5d, '02 01cc 00 262c 04ba0102 1f')).cell).toBeUndefined();
  });

  test('take cells for cells where 0xEB holds no list', () => {
    expect(read('bsj', {}, item(0xeb, '01cc00 262c0102 1f'))).toEqual({});
    expect(read('bsj', {}, item(0xeb, '01cc00 262c0102 1f'), item(0x06, '50'))).toEqual({ backupPercent: 80 });
  });

  test('are the same whichever octets stand around an item, and never out of range', () => {
    const anyItems = fc.array(
      fc.record({ id: fc.integer({ min: 0, max: 255 }), bytes: fc.uint8Array({ maxLength: 60 }) }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(VENDOR_PROFILES)), anyItems, fc.nat(), (name, items, alarm) => {
        const found = read(name, { alarm }, ...items);
        const moved = items.map(({ id, bytes }) => {
          const larger = new Uint8Array(bytes.length + 2).fill(0xff);
          larger.set(bytes, 1);
          return { id, bytes: larger.subarray(1, bytes.length + 1) };
        });
        expect(read(name, { alarm }, ...moved)).toEqual(found);
        expect(found.backupPercent ?? 0).toBeGreaterThanOrEqual(0);
        expect(found.backupPercent ?? 0).toBeLessThanOrEqual(100);
        expect(found.iccid ?? '00000000000000').toMatch(/^\d{14,22}$/);
      }),
    );
  });
});

describe('a reading', () => {
  test('says nothing where a value cannot be meant, and keeps the first of two unless the second is finer', () => {
    const into = newReadings();
    note(into, 'backupPercent', 255, '%');
    note(into, 'iccid', 'no card');
    note(into, 'iccid', '00000000000000000000');
    note(into, 'supplyMv', 'much', 'V');
    note(into, 'jamState', 'loud');
    expect(into).toEqual({});
    note(into, 'supplyMv', 12.3, 'V');
    note(into, 'supplyMv', 9, 'V');
    expect(into).toEqual({ supplyMv: 12_300 });
    note(into, 'supplyMv', 12_345, 'mV', true);
    note(into, 'iccid', '8986049401208044782f');
    expect(into).toEqual({ supplyMv: 12_345, iccid: '8986049401208044782' });
  });
});
