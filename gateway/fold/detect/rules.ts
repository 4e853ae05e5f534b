/** Rules of use (封存、派车、定点停放) that a live report shows to be broken, and faults that are counted. */
import type { Desk } from './desk.ts';
import type { Signals } from './signals.ts';
import type { Terminal } from './terminal.ts';

const MOVES = 100;
const REPORTS = 2;
const HOUR_S = 3600;
const NIGHT_FROM = 22;
const NIGHT_UNTIL = 5;
const PARKED_S = 1800;
const BOOTS = 3;
const BOOTS_OF_RESETTERS = 4;
const CRANK_BOOTS = 2;

export function rules(desk: Desk, t: Terminal, s: Signals): void {
  const { context, statements, docket } = desk;
  const moves = s.wheels > MOVES || (s.fixed && s.speed > MOVES);
  t.movedUnused = moves ? Math.min(100, t.movedUnused + 1) : 0;
  if (moves && t.movedUnused < REPORTS) return;
  if (!moves) return parked(desk, t);
  if (statements.find(t, 'R703') !== undefined) statements.end(t, 'R703');
  if (context.sealed(t.id, docket.now)) {
    if (docket.licence(t, 'R701', docket.now) === undefined) {
      const severity = docket.severity(t, 'R701');
      statements.say(t, {
        axis: 'rule',
        code: 'R701',
        severity,
        evidence: 'R701',
        says: { speed: Math.round(s.speed / 10) },
      });
    }
  } else statements.forget(t, 'R701');
  const dispatched = context.dispatched(t.id, docket.now);
  if (dispatched === false && docket.licence(t, 'R702', docket.now) === undefined) {
    statements.say(t, { axis: 'rule', code: 'R702', severity: 2, evidence: 'R702' });
  } else if (dispatched === true && statements.find(t, 'R702') !== undefined) statements.end(t, 'R702', 'N606');
}

function parked(desk: Desk, t: Terminal): void {
  const { context, statements, docket } = desk;
  if (t.stillSince === 0 || docket.now - t.stillSince < PARKED_S) return;
  if (statements.find(t, 'R702') !== undefined) statements.forget(t, 'R702');
  if (!context.has('designatedParking') || t.latitude === 0) return;
  const hour = Math.floor(((docket.now + 8 * HOUR_S) % 86_400) / HOUR_S);
  if (hour >= NIGHT_UNTIL && hour < NIGHT_FROM) return;
  if (context.at('designatedParking', t.latitude, t.longitude)) return;
  statements.say(t, { axis: 'rule', code: 'R703', severity: 2, evidence: 'R703', since: t.stillSince });
}

/** It booted: counted within the hour, and apart where a starter's dip was enough. */
export function booted(desk: Desk, t: Terminal, atCrank: boolean): void {
  const { docket, statements } = desk;
  const { now } = docket;
  if (now - t.bootsAt > HOUR_S) t.boots = 0;
  if (t.boots === 0) t.bootsAt = now;
  t.boots++;
  if (atCrank) {
    t.crankBoots = Math.min(100, t.crankBoots + 1);
    if (t.crankBoots >= CRANK_BOOTS) {
      statements.say(t, { axis: 'fault', code: 'F504', severity: 1, evidence: 'F504', says: { times: t.crankBoots } });
    }
  }
  const enough = t.serialsReset > t.serialsKept ? BOOTS_OF_RESETTERS : BOOTS;
  if (t.boots >= enough) {
    statements.say(t, { axis: 'fault', code: 'F505', severity: 2, evidence: 'F505', says: { times: t.boots } });
  }
}
