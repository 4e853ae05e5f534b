import { expect, test } from 'vitest';
import { Road, Track } from '../../../simulator/scenario/track.ts';

/** Longest stops, in seconds, of an hour in town that begins at `from`. */
function stops(from: number, seed: number): number[] {
  const track = new Track(seed, from, 0);
  track.turnOff(new Road(seed, 0, 20));
  track.drive(38, true);
  const lengths: number[] = [];
  let still = 0;
  for (let second = from; second < from + 3600; second++) {
    track.goTo(second);
    if (track.speed === 0) still++;
    else if (still > 0) {
      lengths.push(still);
      still = 0;
    }
  }
  return lengths;
}

test('lights hold a vehicle up for half a minute, in the days before a scenario as in it', () => {
  for (const seed of [1, 2, 3, 7919, 104_729]) {
    for (const from of [-86_400, -7200, 0, 86_400]) {
      const lengths = stops(from, seed);
      expect(lengths.length).toBeGreaterThan(4);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(25);
    }
  }
});
