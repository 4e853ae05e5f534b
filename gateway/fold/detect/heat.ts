/**
 * Heat: a terminal behind a windscreen in the sun switches itself off above some 85 °C, and on again when it has cooled
 * down. Seen from here it dies without a word while it is parked, in the hot hours of a hot season, and boots within an
 * hour or two where it was, with nothing stored. How hot it is nobody says; the sun's time and the season are known.
 */
import type { Evidence } from './silence.ts';
import type { Gap } from './gap.ts';
import type { Terminal } from './terminal.ts';

const DAY_S = 86_400;
const HOUR_S = 3600;
/** Seconds of the sun for a millionth of a degree of longitude: four minutes a degree. */
const SUN_S = 240 / 1_000_000;
const CHINA_DEGREES = 120_000_000;
/** Hours by the sun between which a parked vehicle is hottest; before and after, the less the further. */
const HOT_FROM = 10.5;
const HOT_UNTIL = 16.5;
const FRINGE_H = 1.5;
/** Standing for so long, it has taken up the heat. */
const STANDING_S = 900;
/** Days of the year from which on, and until when, it is hot, and how long before and after it may be. */
const SUMMER_FROM = 121;
const SUMMER_UNTIL = 273;
const FRINGE_DAYS = 10;
/** An hour or a season that is less sure than this says nothing. */
const LEAST = 500;
const YEAR_DAYS = 365.25;
const FULL = 1000;
/** It has done so before, so often: then the season need not say so. */
const OWN_FULL = 3;

/** Whether it was so hot when it fell silent that it may have switched itself off; empty where it cannot have been. */
export function heatAt(t: Terminal, gap: Gap): Evidence[] {
  if (gap.moving || gap.acc !== 0 || gap.still < STANDING_S) return [];
  const longitude = gap.longitude === 0 ? CHINA_DEGREES : gap.longitude;
  const hour = ((((gap.lostAt + longitude * SUN_S) % DAY_S) + DAY_S) % DAY_S) / HOUR_S;
  const noon = within(hour, { from: HOT_FROM, until: HOT_UNTIL, fringe: FRINGE_H });
  if (noon < LEAST) return [];
  const out: Evidence[] = [];
  const strength = Math.min(noon, season(gap));
  if (strength >= LEAST) out.push({ id: 'H1', strength, says: { hour: Math.floor(hour) } });
  if (t.heats > 0)
    out.push({
      id: 'H2',
      strength: Math.round((noon * Math.min(t.heats, OWN_FULL)) / OWN_FULL),
      says: { times: t.heats },
    });
  return out;
}

/** Thousandths: how surely the season is hot; the south has it half a year later. */
function season({ lostAt, latitude }: Gap): number {
  const later = latitude < 0 ? YEAR_DAYS / 2 : 0;
  // Our seconds begin on the first of January.
  const day = (lostAt / DAY_S + later) % YEAR_DAYS;
  return within(day, { from: SUMMER_FROM, until: SUMMER_UNTIL, fringe: FRINGE_DAYS });
}

/** Thousandths: all between the two, and less and less of it up to so far outside. */
function within(at: number, { from, until, fringe }: { from: number; until: number; fringe: number }): number {
  const outside = Math.max(from - at, at - until, 0);
  return Math.max(0, Math.round(FULL * (1 - outside / fringe)));
}
