import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlindArea, type StoredReport } from '../../../simulator/firmware/blind-area.ts';

const report = (at: number, octets = 10): StoredReport => ({ at, body: new Uint8Array(octets), sent: false });
const times = (reports: readonly StoredReport[]): number[] => reports.map(({ at }) => at);
const everything = (): boolean => true;

describe('the memory for blind areas', () => {
  it('gives reports back oldest first, in whatever order they were put back', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 1 }), fc.nat(50), (stored, cut) => {
        const memory = new BlindArea(2000);
        for (const at of stored.slice(0, cut).sort((a, b) => a - b)) memory.push(report(at));
        memory.putBack(stored.slice(cut).map((at) => report(at)));
        const sorted = [...stored].sort((a, b) => a - b);
        expect(memory.size).toBe(stored.length);
        expect(times(memory.take(stored.length, everything))).toEqual(sorted);
      }),
    );
  });

  it('drops its oldest when it is full and says how many', () => {
    const memory = new BlindArea(3);
    expect([1, 2, 3].map((at) => memory.push(report(at)))).toEqual([0, 0, 0]);
    expect(memory.push(report(4))).toBe(1);
    expect(memory.putBack([report(0), report(5)])).toBe(2);
    expect(times(memory.take(9, everything))).toEqual([3, 4, 5]);
  });

  it('takes as many as fit, and one that fits nowhere alone', () => {
    const memory = new BlindArea(10);
    for (const at of [1, 2, 3]) memory.push(report(at, 40));
    expect(times(memory.take(9, (_count, octets) => octets <= 100))).toEqual([1, 2]);
    expect(times(memory.take(9, () => false))).toEqual([3]);
    expect(memory.take(9, everything)).toEqual([]);
  });
});
