import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, nearest } from '../../../gateway/config/nearest.ts';

describe('the distance of two names', () => {
  test.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['idelTimeout', 'idleTimeout', 2],
  ])('from %j to %j is %i', (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
  });

  test('is a metric', () => {
    const name = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(distance(a, b) === 0).toBe(a === b);
        expect(distance(a, b)).toBe(distance(b, a));
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c));
      }),
    );
  });
});

describe('the nearest name', () => {
  test('is found whatever its case', () => {
    expect(nearest('IDLETIMEOUT', ['authTimeout', 'idleTimeout'])).toBe('idleTimeout');
  });

  test('is none where all are far, or where the input is no name', () => {
    expect(nearest('foo', ['log', 'http'])).toBeUndefined();
    expect(nearest('x'.repeat(10_000), ['x'])).toBeUndefined();
  });
});
