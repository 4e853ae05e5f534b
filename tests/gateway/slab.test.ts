import { expect, test } from 'vitest';
import { Slab } from '../../gateway/slab.ts';

function cut(slab: Slab, length: number): Uint8Array {
  const at = slab.reserve(length);
  return slab.octets.subarray(at, at + length);
}

test('what is cut from a slab is as long as asked for, empty, and nobody else’s', () => {
  const slab = new Slab(64);
  const pieces = Array.from({ length: 50 }, (_, n) => cut(slab, n % 7));
  pieces.forEach((piece, n) => {
    expect([piece.length, piece.every((octet) => octet === 0)]).toEqual([n % 7, true]);
    piece.fill(n + 1);
  });
  pieces.forEach((piece, n) => expect(piece.every((octet) => octet === n + 1)).toBe(true));
});

test('many share an array, and one that is longer than any has its own', () => {
  const slab = new Slab(64);
  const first = cut(slab, 8);
  expect(cut(slab, 8).buffer).toBe(first.buffer);
  expect(cut(slab, 100).length).toBe(100);
});
