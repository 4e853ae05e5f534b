import { describe, expect, it } from 'vitest';
import { Budget, quarantined } from '../../../gateway/intake/quarantine.ts';

const takes = (budget: Budget, now: number, count: number): number =>
  Array.from({ length: count }, () => budget.take(now)).filter(Boolean).length;

describe('the budget of refused frames', () => {
  it('is 32 at once, then one a second, and 32 again after half a minute of peace', () => {
    const budget = new Budget();
    expect(takes(budget, 5000, 40)).toBe(32);
    expect(takes(budget, 5999, 5)).toBe(0);
    expect(takes(budget, 6000, 5)).toBe(1);
    expect(takes(budget, 8500, 5)).toBe(2);
    expect(takes(budget, 9000, 5)).toBe(1);
    expect(takes(budget, 1_000_000, 40)).toBe(32);
  });

  it('does not grow while nothing is taken', () => {
    const budget = new Budget();
    takes(budget, 0, 1);
    expect(takes(budget, 1e9, 40)).toBe(32);
    expect(takes(budget, 1e9 + 10_000, 40)).toBe(10);
  });
});

describe('a quarantined frame', () => {
  it('is its reason, with a length before it, and its octets', () => {
    expect(Buffer.from(quarantined('escape', Uint8Array.of(8, 7))).toString('latin1')).toBe('\u0006escape\b\u0007');
  });
});
