import { describe, expect, it } from 'vitest';
import { FIRST_PHONE, identityOf, papersOf } from '../../../simulator/firmware/identity.ts';
import { CITIES, type City } from '../../../simulator/world/cities.ts';

const kunming = CITIES.find(({ name }) => name === 'Kunming') as City;

describe('who a simulated terminal is', () => {
  it.each([
    [2011, '013800000008'],
    [2013, '013800000008'],
    [2019, '00000000013800000008'],
  ] as const)('has a phone of the width of its revision (%d)', (revision, phone) => {
    expect(identityOf(7, revision, FIRST_PHONE).phone).toBe(phone);
  });

  it('registers in the city where its vehicle works', () => {
    expect(papersOf(identityOf(35, 2019, FIRST_PHONE), kunming)).toMatchObject({
      provinceId: 53,
      cityId: 100,
      plate: '云A0000Z',
    });
  });

  it('is never the same twice in a fleet', () => {
    const papers = Array.from({ length: 5000 }, (_, i) => papersOf(identityOf(i, 2019, FIRST_PHONE), kunming));
    for (const key of ['terminalId', 'plate', 'imei'] as const) {
      expect(new Set(papers.map((paper) => paper[key])).size).toBe(5000);
    }
  });

  it.each([FIRST_PHONE + 60, 13_900_000_001, 13_700_000_001])(
    'is another in a fleet beside it, whose numbers count from %d',
    (firstPhone) => {
      const papers = [FIRST_PHONE, firstPhone].flatMap((first) =>
        Array.from({ length: 60 }, (_, i) => papersOf(identityOf(i, 2019, first), kunming)),
      );
      for (const key of ['terminalId', 'plate', 'imei', 'vin'] as const) {
        expect(new Set(papers.map((paper) => paper[key])).size, key).toBe(120);
      }
      for (const { imei, plate, terminalId } of papers) {
        expect([imei.length, plate.length, terminalId.length]).toEqual([15, 7, 7]);
      }
    },
  );

  it('has an IMEI whose check digit is right', () => {
    for (let i = 0; i < 50; i++) {
      const { imei } = papersOf(identityOf(i, 2019, FIRST_PHONE), kunming);
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
