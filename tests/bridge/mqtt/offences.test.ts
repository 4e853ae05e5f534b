import { expect, it } from 'vitest';
import { Offences } from '../../../bridge/mqtt/offences.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const LIMITS = { tolerated: 3, windowMs: 60_000, banMs: 30_000, remembered: 2 };

it('bars after so many within the window, for as long as said', () => {
  const clock = new VirtualClock();
  const offences = new Offences(clock, LIMITS);
  expect([offences.note('a'), offences.note('a'), offences.barred('a')]).toEqual([false, false, false]);
  expect([offences.note('a'), offences.barred('a'), offences.barred('b')]).toEqual([true, true, false]);
  clock.advance(29_999);
  expect(offences.barred('a')).toBe(true);
  clock.advance(1);
  expect(offences.barred('a')).toBe(false);
});

it('begins to count anew when the window has passed', () => {
  const clock = new VirtualClock();
  const offences = new Offences(clock, LIMITS);
  offences.note('a');
  offences.note('a');
  clock.advance(60_001);
  expect([offences.note('a'), offences.note('a'), offences.note('a')]).toEqual([false, false, true]);
});

it('remembers only so many, the latest', () => {
  const offences = new Offences(new VirtualClock(), { ...LIMITS, tolerated: 2 });
  for (const who of ['a', 'b', 'c']) offences.note(who);
  expect([offences.note('a'), offences.note('c')]).toEqual([false, true]);
});
