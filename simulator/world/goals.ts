/** Where vehicles go again and again, and what lies on the way: the same tunnel on the same road, the same garage at its end. */
import { type Random, seededRandom } from '../../protocol/index.ts';
import type { Changes } from '../scenario/form.ts';
import type { YearWorld } from './year.ts';

/** Roads to work, and the one of evening errands. */
export const ROADS = 4;
export const ERRAND_ROAD = 5;

/** Seconds in which a network fades away, or comes back. */
export const FADES_S = 150;
/** Seconds of a ramp into a garage. */
export const RAMP_S = 30;
export const TOWN: Changes = { place: 'urban', sky_att_db: 4, mp_noise_m: 6, csq_clear: 24 };

export interface Stretch {
  readonly shortest: number;
  readonly longest: number;
  readonly set: (draw: Random) => Changes;
}

const TUNNEL: Stretch = {
  shortest: 12,
  longest: 240,
  set: (draw) => ({ place: 'tunnel', sky_att_db: 60, csq_clear: draw.next() < 0.6 ? 16 : 0 }),
};
const CANYON: Stretch = {
  shortest: 30,
  longest: 900,
  set: (draw) => ({ place: 'canyon', sky_att_db: draw.int(6, 14), mp_noise_m: draw.int(20, 80) }),
};
export const WEAK: Stretch = { shortest: 120, longest: 3600, set: () => ({ place: 'rural', csq_clear: 1 }) };

/** One after another on every way. */
export const STRETCHES: readonly Stretch[] = [TUNNEL, CANYON, WEAK];

/** Where a vehicle goes again and again: a road of so many metres, and what stands at its end. */
export interface Goal {
  readonly road: number;
  readonly metres: number;
  readonly there: Changes;
  /** Where on the road each of `STRETCHES` lies, 0 to 1: tunnels do not move. */
  readonly stretches: readonly number[];
}

/** The goal of a vehicle on a road; road 0 is home. It is the same every day. */
export function goalOf({ seed, rates, base }: YearWorld, index: number, road: number): Goal {
  const draw = seededRandom(`${seed}/vehicle ${index}/goal ${road}`);
  const metres = road === ERRAND_ROAD ? draw.int(3000, 8000) : draw.int(8000, 38_000);
  const { place, sky_att_db, mp_noise_m, csq_clear } = base;
  const garage = road !== ERRAND_ROAD && draw.next() < rates.garagesPerDay / 2;
  const below = draw.next() < 0.5 ? draw.int(8, 15) : 0;
  const there = garage
    ? ({ place: 'garage', sky_att_db: 55, csq_clear: below } as const)
    : { place, sky_att_db, mp_noise_m, csq_clear };
  const stretches = STRETCHES.map((_, i) => (i + 0.1 + 0.5 * draw.next()) / STRETCHES.length);
  return { road, metres, there, stretches };
}
