import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../protocol/host/seeded-random.ts';

const draw = (random: { next(): number }, n = 5): number[] => Array.from({ length: n }, () => random.next());

test('the same seed gives the same draws on any machine, whether it is a number or its text', () => {
  expect(draw(seededRandom(1))).toEqual(draw(seededRandom('1')));
  expect(draw(seededRandom(1))).not.toEqual(draw(seededRandom(2)));
  const random = seededRandom('pinned');
  expect([
    random.int(0, 0xffffffff),
    random.int(0, 9),
    Buffer.from(random.bytes(6)).toString('hex'),
  ]).toMatchInlineSnapshot(`
    [
      820869984,
      8,
      "27d2764071d8",
    ]
  `);
});

test('a fork depends on the seed and its name, not on what was drawn before', () => {
  const one = seededRandom(7);
  const two = seededRandom(7);
  draw(two, 100);
  expect(draw(one.fork('world'))).toEqual(draw(two.fork('world')));
  expect(draw(one.fork('world'))).not.toEqual(draw(one.fork('faults')));
  expect(draw(one.fork('world'))).not.toEqual(draw(seededRandom(7)));
  expect(draw(seededRandom('a').fork('b/c'))).not.toEqual(draw(seededRandom('a/b').fork('c')));
  expect(draw(one.fork('a').fork('b'))).not.toEqual(draw(one.fork('b').fork('a')));
});

test('whole numbers stay in their range and reach both ends', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), fc.nat({ max: 3 }), (seed, from, width) => {
      const random = seededRandom(seed);
      const seen = new Set(Array.from({ length: 200 }, () => random.int(from, from + width)));
      expect(Math.min(...seen)).toBe(from);
      expect(Math.max(...seen)).toBe(from + width);
    }),
  );
});

test('draws are spread evenly over bits and range', () => {
  const random = seededRandom('spread');
  const bins = new Array<number>(16).fill(0);
  const bits = new Array<number>(8).fill(0);
  const n = 16_000;
  for (let i = 0; i < n; i++) bins[Math.floor(random.next() * 16)]!++;
  for (const octet of random.bytes(n)) for (let bit = 0; bit < 8; bit++) bits[bit]! += (octet >> bit) & 1;
  // Five standard deviations: the seed is fixed, so this fails for the code and never by chance.
  for (const count of bins) expect(Math.abs(count - n / 16)).toBeLessThan(5 * Math.sqrt(n / 16));
  for (const count of bits) expect(Math.abs(count - n / 2)).toBeLessThan(5 * Math.sqrt(n / 4));
});
