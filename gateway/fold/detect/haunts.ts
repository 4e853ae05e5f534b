/**
 * A vehicle's own garages: where it fell silent before and came back with everything stored, no satellites and no signal
 * in it. The map of dead zones counts only what others met; this counts only what this vehicle proved, and for less. A
 * jammer proves nothing of the kind: what is stored under it has a strong signal.
 *
 * Bound: four places of a terminal; the least visited makes room.
 */
import { metresBetween, type Terminal } from './terminal.ts';

export interface Haunt {
  readonly latitude: number;
  readonly longitude: number;
  /** Stays that proved themselves, up to 100, and the longest, seconds. */
  times: number;
  longest: number;
}

const MAX_HAUNTS = 4;
const MAX_TIMES = 100;
/** Mouths this close are the same, metres. */
const SAME_M = 300;
/** Thousandths of a nat by the number of stays. */
const WORTH = [0, 2000, 4000, 5000] as const;

interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** It was silent there for so long, and proved that it was in the ground. */
export function learnHaunt(t: Terminal, { latitude, longitude }: Place, seconds: number): void {
  const own = (t.haunts ??= []);
  const here = nearest(own, { latitude, longitude }, SAME_M);
  if (here !== undefined) {
    here.times = Math.min(MAX_TIMES, here.times + 1);
    here.longest = Math.max(here.longest, seconds);
    return;
  }
  if (own.length >= MAX_HAUNTS) {
    const least = own.reduce((one, other) => (other.times < one.times ? other : one));
    own.splice(own.indexOf(least), 1);
  }
  own.push({ latitude, longitude, times: 1, longest: seconds });
}

/** The place of its own that it may have gone into, `reach` metres on; undefined where there is none. */
export function hauntAt({ haunts }: Terminal, at: Place, reach: number): Haunt | undefined {
  return haunts === undefined ? undefined : nearest(haunts, at, SAME_M + reach);
}

/** What a haunt is worth for a loss at it: thousandths of a nat. */
export function hauntWeight({ times }: Haunt): number {
  return WORTH[Math.min(times, WORTH.length - 1)] as number;
}

function nearest(own: readonly Haunt[], { latitude, longitude }: Place, within: number): Haunt | undefined {
  let found: Haunt | undefined;
  let least = within;
  for (const haunt of own) {
    const metres = metresBetween(latitude, longitude, haunt.latitude, haunt.longitude);
    if (metres > least) continue;
    least = metres;
    found = haunt;
  }
  return found;
}
