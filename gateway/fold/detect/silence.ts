/**
 * Silence with a clock: when a terminal should have been heard, what explains that it was not, and for how long.
 *
 * A terminal has one deadline, put off by every sign of life. When it is overdue it is counted in its groups and asked;
 * when it stays silent the explanations are weighed, again and again at growing intervals: each of them runs out.
 */
import type { Item } from './belief.ts';
import type { Case } from './case.ts';
import { companyOf, goneHome, isUnexpected } from './company.ts';
import type { Desk } from './desk.ts';
import type { Hypothesis } from './finding.ts';
import { type Gap, openGap } from './gap.ts';
import { heatAt } from './heat.ts';
import { hauntOf, lasts, stayOf, whereItWas, zoneOf } from './places.ts';
import { isHealthySupply, isLowSupply } from './supply.ts';
import { CLOSED, type Terminal, UNKNOWN } from './terminal.ts';

const FLOOR_MOVING_S = 120;
const FLOOR_PARKED_S = 390;
const INTERVALS = 5;
/** Parked terminals say little: one interval and some more must do. */
const PARKED_SHARE = 1.15;
const PARKED_MORE_S = 15;
const OVERDUE_SHARE = 1.3;
const OVERDUE_MORE_S = 10;
const LONGER = 1.4;
/** Of a terminal that sleeps by the hour: its next look is soon after its time. */
const LONGER_ASLEEP = 1.11;
const OVERSLEPT = 1.12;
/** Of what is known to be its longest sleep: from here on that does not explain anything. */
const LONG_ASLEEP = 2;
/** Of its sleep, when the next call after one that went amiss is due; how seldom that is, thousandths of a nat. */
const MISSED = 2.1;
const MISSED_CALL = -3500;
const FLAT_LEAST_S = 12 * 3600;
const DAY_S = 86_400;
/** Of a terminal that is not known yet: a minute, in tenths of seconds. */
const UNLEARNT = 600;
/** Looks at a silence: the last one is after some 40 hours. */
const LAST_LOOK = 18;
/** From this look on it is a member of its groups no more. */
const GONE_LOOK = 6;
/** From this look on its darkness says nothing of its groups. */
const DARK_LOOK = 12;
/** Reports in announced sleep by which it is known that sleep does not silence it. */
const AWAKE_ASLEEP = 4;
const HELD_BY_OTHERS_S = 20 * 60;
const FADES_S = 60;
const HELD_BY_PLACE_S = 420;
const HELD_FOR_COMPANY_S = 150;
const ORDER_GRACE_S = 30 * 60;

/** Whether it is expected to report as one that drives. */
export function isOn(t: Terminal): boolean {
  return t.acc === 1 || t.stillSince === 0;
}

export function expectedEvery(t: Terminal): number {
  return (isOn(t) ? t.every || UNLEARNT : Math.max(t.everyOff, t.every) || UNLEARNT) / 10;
}

/** Seconds of silence that are worth a question. */
export function patience(t: Terminal): number {
  const every = expectedEvery(t);
  if (isOn(t)) return Math.max(FLOOR_MOVING_S, Math.ceil(INTERVALS * every));
  return Math.max(FLOOR_PARKED_S, Math.ceil(PARKED_SHARE * Math.max(every, t.maxSleep) + PARKED_MORE_S));
}

/** Seconds after the last sign of life at which look `n` is due. */
function lookAfter(t: Terminal, n: number): number {
  if (n === 0) return Math.ceil(OVERDUE_SHARE * expectedEvery(t)) + OVERDUE_MORE_S;
  const longer = n <= 3 && t.sleeps >= 3 && !isOn(t) ? LONGER_ASLEEP : LONGER;
  const after = Math.ceil(patience(t) * longer ** (n - 1));
  const before = Math.ceil(patience(t) * longer ** (n - 2));
  // One look falls on the day after, whatever the steps are.
  const day = dayAfter(t);
  return after > day && before < day ? day : after;
}

/** Seconds of silence after which a terminal counts as offline for a day: from the cut of its power, where that was first. */
function dayAfter(t: Terminal): number {
  return t.offSince === 0 ? DAY_S : Math.max(FLOOR_PARKED_S, DAY_S - (t.lastRx - t.offSince));
}

/** When the next look at a terminal is due. */
export function schedule(t: Terminal): void {
  const look = t.look > LAST_LOOK || t.lastRx === 0 ? 0 : t.quietFrom + lookAfter(t, t.look);
  t.due = t.timer === 0 ? look : look === 0 ? t.timer : Math.min(look, t.timer);
}

export function isLookDue(t: Terminal, now: number): boolean {
  return t.lastRx !== 0 && t.look <= LAST_LOOK && now >= t.quietFrom + lookAfter(t, t.look);
}

/** A look at a terminal that is silent: counted, asked, or judged. */
export function look(desk: Desk, t: Terminal): void {
  const n = t.look++;
  if (n === 0) {
    if (t.overdue === 0) {
      t.overdue = 1;
      if (isUnexpected(desk, t)) desk.fleet.lose(t);
      desk.touched('@fleet');
    }
    if (t.closed === CLOSED.open) desk.ask(t, 'locationQuery');
    return;
  }
  if (n === GONE_LOOK) desk.fleet.leave(t);
  if (n === DARK_LOOK) desk.fleet.lighten(t);
  const { docket } = desk;
  const silent = docket.now - t.lastRx;
  // While all of a group is away there is nothing to say of one of them: it is looked at again when that has lasted.
  if (silent < HELD_BY_OTHERS_S && t.gap === undefined && desk.fleet.witness(t, t.lastRx, docket.now)?.kind === 'burst')
    return;
  // Nor while nobody of its place has been heard since: the others are given time to be overdue too.
  if (silent < HELD_BY_PLACE_S && t.gap === undefined && desk.fleet.unheard(t)) return;
  // Others are overdue later than one that drives, as they say less.
  if (silent < HELD_FOR_COMPANY_S && t.gap === undefined && desk.fleet.accompanied(t)) return;
  t.gap ??= openGap(t);
  if (isExplained(desk, t, silent)) return;
  const one = docket.open(t, 'silence', t.lastRx);
  if (one === undefined) return;
  if (one.bench !== 'silence') {
    // The silence before this one was judged and is over.
    docket.drop(t, one);
    judgeSilence(desk, t, silent);
    return;
  }
  judgeSilence(desk, t, silent);
}

function judgeSilence(desk: Desk, t: Terminal, silent: number): void {
  const { docket, context, statements } = desk;
  const one = docket.open(t, 'silence', t.lastRx);
  if (one === undefined) return;
  one.items.length = 0;
  for (const item of evidenceOfSilence(desk, t, t.gap!, silent)) docket.note(one, item);
  const sealed = context.sealed(t.id, docket.now);
  const suspicious = t.gap!.moving && t.csqMean >= 150;
  one.extra = suspicious || sealed ? 1 : 0;
  const { margin } = docket.settle(t, one);
  const dark = silent >= dayAfter(t);
  if (dark && margin > -2000) {
    statements.say(t, {
      axis: 'rule',
      code: 'R705',
      severity: 3,
      evidence: 'R705',
      says: { hours: Math.floor(silent / 3600) },
      since: t.lastRx,
    });
  }
}

/** A power finding stood at `lostAt` that explains a terminal which goes dark: main power gone, or a supply that was failing. */
export function isPowerKnown(power: Case | undefined, { off, lostAt }: { off: boolean; lostAt: number }): boolean {
  if (power === undefined || power.steps === 0 || power.state === 'cleared') return false;
  if (off) return true;
  return (power.overAt === 0 || power.overAt > lostAt) && (power.code === 'F503' || power.code === 'T105');
}

/** Silences that are somebody's business already: by order, by a power finding, by a deregistration. */
function isExplained(desk: Desk, t: Terminal, silent: number): boolean {
  const { docket, context, statements } = desk;
  const licence = docket.licence(t, 'T304', t.lastRx);
  if (licence !== undefined) {
    if (statements.find(t, 'N606') === undefined) {
      statements.say(t, {
        axis: 'normal',
        code: 'N606',
        severity: 0,
        evidence: 'C1',
        says: { order: licence.id },
        since: t.lastRx,
        order: licence.id,
      });
    }
    overrun(desk, t);
    return true;
  }
  if (context.hasHabit(t.id, 'masterSwitch') && t.stillSince !== 0) return true;
  const power = docket.find(t, 'power');
  const off = isPowerKnown(power, { off: t.offSince !== 0, lostAt: t.lastRx });
  const gone = statements.find(t, 'T409') !== undefined;
  if (!off && !gone) return false;
  if (silent >= dayAfter(t) && power?.state !== 'authorised') {
    statements.say(t, {
      axis: 'rule',
      code: 'R705',
      severity: 3,
      evidence: 'R705',
      says: { hours: Math.floor(silent / 3600) },
      since: t.lastRx,
    });
  }
  return true;
}

/** Work that was to be done by now and is not: the terminal is still silent half an hour after the window. */
export function overrun(desk: Desk, t: Terminal): void {
  const { context, statements, docket } = desk;
  for (const order of context.workOrders(t.id)) {
    const until = desk.docket.now - ORDER_GRACE_S;
    if (order.kind === 'removal' || Date.parse(order.until) > (until + 1_577_836_800) * 1000) continue;
    if (docket.licence(t, 'T304', t.lastRx)?.id !== order.id) continue;
    statements.say(t, { axis: 'rule', code: 'R704', severity: 1, evidence: 'R704', says: { order: order.id } });
  }
}

export type Evidence = Omit<Item, 'seq' | 'strength' | 'says'> & Partial<Item>;

function evidenceOfSilence(desk: Desk, t: Terminal, gap: Gap, silent: number): Evidence[] {
  const heat = heatAt(t, gap);
  return [
    ...atTheLoss(t, gap, silent),
    ...(goneHome(desk, t, gap) ?? whereItWas(desk, t, gap, silent)),
    ...heat,
    duration(desk, t, gap, { silent, hot: heat.length > 0 }),
    ...whoElse(desk, t, gap),
  ];
}

/** How the link was and ended. */
export function atTheLoss(t: Terminal, gap: Gap, silent: number): Evidence[] {
  const out: Evidence[] = [];
  // A link that was ended for a sleep says nothing any more when the sleep should be over.
  const slept = t.maxSleep > 0 && silent > OVERSLEPT * (t.sleeps >= 3 ? t.maxSleep : Math.max(t.maxSleep, HOUR_S));
  const overslept = t.sleeps >= 3 && silent > LONG_ASLEEP * t.maxSleep;
  if (gap.closed === CLOSED.reset) out.push({ id: 'T3', strength: 300 });
  else if (gap.closed !== CLOSED.fin) out.push({ id: 'T1' });
  else if (!overslept) out.push({ id: 'T2', strength: slept ? 200 : 1000 });
  // One that goes on reporting in its sleep does not explain a silence by it.
  if (gap.sleeping > 0) out.push({ id: 'X2', strength: t.asleep >= AWAKE_ASLEEP ? 100 : 1000 });
  else if (t.announcesSleep > 0) out.push({ id: 'M5', strength: 800, says: { reason: 'announces' } });
  if (gap.moving || gap.acc === 1) out.push({ id: 'M5', says: { reason: 'driving' } });
  const csq = Math.round(gap.csqMean / 10);
  const fades = gap.fadedAt !== 0 && gap.lostAt - gap.fadedAt <= FADES_S;
  if (fades) out.push({ id: 'P2', says: { csq } });
  else if (gap.csqMean >= 150 && gap.csqSpread < 30) out.push({ id: 'R1', says: { csq } });
  else if (gap.csqMean !== UNKNOWN && gap.csqMean < 70 && gap.fellAt === 0) out.push({ id: 'R2', says: { csq } });
  if (gap.csqRise >= 10) out.push({ id: 'R3', says: { rise: gap.csqRise } });
  if (gap.supply !== UNKNOWN) {
    const volts = gap.supply / 1000;
    const low = isLowSupply(gap.supply);
    if (low) out.push({ id: 'V9', says: { volts } });
    else if (gap.low === 0 && isHealthySupply(gap.supply)) out.push({ id: 'V1', says: { volts } });
  } else if (gap.low !== 0) out.push({ id: 'V9', says: { volts: 11 } });
  return out;
}

/** Half of those that were too hot are back by then. */
const COOLS_S = 5400;
const HOUR_S = 3600;

interface Length {
  readonly silent: number;
  /** It may have switched itself off in the heat. */
  readonly hot: boolean;
}

/** Every excuse expires, by its own law. */
export function duration(desk: Desk, t: Terminal, gap: Gap, { silent, hot }: Length): Evidence {
  const known = zoneOf(desk, t, gap, silent) !== undefined;
  // One that ended its link by itself with the ignition off sleeps: for an hour, until it is known better.
  const retires = gap.closed === CLOSED.fin && gap.acc === 0 ? HOUR_S : 30;
  const sleep = Math.max(gap.every / 10, t.maxSleep, retires);
  const own: Partial<Record<Hypothesis, number>> = {
    NAT: 2 * lasts(silent, 60, 2),
    GATE: 2 * lasts(ours(desk, gap) ? Math.max(0, gap.lostAt + silent - desk.upAt) : silent, 150, 2),
    FLT: hot ? lasts(silent, COOLS_S, 4) : Math.round(1.5 * lasts(silent, 600, 2)),
    // A battery that ran flat does not come back by itself within the day.
    FLAT: silent < FLAT_LEAST_S ? -2500 : 0,
    WEAK: lasts(silent, 900, 2),
    CARR: lasts(silent, 3600, 2),
    DZ: known ? 0 : lasts(silent, stayOf(gap, hauntOf(t, gap)), 2),
    SLP: t.sleeps >= 3 ? oversleeps(t, silent) : lasts(silent, sleep * 1.2, t.quiets >= 20 ? 6 : 3),
  };
  return { id: 'M3', says: { seconds: silent }, own };
}

/** Its hour is kept to the minute; but now and then one call goes amiss, and the next one is an hour later. */
function oversleeps({ maxSleep }: Terminal, silent: number): number {
  const law = lasts(silent, 1.08 * maxSleep, 40);
  return silent < MISSED * maxSleep ? Math.max(law, MISSED_CALL) : law;
}

/** It was lost while our own process was down, or as it went down. */
function ours(desk: Desk, gap: Gap): boolean {
  const since = desk.downFrom - 1.3 * (gap.every / 10) - 30;
  return desk.upAt !== 0 && gap.lostAt >= since && gap.lostAt <= desk.upAt + 5;
}

/** What the groups of the terminal say. */
export function whoElse(desk: Desk, t: Terminal, gap: Gap): Evidence[] {
  if (ours(desk, gap)) return [{ id: 'G1g', seq: 0, says: { lost: 0, members: 0 } }];
  const witness = companyOf(desk, t, gap);
  if (witness === undefined) return [];
  const { kind, strength, lost, members, group, overAt } = witness;
  const says = { lost, members, group };
  if (kind === 'healthy') return [{ id: 'G0', seq: 0, says }];
  const burst = group === 'all' ? 'G1g' : 'G1c';
  const later = kind === 'over' ? (gap.backAt === 0 ? desk.docket.now : gap.backAt) - overAt : 0;
  if (later < RESTORED_S) return [{ id: burst, seq: 0, strength, says }];
  const minutes = Math.floor(later / 60);
  // Some always come back later than the others: what they share explains less and less of it.
  if (gap.backAt !== 0) {
    const share = gone(later) / 8000;
    return [
      { id: burst, seq: 0, strength: Math.round(strength * (1 - share)), says },
      { id: 'G2', seq: 0, strength: Math.round(1000 * share), says: { ...says, minutes } },
    ];
  }
  const own = { CARR: -gone(later), GATE: -gone(later), NAT: -6000 };
  return [
    { id: burst, seq: 0, says, own: { CARR: 8000, GATE: group === 'all' ? 9000 : 0 } },
    { id: 'G2', seq: 0, says: { ...says, minutes }, own },
  ];
}

function gone(later: number): number {
  return Math.min(8000, -2 * lasts(later, STRAGGLE_S, 2));
}

/** A group is back for so long before a member that is not is looked at, and stragglers by the median. */
const RESTORED_S = 300;
const STRAGGLE_S = 450;
