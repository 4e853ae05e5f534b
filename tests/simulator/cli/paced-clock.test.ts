import { expect, test } from 'vitest';
import { VirtualClock } from '../../../protocol/index.ts';
import { fasterClock, followPlatform } from '../../../simulator/cli/paced-clock.ts';

test('a faster clock wakes after the part of the time that its factor says', () => {
  const real = new VirtualClock();
  const fast = fasterClock(real, 60);
  const woken: number[] = [];
  fast.wake(60_000, () => woken.push(real.monotonic()));
  real.advance(999);
  expect(woken).toEqual([]);
  real.advance(1);
  expect(woken).toEqual([1000]);
  expect(fast.monotonic()).toBe(60_000);
});

test('time stands still while the platform owes an answer, and runs on when it came', async () => {
  const world = new VirtualClock();
  const real = new VirtualClock();
  const seen: string[] = [];
  let waits = 0;
  world.wake(1000, () => {
    seen.push('asked');
    waits = 5;
  });
  world.wake(2000, () => seen.push('next'));
  const busy = (): boolean => {
    if (waits > 0) seen.push(`waits at ${world.monotonic()}`);
    return waits-- > 0;
  };
  await followPlatform(world, real, { busy, over: () => world.monotonic() >= 2000 });
  expect(seen).toEqual(['asked', ...Array<string>(5).fill('waits at 1000'), 'next']);
});

test('a platform that never answers is not waited for without end', async () => {
  const world = new VirtualClock();
  const real = new VirtualClock();
  let passed = false;
  world.wake(1000, () => {
    passed = true;
  });
  const busy = (): boolean => {
    real.advance(1);
    return true;
  };
  await followPlatform(world, real, { busy, over: () => passed });
  expect(real.monotonic()).toBeLessThan(2000);
});
