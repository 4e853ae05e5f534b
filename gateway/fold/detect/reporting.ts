/** How often it reports, against its own habit and against the parameters that it was given. */
import type { Desk } from './desk.ts';
import type { Terminal } from './terminal.ts';
import { askParameters } from './verdict.ts';

const LEAST_S = 300;
const TIMES = 5;
const SET_S = 86_400;
const MAX_PARAMETERS = 16;
const AGAIN_S = 3600;
const LATE_S = 1800;
const LATE_AGAIN_S = 21_600;

/** A sign of life that is no report: the link is well, so where are the reports? */
export function silentReports(desk: Desk, t: Terminal): void {
  const { docket } = desk;
  // Moved with the ignition off, on a ferry or a hook, it reports as one that is parked.
  if (t.lastReport === 0 || t.gap !== undefined) return;
  const waiting = docket.now - t.lastReport;
  if (t.acc !== 1) return late(desk, t, waiting);
  if (t.reportEvery === 0) return;
  if (waiting < Math.max(LEAST_S, (TIMES * t.reportEvery) / 10)) return;
  if (t.parametersSetAt !== 0 && docket.now - t.parametersSetAt < SET_S) return;
  if (docket.now - t.askedAt > AGAIN_S) {
    t.askedAt = docket.now;
    askParameters(desk, t);
  }
  const one = docket.open(t, 'config', t.lastReport);
  if (one === undefined) return;
  const says = { seconds: waiting - (waiting % 60), usual: Math.round(t.reportEvery / 10) };
  let changed = docket.note(one, { id: 'F3', strength: 1000, says });
  if (docket.note(one, { id: 'T4' })) changed = true;
  if (changed) docket.settle(t, one);
}

/** Parked, it may only sleep deeper than before: it is asked what it was told, and accused of nothing. */
function late(desk: Desk, t: Terminal, waiting: number): void {
  if (t.parkedEvery === 0 || waiting < Math.max(LATE_S, (TIMES * t.parkedEvery) / 10)) return;
  if (desk.docket.now - t.askedAt <= LATE_AGAIN_S) return;
  t.askedAt = desk.docket.now;
  askParameters(desk, t);
}

/** Parameters as they were read back; a value that nobody of the platform set is found. */
export function readBack(desk: Desk, t: Terminal, values: ReadonlyMap<string, string>): void {
  const { docket } = desk;
  const known = (t.parameters ??= {});
  const setByUs = t.parametersSetAt !== 0 && docket.now - t.parametersSetAt < SET_S;
  for (const [id, value] of values) {
    const before = known[id];
    if (before === undefined && Object.keys(known).length >= MAX_PARAMETERS) continue;
    known[id] = value;
    if (before === undefined || before === value || setByUs) continue;
    const one = docket.open(t, 'config', docket.now, 2);
    if (one === undefined) continue;
    one.overAt = docket.now;
    docket.note(one, { id: 'F2', says: { id, from: before, to: value } });
    docket.settle(t, one);
  }
  t.parametersAt = docket.now;
}
