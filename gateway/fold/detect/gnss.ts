/**
 * Satellites: antenna and module bits, and fixes that are missing where they should not be.
 *
 * Missing fixes add up to a deficit in samples of ten seconds while the vehicle provably moves; it leaks away while there
 * are fixes, so that a jammer in pulses adds up too and a canyon does not.
 */
import { brushedOff, brushes } from './brushed.ts';
import type { Case } from './case.ts';
import { stayLonger, type Zone, zoneWeight } from './dead-zones.ts';
import type { Desk } from './desk.ts';
import type { Docket } from './docket.ts';
import type { Code } from './finding.ts';
import { TOO_CLOSE } from './hypotheses.ts';
import { wasSeen } from './places.ts';
import { ALARM, type Signals } from './signals.ts';
import { others } from './sky-company.ts';
import { type Terminal, UNKNOWN } from './terminal.ts';
import { CONFIRM, RAISE } from './weights.ts';

const SAMPLE_S = 10;
const LEAK_S = 600;
/** More than that says nothing more. */
const MAX_DEFICIT = 16_000;
const PASSING_S = 120;
/** Tenths of km. */
const BEYOND_A_PLACE = 100;
const BLINK_S = 30;
const BLINKS_S = 420;
const BLINKS = 3;
const OPEN_DEFICIT = 3000;
const DROP_DEFICIT = 500;
const SATELLITES_GOOD = 70;
const HELD_S = 30;
const FLAP_S = 60;
/** Tenths of seconds between reports of one that is parked; tenths of kilometres since the last report. */
const SELDOM = 1200;
const DRIVEN = 3;
const FLAPS = 4;
const FLAP_WINDOW_S = 1800;
const PARKED_S = 300;
/** Tenths of km/h: whoever is slower may be on his way in. */
const SLOW = 150;
const ROLLS_S = 240;
const PARKED_UNFIXED_S = 360;
/** Without a fix for longer it has to search, for so long at most. */
const STALE_S = 7200;
const SEARCH_S = 240;
/** Tenths of steps that the network loses where rock or concrete takes it along with the sky, and how soon it does. */
const FELL = 40;
const TOGETHER_S = 60;
const TOGETHER_REPORTS = 4;
const UNSEEN_S = 60;
/** 0x8202: a report every so many seconds, for so long. */
const TRACKED_S = 5;
const TRACKED_FOR_S = 600;
const AGC_DROP_DB = 3;
const AGC_CALM_DB = 1;
/** Margins from which a denial of satellites is worth attention, and from which it is serious. */
const WORTH = 6000;
const SERIOUS = 7500;

export function gnss(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  antenna(desk, t, s);
  module(desk, t, s);
  jammer(desk, t, s);
  if (s.fixed) return fixed(desk, t, s, dt);
  unfixed(desk, t, s, dt);
}

function antenna(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  const { now } = docket;
  const cut = s.alarm & (ALARM.antennaCut | ALARM.antennaShort);
  if (cut === 0) {
    if (t.cutSince === 0) return;
    if (now - t.cutSince < FLAP_S) flapped(t, now);
    t.cutSince = 0;
    t.cutFrames = 0;
    if (!hasLooseContact(t, now)) return;
    const one = docket.open(t, 'gnss', now);
    for (const id of ['J2', 'P1', 'P4', 'P5'] as const) docket.withdraw(one, id);
    if (docket.note(one, { id: 'A05f', says: { times: t.cutFlaps } })) docket.settle(t, one!);
    return;
  }
  if (t.cutSince === 0) t.cutSince = now;
  t.cutFrames++;
  // Who says next to nothing while it is parked may be gone before it says more.
  const parked = t.acc === 0 && t.stillSince !== 0 && (t.parkedEvery === 0 || t.parkedEvery > SELDOM);
  // Where it has come and gone already, only what outlasts that is a cut.
  const least = t.cutFlaps > 0 && now - t.flapAt <= FLAP_WINDOW_S ? FLAP_S : HELD_S;
  if (now - t.cutSince < least && !parked) return;
  // Of a contact that is known to be bad it is no fact yet: what outlasts half an hour is.
  const one = docket.open(t, 'gnss', t.cutSince, hasLooseContact(t, now) ? 0 : 3);
  if (one === undefined) return;
  one.overAt = 0;
  const id = (cut & ALARM.antennaCut) === 0 ? 'A06' : 'A05';
  if (docket.note(one, { id, strength: 1000, says: { frames: t.cutFrames } })) settleGnss(desk, t, one);
}

/** Whatever is missing of satellites then, the contact explains. */
function hasLooseContact(t: Terminal, now: number): boolean {
  return t.cutFlaps >= FLAPS && now - t.flapAt <= FLAP_WINDOW_S;
}

/** On and off within a minute: a bad contact does that, a cut cable does not. */
function flapped(t: Terminal, now: number): void {
  if (now - t.flapAt > FLAP_WINDOW_S) t.cutFlaps = 0;
  t.cutFlaps++;
  t.flapAt = now;
}

function module(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  if ((s.alarm & ALARM.module) === 0) {
    t.moduleSince = 0;
    return;
  }
  if (t.moduleSince === 0) {
    t.moduleSince = docket.now;
    return;
  }
  if (docket.now - t.moduleSince < SAMPLE_S) return;
  const one = docket.open(t, 'gnss', t.moduleSince);
  if (one !== undefined && docket.note(one, { id: 'A04', strength: 1000 })) settleGnss(desk, t, one);
}

/** Units that watch their gain say what others have to guess. */
function jammer(desk: Desk, t: Terminal, s: Signals): void {
  if (s.agcDrop === UNKNOWN && s.jam <= 0) return;
  const { docket } = desk;
  const jammed = s.agcDrop > AGC_DROP_DB || s.jam > 0;
  if (!jammed) {
    t.agcSince = 0;
    const calm = s.agcDrop !== UNKNOWN && s.agcDrop <= AGC_CALM_DB && !hasLooseContact(t, docket.now) && !seesSky(t, s);
    const one = s.fixed || !calm ? undefined : docket.find(t, 'gnss');
    if (one !== undefined && !hasItem(one, 'J1')) {
      if (docket.note(one, { id: 'J2', says: { drop: s.agcDrop } })) settleGnss(desk, t, one);
    }
    return;
  }
  if (t.agcSince === 0) t.agcSince = docket.now;
  if (docket.now - t.agcSince < HELD_S) return;
  const one = docket.open(t, 'gnss', t.agcSince);
  if (one === undefined) return;
  docket.withdraw(one, 'J2');
  const long = Math.min(1000, 500 + docket.now - t.agcSince);
  docket.note(one, { id: 'J1', strength: long - (long % 100), says: { drop: Math.max(0, s.agcDrop) } });
  // A jammer in a car comes with its ignition; what finds a parked one is about in the place.
  if (s.acc === 0 && t.acc === 0 && t.stillSince !== 0) docket.note(one, { id: 'J4' });
  else docket.withdraw(one, 'J4');
  // Weighed again with every report: a stranger's would have passed by and by.
  settleGnss(desk, t, one);
}

/** Satellites are there, and only the fix is not yet: nothing covers the antenna. */
function seesSky(t: Terminal, s: Signals): boolean {
  return t.satellitesNorm !== UNKNOWN && s.satellites * 20 >= t.satellitesNorm;
}

function hasItem(one: Case, id: string): boolean {
  return one.items.some((item) => item.id === id);
}

function fixed(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { docket } = desk;
  if (t.deficit > 0) t.deficit = Math.floor(t.deficit * Math.exp(-dt / LEAK_S));
  if (s.satellites !== UNKNOWN) {
    const tenfold = s.satellites * 10;
    t.satellitesNorm =
      t.satellitesNorm === UNKNOWN ? tenfold : t.satellitesNorm + Math.round((tenfold - t.satellitesNorm) / 16);
  }
  const regainedNow = t.unfixedSince !== 0;
  if (t.darkSky === 1) {
    desk.skies.regain(t, docket.now);
    brushedOff(desk, t);
    desk.touched('@skies');
  }
  if (regainedNow) blinked(t, docket.now, dt);
  t.unfixedSince = 0;
  t.searched = 0;
  if (!regainedNow && t.deficit > 0) return;
  const one = docket.find(t, 'gnss');
  if (one === undefined) return;
  if (regainedNow) regained(desk, t, one);
  if (t.deficit < DROP_DEFICIT && one.steps === 0 && t.agcSince === 0 && !hasItem(one, 'D3')) docket.drop(t, one);
}

/** Lost and back within a report or two, at full satellites before and after, time and again. */
function blinked(t: Terminal, now: number, dt: number): void {
  if (now - t.unfixedSince > BLINK_S + dt || t.satellitesNorm < SATELLITES_GOOD || t.speed < 150) return;
  // The terminal itself says what that was.
  if (t.cutFlaps > 0 && now - t.flapAt <= FLAP_WINDOW_S) return;
  if (now - t.blinkAt > BLINKS_S) t.blinks = 0;
  t.blinks = Math.min(20, t.blinks + 1);
  t.blinkAt = now;
}

/** The fix is back: what was not sure enough is withdrawn, what was is remembered. */
function regained(desk: Desk, t: Terminal, one: Case): void {
  const { docket } = desk;
  one.overAt = docket.now;
  if (isOfThePlace(desk, one)) {
    docket.clear(t, one, 'N604');
    docket.drop(t, one);
    return;
  }
  if (one.steps === 0 || one.fact > 0 || one.state !== 'open' || one.severity > 1 || one.margin >= WORTH) return;
  // A bad contact is no better for having it back.
  if (one.code?.startsWith('F') === true) return;
  const reason: Code = one.items.some(({ id }) => id === 'M1') ? 'N601' : 'N604';
  docket.clear(t, one, reason);
  docket.drop(t, one);
}

/** Others met it there as well, as came out when it had been said: it would not be said now. */
function isOfThePlace({ docket }: Desk, one: Case): boolean {
  return one.steps > 0 && one.fact === 0 && hasItem(one, 'G3') && docket.weigh(one).margin < RAISE;
}

function unfixed(desk: Desk, t: Terminal, s: Signals, dt: number): void {
  const { docket } = desk;
  const { now } = docket;
  if (t.unfixedSince === 0) {
    t.unfixedSince = now;
    t.fixSpeed = Math.max(t.speed, t.wheels);
    // Only a vehicle that was left stands still: one whose driver waits may roll on into a garage.
    const driven = s.mileage !== UNKNOWN && t.mileage !== UNKNOWN && s.mileage - t.mileage >= DRIVEN;
    // What stood at its last fix may have been moved since, where it says little.
    t.fixStill = t.stillSince === 0 || t.acc === 1 || driven ? 0 : Math.max(0, t.fixAt - t.stillSince);
    // Lost while nobody heard it: what its signal usually is must do.
    t.fixCsq = dt > UNSEEN_S ? Math.max(t.csqMean, t.csqNorm) : t.csqMean;
    // In a tunnel, on a ramp or where it waits, it is no wonder.
    const strange = t.fixStill >= PARKED_S || (t.fixSpeed >= SLOW && zoneHere(desk, t, 0) === undefined);
    if (strange) {
      desk.skies.lose(t, now);
      desk.touched('@skies');
    }
  }
  // Of one that stands, the sky was back for a moment: what it lacks from here on is another loss.
  if (t.fixStill > 0 && t.acc === 0 && s.acc === 0 && seesSky(t, s)) t.unfixedSince = now;
  const since = t.unfixedSince;
  if (t.gap !== undefined && t.gap.fixAt <= since) wasSeen(desk, t, t.gap);
  const zone = zoneHere(desk, t, now - since);
  const within = zone !== undefined && now - since <= zone.q99;
  const weight = within || searches(t, s, now - since, dt) ? 0 : moves(t, s, now - since);
  if (weight > 0) {
    t.deficit = Math.min(MAX_DEFICIT, t.deficit + Math.round((weight * watched(t, dt) * 1000) / SAMPLE_S));
  }
  const fell = signalFell(t, now - since);
  const parkedLoss = t.acc === 0 && s.acc === 0 && t.fixStill >= PARKED_S && now - since >= PARKED_UNFIXED_S;
  if ((t.deficit < OPEN_DEFICIT && !parkedLoss) || hasLooseContact(t, now)) return;
  const one = docket.open(t, 'gnss', since);
  if (one === undefined) return;
  if (one.overAt !== 0) one.overAt = 0;
  // What is brushed by a jammer that passes has it back by then.
  if (now - since > PASSING_S && desk.skies.deny(t, now)) desk.touched('@skies');
  let changed = docket.note(one, {
    id: 'P4',
    strength: t.deficit - (t.deficit % 1000),
    says: { seconds: Math.round(t.deficit / 100) },
  });
  if (t.satellitesNorm >= SATELLITES_GOOD && s.satellites >= 0 && s.satellites <= 1) {
    if (docket.note(one, { id: 'P1', says: { from: Math.round(t.satellitesNorm / 10), to: s.satellites } }))
      changed = true;
  }
  if (parkedLoss && docket.note(one, { id: 'P6', says: { minutes: Math.round(t.fixStill / 60) } })) changed = true;
  if (weight === 0 && t.deficit === 0 && !parkedLoss && docket.note(one, { id: 'P7' })) changed = true;
  if (fell) {
    const says = { from: Math.round(t.fixCsq / 10), to: Math.round(t.csqMean / 10) };
    if (docket.note(one, { id: 'P8', says })) changed = true;
  } else if (docket.withdraw(one, 'P8')) changed = true;
  if (zone !== undefined) {
    const { vehicles, q50, q99, kind } = zone;
    const seconds = now - since;
    if (docket.note(one, { id: 'M1', says: { vehicles, kind }, own: { DZ: zoneWeight(zone) } })) changed = true;
    docket.note(one, {
      id: 'M2',
      says: { q50, q99, seconds },
      own: { DZ: Math.max(-8000, stayLonger(zone, seconds)) },
    });
  }
  // Interference may have begun while the sky was hidden by something else.
  if (others(desk, t, one, t.agcSince === 0 ? since : t.agcSince, parkedLoss)) changed = true;
  if (brushes(desk, t, one)) changed = true;
  if (t.blinks >= BLINKS && now - t.blinkAt <= BLINKS_S) {
    if (docket.note(one, { id: 'P5', strength: Math.min(3000, t.blinks * 300), says: { times: t.blinks } }))
      changed = true;
  }
  if (changed) settleGnss(desk, t, one);
}

/** The network went with the sky, and is still away: a tunnel does that, an antenna or a jammer of satellites does not. */
function signalFell(t: Terminal, unfixedFor: number): boolean {
  if (t.fixCsq === UNKNOWN) return false;
  if (t.fixCsq - t.csqMean >= FELL) return true;
  // Out of the tunnel again, or it never was in one: what falls later has another cause.
  if (unfixedFor > Math.max(TOGETHER_S, (TOGETHER_REPORTS * t.reportEvery) / 10)) t.fixCsq = UNKNOWN;
  return false;
}

/** Seconds that a report without a fix speaks for: not for a silence before it, in which there may have been fixes. */
function watched(t: Terminal, dt: number): number {
  return Math.min(60, dt, t.reportEvery === 0 ? 60 : Math.max(1.5 * SAMPLE_S, (1.5 * t.reportEvery) / 10));
}

/** After hours in the dark a receiver may need minutes under the open sky: what it knew of the satellites is too old. */
function searches(t: Terminal, s: Signals, unfixedFor: number, dt: number): boolean {
  if (t.searched === 0 && (unfixedFor < STALE_S || t.deficit > 0)) return false;
  if (s.wheels > 0) t.searched += Math.min(60, dt);
  return t.searched <= SEARCH_S;
}

/** How surely it moves, 0 to 1: its wheels say so; where it has no wheels to ask, how fast it was when it lost the fix. */
function moves(t: Terminal, s: Signals, unfixedFor: number): number {
  // Some are left: a canyon does that. None, or all of them and no fix yet, is what a jammer leaves.
  const few = s.satellites >= 3 && s.satellites * 20 < t.satellitesNorm ? 0.5 : 1;
  if (s.wheels !== UNKNOWN) return s.wheels > 150 ? few : 0;
  if (s.acc === 0 || unfixedFor > 900) return 0;
  // Nobody stops from a motorway's speed on the spot.
  if (t.fixSpeed >= 800 && unfixedFor < ROLLS_S) return few;
  if (t.fixSpeed >= 600) return 0.8 * few;
  if (t.fixSpeed >= 400) return 0.5 * few;
  return t.fixSpeed >= 250 ? 0.3 * few : 0;
}

function zoneHere(desk: Desk, t: Terminal, seconds: number): Zone | undefined {
  if (t.latitude === 0) return undefined;
  const reach = 100 + (t.fixSpeed / 36) * Math.max(SAMPLE_S, t.reportEvery / 10) * 1.2;
  const { latitude, longitude, course } = t;
  return desk.zones.at({ latitude, longitude, course, terminal: t.id, reach, seconds });
}

/** A stranger's jammer passes within two minutes; what goes along with the vehicle is its own. */
function alongTheWay(docket: Docket, t: Terminal, one: Case): void {
  const since = t.agcSince !== 0 ? t.agcSince : t.unfixedSince;
  if (since === 0 || (t.deficit < OPEN_DEFICIT && t.stillSince !== 0)) return;
  // What took the others of the place at the same time goes along with none of them.
  if (hasItem(one, 'G3')) {
    docket.withdraw(one, 'M7');
    return;
  }
  const seconds = docket.now - since;
  const shorter = Math.round(-1500 * Math.log(1 + (seconds / PASSING_S) ** 3));
  const away = one.mileage >= 0 && t.mileage - one.mileage >= BEYOND_A_PLACE;
  docket.note(one, { id: 'M7', says: { seconds }, own: { ARFI: Math.max(away ? -8000 : -500, shorter) } });
}

/** A denial of satellites is as serious as it is sure: the codes themselves carry the rest. */
export function settleGnss(desk: Desk, t: Terminal, one: Case): void {
  const { docket } = desk;
  alongTheWay(docket, t, one);
  const { margin, lead, second } = docket.weigh(one);
  const plain = one.fact > 0 || lead === 'GSPF' || hasItem(one, 'P6');
  one.extra = plain
    ? 0
    : margin >= SERIOUS
      ? 1
      : margin < WORTH
        ? second !== undefined && second.behind < TOO_CLOSE
          ? -1
          : -2
        : 0;
  docket.settle(t, one);
  if (margin >= RAISE && margin < CONFIRM) track(desk, t);
}

/** It is asked to report more often for a while: what is suspected of a moving receiver is sooner told from what passes. */
function track(desk: Desk, t: Terminal): void {
  const { now } = desk.docket;
  if (t.acc === 0 || t.reportEvery <= TRACKED_S * 10 || (t.trackedAt !== 0 && now - t.trackedAt < TRACKED_FOR_S))
    return;
  t.trackedAt = now;
  desk.ask(t, 'temporaryTrackingControl', { interval: TRACKED_S, validity: TRACKED_FOR_S });
}
