import { expect, test } from 'vitest';
import { BAUD_RATES, BaudFinder } from '../../../../gateway/intake/serial/baud-finder.ts';

test('a rate at which nothing but noise comes is left, one at which something is understood is kept', () => {
  const finder = new BaudFinder(0);
  expect(finder.rate).toBe(115_200);
  expect(finder.noise(40, 10)).toBe(false);
  expect(finder.noise(40, 20)).toBe(true);
  expect(finder.rate).toBe(9600);
  finder.good();
  expect(finder.noise(400, 30)).toBe(false);
  finder.good();
  expect(finder.noise(1000, 40)).toBe(false);
  expect([finder.rate, finder.found, finder.nextDeadline]).toEqual([9600, true, undefined]);
});

test('a rate that was right is doubted when only noise comes', () => {
  const finder = new BaudFinder(0);
  finder.good();
  expect(finder.noise(1024, 1000)).toBe(true);
  expect(finder.found).toBe(false);
});

test('at a rate where nothing comes it listens for some seconds; all rates come round', () => {
  const finder = new BaudFinder(0);
  expect(finder.expire(4999)).toBe(false);
  const tried = new Set<number>();
  for (let i = 1; i <= BAUD_RATES.length; i++) {
    expect(finder.expire(5000 * i)).toBe(true);
    tried.add(finder.rate);
  }
  expect(tried.size).toBe(BAUD_RATES.length);
  expect(finder.rate).toBe(115_200);
});
