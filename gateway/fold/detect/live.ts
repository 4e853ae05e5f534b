/** What a live report changes in what is known of a terminal, after all benches have compared it with what was known before. */
import type { Desk } from './desk.ts';
import { cellOf } from './groups.ts';
import type { Signals } from './signals.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';

const MOVES = 30;
const CELL = 50_000;
/** Within this of where it was lost it has stood there: who drives along its border is out of an outage in a minute. */
const HERE_M = 200;
/** A modem that knows of no signal. */
export const CSQ_NONE = 99;
const RISE_S = 30;
const LONGEST_S = 86_400;
/** Signal that is good, and next to none; back above this it has recovered. */
export const CSQ_GOOD = 15;
export const CSQ_POOR = 5;
const CSQ_BACK = 10;
/** Between two reports this far apart nothing slides away. */
export const STEP_S = 45;
/** Below the mean of the last minute, tenths; what is left of the satellites; tenths of km/h. */
const FADED = 40;
const SKY_SHARE = 0.6;
const RAMP_SPEED = 250;
/** Wheels or a fix that moves at last: standing is told from them, and from the ignition where there is no fix. */
const LEARN_FAST = 4;
const LEARN_SLOW = 64;

/** Follows the upper end of intervals: half the way up, a twentieth down. Tenths of a second. */
export function follow(every: number, seconds: number): number {
  const next = seconds * 10;
  if (every === 0) return next;
  return next > every ? every + ((next - every) >> 1) : every - Math.ceil((every - next) / 20);
}

export function takeIn(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { now } = desk.docket;
  if (s.acc === 1 && t.acc === 1 && t.lastReport !== 0 && t.gap === undefined)
    t.reportEvery = follow(t.reportEvery, dt);
  else if (s.acc === 0 && t.acc === 0 && t.lastReport !== 0 && t.gap === undefined)
    t.parkedEvery = follow(t.parkedEvery, Math.min(dt, LONGEST_S));
  t.lastReport = now;
  motion(desk, t, s, now);
  radio(t, s, now, dt);
  if (s.backup !== UNKNOWN) t.backup = s.backup;
  if (s.sleeping !== UNKNOWN) {
    t.sleepAnnounced = s.sleeping;
    if (s.sleeping === 1) {
      t.announcesSleep = 1;
      if (t.asleep < 100) t.asleep++;
    }
  }
  if (s.cell !== '') t.cell = s.cell;
  t.acc = s.acc;
  t.wheels = s.wheels;
  if (s.fixed) t.speed = s.speed;
}

function motion(desk: Desk, t: Terminal, s: Signals, now: number): void {
  const moves = s.wheels > MOVES || (s.fixed && s.speed > MOVES);
  const stands = s.wheels === UNKNOWN ? s.fixed || s.acc === 0 : true;
  if (moves) {
    t.stillSince = 0;
    t.cruise = Math.max(s.wheels, s.fixed ? s.speed : 0);
  } else if (stands && t.stillSince === 0) {
    t.stillSince = now;
    t.restLatitude = s.fixed ? s.latitude : 0;
    t.restLongitude = s.fixed ? s.longitude : 0;
  } else if (s.fixed && t.restLatitude === 0) {
    t.restLatitude = s.latitude;
    t.restLongitude = s.longitude;
  }
  if (!s.fixed) return;
  if (t.awaySince !== 0) {
    const { latitude, longitude } = t.gap ?? t;
    const metres = latitude === 0 ? 0 : metresBetween(latitude, longitude, s.latitude, s.longitude);
    desk.fleet.returned(t, now, metres <= HERE_M);
    desk.touched('@fleet');
  }
  t.latitude = s.latitude;
  t.longitude = s.longitude;
  t.course = s.course;
  t.fixAt = now;
  if (moves) desk.zones.pass(s.latitude, s.longitude, s.course);
  const north = Math.round(s.latitude / CELL);
  const east = Math.round(s.longitude / CELL);
  if (north === t.cellNorth && east === t.cellEast) return;
  t.cellNorth = north;
  t.cellEast = east;
  desk.fleet.leave(t);
  t.groupCell = cellOf(s.latitude, s.longitude);
  desk.fleet.join(t);
  desk.touched('@fleet');
}

function radio(t: Terminal, s: Signals, now: number, dt: number): void {
  if (s.csq === UNKNOWN || s.csq === CSQ_NONE) return;
  const tenfold = s.csq * 10;
  if (s.csq >= CSQ_BACK) t.csqFellAt = 0;
  else if (s.fixed && s.csq <= CSQ_POOR && t.csq >= CSQ_GOOD && dt <= STEP_S) {
    t.csqFellAt = now;
    t.fellLatitude = s.latitude;
    t.fellLongitude = s.longitude;
  }
  if (fades(t, s)) t.fadedAt = now;
  t.csqRise = t.csq !== UNKNOWN && dt <= RISE_S ? Math.max(0, s.csq - t.csq) : 0;
  t.csq = s.csq;
  if (t.csqMean === UNKNOWN) {
    t.csqMean = tenfold;
    t.csqNorm = tenfold;
    return;
  }
  t.csqSpread += Math.round((Math.abs(tenfold - t.csqMean) - t.csqSpread) / 6);
  t.csqMean += Math.round((tenfold - t.csqMean) / LEARN_FAST);
  const step = (tenfold - t.csqNorm) / LEARN_SLOW;
  t.csqNorm += step > 0 ? Math.ceil(step) : Math.floor(step);
}

/** A ramp into the ground takes the sky and the network together, from a vehicle that is driven slowly. */
function fades(t: Terminal, s: Signals): boolean {
  if (t.csqMean === UNKNOWN || s.csq * 10 > t.csqMean - FADED) return false;
  const slow = Math.max(s.wheels, s.fixed ? s.speed : 0) <= RAMP_SPEED;
  return slow && (!s.fixed || (s.satellites !== UNKNOWN && s.satellites * 10 <= SKY_SHARE * t.satellitesNorm));
}
