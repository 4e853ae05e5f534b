import { expect, test } from 'vitest';
import { rowsOf } from '../../../../gateway/fold/detect/columns.ts';

const Pair = rowsOf({ left: 0, right: -1 });

test('a row is read and written like an object', () => {
  const pair = new Pair();
  expect([pair.left, pair.right]).toEqual([0, -1]);
  pair.left = 2_000_000_000;
  pair.right += 8;
  expect([pair.left, pair.right]).toEqual([2_000_000_000, 7]);
});

test('rows do not know of each other, however many there are', () => {
  const rows = Array.from({ length: 1000 }, () => new Pair());
  rows.forEach((row, i) => {
    row.left = i;
  });
  expect(rows.map(({ left }) => left)).toEqual(rows.map((_, i) => i));
  expect(rows.every(({ right }) => right === -1)).toBe(true);
});

test('what differs from the beginning is told, and makes the same row again', () => {
  const pair = new Pair();
  expect(Pair.changed(pair)).toEqual({});
  pair.right = 0;
  expect(Pair.changed(pair)).toEqual({ right: 0 });
  const again = Object.assign(new Pair(), Pair.changed(pair));
  expect([again.left, again.right]).toEqual([0, 0]);
});

test('what is said to lie together is the beginning of a row, and all is found where it lies', () => {
  const Many = rowsOf({ one: 1, two: 2, three: 3, four: 4 }, ['three', 'one']);
  const [first, second] = [new Many(), new Many()];
  expect([first.one, first.two, first.three, first.four]).toEqual([1, 2, 3, 4]);
  second.three = 30;
  second.two = 20;
  expect([...second.page.subarray(second.at, second.at + 4)]).toEqual([30, 1, 20, 4]);
  expect(Many.changed(second)).toEqual({ two: 20, three: 30 });
  expect(Many.changed(first)).toEqual({});
});
