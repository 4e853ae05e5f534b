/** The terminal's clock and its odometer against ours and against themselves. Live reports only: stored ones come out of order. */
import type { Desk } from './desk.ts';
import type { Signals } from './signals.ts';
import { type Terminal, UNKNOWN } from './terminal.ts';

const STEP_S = 120;
const STEADY_S = 15;
const STEADY_REPORTS = 3;
const BACKWARDS = 10;
const LATE_S = 300;

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
  docket.settle(t, one);
  return true;
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
