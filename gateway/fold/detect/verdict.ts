/**
 * The verdict on a silence that is over: what the reconnection and the stored records say of its cause.
 *
 * All evidence is worked out anew each time from sums that do not depend on order, so a verdict given twice, or after more
 * records came, is the verdict on all of them.
 */
import type { Desk } from './desk.ts';
import type { Case } from './case.ts';
import type { Code } from './finding.ts';
import { coverage, displacement, type Gap, openGap } from './gap.ts';
import {
  atTheLoss,
  duration,
  type Evidence,
  expectedEvery,
  isOn,
  isPowerKnown,
  overrun,
  patience,
  whereItWas,
  whoElse,
  zoneOf,
} from './silence.ts';
import { CSQ_GOOD, CSQ_POOR, STEP_S } from './live.ts';
import { movedOver } from './mount.ts';
import { switchedFeed } from './power.ts';
import { CLOSED, type Terminal, UNKNOWN } from './terminal.ts';

/** Stored records come right after the login: so long after the last of them, and after the login, they are complete. */
const QUIET_S = 20;
const SETTLED_S = 35;
/** Later ones revise the verdict. */
const REVISIONS_S = 600;
const WORTH_S = 90;
const WORTH_INTERVALS = 1.3;
const SAME_PLACE_M = 150;
const ELSEWHERE_M = 1000;
const FAR_M = 5000;
const PROBE_GAP_S = 300;
const LONGEST_SLEEP_S = 6 * 3600;
const STORED_LEAST = 3;
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
  gap.verdictAt = now + SETTLED_S;
  t.timer = gap.verdictAt;
  if (silent > PROBE_GAP_S) askWhoItIs(desk, t);
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
  t.gap = undefined;
  t.timer = 0;
  const one = desk.docket.find(t, 'link');
  if (one === undefined) return;
  if (one.steps === 0) desk.docket.drop(t, one);
  else one.overAt = desk.docket.now;
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
  const explained = isPowerKnown(power, gap.off !== 0);
  if (licence !== undefined || explained || context.hasHabit(t.id, 'masterSwitch')) {
    const one = docket.find(t, 'link');
    if (one !== undefined && licence !== undefined && one.steps > 0) docket.authorise(t, one, licence.id);
    if (licence !== undefined) overrun(desk, t);
    statements.forget(t, 'N606');
    elsewhere(desk, t, gap, { accused: true, licensed: licence !== undefined });
    if (explained) displacedPower(desk, t, gap, moved);
    return;
  }
  let one = docket.find(t, 'link');
  if (one !== undefined && one.bench !== 'silence' && one.since !== gap.lostAt) {
    docket.drop(t, one);
    one = undefined;
  }
  one ??= docket.open(t, 'link', gap.lostAt, 0, gap);
  if (one === undefined) return;
  one.bench = 'link';
  one.extra = 0;
  one.items.length = 0;
  for (const item of evidence(desk, t, gap, silent)) docket.note(one, item);
  const verdict = docket.settle(t, one, Math.max(0, moved));
  movedOver(desk, t);
  const innocent = verdict.margin <= -2000;
  if (innocent) {
    if (one.state !== 'cleared') remark(desk, t, one, gap, silent);
    learn(desk, t, gap, verdict.rival, silent);
  }
  elsewhere(desk, t, gap, { accused: one.steps > 0 && one.state !== 'cleared' && !innocent, licensed: false });
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
  if (rival !== 'DZ' || gap.latitude === 0 || t.cases.some(({ steps, state }) => steps > 0 && state !== 'cleared'))
    return;
  desk.touched('@zones');
  desk.zones.learn({
    latitude: gap.latitude,
    longitude: gap.longitude,
    course: gap.course,
    terminal: t.id,
    seconds: silent,
  });
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
  if (!of.accused || shown || docket.licence(t, 'T305', gap.lostAt, gap) !== undefined) return;
  statements.say(t, {
    axis: 'place',
    code: 'T305',
    severity: docket.severity(t, 'T305', { displaced: metres }),
    evidence: 'T305',
    says: { km, minutes: Math.round((gap.backAt - gap.lostAt) / 60) },
    since: gap.lostAt,
  });
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

/** Full weight from 5 km, half of it at 1 km. */
function displacedStrength(metres: number): number {
  return Math.min(1000, Math.round(500 + (500 * (metres - ELSEWHERE_M)) / (FAR_M - ELSEWHERE_M)));
}

/** Main power that was gone inside the gap, as only the stored records tell. */
function powerInTheGap(desk: Desk, t: Terminal, gap: Gap): void {
  if (gap.offFirst === 0 || gap.off !== 0) return;
  const { docket } = desk;
  const one = docket.open(t, 'power', gap.offFirst, 3);
  if (one === undefined) return;
  const seq = gap.replaySeq;
  docket.note(one, { id: 'A08', seq, says: { at: gap.offFirst } });
  const lowBefore = gap.lowFirst !== 0 && gap.offFirst - gap.lowFirst > 1800;
  docket.note(one, {
    id: lowBefore ? 'A07g' : 'A07n',
    seq,
    says: { minutes: lowBefore ? Math.floor((gap.offFirst - gap.lowFirst) / 60) : 0 },
  });
  if (gap.offParked === 1) docket.note(one, { id: 'M6', seq });
  if (gap.supply !== UNKNOWN && gap.supply >= 12_000)
    docket.note(one, { id: 'V1', seq, says: { volts: gap.supply / 1000 } });
  if (gap.last > gap.offLast + 30 && gap.offLast - gap.offFirst < 3600)
    docket.note(one, { id: 'P9', seq, says: { minutes: Math.round((gap.offLast - gap.offFirst) / 60) } });
  docket.settle(t, one);
  one.overAt = docket.now;
}

// --- evidence --------------------------------------------------------------------------------------

function evidence(desk: Desk, t: Terminal, gap: Gap, silent: number): Evidence[] {
  const known = zoneOf(desk, t, gap) !== undefined;
  return [
    ...atTheLoss(t, gap, silent),
    ...whereItWas(desk, t, gap, silent),
    duration(desk, t, gap, { silent, zoneKnown: known }),
    ...whoElse(desk, t, gap),
    ...reconnection(t, gap, silent),
    ...stored(t, gap, silent),
    ...place(gap),
  ];
}

function reconnection(t: Terminal, gap: Gap, silent: number): Evidence[] {
  const out: Evidence[] = [];
  const seq = gap.backSeq;
  if (gap.serialKept === 1) out.push({ id: 'T5', seq });
  else if (gap.booted === 1) out.push({ id: 'T6', seq, strength: t.serialsKept > 0 ? 1000 : 700 });
  if (gap.closed === CLOSED.reset && silent < 60) out.push({ id: 'T3', seq });
  if (gap.backup !== UNKNOWN && gap.backup >= 40) out.push({ id: 'V8', seq, says: { percent: gap.backup } });
  if (t.boots >= 3) out.push({ id: 'W1', seq, says: { boots: t.boots } });
  return out;
}

const STORES_ENOUGH = 4;
const STORES_MANY = 12;
/** Signal that fell at once and stays so for so long is no shadow on the road. */
const FALLEN_S = 900;

function stored(t: Terminal, gap: Gap, silent: number): Evidence[] {
  const out: Evidence[] = [];
  const seq = gap.replaySeq;
  const every = Math.max(10, isOn(t) || gap.moving ? gap.reportEvery / 10 : gap.every / 10);
  const expected = silent / every;
  const { records } = gap;
  const share = (n: number): number => (records === 0 ? 0 : n / records);
  if (records === 0) {
    if (expected >= STORES_ENOUGH) {
      const strength = Math.round(Math.min(1, expected / STORES_MANY) * (t.stores === 1 ? 1000 : 800));
      out.push({ id: 'B2', strength, says: { expected: Math.round(expected) } });
    }
    return out;
  }
  const covered = coverage(gap);
  if (covered >= 0.8 || records >= 0.8 * expected)
    out.push({
      id: 'B1',
      seq,
      says: { records, percent: Math.round(100 * Math.max(covered, Math.min(1, records / expected))) },
    });
  if (gap.offFirst !== 0 && gap.last < gap.backAt - 3 * every) out.push({ id: 'B3', seq });
  if (share(gap.csqNone) > 0.8) {
    if (gap.fixes > records / 2) out.push({ id: 'B6', seq, says: { percent: Math.round(100 * share(gap.csqNone)) } });
  } else if (gap.csqCount > 0) out.push(...signal(gap, seq));
  const fell = fellAt(gap);
  if (fell !== 0 && share(gap.fixes) > 0.8) {
    const seconds = gap.backAt - fell;
    out.push({ id: 'R4', seq, strength: Math.min(1000, Math.round((1000 * seconds) / FALLEN_S)), says: { seconds } });
  }
  if (share(gap.fixes) > 0.9) out.push({ id: 'B8', seq, says: { percent: Math.round(100 * share(gap.fixes)) } });
  const metres = displacement(gap);
  if (share(gap.fixes) < 0.1 && (metres > ELSEWHERE_M || gap.driving > 5)) {
    out.push({ id: 'B9', seq, says: { km: metres === UNKNOWN ? 0 : Math.round(metres / 100) / 10, records } });
  }
  if (gap.cellJam > 0) out.push({ id: 'J3', seq });
  return out;
}

/** Signal was good, and next to none in the report after it, while the sky stayed: since when; 0 where it slid away. */
function fellAt(gap: Gap): number {
  if (gap.csqCount > 0 && gap.csqSum > CSQ_POOR * gap.csqCount) return 0;
  if (gap.fellAt !== 0) return gap.fellAt;
  const atOnce = gap.first - gap.reportAt <= STEP_S && gap.csq >= CSQ_GOOD;
  return atOnce && gap.firstCsq !== UNKNOWN && gap.firstCsq <= CSQ_POOR ? gap.lostAt : 0;
}

/** The modem's own reading while it had no link, against what is usual. */
function signal(gap: Gap, seq: number): Evidence[] {
  const mean = gap.csqSum / gap.csqCount;
  const norm = gap.csqNorm === UNKNOWN ? UNKNOWN : gap.csqNorm / 10;
  const says = { csq: Math.round(10 * mean) / 10, norm: Math.round(norm) };
  if (mean >= 29 || (norm !== UNKNOWN && mean >= norm + 4)) return [{ id: 'B4', seq, says }];
  if (mean <= 3.5) return [{ id: 'B5', seq, says }];
  if (norm !== UNKNOWN && Math.abs(mean - norm) <= 3) return [{ id: 'B7', seq, says }];
  return [];
}

function place(gap: Gap): Evidence[] {
  const metres = displacement(gap);
  if (metres === UNKNOWN) return [];
  const km = Math.round(metres / 100) / 10;
  if (metres < SAME_PLACE_M) return [{ id: 'D2', seq: gap.backSeq, says: { metres } }];
  if (metres < ELSEWHERE_M) return [];
  // Only where nothing was stored: the displacement of a terminal that was awake is no riddle.
  return gap.records > 2 ? [] : [{ id: 'D1', seq: gap.backSeq, strength: displacedStrength(metres), says: { km } }];
}
