/**
 * Fixes against the speed and the course that come with them: a receiver whose place is drawn away by a counterfeit sky drifts from its
 * own dead reckoning, kilometre after kilometre, and always the same way.
 */
import type { Desk } from './desk.ts';
import { settleGnss } from './gnss.ts';
import type { Signals } from './signals.ts';
import { type Terminal } from './terminal.ts';

/** Reports so close that speed and course between them are known; tenths of km/h; degrees. */
const PACE_S = 20;
const FAST = 400;
const BEND = 20;
/** Pairs of reports in which course and fixes went together: only of such a receiver a drift is news. What one that errs loses of them. */
const PROVED = 60;
const MOST_PROVED = 200;
const ERRED = 5;
/** It is forgotten with this time, so that two metres a second, a course read wrong by four degrees, do not add up to what counts. */
const FORGET_S = 900;
const DRAWN_M = 2000;
const METRES_PER_MICRODEGREE = 0.111_195;
const RADIANS = Math.PI / 180;

/** Live reports in order; the terminal still holds what the one before said. */
export function drawn(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  if (s.speed < FAST || t.speed < FAST || dt === 0 || dt > PACE_S || t.latitude === 0 || t.unfixedSince !== 0) return;
  const bend = Math.abs(((s.course - t.course + 540) % 360) - 180);
  if (bend > BEND) return;
  const metres = ((s.speed + t.speed) * dt) / 72;
  const course = (t.course + (((s.course - t.course + 540) % 360) - 180) / 2) * RADIANS;
  const north = (s.latitude - t.latitude) * METRES_PER_MICRODEGREE - metres * Math.cos(course);
  const across = METRES_PER_MICRODEGREE * Math.cos((t.latitude / 1e6) * RADIANS);
  const east = (s.longitude - t.longitude) * across - metres * Math.sin(course);
  // Thrown by reflections, or a course that is none: some terminals always say north.
  if (Math.sqrt(north * north + east * east) > metres / 2) {
    t.reckons = Math.max(0, t.reckons - ERRED);
    t.driftNorth = t.driftEast = 0;
    return;
  }
  if (s.course !== t.course) t.reckons = Math.min(MOST_PROVED, t.reckons + 1);
  if (t.reckons < PROVED) return;
  const left = 1 - dt / FORGET_S;
  t.driftNorth = Math.round(t.driftNorth * left + north * 10);
  t.driftEast = Math.round(t.driftEast * left + east * 10);
  const drift = Math.sqrt(t.driftNorth * t.driftNorth + t.driftEast * t.driftEast) / 10;
  if (drift < DRAWN_M) return;
  const { docket } = desk;
  const one = docket.open(t, 'gnss', docket.now);
  if (one !== undefined && docket.note(one, { id: 'D11', says: { km: DRAWN_M / 1000 } })) settleGnss(desk, t, one);
}
