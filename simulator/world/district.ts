/**
 * What befalls a part of a district at once: a site without power, a network that is down, interference over an area.
 * Drawn by the day; whom it befalls follows from where they are then, and from whose network they are in.
 */
import { seededRandom } from '../../protocol/index.ts';
import type { Changes } from '../scenario/form.ts';
import type { Rates } from './year.ts';

export interface Happening {
  /** Those nearest to a place, whoever's customers they are: masts are shared; or customers of one network. */
  readonly befalls: 'place' | 'network';
  /** Seconds from the beginning of the year. */
  readonly from: number;
  readonly until: number;
  /** Of the district's vehicles, those that are near enough, or customers: 0 to 1. */
  readonly share: number;
  /** Of a place: it reaches no further, metres. */
  readonly reach: number;
  /** 0 to 1: which of the vehicles it is drawn from, whose place or network it is. */
  readonly around: number;
  readonly set: Changes;
  readonly over: Changes;
}

/** So much of a district shares an outage: at least, and at most. */
const LEAST_SHARE = 0.05;
const MOST_SHARE = 0.3;
const MEAN_SHARE = (LEAST_SHARE + MOST_SHARE) / 2;
/** Of outages, those of a site; the others are those of a network. */
const SITES = 0.5;
/** Behind the horizon of a mast nobody is interfered with. */
const INTERFERENCE_M = 5000;
const DAY_S = 86_400;
const DAYS = 365;

/** What befalls a district on a day, so often that each vehicle meets `rates.outages` and `rates.areaInterferences` a year. */
export function happeningsOf(seed: string, rates: Rates, district: number, day: number): Happening[] {
  const draw = seededRandom(`${seed}/happenings ${district}/day ${day}`);
  const found: Happening[] = [];
  const begin = (perYear: number): boolean => draw.next() < perYear / MEAN_SHARE / DAYS;
  const share = (): number => LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * draw.next();
  if (begin(rates.outages)) {
    const from = day * DAY_S + draw.int(0, DAY_S - 7200);
    found.push({
      befalls: draw.next() < SITES ? 'place' : 'network',
      from,
      until: from + draw.int(300, 5400),
      share: share(),
      reach: Number.POSITIVE_INFINITY,
      around: draw.next(),
      set: { net: 'outage' },
      over: { net: 'ok' },
    });
  }
  if (begin(rates.areaInterferences)) {
    const from = day * DAY_S + draw.int(20_000, 70_000);
    found.push({
      befalls: 'place',
      from,
      until: from + draw.int(600, 10_800),
      share: share(),
      reach: INTERFERENCE_M,
      around: draw.next(),
      set: { jam_gnss_dbm: -86 },
      over: { jam_gnss_dbm: -140 },
    });
  }
  return found;
}
