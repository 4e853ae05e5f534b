/**
 * Power: the alarm bits of supply, the voltage where it is told, and what both say of a cut, a flat battery, a feigned one,
 * or a feed that was moved to the ignition.
 */
import type { Case } from './case.ts';
import type { Desk } from './desk.ts';
import type { Docket } from './docket.ts';
import type { Gap } from './gap.ts';
import { displacement } from './gap.ts';
import { isOn } from './silence.ts';
import { ALARM, type Signals } from './signals.ts';
import { isHealthySupply, isLowSupply } from './supply.ts';
import { CLOSED, type Terminal, UNKNOWN } from './terminal.ts';

/** Two readings this close are no dip of a starter. */
const AGREE_MV = 500;
const MARK_S = 600;
const DAY_S = 86_400;
const REST_S = 600;
/** It was low for longer: a battery that sank. */
export const BEFORE_CUT_S = 30 * 60;
const ACCIDENT_S = 120;
const RESTORED_S = 3600;
const LOW_HELD_S = 60;
const LOW_OVER_S = 60;
const LOW_PARKED_S = 3600;
const CHARGING_MV = 13_200;
const FALLING_MV_PER_H = 1000;
const FALLEN_MV = 1000;
/** Tenths of km that a battery which is low already may still take a vehicle whose alternator has failed. */
const LAST_OF_IT = 200;
/** With less no engine runs. */
const STALLS_MV = 9500;
const REPEATS = 3;
/** A starter that fails in the frost may take the supply away for so long: what is back by then was no cut. */
const DIP_S = 8;
const PARKED_S = 300;

/** A live report: bits first, as they tell of the supply before this report's voltage is taken in. */
export function power(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  const off = (s.alarm & ALARM.off) !== 0;
  const low = (s.alarm & ALARM.low) !== 0;
  if (low && t.lowSince === 0) t.lowSince = docket.now;
  lowOver(t, low || off, docket.now);
  if (off && t.offSince === 0) cut(desk, t);
  else if (!off && t.offSince !== 0) restored(desk, t, s);
  tellCut(desk, t);
  voltage(t, s, docket.now);
  if (off || t.offSince !== 0) return;
  if (t.cases.length > 0) fedAgain(docket, t);
  if (s.acc === 1 && t.acc === 1) falling(desk, t);
  else flat(desk, t);
}

/** A battery that dies is no longer low for a moment, before it is gone: what was low a moment ago was low before the cut. */
function lowOver(t: Terminal, holds: boolean, now: number): void {
  if (holds || t.lowSince === 0) t.lowOverAt = 0;
  else if (t.lowOverAt === 0) t.lowOverAt = now;
  else if (now - t.lowOverAt > LOW_OVER_S) t.lowSince = t.lowOverAt = 0;
}

/** The supply is back: what comes after is another matter, and a silence is not explained by it. */
function fedAgain(docket: Docket, t: Terminal): void {
  const one = docket.find(t, 'power');
  if (one === undefined || one.overAt !== 0 || one.fact > 0 || t.lowSince !== 0) return;
  if (t.supplyMean === UNKNOWN || isHealthySupply(t.supplyMean)) one.overAt = docket.now;
}

/** A battery that was flat some time ago, or work that is done, is another matter than what happens now. */
function forgetOver(docket: Docket, t: Terminal): void {
  const before = docket.find(t, 'power');
  if (before !== undefined && before.overAt !== 0 && !isAccused(before)) docket.drop(t, before);
}

function isAccused({ code }: Case): boolean {
  return code?.startsWith('T') === true;
}

function cut(desk: Desk, t: Terminal): void {
  const { docket } = desk;
  const { now } = docket;
  t.offSince = now;
  forgetOver(docket, t);
  const one = docket.open(t, 'power', now, 3);
  if (one === undefined) return;
  const lowFor = t.lowSince === 0 ? 0 : now - t.lowSince;
  const sank = lowFor > BEFORE_CUT_S;
  docket.note(one, { id: 'A08' });
  docket.note(one, { id: sank ? 'A07g' : 'A07n', says: { minutes: sank ? Math.floor(lowFor / 60) : 0 } });
  docket.withdraw(one, sank ? 'A07n' : 'A07g');
  if (t.supplyMean !== UNKNOWN) {
    const volts = t.supplyMean / 1000;
    if (isHealthySupply(t.supplyMean)) docket.note(one, { id: 'V1', says: { volts } });
    else if (isLowSupply(t.supplyMean)) docket.note(one, { id: 'V10', says: { volts } });
  }
  if (t.acc === 0 && t.stillSince !== 0 && now - t.stillSince >= PARKED_S) docket.note(one, { id: 'M6' });
  if (t.collisionAt !== 0 && now - t.collisionAt <= ACCIDENT_S) docket.note(one, { id: 'A29' });
  if (one.overAt !== 0) {
    docket.repeat(t, one, REPEATS);
    one.partOf = undefined;
  }
  one.overAt = 0;
  // What was told of before is told of again at once; what is new may be a dip.
  if (one.steps > 0) docket.settle(t, one);
}

/** Tells of a cut that has outlasted a dip; to be called with every report, and when its time has come. */
export function tellCut({ docket }: Desk, t: Terminal): void {
  if (t.offSince === 0) return;
  const one = docket.find(t, 'power');
  if (one === undefined || one.steps > 0 || one.fact === 0) return;
  const until = t.offSince + DIP_S;
  if (docket.now >= until) docket.settle(t, one);
  else t.timer = t.timer === 0 ? until : Math.min(t.timer, until);
}

function restored(desk: Desk, t: Terminal, s: Signals): void {
  const { docket } = desk;
  const minutes = Math.round((docket.now - t.offSince) / 60);
  const quick = docket.now - t.offSince < RESTORED_S && s.acc === 0 && t.acc === 0;
  const dip = docket.now - t.offSince <= DIP_S;
  t.offSince = 0;
  const one = docket.find(t, 'power');
  if (one === undefined) return;
  if (dip && one.steps === 0 && one.fact > 0) return docket.drop(t, one);
  if (quick) docket.note(one, { id: 'P9', says: { minutes } });
  one.overAt = docket.now;
  docket.settle(t, one);
}

/** Means that a starter's dip does not move, and marks that slopes are taken from. */
function voltage(t: Terminal, s: Signals, now: number): void {
  const { supply } = s;
  if (supply === UNKNOWN) return;
  const before = t.supply;
  t.supply = supply;
  if (before === UNKNOWN || Math.abs(supply - before) > AGREE_MV) return;
  const mean =
    t.supplyMean === UNKNOWN || Math.abs(supply - t.supplyMean) > AGREE_MV ? (supply + before) >> 1 : t.supplyMean;
  t.supplyMean = mean + Math.round((supply - mean) / 4);
  const spread = Math.abs(supply - before) * 10;
  t.supplySpread = t.supplySpread === UNKNOWN ? spread : t.supplySpread + Math.round((spread - t.supplySpread) / 8);
  if (t.supplySpread >= Math.min(NOISY, t.supplyNoise / 2)) t.flatSince = 0;
  if (t.supplySpread < Math.min(FLAT, t.supplyNoise / 4) && t.flatSince === 0) t.flatSince = now;
  if (!isOn(t) && t.stillSince !== 0 && now - t.stillSince > REST_S) {
    // What is too even is not learnt from: it may not be this vehicle's.
    if (t.supplyNoise === UNKNOWN) t.supplyNoise = spread;
    else if (t.flatSince === 0) t.supplyNoise += Math.round((spread - t.supplyNoise) / 32);
    t.supplyRest =
      t.supplyRest === UNKNOWN ? t.supplyMean : t.supplyRest + Math.round((t.supplyMean - t.supplyRest) / 16);
    if (now - t.supplyDayAt > DAY_S) {
      t.supplyDay = t.supplyMean;
      t.supplyDayAt = now;
    }
  }
}

/** Tenths of a millivolt between readings: a battery in a vehicle, and a bench supply; half and a quarter of its own where that is less. */
const NOISY = 100;
const FLAT = 40;

/** Driven while the supply falls: a battery without an alternator does that too, and no vehicle goes far with it. */
function falling(desk: Desk, t: Terminal): void {
  if (t.supplyMean === UNKNOWN) return;
  const { docket } = desk;
  const { now } = docket;
  const full = t.supplyMean > 17_000 ? 2 : 1;
  if (t.supplyHour === UNKNOWN || t.supplyMean > t.supplyHour || now - t.supplyHourAt > 6 * 3600) {
    // The highest of this drive: what it has fallen from.
    t.supplyHour = t.supplyMean;
    t.supplyHourAt = now;
    t.lowDriven = 0;
    const one = docket.find(t, 'power');
    if (one !== undefined && one.steps === 0 && one.fact === 0) docket.drop(t, one);
    return;
  }
  const fallen = t.supplyHour - t.supplyMean;
  const took = Math.max(MARK_S, now - t.supplyHourAt);
  const rate = (fallen / took) * 3600;
  if (isLowSupply(t.supplyMean))
    t.lowDriven += Math.round((Math.max(t.speed, t.wheels, 0) * Math.min(60, now - t.lastReport)) / 3600);
  // An alternator that charges by need goes down to what the battery has by itself, and no further.
  if (
    isHealthySupply(t.supplyMean) ||
    fallen < FALLEN_MV * full ||
    rate < FALLING_MV_PER_H * full ||
    t.supplyHour < CHARGING_MV * full
  )
    return;
  // An alternator that fails leaves what the battery has, for a while.
  if (t.lowDriven <= LAST_OF_IT && t.supplyMean >= STALLS_MV * full) return;
  forgetOver(docket, t);
  const one = docket.open(t, 'power', t.supplyHourAt);
  if (one === undefined || one.fact > 0) return;
  one.overAt = 0;
  let changed = docket.note(one, {
    id: 'V3',
    says: { volts: t.supplyMean / 1000, rate: Math.round(rate / 100) / 10 },
    strength: 1000,
  });
  if (t.lowDriven > LAST_OF_IT) {
    const strength = Math.min(1000, Math.round((1000 * (t.lowDriven - LAST_OF_IT)) / LAST_OF_IT));
    if (docket.note(one, { id: 'V7', says: { km: t.lowDriven / 10, volts: t.supplyMean / 1000 }, strength }))
      changed = true;
  }
  if (changed) docket.settle(t, one);
}

/** Parked and low for long: a battery that runs flat, which is a fault to be told. */
function flat(desk: Desk, t: Terminal): void {
  const { docket } = desk;
  const { now } = docket;
  const sunk = sinks(t, now);
  const low = isLow(t) && t.stillSince !== 0 && now - t.stillSince > LOW_PARKED_S;
  const bit = t.lowSince !== 0 && t.lowOverAt === 0 && now - t.lowSince >= LOW_HELD_S;
  if (!low && !bit && !sunk) return;
  const one = docket.open(t, 'power', now);
  if (one === undefined || (one.fact > 0 && (one.overAt === 0 || isAccused(one)))) return;
  one.overAt = 0;
  let changed = false;
  if (sunk) {
    const says = { volts: Math.round(t.supplyMean / 100) / 10, from: Math.round(t.supplyHour / 100) / 10 };
    // Said once: how deep it went on to sink adds nothing.
    if (!one.items.some(({ id }) => id === 'V11')) changed = docket.note(one, { id: 'V11', says });
  }
  if (low) {
    if (docket.note(one, { id: 'V10', says: { volts: Math.round(t.supplyMean / 100) / 10 }, strength: 1000 }))
      changed = true;
    if (t.supplyDay !== UNKNOWN && t.supplyDay > t.supplyMean && now - t.supplyDayAt > DAY_S / 2) {
      if (docket.note(one, { id: 'V2', says: { volts: Math.round(t.supplyMean / 100) / 10 } })) changed = true;
    }
  }
  if (bit && docket.note(one, { id: 'A07', says: { minutes: Math.floor((now - t.lowSince) / 60) }, strength: 1000 }))
    changed = true;
  if (changed) docket.settle(t, one);
}

const HEALTHY_MV = 12_200;
const SUNK_MV = 10_000;
const SUNK_S = 7200;

/**
 * From healthy to below what a dead cell leaves, within two hours of standing: no lamp and no heater empties a battery so fast.
 * Of one that stands, `supplyHour` is what it last had while it was healthy.
 */
function sinks(t: Terminal, now: number): boolean {
  const { supplyMean: mean } = t;
  if (mean === UNKNOWN) return false;
  const full = Math.max(mean, t.supplyRest) > 17_000 ? 2 : 1;
  if (mean >= HEALTHY_MV * full) {
    t.supplyHour = mean;
    t.supplyHourAt = now;
    return false;
  }
  // The mean is behind what the supply is at the moment, as it is when it comes back.
  const sunk = Math.max(mean, t.supply) < SUNK_MV * full;
  return sunk && t.supplyHour >= HEALTHY_MV * full && now - t.supplyHourAt <= SUNK_S;
}

/** By its mean and by its last reading, as a mean does not follow a supply that is back at once. */
function isLow({ supply, supplyMean }: Terminal): boolean {
  return supplyMean !== UNKNOWN && isLowSupply(supplyMean) && isLowSupply(supply);
}

const SWITCHED_S = 600;
const SWITCHED_M = 500;
const CYCLES = 3;

/** It was dead for hours from the moment of driving on, and lives again with the ignition: its feed hangs on the key. */
export function switchedFeed(desk: Desk, t: Terminal, gap: Gap): void {
  // One that stored something, or counted on, was not dead: it stood where there is no network.
  const dead =
    gap.backAt - gap.lostAt > SWITCHED_S && gap.records === 0 && gap.serialKept !== 1 && gap.closed !== CLOSED.fin;
  const metres = displacement(gap);
  if (!dead || gap.acc === 0 || gap.backAcc === 0 || metres > SWITCHED_M) return;
  if (gap.verdicts > 0) return;
  t.switchedOff = Math.min(100, t.switchedOff + 1);
  if (t.switchedOff < 2) return;
  const { docket } = desk;
  const one = docket.open(t, 'power', gap.lostAt);
  const strength = t.switchedOff >= CYCLES ? 1000 : 600;
  if (docket.note(one, { id: 'V6', strength, says: { cycles: t.switchedOff }, seq: gap.backSeq }))
    docket.settle(t, one!);
}
