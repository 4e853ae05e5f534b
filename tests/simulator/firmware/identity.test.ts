import { describe, expect, it } from 'vitest';
import { identityOf, papersOf } from '../../../simulator/firmware/identity.ts';
import { CITIES, type City } from '../../../simulator/world/cities.ts';

const kunming = CITIES.find(({ name }) => name === 'Kunming') as City;

describe('who a simulated terminal is', () => {
  it.each([
    [2011, '013800000008'],
    [2013, '013800000008'],
    [2019, '00000000013800000008'],
  ] as const)('has a phone of the width of its revision (%d)', (revision, phone) => {
    expect(identityOf(7, revision, 13_800_000_001).phone).toBe(phone);
  });

  it('registers in the city where its vehicle works', () => {
    expect(papersOf(identityOf(35, 2019, 1), kunming)).toMatchObject({
      provinceId: 53,
      cityId: 100,
      plate: '云A0000Z',
    });
  });

  it('is never the same twice in a fleet', () => {
    const papers = Array.from({ length: 5000 }, (_, i) => papersOf(identityOf(i, 2019, 1), kunming));
    for (const key of ['terminalId', 'plate', 'imei'] as const) {
      expect(new Set(papers.map((paper) => paper[key])).size).toBe(5000);
    }
  });

  it('has an IMEI whose check digit is right', () => {
    for (let i = 0; i < 50; i++) {
      const { imei } = papersOf(identityOf(i, 2019, 1), kunming);
      expect(imei).toMatch(/^\d{15}$/);
      // Luhn: counted from the right, every second digit doubled, the digits of all sum to a multiple of ten.
      const sum = [...imei].reverse().reduce((total, digit, place) => {
        const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
        return total + Math.floor(value / 10) + (value % 10);
      }, 0);
      expect(sum % 10).toBe(0);
    }
  });
});
