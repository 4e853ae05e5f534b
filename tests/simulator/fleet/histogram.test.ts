import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../simulator/fleet/histogram.ts';

const latency = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 50, noNaN: true }),
  fc.double({ min: 0, max: 4_000_000, noNaN: true }),
);

describe('the latency histogram', () => {
  it('knows every quantile to within a sixty-fourth and a microsecond, never below the truth', () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (all, q) => {
          const histogram = new Histogram();
          for (const ms of all) histogram.record(ms);
          const sorted = [...all].sort((a, b) => a - b);
          const truth = sorted[Math.max(1, Math.ceil(q * all.length)) - 1] as number;
          const told = histogram.quantile(q);
          expect(told).toBeGreaterThanOrEqual(truth - 1e-9);
          expect(told).toBeLessThanOrEqual(truth * (1 + 1 / 64) + 0.001 + 1e-9);
        },
      ),
    );
  });

  it('counts, averages and remembers the largest value exactly', () => {
    const histogram = new Histogram();
    for (const ms of [1, 2, 6]) histogram.record(ms);
    expect([histogram.count, histogram.mean, histogram.max]).toEqual([3, 3, 6]);
  });

  it('is all zeros while nothing was recorded', () => {
    const histogram = new Histogram();
    expect([histogram.count, histogram.mean, histogram.max, histogram.quantile(0.99)]).toEqual([0, 0, 0, 0]);
  });

  it('starts afresh after a warm-up', () => {
    const histogram = new Histogram();
    histogram.record(5);
    histogram.clear();
    histogram.record(2);
    expect([histogram.count, histogram.mean, histogram.max]).toEqual([1, 2, 2]);
    expect(histogram.quantile(1)).toBeCloseTo(2, 1);
  });

  it('takes a value beyond its range as its last bucket, and keeps the maximum true', () => {
    const histogram = new Histogram();
    histogram.record(10_000_000);
    histogram.record(-1);
    expect(histogram.max).toBe(10_000_000);
    expect(histogram.quantile(1)).toBeCloseTo(2 ** 32 / 1000, 0);
  });
});
