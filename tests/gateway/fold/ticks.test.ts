import { expect, test } from 'vitest';
import { Ticks } from '../../../gateway/fold/ticks.ts';
import { VirtualClock } from '../../../protocol/index.ts';

function rig(due: { at: number }) {
  const clock = new VirtualClock(1_000_000);
  const written: number[] = [];
  const ticks = new Ticks({ clock, due: () => due.at, write: () => written.push(clock.now() - 1_000_000) });
  return { clock, written, ticks };
}

test('a tick is written when something is due and nobody said so', () => {
  const due = { at: 1_005_000 };
  const { clock, written, ticks } = rig(due);
  ticks.look();
  clock.advance(5000);
  expect(written).toEqual([]);
  clock.advance(250);
  expect(written).toEqual([5250]);
});

test('no tick is written where a record came by itself', () => {
  const due = { at: 1_005_000 };
  const { clock, written, ticks } = rig(due);
  ticks.look();
  clock.advance(5100);
  due.at = Infinity;
  clock.advance(60_000);
  expect(written).toEqual([]);
});

test('what is due sooner than was known wakes sooner', () => {
  const due = { at: 1_020_000 };
  const { clock, written, ticks } = rig(due);
  ticks.look();
  due.at = 1_001_000;
  ticks.look();
  clock.advance(1250);
  expect(written).toEqual([1250]);
});

test('a tick that was refused is written again, once a second at most', () => {
  const due = { at: 1_000_000 };
  const { clock, written, ticks } = rig(due);
  ticks.look();
  clock.advance(3300);
  expect(written).toEqual([250, 1250, 2250, 3250]);
  ticks.stop();
  clock.advance(10_000);
  expect(written).toHaveLength(4);
});

test('while ticks are not enough for all that is due, one follows the other as it is heard', () => {
  const clock = new VirtualClock(1_000_000);
  const written: number[] = [];
  let left = 3;
  const ticks = new Ticks({
    clock,
    due: () => (left > 0 ? 1_000_000 : Infinity),
    behind: () => left > 0 && written.length > 0,
    write: () => written.push(clock.now() - 1_000_000),
  });
  ticks.look();
  clock.advance(250);
  expect(written).toEqual([250]);
  // Not heard yet: nothing is hurried.
  clock.advance(500);
  expect(written).toEqual([250]);
  for (; left > 0; left--) {
    ticks.look();
    clock.advance(20);
  }
  expect(written).toEqual([250, 750, 770, 790]);
  clock.advance(10_000);
  expect(written).toHaveLength(4);
});
