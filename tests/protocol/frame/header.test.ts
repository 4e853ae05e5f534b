import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Header,
  isWhole,
  newHeader,
  PhoneMemo,
  phoneOf,
  readHeader,
  readJoinedHeader,
  revisionOf,
  terminalOf,
} from '../../../protocol/frame/header.ts';
import { quirkNames } from '../../../protocol/frame/quirks.ts';
import { octetsOf, vectors } from '../../support/vectors.ts';
import { anyPacket, collect, octets } from './collect.ts';

function read(packet: string | Uint8Array): Header & { fault: string | undefined; phone: string } {
  const b = typeof packet === 'string' ? octets(packet) : packet;
  const header = newHeader();
  const fault = readHeader(b, 0, b.length, header);
  return { ...header, fault, phone: phoneOf(b, header) };
}

// Frames of the standard's rules, computed by hand; phone 13912345678.
const GOLDEN: [string, string, Partial<Header & { phone: string }>][] = [
  [
    'heartbeat 2013',
    '7e000200000139123456780001337e',
    { id: 0x0002, serial: 1, phone: '013912345678', flagged: false },
  ],
  [
    'heartbeat 2019',
    '7e0002400001000000000139123456780001727e',
    { id: 0x0002, serial: 1, phone: '00000000013912345678', flagged: true, version: 1 },
  ],
  [
    'location 2013 whose serial needs escapes',
    '7e020000280139123456787d027d01000000010000000301dae80007404c310019025d005a2401311259590104000186a03001183101093a7e',
    { id: 0x0200, serial: 0x7e7d, bodyAt: 12, bodyEnd: 52 },
  ],
  ['acknowledgement', '7e8001000501391234567800057d027d01020000b07e', { id: 0x8001, serial: 5, phone: '013912345678' }],
  [
    'part 2 of 3',
    '7e0801600401000000000139123456 78000b00030002ffd8ffe06e7e',
    { id: 0x0801, serial: 11, total: 3, number: 2, bodyAt: 21, bodyEnd: 25 },
  ],
];

describe('a header', () => {
  test.each(GOLDEN)('is read: %s', (_, frame, expected) => {
    const { packets } = collect(frame);
    expect(packets).toHaveLength(1);
    expect(read(packets[0]!)).toMatchObject({ fault: undefined, quirks: 0, encryption: 0, ...expected });
  });

  test('is read from every vector as the script that made them read it', () => {
    let compared = 0;
    for (const vector of vectors({ protocol: 'jt808', kind: 'frame' })) {
      if (vector.header === undefined || vector.oddities?.some((oddity) => oddity.includes('version flag'))) continue;
      const header = read(collect(octetsOf(vector)).packets[0]!);
      if (vector.lengthOk === false) {
        expect(header.fault, vector.id).toBe('length');
        continue;
      }
      expect(header.fault, vector.id).toBeUndefined();
      const { phone, serial, bodyLen, enc, sub } = vector.header;
      expect(
        [header.phone, header.serial, header.bodyEnd - header.bodyAt, header.encryption, header.total > 0],
        vector.id,
      ).toEqual([phone, serial, bodyLen, enc, sub]);
      compared++;
    }
    expect(compared).toBeGreaterThan(250);
  });

  test('whose layout contradicts its version flag is read by the layout and says so', () => {
    const missing = read('8104000001000000000134199055070001');
    expect(missing).toMatchObject({
      fault: undefined,
      flagged: true,
      version: 1,
      phone: '00000000013419905507',
      serial: 1,
    });
    expect(quirkNames(missing.quirks)).toEqual(['version-flag']);
    expect(revisionOf(missing)).toBe(2019);
    const needless = read('0102400c010030000681090e3130303330303030363831 38'.replaceAll(' ', ''));
    expect(needless).toMatchObject({ fault: undefined, flagged: false, phoneSize: 6, bodyEnd: 24 });
    expect(quirkNames(needless.quirks)).toContain('version-flag');
    expect(revisionOf(needless)).toBe(2013);
  });

  test.each([
    ['length', '000200010139123456780001'],
    ['length', '00020000013912345678000142'],
    ['length', '0002000001391234567800014242424242'],
    ['header', '0002'],
    ['header', '00020000013912345678 00'],
    ['header', '000240000139123456780001424242'],
    ['header', '0801200001391234567800010003'],
    ['header', '08012000013912345678000100030000'],
    ['header', '08012000013912345678000100030004'],
    ['header', '08012000013912345678000100000000'],
  ])('is refused as %s: %s', (fault, packet) => {
    expect(read(packet).fault).toBe(fault);
  });

  test('of part 1 of 1 is that of a whole message', () => {
    const header = read('08012000013912345678000100010001');
    expect(header).toMatchObject({ fault: undefined, total: 1, number: 1 });
    expect(isWhole(header)).toBe(true);
    expect(isWhole(read('08012000013912345678000100020001'))).toBe(false);
  });

  test('of a joined message ignores the length of its first part', () => {
    const b = octets('0801000401391234567800010102030405060708');
    const header = newHeader();
    expect(readHeader(b, 0, b.length, header)).toBe('length');
    expect(readJoinedHeader(b, 0, b.length, header)).toBeUndefined();
    expect(header).toMatchObject({ bodyAt: 12, bodyEnd: 20, total: 0 });
    expect(readJoinedHeader(b, 0, 11, header)).toBe('header');
  });

  test('is read at any offset, and of any octets it is read or refused within bounds', () => {
    fc.assert(
      fc.property(fc.oneof(anyPacket, fc.uint8Array({ maxLength: 40 })), fc.nat({ max: 9 }), (packet, offset) => {
        const b = new Uint8Array(offset + packet.length + 3);
        b.set(packet, offset);
        const header = newHeader();
        const fault = readHeader(b, offset, offset + packet.length, header);
        const { fault: alone, phone, ...rest } = read(packet);
        expect(fault).toBe(alone);
        if (fault !== undefined) return;
        expect(header.bodyAt).toBeLessThanOrEqual(header.bodyEnd);
        expect({
          ...header,
          phoneAt: header.phoneAt - offset,
          bodyAt: header.bodyAt - offset,
          bodyEnd: header.bodyEnd - offset,
        }).toEqual(rest);
        expect(phoneOf(b, header)).toBe(phone);
      }),
    );
  });
});

describe('a phone', () => {
  test('with hexadecimal digits is kept in lower case and counted, at every digit', () => {
    for (const size of [6, 10]) {
      for (let digit = 0; digit < 2 * size; digit++) {
        for (let value = 0; value < 16; value++) {
          const phone = '9'.repeat(digit) + value.toString(16) + '9'.repeat(2 * size - digit - 1);
          const header = read(size === 6 ? `00020000${phone}0001` : `0002400001${phone}0001`);
          expect(header.phone).toBe(phone);
          expect(quirkNames(header.quirks)).toEqual(value > 9 ? ['phone-hex'] : []);
        }
      }
    }
  });

  test.each([
    ['013912345678', '13912345678'],
    ['00000000013912345678', '13912345678'],
    ['000000000000', '0'],
    ['0', '0'],
    ['916122700110', '916122700110'],
    ['0a00', 'a00'],
  ])('%s names the terminal %s', (phone, terminal) => {
    expect(terminalOf(phone)).toBe(terminal);
  });

  test('is remembered on a link until another one comes', () => {
    const memo = new PhoneMemo();
    const take = (packet: string): boolean => {
      const b = octets(packet);
      const header = newHeader();
      readHeader(b, 0, b.length, header);
      return memo.take(b, header);
    };
    expect(take('000200000139123456780001')).toBe(true);
    expect(take('000200000139123456780002')).toBe(false);
    expect([memo.phone, memo.terminal]).toEqual(['013912345678', '13912345678']);
    expect(take('0002400001000000000139123456780003')).toBe(true);
    expect([memo.phone, memo.terminal]).toEqual(['00000000013912345678', '13912345678']);
    for (const changed of [
      '10000000013912345678',
      '00001000013912345678',
      '00000000013912345679',
      '00000000013912345678',
    ])
      expect(take(`0002400001${changed}0003`)).toBe(true);
    expect(take('000200000000000000000001')).toBe(true);
    expect(new PhoneMemo().terminal).toBe('');
  });
});
