import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import {
  bcdText,
  bcdTime,
  divisionOf,
  formatHex,
  formatId,
  formatTime,
  gbkSize,
  gbkText,
  idsOfDivision,
  isBcdTime,
  latin1Text,
  parseHex,
  parseTime,
  putBcd,
  putBcdTime,
  putGbk,
  putLatin1,
} from '../../../protocol/index.ts';

const second = fc.integer({ min: 946_656_000, max: 4_102_415_999 }).map((s) => s * 1000);
const timeOf = (hex: string): number => bcdTime(parseHex(hex)!, 0);
const gbk = (text: string): Uint8Array => {
  const room = new Uint8Array(2 * text.length);
  return room.slice(0, Math.max(0, putGbk(room, 0, text)));
};

describe('hex', () => {
  it('comes back, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        expect(parseHex(formatHex(octets))).toEqual(octets);
        expect(parseHex(formatHex(octets).toUpperCase())).toEqual(octets);
      }),
    );
  });

  it.each(['a', '0g', ' 00', '0x00', '0 '])('is not %j', (text) => expect(parseHex(text)).toBeUndefined());

  it('formats part of a buffer, and ids', () => {
    expect(formatHex(Uint8Array.of(1, 2, 0xab, 4), 1, 3)).toBe('02ab');
    expect([formatId(0x0200, 4), formatId(0xe4, 2), formatId(0x1f364, 4)]).toEqual(['0x0200', '0xE4', '0x1F364']);
  });
});

describe('BCD', () => {
  it('keeps leading zeros and hex digits', () => {
    expect(bcdText(Uint8Array.of(0x01, 0x39, 0x1f), 0, 3)).toBe('01391f');
  });

  it('comes back, filled with 0 in front', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...'0123456789abcdef'), { maxLength: 20 }), (digits) => {
        const octets = new Uint8Array(12).fill(0xee);
        expect(putBcd(octets, 1, 10, digits.join(''))).toBe(true);
        expect(bcdText(octets, 1, 10)).toBe(digits.join('').padStart(20, '0'));
        expect([octets[0], octets[11]]).toEqual([0xee, 0xee]);
      }),
    );
  });

  it('refuses too many digits and what is none', () => {
    const octets = new Uint8Array(2);
    expect([putBcd(octets, 0, 2, '12345'), putBcd(octets, 0, 2, '1-2'), putBcd(octets, 0, 2, '１')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('BCD time', () => {
  it('comes back for every second of the century', () => {
    fc.assert(
      fc.property(second, (ms) => {
        const octets = new Uint8Array(6);
        putBcdTime(octets, 0, ms);
        expect(bcdTime(octets, 0)).toBe(ms);
      }),
      { numRuns: 1000 },
    );
  });

  it('agrees with the calendar of Date', () => {
    fc.assert(
      fc.property(second, (ms) => {
        const digits = new Date(ms + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(2, 14);
        expect(timeOf(digits)).toBe(ms);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['000000000000', 'a clock that was never set'],
    ['ffffffffffff', 'no clock'],
    ['260230120000', '30 February'],
    ['270229120000', '29 February of a common year'],
    ['260431120000', '31 April'],
    ['261301120000', 'month 13'],
    ['260101240000', 'hour 24'],
    ['260101126000', 'minute 60'],
    ['260101120060', 'second 60'],
    ['2a0101120000', 'a hex digit'],
    ['26010112000f', 'a hex digit at the end'],
  ])('%s is NaN: %s', (hex) => expect(timeOf(hex)).toBeNaN());

  it('knows the leap day of 2000', () => expect(timeOf('000229000000')).toBe(Date.parse('2000-02-29T00:00:00+08:00')));

  it('says which times it can write', () => {
    const first = Date.parse('2000-01-01T00:00:00+08:00');
    const last = Date.parse('2099-12-31T23:59:59+08:00');
    expect([first, last, Number.NaN].map(isBcdTime)).toEqual([true, true, true]);
    expect([first - 1, last + 1000, Infinity].map(isBcdTime)).toEqual([false, false, false]);
  });
});

describe('ISO 8601', () => {
  it('is written in UTC+8 and read back', () => {
    expect(formatTime(Date.UTC(2026, 10, 21, 2, 30, 6))).toBe('2026-11-21T10:30:06+08:00');
    expect(formatTime(Date.UTC(2026, 10, 21, 16, 0, 0, 7))).toBe('2026-11-22T00:00:00.007+08:00');
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), (ms) => {
        expect(parseTime(formatTime(ms))).toBe(ms);
      }),
    );
  });

  it('is read with any offset, and only with one', () => {
    expect(parseTime('2026-11-21T02:30:06Z')).toBe(Date.UTC(2026, 10, 21, 2, 30, 6));
    expect(parseTime('2026-11-21T02:30-05:00')).toBe(Date.UTC(2026, 10, 21, 7, 30));
    for (const text of ['2026-11-21T02:30:06', '2026-11-21', 'now', '2026-13-01T00:00:00Z', ''])
      expect(parseTime(text)).toBeNaN();
  });
});

describe('GBK', () => {
  it('writes plates and reads them', () => {
    expect(formatHex(gbk('沪A12345'))).toBe('bba6413132333435');
    expect(gbkText(parseHex('bba6413132333435')!, 0, 8)).toBe('沪A12345');
    expect(gbkSize('沪A12345')).toBe(8);
  });

  it('encodes every character of two octets as iconv does, but for the codes that changed hands', () => {
    let same = 0;
    const different: string[] = [];
    for (let unit = 0x80; unit <= 0xffff; unit++) {
      const text = String.fromCharCode(unit);
      const ours = gbk(text);
      const theirs = iconv.encode(text, 'gbk');
      if (ours.length === 0 || (theirs.length === 1 && theirs[0] === 0x3f)) continue;
      if (Buffer.compare(theirs, ours) === 0) same++;
      else different.push(text);
    }
    expect(same).toBeGreaterThan(23_000);
    // iconv writes the euro sign in the one octet of code page 936, which GBK proper does not have.
    expect(different).toEqual(['€']);
  });

  it('reads back every character that it writes', () => {
    let written = 0;
    for (let unit = 0; unit <= 0xffff; unit++) {
      const octets = gbk(String.fromCharCode(unit));
      if (octets.length === 0) continue;
      written++;
      if (gbkText(octets, 0, octets.length) !== String.fromCharCode(unit)) expect.fail(`U+${unit.toString(16)}`);
    }
    expect(written).toBeGreaterThan(23_900);
  });

  it('says at which character a text has no code, and that it has no size', () => {
    expect(putGbk(new Uint8Array(9), 0, '沪😀')).toBe(-2);
    expect(gbkSize('沪😀')).toBe(-1);
  });

  it('advances past the end of a buffer without writing there', () => {
    const octets = new Uint8Array(3);
    expect(putGbk(octets, 1, '沪沪')).toBe(5);
    expect(formatHex(octets)).toBe('00bba6');
  });
});

describe('single octets', () => {
  it('are characters, all 256 of them', () => {
    const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
    const text = latin1Text(octets, 0, 256);
    const back = new Uint8Array(256);
    expect(putLatin1(back, 0, text)).toBe(256);
    expect(back).toEqual(octets);
    expect(putLatin1(back, 0, 'aā')).toBe(-2);
  });
});

describe('divisions', () => {
  it('are two and four digits of a code', () => {
    expect([divisionOf(31, 115), divisionOf(53, 102), divisionOf(11, 0)]).toEqual(['310115', '530102', '110000']);
    expect([divisionOf(0, 115), divisionOf(100, 1), divisionOf(31, 10_000)]).toEqual(['000000', '000000', '000000']);
  });

  it('come back', () => {
    expect(idsOfDivision('530102')).toEqual({ provinceId: 53, cityId: 102 });
    expect(idsOfDivision('5301')).toBeUndefined();
  });
});
