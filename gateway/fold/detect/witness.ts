/**
 * Witnesses against the satellites and against the wires: wheels, ignition, charging voltage, lights, cells. Two that
 * contradict each other for long enough show which of them was dealt with.
 */
import type { Desk } from './desk.ts';
import { drawn } from './drift.ts';
import { settleGnss } from './gnss.ts';
import type { Signals } from './signals.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';

const WHEELS = 150;
const STILL_SPEED = 30;
const STILL_M = 60;
const CONTRADICTION_M = 300;
const FULL_M = 1000;
const PROVED_M = 3000;
const CHARGING_MV = 13_200;
const OFF_MOVING_S = 60;
const OFF_FULL_S = 180;
/** Wheels this fast are driving, tenths of km/h; what they turn is held against the fixes a stretch at a time. */
const TURNING = 100;
const STRETCH_M = 120;
/** As far as reflections throw a fix. */
const WANDER_M = 300;
const JUMP_M = 2000;
const SMOOTH_S = 600;
const SMOOTH_REPORTS = 60;
/** What a course in whole degrees leaves of a line. */
const LINE_M = 2.5;
const CELL_CHANGES = 4;
/** A row of equal fixes that is no habit, and how often they must have differed before, standing. */
const FROZEN_REPORTS = 30;
const FROZEN_S = 600;
const FROZEN_TIMES = 5;
const JITTERS = 30;

const isCharging = (millivolts: number): boolean => millivolts >= (millivolts > 17_000 ? 2 * CHARGING_MV : CHARGING_MV);

/** `dt`: seconds since the report before; the terminal still holds what that one said. */
export function witness(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  ignition(desk, t, s, dt);
  if (!s.fixed) {
    t.sameSpeed = t.sameFor = t.sameLine = t.frozen = t.frozenFor = 0;
    return;
  }
  frozen(desk, t, s, dt);
  contradiction(desk, t, s, dt);
  smooth(desk, t, s, dt);
  drawn(desk, t, s, dt);
}

/** Ignition off and the wheels turn: the wire was cut, or the vehicle is towed. */
function ignition(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const charging = t.supplyMean !== UNKNOWN && isCharging(t.supplyMean);
  const turns = s.wheels > WHEELS || (s.wheels === UNKNOWN && charging && s.fixed && s.speed > WHEELS);
  if (s.acc === 1) {
    t.accOffMoving = 0;
    t.accCutAtSpeed = 0;
    return;
  }
  // A driver stops before he turns the key, a ferry and a tow begin from a stand: only a cut wire ends the ignition at speed.
  if (t.acc === 1 && t.stillSince === 0 && turns && Math.max(t.speed, t.wheels) > WHEELS) t.accCutAtSpeed = 1;
  if (!turns) return;
  t.accOffMoving += Math.min(dt, 300);
  if (t.accOffMoving < OFF_MOVING_S) return;
  const lights = s.lights === 1;
  if (t.accCutAtSpeed === 0 && !charging && !lights) return;
  const { docket } = desk;
  const one = docket.open(t, 'power', docket.now - t.accOffMoving);
  if (one === undefined) return;
  const strength = t.accCutAtSpeed === 0 ? 600 : t.accOffMoving >= OFF_FULL_S ? 2000 : 1000;
  let changed = docket.note(one, { id: 'S0m', strength, says: { seconds: t.accOffMoving } });
  if (charging && docket.note(one, { id: 'S0v', says: { volts: t.supplyMean / 1000 } })) changed = true;
  if (lights && docket.note(one, { id: 'S0l' })) changed = true;
  if (changed) docket.settle(t, one);
}

/** The fix stands still and the wheels do not: somebody feeds the receiver a place. */
function contradiction(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { docket } = desk;
  if (s.cell !== '' && s.cell !== t.cell && metresTo(t, s) < STILL_M) {
    t.cells++;
  }
  if (left(t, s, dt)) return jumped(desk, t, s, dt);
  const cells = t.cells >= CELL_CHANGES;
  if (t.witnessMetres < CONTRADICTION_M && !cells) return;
  if (t.witnessAt === 0) t.witnessAt = docket.now;
  const proved = t.witnessMetres >= PROVED_M || (cells && t.witnessMetres > 0);
  const before = docket.find(t, 'gnss')?.fact ?? 0;
  const one = docket.open(t, 'gnss', t.witnessAt, proved ? 3 : 0);
  if (one === undefined) return;
  let changed = one.fact !== before;
  if (t.witnessMetres >= CONTRADICTION_M) {
    const strength = Math.min(1300, 100 * Math.round((t.witnessMetres * 10) / FULL_M));
    const metres = Math.round(t.witnessMetres / 100) * 100;
    if (docket.note(one, { id: 'D3', strength, says: { metres } })) changed = true;
  }
  if (cells && docket.note(one, { id: 'D5', says: { cells: t.cells } })) changed = true;
  if (s.acc === 1 && t.supplyMean !== UNKNOWN && isCharging(t.supplyMean)) {
    if (docket.note(one, { id: 'D3v', says: { volts: t.supplyMean / 1000 } })) changed = true;
  }
  if (s.lights === 1 && docket.note(one, { id: 'D3s' })) changed = true;
  if (changed) settleGnss(desk, t, one);
}

/** Metres from the last fix, 0 where there was none. */
function metresTo(t: Terminal, s: Signals): number {
  return t.latitude === 0 ? 0 : metresBetween(t.latitude, t.longitude, s.latitude, s.longitude);
}

/**
 * Whether the fixes left the place where the stretch of road began. A whole stretch that was not left counts against them: reports of a second apart are
 * a few metres apart, so that two alone show nothing.
 */
function left(t: Terminal, s: Signals, dt: number): boolean {
  // As slow as it was at either end: what stood when it last reported may only have begun to move.
  const rate = Math.min(Math.max(s.wheels, s.speed), Math.max(t.wheels, t.speed));
  if (rate > TURNING) t.stretch += Math.round((rate * Math.min(dt, 30)) / 36);
  if (t.stretchLatitude === 0) begin(t, s);
  const away = metresBetween(t.stretchLatitude, t.stretchLongitude, s.latitude, s.longitude);
  // Where the receiver itself says that it stands, fixes that wander between houses have not left.
  const stands = s.wheels > TURNING && Math.max(s.speed, t.speed) <= STILL_SPEED;
  if (away > (stands ? WANDER_M : Math.max(STILL_M / 2, t.stretch / 4))) {
    begin(t, s);
    return true;
  }
  if (t.stretch >= STRETCH_M) {
    // Without wheels to ask it is the receiver against itself, which counts for less.
    t.witnessMetres += s.wheels === UNKNOWN ? Math.round(t.stretch / 10) : t.stretch;
    begin(t, s);
  }
  return false;
}

function begin(t: Terminal, s: Signals): void {
  t.stretch = 0;
  t.stretchLatitude = s.latitude;
  t.stretchLongitude = s.longitude;
}

/**
 * No two fixes of a running engine agree to the last digit for long, unless the receiver holds still by itself: that is a habit, and learnt.
 * With the ignition off many of them sleep, and say the last fix again and again.
 */
function frozen(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const differs = s.latitude !== t.latitude || s.longitude !== t.longitude;
  if (differs && t.latitude !== 0 && t.stillSince !== 0 && s.acc === t.acc) t.jitters = Math.min(1000, t.jitters + 1);
  if (s.acc === 0 || differs) {
    if (t.frozen < FROZEN_REPORTS) t.frozenUsual = Math.max(t.frozenUsual, t.frozen);
    t.frozen = t.frozenFor = 0;
    return;
  }
  t.frozen++;
  t.frozenFor += Math.min(dt, 60);
  const longer = t.frozen >= FROZEN_REPORTS && t.frozen > FROZEN_TIMES * t.frozenUsual && t.frozenFor >= FROZEN_S;
  if (!longer || t.jitters < JITTERS) return;
  const { docket } = desk;
  const one = docket.open(t, 'gnss', docket.now - t.frozenFor);
  let changed = docket.note(one, { id: 'D4', says: { reports: FROZEN_REPORTS } });
  if (t.supplyMean !== UNKNOWN && isCharging(t.supplyMean)) {
    if (docket.note(one, { id: 'D3v', says: { volts: Math.round(t.supplyMean / 100) / 10 } })) changed = true;
  }
  if (changed && one !== undefined) settleGnss(desk, t, one);
}

/** The truth comes back: a leap that nothing drives, after a contradiction. */
function jumped(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { docket } = desk;
  const one = docket.find(t, 'gnss');
  const wasFed = one?.items.some(({ id }) => id === 'D3' || id === 'D5' || id === 'D10' || id === 'D11') ?? false;
  const moved = wasFed ? metresTo(t, s) : 0;
  const leap = moved > JUMP_M && moved / Math.max(1, dt) > 70;
  if (leap && one !== undefined) {
    docket.note(one, { id: 'D6b', says: { km: Math.round(moved / 100) / 10 } });
    one.overAt = docket.now;
    settleGnss(desk, t, one);
  }
  // Moving with the wheels again, or a step of a few metres that adds up: the contradiction is over.
  if (s.speed > STILL_SPEED) {
    // Nothing was said of it, and nothing will be.
    if (t.witnessMetres > 0 && one !== undefined && one.steps === 0) docket.drop(t, one);
    t.witnessMetres = 0;
    t.witnessAt = 0;
    t.cells = 0;
  }
}

/** No driver holds a speed to the tenth for ten minutes, nor a course to the degree. */
function smooth(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const same = s.speed > WHEELS && Math.abs(s.speed - t.speed) <= 1 && s.course === t.course;
  t.sameSpeed = same ? t.sameSpeed + 1 : 0;
  t.sameFor = same ? t.sameFor + Math.min(dt, 30) : 0;
  t.sameLine = same && beside(t, s) <= LINE_M ? t.sameLine + 1 : 0;
  if (t.sameSpeed < SMOOTH_REPORTS || t.sameFor < SMOOTH_S) return;
  const { docket } = desk;
  const one = docket.open(t, 'gnss', docket.now);
  // A speed in whole kilometres may be held so long; that every fix is on the line as well, nobody's receiver does.
  const strength = t.sameLine >= SMOOTH_REPORTS ? 1300 : 1000;
  if (one !== undefined && docket.note(one, { id: 'D10', strength, says: { reports: SMOOTH_REPORTS } }))
    settleGnss(desk, t, one);
}

/** Metres that a fix is beside the line along which the last one was headed: it does not depend on when each was taken. */
function beside(t: Terminal, s: Signals): number {
  const course = (s.course * Math.PI) / 180;
  const north = (s.latitude - t.latitude) * 0.111_195;
  const east = (s.longitude - t.longitude) * 0.111_195 * Math.cos((s.latitude * Math.PI) / 180e6);
  return Math.abs(east * Math.cos(course) - north * Math.sin(course));
}
