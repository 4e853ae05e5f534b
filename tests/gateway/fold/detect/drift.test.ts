import { describe, expect, it } from 'vitest';
import { Drive, hear, type Says, standing } from './drive.ts';

const SPEED = 80;
/** Of a degree of longitude there, against one of latitude. */
const WIDTH = Math.cos((24.88 * Math.PI) / 180);

/** A road that winds, driven at one speed; what the fix says beside it is `east` of the truth. */
function winding(drawn: (at: number) => number, course = (true_: number) => true_): (at: number) => Says {
  let [now, east, north] = [0, 0, 0];
  const bearing = (at: number): number => 90 + 40 * Math.sin(at / 300);
  return (at) => {
    for (; now < at; now++) {
      east += (SPEED / 3.6) * Math.sin((bearing(now) * Math.PI) / 180);
      north += (SPEED / 3.6) * Math.cos((bearing(now) * Math.PI) / 180);
    }
    const speed = SPEED + (at % 30) / 10;
    return {
      speed,
      wheels: speed,
      east: (east + drawn(at)) / WIDTH,
      north,
      course: Math.round(course(bearing(at))),
      volts: 14,
    };
  };
}

const drive = (road: (at: number) => Says): Drive => new Drive().login().report(3600, 10, road);

describe('fixes that drift from the speed and the course that come with them', () => {
  it('are drawn away by a counterfeit sky', () => {
    const drawn = (at: number): number => Math.max(0, at - 1500) * 5;
    expect(standing(hear(drive(winding(drawn)).records).findings)).toEqual(['T204 raised']);
  });

  it('and leap back to the truth are that for sure', () => {
    const drawn = (at: number): number => (at > 3000 ? 0 : Math.max(0, at - 1500) * 5);
    expect(standing(hear(drive(winding(drawn)).records).findings)).toEqual(['T204 confirmed']);
  });

  it('do not where they are only thrown about', () => {
    const thrown = (at: number): number => 40 * Math.sin(at / 7);
    expect(hear(drive(winding(thrown)).records).findings).toEqual([]);
  });

  it('say nothing of a terminal that always says north', () => {
    expect(
      hear(
        drive(
          winding(
            () => 0,
            () => 0,
          ),
        ).records,
      ).findings,
    ).toEqual([]);
  });
});
