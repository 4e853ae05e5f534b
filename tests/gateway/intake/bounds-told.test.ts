import { expect, it } from 'vitest';
import { type BoundCounts, boundsOf, tellOfBounds } from '../../../gateway/intake/bounds-told.ts';
import { IntakeCounters } from '../../../gateway/intake/counters.ts';
import { VirtualClock } from '../../../protocol/index.ts';

it('an operator hears of a bound soon after it was first reached, and once a minute by how much since', () => {
  const clock = new VirtualClock(0);
  const counters = new IntakeCounters();
  const told: BoundCounts[] = [];
  const stop = tellOfBounds(() => boundsOf(counters), { clock, tell: (grown) => told.push(grown) });
  clock.advance(60_000);
  expect(told).toEqual([]);

  counters.turnedAway = 3;
  counters.turnedAwayBySource = 2;
  clock.advance(2000);
  expect(told).toEqual([{ noPlace: 1, tooManyOfOneSource: 2 }]);
  for (let second = 0; second < 59; second++) {
    counters.slowReaders++;
    clock.advance(1000);
  }
  expect(told).toHaveLength(1);
  clock.advance(3000);
  expect(told.slice(1)).toEqual([{ doesNotRead: 59 }]);

  stop();
  counters.turnedAway = 100;
  clock.advance(120_000);
  expect(told).toHaveLength(2);
});
