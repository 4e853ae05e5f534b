/**
 * The verdict on a silence that is over: what the reconnection and the stored records say of its cause.
 *
 * All evidence is worked out anew each time from sums that do not depend on order, so a verdict given twice, or after more
 * records came, is the verdict on all of them.
 */
import type { Desk } from './desk.ts';
import type { Case } from './case.ts';
import type { Code } from './finding.ts';
import { companyOf } from './company.ts';
import { coverage, displacement, type Gap, openGap } from './gap.ts';
import { displacedStrength, ELSEWHERE_M, evidenceOfGap, fellAt } from './gap-evidence.ts';
import { learnHaunt } from './haunts.ts';
import { heatAt } from './heat.ts';
import { codeOf } from './hypotheses.ts';
import { CSQ_POOR } from './live.ts';
import { movedOver } from './mount.ts';
import { wasSeen } from './places.ts';
import { BEFORE_CUT_S, switchedFeed } from './power.ts';
import { expectedEvery, isPowerKnown, overrun, patience } from './silence.ts';
import { isHealthySupply } from './supply.ts';
import { type Terminal, UNKNOWN } from './terminal.ts';

/** Stored records come right after the login: so long after the last of them, and after the login, they are complete. */
const QUIET_S = 20;
const SETTLED_S = 30;
/** Later ones revise the verdict. */
const REVISIONS_S = 600;
const WORTH_S = 45;
const WORTH_INTERVALS = 1.3;
const PROBE_GAP_S = 300;
const LONGEST_SLEEP_S = 6 * 3600;
const STORED_LEAST = 3;
/** Of the records, those that may have a fix: the last ones before it is in, the first ones outside. */
const UNSEEN = 0.3;
/** It may have come so far before its first fix. */
const OUT_AGAIN_M = 1500;
const SERIALS_LOST = 64;
const SERIAL_NEW = 24;

/** A sign of life after a silence: opens the books on it where it is worth a verdict. */
export function returned(desk: Desk, t: Terminal, seq: number): void {
  const { docket } = desk;
  const { now } = docket;
  const silent = now - t.lastRx;
  const before = t.gap;
  // A second silence while the first one's records may still come: the first one is done with.
  if (before !== undefined && before.backAt !== 0) finish(desk, t, before);
  if (t.gap === undefined && silent < worth(t)) return;
  const gap = (t.gap ??= openGap(t));
  gap.minor = silent < patience(t);
  gap.closed = t.closed;
  gap.closedAt = t.closedAt;
  gap.backAt = now;
  gap.backSeq = seq;
  companyOf(desk, t, gap);
  gap.verdictAt = now + SETTLED_S;
  t.timer = gap.verdictAt;
  if (silent > PROBE_GAP_S) askWhoItIs(desk, t);
}

/** It has been silent anew for longer than is usual: the silence before is done with, as it stands, and this one has its own circumstances. */
export function silentAgain(desk: Desk, t: Terminal): void {
  const { gap } = t;
  if (gap !== undefined && gap.backAt !== 0 && t.look > 0) finish(desk, t, gap);
}

function worth(t: Terminal): number {
  return Math.max(WORTH_S, WORTH_INTERVALS * expectedEvery(t));
}

/** Card, firmware and the parameters that decide how often it reports. */
export function askWhoItIs(desk: Desk, t: Terminal): void {
  desk.ask(t, 'queryTerminalAttributes');
  askParameters(desk, t);
}

/** Heartbeat, server, and reporting intervals in sleep and otherwise. */
const WATCHED = [0x0001, 0x0013, 0x0018, 0x0027, 0x0029];

export function askParameters(desk: Desk, t: Terminal): void {
  desk.ask(t, 'queryGivenTerminalParameters', { paramIds: WATCHED });
}

/** The serial number of the first frame after a silence says whether the terminal booted. */
export function firstSerial(t: Terminal, gap: Gap, serial: number): void {
  if (gap.serialKept !== UNKNOWN || gap.serial === UNKNOWN) return;
  const delta = (serial - gap.serial) & 0xffff;
  const silent = gap.backAt - gap.lostAt;
  const room = SERIALS_LOST + (2 * silent) / Math.max(5, gap.every / 10);
  gap.serialKept = delta > 0 && delta <= room ? 1 : 0;
  if (gap.serialKept === 0 && serial <= SERIAL_NEW && t.serialsReset <= t.serialsKept) gap.booted = 1;
}

/** Stored records came: the verdict waits for the end of them. */
export function replayed(desk: Desk, t: Terminal, gap: Gap): void {
  const { now } = desk.docket;
  gap.lastReplayAt = now;
  t.stores = 1;
  if (gap.backAt === 0) return;
  gap.verdictAt = Math.max(now + QUIET_S, Math.min(gap.verdictAt, gap.backAt + SETTLED_S));
  t.timer = gap.verdictAt;
}

/** The verdict, and the end of the matter some time later. */
export function conclude(desk: Desk, t: Terminal): void {
  const { gap } = t;
  const { now } = desk.docket;
  if (t.introduceAt !== 0 && now >= t.introduceAt) {
    t.introduceAt = 0;
    if (t.parametersAt === 0) askWhoItIs(desk, t);
  }
  if (gap === undefined || gap.backAt === 0) {
    t.timer = t.introduceAt;
    return;
  }
  if (now < gap.verdictAt) {
    t.timer = gap.verdictAt;
    return;
  }
  // A pause that nobody would have noticed is looked at only where records were stored in it.
  if (gap.minor && gap.records < STORED_LEAST) {
    t.gap = undefined;
    return;
  }
  if (gap.verdicts === 0 || gap.lastReplayAt > 0) give(desk, t, gap);
  gap.verdicts++;
  gap.lastReplayAt = 0;
  if (now - gap.backAt >= REVISIONS_S) finish(desk, t, gap);
  else {
    gap.verdictAt = gap.backAt + REVISIONS_S;
    t.timer = gap.verdictAt;
  }
}

function finish(desk: Desk, t: Terminal, gap: Gap): void {
  if (gap.verdicts === 0 && !(gap.minor && gap.records < STORED_LEAST)) give(desk, t, gap);
  wasSeen(desk, t, gap);
  t.gap = undefined;
  t.timer = 0;
  const one = desk.docket.find(t, 'link');
  if (one === undefined) return;
  // All is known that will be: an accusation that something innocent explains better does not stand.
  if (one.state === 'open' && one.bench === 'link') withdraw(desk, t, one, gap);
  if (one.steps === 0) desk.docket.drop(t, one);
  else one.overAt = desk.docket.now;
}

function withdraw(desk: Desk, t: Terminal, one: Case, gap: Gap): void {
  const { docket } = desk;
  const verdict = docket.weigh(one);
  if (verdict.margin >= 0) return;
  docket.clear(t, one, codeOf(one.bench, verdict.rival, one.items), verdict);
  accountedFor(desk, t, gap);
  learn(desk, t, gap, verdict.rival, gap.backAt - gap.lostAt);
}

function give(desk: Desk, t: Terminal, gap: Gap): void {
  const { docket, statements, context } = desk;
  const silent = gap.backAt - gap.lostAt;
  const moved = displacement(gap);
  // It fell while nobody could be told, and has not come back.
  if (t.csqFellAt === 0 && t.csq <= CSQ_POOR) t.csqFellAt = fellAt(gap);
  if (statements.find(t, 'R705') !== undefined) statements.end(t, 'R705');
  const licence = docket.licence(t, 'T102', gap.lostAt, gap) ?? docket.licence(t, 'T304', gap.lostAt, gap);
  powerInTheGap(desk, t, gap);
  switchedFeed(desk, t, gap);
  const power = docket.find(t, 'power');
  const explained = isPowerKnown(power, { off: gap.off !== 0, lostAt: gap.lostAt });
  if (licence !== undefined || explained || context.hasHabit(t.id, 'masterSwitch')) {
    const one = docket.find(t, 'link');
    if (one !== undefined && licence !== undefined && one.steps > 0) docket.authorise(t, one, licence.id);
    if (licence !== undefined) overrun(desk, t);
    statements.forget(t, 'N606');
    // A battery that was flat accuses nobody: where it is brought meanwhile speaks on the bench of the supply.
    const accused = licence !== undefined || power?.code !== 'F503';
    const dark = docket.find(t, 'link');
    if (!accused && dark !== undefined && dark.since === gap.lostAt) docket.absorb(t, dark, 'F503');
    elsewhere(desk, t, gap, { accused, licensed: licence !== undefined });
    if (explained) displacedPower(desk, t, gap, moved);
    return;
  }
  let one = docket.find(t, 'link');
  if (one !== undefined && one.bench !== 'silence' && one.since !== gap.lostAt && !goesOn(one, gap)) {
    docket.drop(t, one);
    one = undefined;
  }
  one ??= docket.open(t, 'link', gap.lostAt, 0, gap);
  if (one === undefined) return;
  one.bench = 'link';
  one.extra = 0;
  one.items.length = 0;
  for (const item of evidenceOfGap(desk, t, gap, silent)) docket.note(one, item);
  movedOver(desk, t);
  const verdict = docket.settle(t, one, Math.max(0, moved));
  movedOver(desk, t);
  const innocent = verdict.margin <= -2000;
  if (innocent) {
    if (one.state !== 'cleared') remark(desk, t, one, gap, silent);
    learn(desk, t, gap, verdict.rival, silent);
  }
  elsewhere(desk, t, gap, { accused: one.steps > 0 && one.state !== 'cleared' && !innocent, licensed: false });
}

/** The antenna of the modem is off still: a link that comes and goes meanwhile is one matter. */
function goesOn({ lead, since }: Case, { fellAt: fell }: Gap): boolean {
  return lead === 'SIMX' && fell !== 0 && since >= fell;
}

/** How a silence that nobody was accused for ended: in the log, not in anybody's list. */
function remark(desk: Desk, t: Terminal, one: Case, gap: Gap, silent: number): void {
  if (one.steps > 0 || silent < patience(t)) return;
  const { rival } = desk.docket.settle(t, one);
  const code = NORMAL[rival];
  if (code === undefined) return;
  const minutes = Math.round(silent / 60);
  desk.statements.remark(t, {
    axis: 'normal',
    code,
    severity: 0,
    evidence: code,
    says: { minutes },
    since: gap.lostAt,
  });
}

const NORMAL: Readonly<Record<string, Code>> = {
  DZ: 'N601',
  SLP: 'N602',
  CARR: 'N603',
  GATE: 'N605',
  WEAK: 'N607',
  NAT: 'N608',
};

/** What a gap that nobody is blamed for teaches: where links are lost, and how this terminal sleeps. */
function learn(desk: Desk, t: Terminal, gap: Gap, rival: string, silent: number): void {
  if (rival === 'SLP' && !gap.moving) sleeps(t, silent);
  if (gap.csqNone > gap.records / 2) t.blanks = Math.min(100, t.blanks + 1);
  if (rival === 'FLT' && heatAt(t, gap).length > 0) t.heats = Math.min(100, t.heats + 1);
  if (rival !== 'DZ' || gap.latitude === 0 || t.cases.some(({ steps, state }) => steps > 0 && state !== 'cleared'))
    return;
  if (belowGround(gap)) learnHaunt(t, gap, silent);
  desk.touched('@zones');
  desk.zones.learn({
    latitude: gap.latitude,
    longitude: gap.longitude,
    course: gap.course,
    terminal: t.id,
    seconds: silent,
    ...(gap.backLatitude === 0 ? {} : { exit: { latitude: gap.backLatitude, longitude: gap.backLongitude } }),
  });
}

/** What it stored proves it: no sky, and next to no network, and out again where it went in. */
function belowGround(gap: Gap): boolean {
  const { records, fixes, csqCount, csqSum, csqHigh } = gap;
  const moved = displacement(gap);
  return (
    records >= STORED_LEAST &&
    fixes <= UNSEEN * records &&
    csqHigh === 0 &&
    // Of one that says 99 while it has no network, a reading is one of the way out.
    (csqSum <= CSQ_POOR * csqCount || csqCount <= UNSEEN * records) &&
    moved !== UNKNOWN &&
    moved <= OUT_AGAIN_M
  );
}

/** It slept so long: what is usual is known from then on. */
function sleeps(t: Terminal, silent: number): void {
  t.maxSleep = Math.max(t.maxSleep, Math.min(silent, LONGEST_SLEEP_S));
  if (t.sleeps < 100) t.sleeps++;
}

/** Elsewhere than where it was lost, and nothing shows the way: the regulator's offline displacement. */
function elsewhere(desk: Desk, t: Terminal, gap: Gap, of: { accused: boolean; licensed: boolean }): void {
  const metres = displacement(gap);
  if (metres === UNKNOWN || metres < ELSEWHERE_M) return;
  const { docket, statements, context } = desk;
  const km = Math.round(metres / 100) / 10;
  if (context.sealed(t.id, docket.now)) {
    const severity = docket.severity(t, 'R701');
    statements.say(t, { axis: 'rule', code: 'R701', severity, evidence: 'R701g', says: { km }, since: gap.lostAt });
  }
  const shown = gap.records > 0 && gap.fixes > gap.records / 2 && coverage(gap) > 0.3;
  if (!of.accused || shown || docket.licence(t, 'T305', gap.lostAt, gap) !== undefined)
    return accountedFor(desk, t, gap);
  statements.say(t, {
    axis: 'place',
    code: 'T305',
    severity: docket.severity(t, 'T305', { displaced: metres }),
    evidence: 'T305',
    says: { km, minutes: Math.round((gap.backAt - gap.lostAt) / 60) },
    since: gap.lostAt,
  });
}

/** Stored records that came late show the way, or clear whoever was accused of the silence. */
function accountedFor({ statements }: Desk, t: Terminal, { lostAt }: Gap): void {
  if (statements.find(t, 'T305')?.since === lostAt) statements.end(t, 'T305');
}

/** A power finding was open when the terminal was lost: a displacement speaks on that bench. */
function displacedPower(desk: Desk, t: Terminal, gap: Gap, moved: number): void {
  const power = desk.docket.find(t, 'power');
  if (power === undefined || moved === UNKNOWN || moved < ELSEWHERE_M) return;
  desk.docket.note(power, {
    id: 'D1',
    strength: displacedStrength(moved),
    says: { km: Math.round(moved / 100) / 10 },
    seq: gap.backSeq,
  });
  desk.docket.settle(t, power, moved);
}

/** Main power that was gone inside the gap, as only the stored records tell. */
function powerInTheGap(desk: Desk, t: Terminal, gap: Gap): void {
  if (gap.offFirst === 0 || gap.off !== 0) return;
  const { docket } = desk;
  const one = docket.open(t, 'power', gap.offFirst, 3);
  if (one === undefined) return;
  const seq = gap.replaySeq;
  docket.note(one, { id: 'A08', seq, says: { at: gap.offFirst } });
  const lowFor = gap.offFirst - (lowFrom(gap) || gap.offFirst);
  const lowBefore = lowFor > BEFORE_CUT_S;
  docket.note(one, {
    id: lowBefore ? 'A07g' : 'A07n',
    seq,
    says: { minutes: lowBefore ? Math.floor(lowFor / 60) : 0 },
  });
  if (gap.offParked === 1) docket.note(one, { id: 'M6', seq });
  if (gap.supply !== UNKNOWN) {
    const volts = gap.supply / 1000;
    // It may have sunk since: a starter's dip is one record, a battery that runs flat is many.
    if (gap.sunken >= STORED_LEAST) docket.note(one, { id: 'V10', seq, says: { volts: gap.supplyMin / 1000 } });
    else if (isHealthySupply(gap.supply)) docket.note(one, { id: 'V1', seq, says: { volts } });
  }
  if (gap.last > gap.offLast + 30 && gap.offLast - gap.offFirst < 3600)
    docket.note(one, { id: 'P9', seq, says: { minutes: Math.round((gap.offLast - gap.offFirst) / 60) } });
  docket.settle(t, one);
  one.overAt = docket.now;
}

/** Since when the supply was low before it was gone; 0: it was not. Low at the loss, it was low all the while, unless records say otherwise. */
function lowFrom({ low, lowFirst, first, offFirst }: Gap): number {
  return low !== 0 && (lowFirst !== 0 || first >= offFirst) ? low : lowFirst;
}
