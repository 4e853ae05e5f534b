import { expect, test } from 'vitest';
import { Slab } from '../../gateway/slab.ts';

test('what is cut from a slab is as long as asked for, empty, and nobody else’s', () => {
  const slab = new Slab(64);
  const pieces = Array.from({ length: 50 }, (_, n) => slab.take(n % 7));
  pieces.forEach((piece, n) => {
    expect([piece.length, piece.every((octet) => octet === 0)]).toEqual([n % 7, true]);
    piece.fill(n + 1);
  });
  pieces.forEach((piece, n) => expect(piece.every((octet) => octet === n + 1)).toBe(true));
});

test('many share an array, and one that is longer than any has its own', () => {
  const slab = new Slab(64);
  const first = slab.take(8);
  expect(slab.take(8).buffer).toBe(first.buffer);
  expect(slab.take(100).length).toBe(100);
});
