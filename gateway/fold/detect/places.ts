/** Places that swallow links: zones that are known, garages of the vehicle's own, and what speaks for one that nobody knows. */
import { stayLonger, type Zone, zoneWeight } from './dead-zones.ts';
import type { Desk } from './desk.ts';
import type { Gap } from './gap.ts';
import { type Haunt, hauntAt, hauntWeight } from './haunts.ts';
import type { Evidence } from './silence.ts';
import { metresBetween, type Terminal } from './terminal.ts';

/** Half of the stays in places that nobody knows are over by then, of one that drove in fast, and of others. */
const FAST_STAY_S = 400;
const STAY_S = 20_000;
const FAST = 500;
export const SLOW = 150;
/** Tenths of seconds between reports. */
const SPARSE = 250;
/** It stands still for so long: no dead zone comes to it. */
export const PARKED_STILL_S = 300;

/** Whether places like the last one swallow links. */
export function whereItWas(desk: Desk, t: Terminal, gap: Gap, silent: number): Evidence[] {
  const out: Evidence[] = [];
  // One whose driver waits may roll on into a garage.
  if (!gap.moving && gap.acc === 0 && gap.still >= PARKED_STILL_S && gap.sawSky && gap.latitude !== 0) {
    out.push({ id: 'M4', says: { minutes: Math.floor(gap.still / 60) } });
  }
  const zone = zoneOf(desk, t, gap, silent);
  const haunt = zone === undefined ? hauntOf(t, gap) : undefined;
  if (haunt !== undefined) {
    out.push({ id: 'M8', says: { times: haunt.times }, own: { DZ: hauntWeight(haunt) } });
    return out;
  }
  if (zone === undefined) {
    const against = strangeness(gap);
    if (against > 0) out.push({ id: 'M0', says: { speed: Math.round(gap.speed / 10) }, own: { DZ: -against } });
    return out;
  }
  const { vehicles, q50, q99 } = zone;
  out.push({ id: 'M1', says: { vehicles, kind: zone.kind }, own: { DZ: zoneWeight(zone) } });
  out.push({ id: 'M2', says: { q50, q99, seconds: silent }, own: { DZ: Math.max(-8000, stayLonger(zone, silent)) } });
  return out;
}

/** The known zone that explains the silence; undefined where none does better than a place that nobody knows would. */
export function zoneOf(desk: Desk, t: Terminal, gap: Gap, silent: number): Zone | undefined {
  const { latitude, longitude, course } = gap;
  if (latitude === 0) return undefined;
  const zone = desk.zones.at({ latitude, longitude, course, terminal: t.id, reach: reachOf(gap), seconds: silent });
  if (zone === undefined) return undefined;
  const unknown = -strangeness(gap) + lasts(silent, stayOf(gap), 2);
  return zoneWeight(zone) + stayLonger(zone, silent) > unknown ? zone : undefined;
}

/** What speaks against a dead zone that nobody knows: the faster, the less likely. Thousandths of a nat. */
function strangeness({ moving, speed, every }: Gap): number {
  if (!moving) return 0;
  if (speed >= FAST) return 4000;
  // Within half a minute without a word a driver brakes and is down a ramp.
  return speed >= SLOW && every < SPARSE ? 2000 : 0;
}

/** Half of the stays in a place that nobody knows are over by then. */
export function stayOf({ moving, speed }: Gap, haunt?: Haunt): number {
  if (haunt !== undefined) return Math.max(STAY_S, 2 * haunt.longest);
  return moving && speed >= FAST ? FAST_STAY_S : STAY_S;
}

/** A place that swallowed this vehicle before; its next report may have been almost due. */
export function hauntOf(t: Terminal, gap: Gap): Haunt | undefined {
  return gap.latitude === 0 ? undefined : hauntAt(t, gap, reachOf(gap));
}

/** Metres beyond the last fix that the vehicle may have come before its link was gone. */
export function reachOf({ speed, every }: Pick<Gap, 'speed' | 'every'>): number {
  return 100 + (speed / 36) * Math.max(10, every / 10) * 1.2;
}

/** ln of the chance that an excuse lasts so long: log-logistic, by median and shape. */
export function lasts(seconds: number, median: number, shape: number): number {
  return Math.round(-1000 * Math.log(1 + (seconds / median) ** shape));
}

/** Driven so far, it stood nowhere all the while. */
const MOVED_M = 200;

/** The last stored fix is from after the last one that was heard: what was lost later was lost there, and not where the link was. */
export function wasSeen(desk: Desk, t: Terminal, { fixAt, fixLatitude, fixLongitude, fixCourse, backAt }: Gap): void {
  if (fixAt <= t.fixAt) return;
  if (t.darkSky === 1) {
    desk.skies.regain(t, desk.docket.now);
    desk.touched('@skies');
  }
  if (metresBetween(t.latitude, t.longitude, fixLatitude, fixLongitude) > MOVED_M) {
    t.fixStill = 0;
    if (t.stillSince !== 0) t.stillSince = Math.max(t.stillSince, backAt);
  }
  t.fixAt = fixAt;
  t.latitude = fixLatitude;
  t.longitude = fixLongitude;
  t.course = fixCourse;
}
