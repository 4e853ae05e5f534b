/** The terminal's clock and its odometer against ours and against themselves. Live reports only: stored ones come out of order. */
import { programmed } from './alike.ts';
import type { Desk } from './desk.ts';
import { type Gap, isWithin } from './gap.ts';
import type { Signals } from './signals.ts';
import { movedOver } from './mount.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';
import { uncounted } from './wheels.ts';

const STEP_S = 120;
const STEADY_S = 15;
const STEADY_REPORTS = 3;
const BACKWARDS = 10;
const LATE_S = 300;
/** UTC taken for the time of Beijing, or the other way. */
const ZONE_S = 8 * 3600;
/** Ten bits of a week number have come round: IS-GPS-200, 20.3.3.3.1.1. */
const ROLLOVER_S = 1024 * 7 * 86_400;

/**
 * Whether a report is live: its time is that of its receipt, or off by what the clock is known to be off.
 * A new steady offset, seen in several reports at their usual pace, is a clock that was moved.
 */
export function clock(desk: Desk, t: Terminal, s: Signals, stored: boolean): boolean {
  const { docket } = desk;
  const offset = s.time - docket.now;
  if (Math.abs(offset - t.clockOffset) <= STEP_S) {
    t.clockSteps = 0;
    // Drift is followed, so that only a step is one.
    t.clockOffset += Math.max(-1, Math.min(1, offset - t.clockOffset));
    return true;
  }
  const firstEver = t.lastReport === 0 && !stored;
  if (firstEver) {
    t.clockOffset = offset;
    return true;
  }
  const steady = t.clockSteps > 0 && Math.abs(offset - t.clockStep) <= STEADY_S && docket.now - t.clockAt >= 2;
  t.clockSteps = steady ? t.clockSteps + 1 : 1;
  t.clockStep = offset;
  t.clockAt = docket.now;
  if (t.clockSteps < STEADY_REPORTS) return Math.abs(offset) < LATE_S && !stored;
  const step = offset - t.clockOffset;
  const unfixed = t.unfixedSince !== 0 || !s.fixed;
  t.clockOffset = offset;
  t.clockSteps = 0;
  // A clock that runs free without satellites and comes right with them was not moved by anybody.
  if (unfixed && Math.abs(step) < 600) return true;
  const one = docket.open(t, 'clock', docket.now, 3);
  if (one === undefined) return true;
  one.overAt = docket.now;
  docket.note(one, { id: s.fixed ? 'K1' : 'K4', says: { seconds: step } });
  docket.withdraw(one, 'G5');
  // Who was accused once is not excused by a second step.
  if (one.code === 'T407') docket.withdraw(one, 'K5');
  else {
    if (isByItself(step)) docket.note(one, { id: 'K5' });
    else docket.withdraw(one, 'K5');
    programmed(desk, t, one, `clock ${Math.round(step / 60)}`);
  }
  docket.settle(t, one);
  return true;
}

/**
 * When a report of a gap was stored, of the times that it may mean: by the clock as it was when the link was lost, as it is said,
 * or by the clock as it is now. A long gap holds several of them; a clock that was moved since did not stamp what is older.
 */
export function storedAt(t: Terminal, gap: Gap, time: number): number {
  const then = time - clockError(gap.clockOffset);
  if (isWithin(gap, then)) return then;
  return isWithin(gap, time) ? time : time - clockError(t.clockOffset);
}

/** What a clock drifts is not worth it, and would tell apart what came twice. */
function clockError(offset: number): number {
  return Math.abs(offset) < LATE_S ? 0 : offset;
}

/** Steps that firmware makes by mistake, in all terminals of a model at once; a hand has no reason to hit them to the second. */
function isByItself(step: number): boolean {
  const seconds = Math.abs(step);
  return Math.abs(seconds - ZONE_S) <= STEADY_S || Math.abs(seconds - ROLLOVER_S) <= STEADY_S;
}

export function odometer(desk: Desk, t: Terminal, s: Signals): void {
  const before = t.mileage;
  if (s.mileage === UNKNOWN) return;
  t.mileage = s.mileage;
  if (before === UNKNOWN || s.mileage >= before - BACKWARDS) return;
  const { docket } = desk;
  const one = docket.open(t, 'odometer', docket.now, 2);
  if (one === undefined) return;
  one.overAt = docket.now;
  docket.note(one, { id: 'D8', says: { from: before / 10, to: s.mileage / 10 } });
  docket.settle(t, one);
}

const PACE_S = 30;
const STRIDE_M = 300;
const PIECE_M = 5000;
const LEARN = 8;
const OTHERWISE = 0.1;
const FAR_M = 20_000;
/** Metres that are counted of a thousand of one that was set right. */
const CALIBRATED = 1000;
/** Metres that are counted of a thousand where nothing is. */
const FROZEN = 20;

/**
 * What the odometer counts against the way that the fixes show, in pieces of five kilometres: the pulses of a wheel are this vehicle's own.
 * Twenty kilometres that count otherwise by a tenth are another vehicle where the terminal was dead before, and another setting where it was not.
 */
export function pulses(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  if (s.mileage === UNKNOWN || !s.fixed || t.latitude === 0 || dt > PACE_S) {
    t.path = 0;
    t.pathFrom = UNKNOWN;
    return;
  }
  if (t.pathFrom === UNKNOWN) {
    t.pathFrom = s.mileage;
    stride(t, s);
  }
  const metres = metresBetween(t.strideLatitude, t.strideLongitude, s.latitude, s.longitude);
  // In strides, so that what a fix wanders counts for little.
  if (metres < STRIDE_M) return;
  t.path += metres;
  stride(t, s);
  if (t.path < PIECE_M) return;
  const { docket } = desk;
  const perPath = Math.round(((s.mileage - t.pathFrom) * 100_000) / t.path);
  t.path = 0;
  t.pathFrom = s.mileage;
  // One that runs backwards is told of already.
  if (perPath >= 0 && perPath < FROZEN && t.perPath !== UNKNOWN) {
    return uncounted(desk, t, { km: PIECE_M / 1000, since: docket.now, underway: true });
  }
  if (perPath < 100 || perPath > 10_000) return;
  const dead = docket.find(t, 'link');
  const killed = dead?.lead === 'PKILL' && dead.state !== 'cleared';
  // Where nothing was learnt before it was dead, what a fitter sets at first is what to go by.
  if (t.perPath === UNKNOWN) t.perPath = killed ? CALIBRATED : perPath;
  if (Math.abs(perPath - t.perPath) <= OTHERWISE * t.perPath) {
    t.pathOff = 0;
    t.perPath += Math.round((perPath - t.perPath) / LEARN);
    return;
  }
  t.pathOff += PIECE_M;
  if (t.pathOff < FAR_M) return;
  const one = docket.open(t, killed ? 'identity' : 'odometer', docket.now);
  if (one === undefined) return;
  docket.note(one, { id: 'D7', says: { from: t.perPath, to: perPath } });
  if (killed) docket.note(one, { id: 'I12' });
  docket.settle(t, one);
  movedOver(desk, t);
}

function stride(t: Terminal, s: Signals): void {
  t.strideLatitude = s.latitude;
  t.strideLongitude = s.longitude;
}
