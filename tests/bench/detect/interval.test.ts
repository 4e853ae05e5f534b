import { expect, test } from 'vitest';
import { quantile, rateOf, shareOf } from '../../../bench/detect/interval.ts';

test("Wilson's interval of 45 of 50 is that of the textbooks", () => {
  const { share, low, high } = shareOf(45, 50);
  expect(share).toBe(0.9);
  expect(low).toBeCloseTo(0.7864, 3);
  expect(high).toBeCloseTo(0.9565, 3);
});

test('no failure in 50 does not prove that there are none', () => {
  expect(shareOf(50, 50).low).toBeCloseTo(0.9287, 3);
  expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 });
});

test('no event in V years proves at most 3/V', () => {
  expect(rateOf(0, 1000)).toMatchObject({ rate: 0, low: 0 });
  expect(rateOf(0, 1000).high).toBeCloseTo(0.003, 4);
});

test('the Poisson interval of nine events is 4.1 to 17.1', () => {
  const { low, high } = rateOf(9, 1);
  expect(low).toBeCloseTo(4.115, 1);
  expect(high).toBeCloseTo(17.085, 1);
});

test('a quantile is one of the values', () => {
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([5, 1, 4, 2, 3], 0.95)).toBe(5);
  expect(quantile([], 0.5)).toBeNaN();
});
