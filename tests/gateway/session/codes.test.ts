import { describe, expect, it } from 'vitest';
import { packCodes, type Registration } from '../../../gateway/registry/registration.ts';
import { codeMatches, hashOf, newCode } from '../../../gateway/session/codes.ts';
import { seededRandom } from '../../../protocol/index.ts';

const registered = (...codes: string[]): Registration => ({
  terminal: '1',
  phone: '000000000001',
  revision: 2013,
  registeredAt: 0,
  codes: packCodes(codes.map(hashOf)),
  provinceId: 0,
  cityId: 0,
  manufacturerId: '',
  terminalModel: '',
  terminalId: '',
  plateColor: 'blue',
  plate: '',
});

describe('an authentication code', () => {
  it('is of 16 characters that are not taken for one another, all of them used', () => {
    const random = seededRandom('codes');
    const codes = Array.from({ length: 500 }, () => newCode((n) => random.bytes(n)));
    for (const code of codes) expect(code).toMatch(/^[2-9BCDFGHJKLMNPQRSTVWXYZbcd]{16}$/);
    expect(new Set(codes).size).toBe(500);
    expect(new Set(codes.join('')).size).toBe(32);
  });

  it('takes 5 bits of each secret octet', () => {
    const asked: number[] = [];
    const code = newCode((n) => {
      asked.push(n);
      return new Uint8Array(n).fill(0xff);
    });
    expect([asked, code]).toEqual([[16], 'd'.repeat(16)]);
  });

  it('is the newest, an older one, or none of a registration', () => {
    const registration = registered('new', 'old', 'older');
    expect(['new', 'old', 'older', 'none', ''].map((code) => codeMatches(registration, code))).toEqual([
      'newest',
      'older',
      'older',
      undefined,
      undefined,
    ]);
  });

  it('is kept as a hash from which nobody gets it back', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
