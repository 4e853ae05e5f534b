import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Histogram } from '../../../gateway/observe/histogram.ts';

describe('a histogram', () => {
  test('puts a value into the first bucket whose bound is not below it', () => {
    const histogram = new Histogram([1, 2, 5]);
    for (const value of [0, 1, 1.5, 2, 2.1, 5, 5.1, 1e9]) histogram.observe(value);
    expect([...histogram.counts]).toEqual([2, 2, 2, 2]);
    expect(histogram.count).toBe(8);
  });

  test('has quantiles within one bucket of the true ones', () => {
    const bounds = [1, 2, 4, 8, 16, 32, 64, 128];
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 128 }), { minLength: 1 }),
        fc.constantFrom(0.01, 0.5, 0.9, 0.99, 1),
        (values, q) => {
          const histogram = new Histogram(bounds);
          for (const value of values) histogram.observe(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
          const above = bounds.find((bound) => bound >= exact) ?? 128;
          const below = bounds.findLast((bound) => bound < exact) ?? 0;
          expect(histogram.quantile(q)).toBeGreaterThanOrEqual(below);
          expect(histogram.quantile(q)).toBeLessThanOrEqual(above);
        },
      ),
    );
  });

  test('has no quantile while it is empty, and the last bound for what lies above it', () => {
    const histogram = new Histogram([1, 2]);
    expect(histogram.quantile(0.5)).toBeNaN();
    histogram.observe(100);
    expect(histogram.quantile(0.5)).toBe(2);
  });
});
