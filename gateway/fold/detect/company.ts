/** Who shares the fate of a terminal that is silent: whom to ask, and who is counted as lost. */
import type { Desk } from './desk.ts';
import type { Witness } from './fleet.ts';
import { type Gap, lastSpeed } from './gap.ts';
import { hauntAt, hauntWeight } from './haunts.ts';
import { PARKED_STILL_S, reachOf, SLOW } from './places.ts';
import type { Evidence } from './silence.ts';
import { CLOSED, type Terminal } from './terminal.ts';

/** Tenths of km/h as the crow flies, from door to door. */
const DRIVEN = 300;

/** Parked in the open, or on the road where no dead zone is known, and without a word: others may share its fate. */
export function isUnexpected(desk: Desk, t: Terminal): boolean {
  if (t.closed === CLOSED.fin) return false;
  if (t.stillSince !== 0 && t.acc === 0) return t.unfixedSince === 0 && t.lastRx - t.stillSince >= PARKED_STILL_S;
  if (lastSpeed(t) < SLOW) return false;
  const { latitude, longitude, course, id: terminal } = t;
  const reach = reachOf({ speed: t.speed, every: t.every });
  return desk.zones.at({ latitude, longitude, course, terminal, reach, seconds: 0 }) === undefined;
}

/** Of what its groups say now, and said while it was away, the most telling. */
export function companyOf(desk: Desk, t: Terminal, gap: Gap): Witness | undefined {
  const { now } = desk.docket;
  let said = desk.fleet.witness(t, gap.lostAt, now);
  // One that was asleep would not have called before its hour: who is dark then?
  const wakes = gap.lostAt + t.maxSleep;
  if (gap.closed === CLOSED.fin && t.maxSleep > 0 && now >= wakes) {
    const then = desk.fleet.witness(t, wakes, now);
    if (then !== undefined && then.kind !== 'healthy') said = then;
  }
  const before = gap.company;
  if (said?.kind === 'some' && said.strength > (before?.strength ?? 0)) gap.company = said;
  return said === undefined || said.kind === 'healthy' || said.kind === 'some' ? (gap.company ?? said) : said;
}

/**
 * While nobody was heard, for an outage that is over now, it may have been driven to a garage of its own: then where it was
 * lost says nothing. Undefined where it has none within reach.
 */
export function goneHome(desk: Desk, t: Terminal, gap: Gap): Evidence[] | undefined {
  if (t.haunts === undefined || gap.latitude === 0) return undefined;
  const company = companyOf(desk, t, gap);
  if (company?.kind !== 'over') return undefined;
  const haunt = hauntAt(t, gap, ((company.overAt - gap.lostAt) * DRIVEN) / 36);
  return haunt && [{ id: 'M8', says: { times: haunt.times }, own: { DZ: hauntWeight(haunt) } }];
}
