import { describe, expect, test } from 'vitest';
import { calibrationOf } from '../../../bench/detect/calibration.ts';
import { macro, macroF1Interval, matrixOf, micro } from '../../../bench/detect/confusion.ts';

const pair = (truth: string, label: string, scenario = truth) => ({ scenario, truth, label });

describe('truth against label', () => {
  const pairs = [
    pair('T101', 'T101'),
    pair('T101', 'T101'),
    pair('T202', 'T205'),
    pair('T302', 'T303'),
    pair('none', 'T101'),
    pair('T103', 'none'),
  ];

  test('is a matrix in which a parent class is unresolved', () => {
    expect(matrixOf(pairs)).toEqual({
      T101: { T101: 2 },
      T103: { none: 1 },
      T202: { unresolved: 1 },
      T302: { T303: 1 },
      none: { T101: 1 },
    });
  });

  test('has precision and recall over all, and their mean over what was true', () => {
    // Said by name: T101 three times, T303 once; true: five.
    expect(micro(pairs)).toEqual({ precision: 0.5, recall: 0.4, f1: 0.4444 });
    expect(macro(pairs).recall).toBe(0.25);
    expect(macro(pairs).f1).toBe(0.2);
  });

  test('is sure to a degree that scenarios, not runs, decide', () => {
    const many = Array.from({ length: 50 }, () => [pair('T101', 'T101', 'a'), pair('T102', 'T101', 'b')]).flat();
    const { low, high } = macroF1Interval(many);
    expect(low).toBe(0);
    expect(high).toBe(1);
    expect(macroF1Interval(many)).toEqual({ low, high });
  });
});

describe('calibration', () => {
  test('is perfect where nine in ten of 0.9 are true', () => {
    const forecasts = Array.from({ length: 10 }, (_, i) => ({ confidence: 0.9, isTrue: i > 0 }));
    expect(calibrationOf(forecasts)).toMatchObject({ count: 10, ece: 0, brier: 0.09 });
  });

  test('is off by as much as was claimed too much', () => {
    const { ece, bins } = calibrationOf([
      { confidence: 1, isTrue: false },
      { confidence: 1, isTrue: true },
    ]);
    expect(ece).toBe(0.5);
    expect(bins.at(-1)).toMatchObject({ count: 2, stated: 1, share: 0.5 });
  });
});
