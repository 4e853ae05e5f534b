import { expect, test } from 'vitest';
import { VirtualClock } from '../../../protocol/host/virtual-clock.ts';

test('wake-ups happen in the order of their times, ties in the order they were asked for', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const note = (name: string) => () => seen.push(`${name}@${clock.monotonic()}`);
  for (const [name, at] of [
    ['c', 30],
    ['a', 10],
    ['b1', 20],
    ['b2', 20],
    ['d', 40],
  ] as const)
    clock.wake(at, note(name));
  clock.advance(30);
  expect(seen).toEqual(['a@10', 'b1@20', 'b2@20', 'c@30']);
  expect([clock.monotonic(), clock.pending, clock.next]).toEqual([30, 1, 40]);
});

test('a wake-up asked for on the way happens on the way, one in the past at once but never synchronously', () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  clock.wake(10, () => {
    clock.wake(5, () => seen.push(clock.monotonic()));
    clock.wake(15, () => seen.push(clock.monotonic()));
    expect(seen).toEqual([]);
  });
  clock.advance(100);
  expect(seen).toEqual([10, 15]);
  clock.wake(0, () => seen.push(clock.monotonic()));
  expect(seen).toHaveLength(2);
  clock.advance(0);
  expect(seen).toEqual([10, 15, 100]);
});

test('a wake-up that was withdrawn does not happen, and withdrawing it later harms nobody', () => {
  const clock = new VirtualClock();
  let calls = 0;
  const first = clock.wake(1, () => calls++);
  clock.wake(1, () => calls++);
  first();
  first();
  clock.advance(1);
  first();
  expect([calls, clock.pending, clock.next]).toEqual([1, 0, undefined]);
});

test('the wall clock steps without a deadline noticing', () => {
  const clock = new VirtualClock(1_000_000);
  let at: number | undefined;
  clock.wake(50, () => (at = clock.now()));
  clock.stepWall(-500_000);
  clock.advance(50);
  expect([at, clock.now(), clock.monotonic()]).toEqual([500_050, 500_050, 50]);
});

test('run lets promises settle between wake-ups', async () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const sleep = (ms: number) => new Promise<void>((wake) => clock.wake(clock.monotonic() + ms, wake));
  const work = async () => {
    for (let i = 0; i < 3; i++) {
      await sleep(10);
      seen.push(`woke@${clock.monotonic()}`);
    }
  };
  const done = work();
  await clock.run(30, () => new Promise(setImmediate));
  await done;
  expect(seen).toEqual(['woke@10', 'woke@20', 'woke@30']);
});

test('any number of wake-ups come in order', () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const at = (i * 7919) % 1009;
    const cancel = clock.wake(at, () => seen.push(at));
    if (i % 3 === 0) cancel();
  }
  clock.advance(2000);
  expect(seen).toHaveLength(1333);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
});
