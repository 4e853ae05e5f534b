import { describe, expect, test } from 'vitest';
import { Coverage } from '../../bench/fuzz/coverage.ts';
import { fuzz, type Target } from '../../bench/fuzz/loop.ts';
import { minimise } from '../../bench/fuzz/minimise.ts';
import { mutate } from '../../bench/fuzz/mutate.ts';
import { Watch } from '../../bench/fuzz/watch.ts';
import { parseHex, seededRandom } from '../../protocol/index.ts';

describe('the loop', () => {
  /** Throws at three octets in a row, which nothing but the code that each of them reaches leads to. */
  const trap: Target = {
    name: 'trap',
    seeds: () => [new Uint8Array(8)],
    run(input) {
      const hex = Buffer.from(input).toString('hex');
      // Each step goes through other code under test.
      if (input[0] !== 0x7e) return;
      parseHex('00');
      if (input[1] !== 0x7d) return;
      seededRandom(1).bytes(3);
      if (input[2] === 0x80) throw new Error(`trapped: ${hex}`);
    },
  };

  test('finds what is behind octets that have to be hit one after the other, and makes it small', () => {
    const goOn = (executions: number): boolean => executions < 60_000;
    const fresh = new Coverage();
    fresh.start();
    const { crashes, kept } = fuzz({ target: trap, corpus: [], coverage: fresh, random: seededRandom(2), goOn });
    fresh.stop();
    expect(kept.length).toBeGreaterThan(0);
    expect(crashes).toHaveLength(1);
    expect([...crashes[0]!.input]).toEqual([0x7e, 0x7d, 0x80]);
    expect(String(crashes[0]!.error)).toContain('trapped: 7e7d80');
  }, 60_000);

  test('tells an input that costs too much, in time or in memory', () => {
    const cost = { ms: 0, bytes: 0 };
    const slow: Target = {
      name: 'slow',
      seeds: () => [Uint8Array.of(1, 2, 3)],
      run(input) {
        if (input.includes(2)) cost.ms += 3000;
        if (input.includes(9)) cost.bytes += 2 ** 29;
      },
    };
    const watch = () =>
      new Watch(
        () => cost.ms,
        () => cost.bytes,
      );
    const coverageOfNone = new Coverage();
    coverageOfNone.start();
    const options = { target: slow, coverage: coverageOfNone, random: seededRandom(1), goOn: () => false };
    const timed = fuzz({ ...options, corpus: [], watch: watch() });
    expect(timed.crashes.map(({ input, error }) => [[...input], String(error)])).toEqual([
      [[2], 'Violation: time: 3000 ms are over 2000'],
    ]);
    const large = fuzz({ ...options, corpus: [Uint8Array.of(9)], watch: watch() });
    coverageOfNone.stop();
    expect(large.crashes.map(({ error }) => String(error))).toContain(
      'Violation: memory: 536870912 octets are over 268435456',
    );
  });

  test('gives the same inputs for the same seed', () => {
    const one = seededRandom(3);
    const other = seededRandom(3);
    const input = Uint8Array.from([1, 2, 3, 4]);
    for (let i = 0; i < 50; i++) expect(mutate(input, input, one)).toEqual(mutate(input, input, other));
  });

  test('cuts an input down to what matters', () => {
    const noisy = Uint8Array.from({ length: 300 }, (_, i) => i & 0xff);
    const holds = (smaller: Uint8Array): boolean => smaller.includes(200) && smaller.includes(7);
    expect([...minimise(noisy, holds)].toSorted((a, b) => a - b)).toEqual([7, 200]);
  });
});
