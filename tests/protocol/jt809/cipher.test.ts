import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCipher, parseCipher } from '../../../protocol/index.ts';
import { crc16 } from '../../../protocol/jt809/crc.ts';
import { hexOf, octets, slowCrc } from './frames.ts';

describe('the CRC', () => {
  it('is that of the nine digits', () => {
    const digits = new TextEncoder().encode('123456789');
    expect(crc16(digits, 0, 9)).toBe(0x29b1);
  });

  it('is that of a bit at a time', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (b) => {
        expect(crc16(b, 0, b.length)).toBe(slowCrc(b));
      }),
    );
  });
});

describe('the cipher', () => {
  const cipher = { m1: 10_000_000, ia1: 20_000_000, ic1: 30_000_000 };

  it('gives the octets that other implementations give', () => {
    const b = octets('0102030405');
    applyCipher(b, 0, 5, 256_178, cipher);
    expect(hexOf(b)).toBe('dd4a0dbd43');
  });

  const u32 = fc.nat(0xffff_ffff);

  it('is its own reverse, and leaves the octets around alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4 }), u32, u32, u32, u32, (plain, key, m1, ia1, ic1) => {
        const b = Uint8Array.from(plain);
        const twice = (): void => applyCipher(b, 2, b.length - 1, key, { m1, ia1, ic1 });
        twice();
        expect([b[0], b[1], b.at(-1)]).toEqual([plain[0], plain[1], plain.at(-1)]);
        twice();
        expect(b).toEqual(plain);
      }),
    );
  });

  it('counts as wide integers do', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), u32, u32, u32, u32, (plain, key, m1, ia1, ic1) => {
        const b = Uint8Array.from(plain);
        applyCipher(b, 0, b.length, key, { m1, ia1, ic1 });
        let state = BigInt(key === 0 ? 1 : key);
        const expected = [...plain].map((octet) => {
          state = (BigInt(ia1) * (state % BigInt(m1 === 0 ? 1 : m1)) + BigInt(ic1)) & 0xffff_ffffn;
          return octet ^ Number((state >> 20n) & 0xffn);
        });
        expect([...b]).toEqual(expected);
      }),
    );
  });

  it('is named by three numbers of four octets', () => {
    expect(parseCipher('1,2,4294967295')).toEqual({ m1: 1, ia1: 2, ic1: 0xffff_ffff });
    for (const text of ['', '1,2', '1,2,3,4', '1,2,x', '1,2,4294967296', '-1,2,3'])
      expect(parseCipher(text)).toBe(undefined);
  });
});
