/** The case and the place of the terminal in its vehicle: bits, a displacement without an ignition, a supply that is too even. */
import type { Desk } from './desk.ts';
import type { Case } from './case.ts';
import type { SightingFact } from './context.ts';
import type { Code } from './finding.ts';
import { displacement } from './gap.ts';
import type { Signals } from './signals.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';

const CARRIED_M = 300;
const CARRIED_REPORTS = 3;
/** Of one that is parked, or half as long again as it usually leaves between two reports: a drive takes longer. */
const UNHEARD_S = 390;
const EVEN_S = 1800;
const DAY_S = 86_400;
const UNUSED_S = 5 * DAY_S;
const ELSEWHERE_M = 2000;
const SIGHTING_S = 3600;
const SAME_ACT_S = 3600;

export function mount(desk: Desk, t: Terminal, s: Signals): void {
  opened(desk, t, s);
  if (s.acc === 1) {
    t.carried = 0;
    return;
  }
  carried(desk, t, s);
  even(desk, t);
}

function opened(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  if (s.caseOpen <= 0 && s.removed <= 0) {
    if (t.caseSince === 0) return;
    t.caseSince = 0;
    const one = docket.find(t, 'mount');
    if (one !== undefined) one.overAt = docket.now;
    return;
  }
  if (t.caseSince !== 0) return;
  t.caseSince = docket.now;
  const one = docket.open(t, 'mount', docket.now, 3);
  if (one === undefined) return;
  one.overAt = 0;
  docket.note(one, { id: 'A17', says: { bit: s.caseOpen > 0 ? 'case' : 'removal' } });
  docket.settle(t, one);
}

/** Elsewhere than where it was parked, without ignition and without having driven there. */
function carried(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  // With its ignition on, or while nobody heard it, it may have been driven: where it stood before says nothing.
  if (t.acc === 1 || docket.now - t.lastReport > Math.max(UNHEARD_S, 1.5 * (t.parkedEvery / 10))) {
    t.restLatitude = s.fixed ? s.latitude : 0;
    t.restLongitude = s.fixed ? s.longitude : 0;
  }
  if (!s.fixed || t.stillSince === 0 || t.restLatitude === 0 || Math.max(s.speed, s.wheels) > 30) return;
  const metres = metresBetween(t.restLatitude, t.restLongitude, s.latitude, s.longitude);
  t.carried = metres > CARRIED_M ? t.carried + 1 : 0;
  if (t.carried < CARRIED_REPORTS) return;
  const one = docket.find(t, 'mount') ?? suspect(desk, t);
  if (one === undefined) return;
  if (docket.note(one, { id: 'L1', says: { metres } })) settleMount(desk, t, one);
}

/** A removal takes the power with it: one act, told once. */
function settleMount(desk: Desk, t: Terminal, one: Case): void {
  const { docket } = desk;
  const { lead } = docket.settle(t, one);
  const power = docket.find(t, 'power');
  if (lead !== 'REM' || one.state !== 'confirmed' || power === undefined || power.steps === 0) return;
  if (power.state !== 'cleared' && Math.abs(power.since - one.since) < SAME_ACT_S) docket.absorb(t, power, 'T103');
}

/** Main power was taken away before, or the case was opened: what follows may be a removal. */
function suspect(desk: Desk, t: Terminal) {
  const power = desk.docket.find(t, 'power');
  if (power === undefined || power.fact === 0) return undefined;
  const one = desk.docket.open(t, 'mount', power.since);
  if (one !== undefined) desk.docket.note(one, { id: 'L3', seq: power.frames[0] ?? 0 });
  return one;
}

/** A supply without the noise that this vehicle's has always had. */
function even(desk: Desk, t: Terminal): void {
  const { docket } = desk;
  if (t.flatSince === 0 || t.supplyNoise < 100 || docket.now - t.flatSince < EVEN_S) return;
  const one = docket.find(t, 'mount') ?? suspect(desk, t);
  if (one === undefined) return;
  const flat = docket.now - t.flatSince;
  const says = { volts: t.supplyMean / 1000, hours: Math.floor(flat / 3600) };
  let changed = docket.note(one, { id: 'L2', says });
  // A starter, or an alternator, would have shown: no vehicle that is used stands so long beside its terminal.
  if (flat > UNUSED_S && !desk.context.hasHabit(t.id, 'noCrank')) {
    if (docket.note(one, { id: 'V4', says: { days: Math.floor(flat / DAY_S) } })) changed = true;
  }
  if (changed) settleMount(desk, t, one);
}

/** Somebody saw the vehicle where the terminal says that it is not. */
export function sighted(desk: Desk, t: Terminal, fact: SightingFact): void {
  const { docket } = desk;
  if (t.latitude === 0 || Math.abs(docket.now - t.fixAt) > SIGHTING_S) return;
  const metres = metresBetween(
    t.latitude,
    t.longitude,
    Math.round(fact.latitude * 1e6),
    Math.round(fact.longitude * 1e6),
  );
  if (metres < ELSEWHERE_M) return;
  const bench = t.stillSince === 0 ? 'gnss' : 'mount';
  const one = docket.find(t, bench) ?? suspect(desk, t) ?? docket.open(t, bench, docket.now, 3);
  if (one === undefined) return;
  if (one.fact < 3) one.fact = 3;
  docket.note(one, { id: 'C4p', says: { km: Math.round(metres / 100) / 10, source: fact.source } });
  settleMount(desk, t, one);
}

/** The supply's system voltage is another one: the terminal sits in another vehicle. */
export function otherVehicle(desk: Desk, t: Terminal, was: number): void {
  if (was === UNKNOWN || t.supplyMean === UNKNOWN) return;
  if (Math.abs(t.supplyMean - was) < 8000 || Math.min(t.supplyMean, was) < 9000) return;
  const { docket } = desk;
  const one = docket.open(t, 'identity', docket.now, 3);
  if (one === undefined) return;
  const says = { from: Math.round(was / 1000), to: Math.round(t.supplyMean / 1000) };
  if (!docket.note(one, { id: 'V5', says })) return;
  const killed = docket.find(t, 'link');
  if (t.gap !== undefined || (killed !== undefined && killed.steps > 0)) docket.note(one, { id: 'I12' });
  docket.settle(t, one);
  movedOver(desk, t);
}

/** The silence in which it was moved to another vehicle, or got another card, is a part of that. */
export function movedOver({ docket }: Desk, t: Terminal): void {
  const moved = docket.find(t, 'identity');
  const dark = docket.find(t, 'link');
  if (moved === undefined || moved.steps === 0 || dark === undefined || dark.steps === 0) return;
  const code = partOf(moved);
  if (code === undefined) return;
  // Driven elsewhere meanwhile, that was an act of its own.
  if (code === 'T401' && t.gap !== undefined && displacement(t.gap) > ELSEWHERE_M) return;
  const backAt = t.gap === undefined ? dark.overAt : t.gap.backAt;
  if (dark.since <= moved.since && moved.since - backAt < SAME_ACT_S) docket.absorb(t, dark, code);
}

/** What a silence before may be a part of: a terminal that is dark meanwhile has been dealt with too, one without its card has not. */
function partOf({ lead, code, state }: Case): Code | undefined {
  if (lead === 'XVEH' && state === 'confirmed') return 'T404';
  return code === 'T401' && state !== 'authorised' && state !== 'cleared' ? 'T401' : undefined;
}
