/**
 * What is kept of a silence, from the loss until its verdict: how things stood, and what the stored records say of it.
 *
 * The records of 0x0704 come in any order and some of them twice, so nothing here depends on order, and a record is
 * known by its time: the same records give the same sums.
 *
 * Bound: while a gap is open, 64 slots, 55 numbers and up to 2,048 times of records.
 */
import type { Witness } from './fleet.ts';
import { ALARM, type Signals } from './signals.ts';
import { isLowSupply } from './supply.ts';
import { metresBetween, type Terminal, UNKNOWN } from './terminal.ts';

export const SLOTS = 64;

export interface Gap {
  readonly lostAt: number;
  /** When it was back; 0 while it is away. */
  backAt: number;
  /** When its verdict is due, and how often it was given. */
  verdictAt: number;
  verdicts: number;
  lastReplayAt: number;
  /** Shorter than what is worth a question: judged only with stored records. */
  minor: boolean;
  // As it was when it was lost.
  readonly latitude: number;
  readonly longitude: number;
  readonly course: number;
  readonly speed: number;
  readonly moving: boolean;
  readonly acc: number;
  readonly still: number;
  /** It saw the sky, or had lost it a moment before where it had stood for long. */
  readonly sawSky: boolean;
  readonly mileage: number;
  readonly csqMean: number;
  readonly csqSpread: number;
  readonly csqNorm: number;
  readonly csqRise: number;
  /** The last reading, the report that it is of, and since when signal had fallen at once from good to none; 0: it had not. */
  readonly csq: number;
  readonly reportAt: number;
  readonly fellAt: number;
  readonly fadedAt: number;
  readonly supply: number;
  readonly backup: number;
  readonly low: number;
  readonly off: number;
  readonly serial: number;
  readonly every: number;
  readonly reportEvery: number;
  readonly sleeping: number;
  readonly collision: number;
  /** Seconds that its clock was off. */
  readonly clockOffset: number;
  closed: number;
  closedAt: number;
  /** The most that its groups had to say while it was away. */
  company: Witness | undefined;
  // As it was when it was back.
  serialKept: number;
  booted: number;
  backLatitude: number;
  backLongitude: number;
  backMileage: number;
  backAcc: number;
  backSeq: number;
  // Of stored records inside the gap.
  readonly times: Set<number>;
  readonly seen: number[];
  records: number;
  fixes: number;
  accOn: number;
  driving: number;
  /** Of those in which it was driven: that have a fix, so are of the road and of no dead zone; what they say of the signal. */
  road: number;
  drivenCsqSum: number;
  drivenCsqCount: number;
  drivenCsqNone: number;
  csqSum: number;
  csqCount: number;
  csqHigh: number;
  csqNone: number;
  offFirst: number;
  /** It stood with the ignition off as main power went. */
  offParked: number;
  offLast: number;
  lowFirst: number;
  cut: number;
  /** Records of a supply that was low before it was gone, and the lowest of them. */
  sunken: number;
  supplyMin: number;
  first: number;
  /** Signal of the first record that has a fix; UNKNOWN where it has none, or says nothing of it. */
  firstCsq: number;
  last: number;
  /** The last record that has a fix, and where. */
  fixAt: number;
  fixLatitude: number;
  fixLongitude: number;
  fixCourse: number;
  jam: number;
  cellJam: number;
  replaySeq: number;
}

export function openGap(t: Terminal): Gap {
  return {
    lostAt: t.lastRx,
    backAt: 0,
    verdictAt: 0,
    verdicts: 0,
    lastReplayAt: 0,
    minor: false,
    latitude: t.latitude,
    longitude: t.longitude,
    course: t.course,
    speed: lastSpeed(t),
    moving: t.stillSince === 0 || atLights(t),
    acc: t.acc,
    still: t.stillSince === 0 ? 0 : t.lastRx - t.stillSince,
    sawSky: t.unfixedSince === 0 || (t.lastRx - t.unfixedSince <= AT_ONCE_S && t.fixStill >= STOOD_S),
    mileage: t.mileage,
    csqMean: t.csqMean,
    csqSpread: t.csqSpread,
    csqNorm: t.csqNorm,
    csqRise: t.csqRise,
    csq: t.csq,
    reportAt: t.lastReport,
    fellAt: t.csqFellAt,
    fadedAt: t.fadedAt,
    supply: t.supplyMean,
    backup: t.backup,
    low: t.lowSince,
    off: t.offSince,
    serial: t.lastSerial,
    every: t.acc === 1 || t.stillSince === 0 ? t.every : t.everyOff,
    reportEvery: t.reportEvery,
    sleeping: t.sleepAnnounced,
    collision: t.collisionAt,
    clockOffset: t.clockOffset,
    closed: t.closed,
    closedAt: t.closedAt,
    company: undefined,
    serialKept: UNKNOWN,
    booted: 0,
    backLatitude: 0,
    backLongitude: 0,
    backMileage: UNKNOWN,
    backAcc: 0,
    backSeq: 0,
    times: new Set(),
    seen: new Array<number>(SLOTS).fill(0),
    records: 0,
    fixes: 0,
    accOn: 0,
    driving: 0,
    road: 0,
    drivenCsqSum: 0,
    drivenCsqCount: 0,
    drivenCsqNone: 0,
    csqSum: 0,
    csqCount: 0,
    csqHigh: 0,
    csqNone: 0,
    offFirst: 0,
    offParked: 0,
    offLast: 0,
    lowFirst: 0,
    cut: 0,
    sunken: 0,
    supplyMin: UNKNOWN,
    first: 0,
    firstCsq: UNKNOWN,
    last: 0,
    fixAt: 0,
    fixLatitude: 0,
    fixLongitude: 0,
    fixCourse: 0,
    jam: 0,
    cellJam: 0,
    replaySeq: 0,
  };
}

/** Tenths of km/h that it was driven at when it was lost; lights are no arrival. */
export function lastSpeed(t: Terminal): number {
  return atLights(t) ? t.cruise : t.speed;
}

/** It stopped a moment ago with the ignition on: lights, not an arrival. */
function atLights(t: Terminal): boolean {
  return t.acc === 1 && t.stillSince !== 0 && t.lastRx - t.stillSince <= LIGHTS_S;
}

const LIGHTS_S = 45;
const AT_ONCE_S = 60;
const STOOD_S = 300;
const DRIVES = 50;
const CSQ_HIGH = 29;
const CSQ_NONE = 99;
/** Records that are known by their time, so that one that comes twice counts once. */
const MAX_TIMES = 2048;
/** Of long gaps every k-th second is looked at, so that the same records are, in whatever order they come. */
const STRIDE_S = 8192;
const SPREAD = 2_654_435_761;

/** After the loss, and before the return where there was one. */
export function isWithin({ lostAt, backAt }: Gap, time: number): boolean {
  return time > lostAt && (backAt === 0 || time <= backAt);
}

/** Takes one stored record, the report at `s.time`; false where it lies outside the gap. */
export function takeStored(gap: Gap, s: Signals, seq: number): boolean {
  if (!isWithin(gap, s.time)) return false;
  noteExtremes(gap, s);
  gap.replaySeq = Math.max(gap.replaySeq, seq);
  const end = gap.backAt === 0 ? Number.MAX_SAFE_INTEGER : gap.backAt;
  const length = Math.max(SLOTS, end - gap.lostAt);
  gap.seen[Math.min(SLOTS - 1, Math.floor(((s.time - gap.lostAt) * SLOTS) / length))] = 1;
  const stride = Math.ceil(length / STRIDE_S);
  if (stride > 1 && (Math.imul(s.time, SPREAD) >>> 8) % stride !== 0) return true;
  if (gap.times.has(s.time) || gap.times.size >= MAX_TIMES) return true;
  gap.times.add(s.time);
  gap.records++;
  if (s.fixed) gap.fixes++;
  gap.accOn += s.acc;
  if (Math.max(s.speed, s.wheels) > DRIVES) driven(gap, s);
  if (s.csq === CSQ_NONE) gap.csqNone++;
  else if (s.csq !== UNKNOWN) {
    gap.csqSum += s.csq;
    gap.csqCount++;
    if (s.csq >= CSQ_HIGH) gap.csqHigh++;
  }
  if ((s.alarm & (ALARM.antennaCut | ALARM.antennaShort)) !== 0) gap.cut++;
  if ((s.alarm & ALARM.off) === 0 && s.supply !== UNKNOWN && isLowSupply(s.supply)) {
    gap.sunken++;
    if (gap.supplyMin === UNKNOWN || s.supply < gap.supplyMin) gap.supplyMin = s.supply;
  }
  if (s.jam > 0) gap.jam++;
  if (s.cellJam > 0) gap.cellJam++;
  return true;
}

function driven(gap: Gap, { csq, fixed }: Signals): void {
  gap.driving++;
  if (fixed) gap.road++;
  if (csq === CSQ_NONE) gap.drivenCsqNone++;
  else if (csq !== UNKNOWN) {
    gap.drivenCsqSum += csq;
    gap.drivenCsqCount++;
  }
}

/** What may be seen again and again: first and last times. */
function noteExtremes(gap: Gap, s: Signals): void {
  if ((s.alarm & ALARM.off) !== 0) {
    if (gap.offFirst === 0 || s.time < gap.offFirst) {
      gap.offFirst = s.time;
      gap.offParked = s.acc === 0 && Math.max(s.speed, s.wheels) <= DRIVES ? 1 : 0;
    }
    gap.offLast = Math.max(gap.offLast, s.time);
  }
  if ((s.alarm & ALARM.low) !== 0 && (gap.lowFirst === 0 || s.time < gap.lowFirst)) gap.lowFirst = s.time;
  if (gap.first === 0 || s.time < gap.first) {
    gap.first = s.time;
    gap.firstCsq = s.fixed ? s.csq : UNKNOWN;
  }
  gap.last = Math.max(gap.last, s.time);
  if (!s.fixed || s.time <= gap.fixAt) return;
  gap.fixAt = s.time;
  gap.fixLatitude = s.latitude;
  gap.fixLongitude = s.longitude;
  gap.fixCourse = s.course;
}

/** Slots of the gap that stored records fall into: its coverage is told by them, not by how many came. */
export function coverage(gap: Gap): number {
  let slots = 0;
  for (const seen of gap.seen) if (seen !== 0) slots++;
  return slots / SLOTS;
}

/** Metres between the loss and the return; UNKNOWN where one of the two places is. */
export function displacement(gap: Gap): number {
  if (gap.latitude === 0 || gap.backLatitude === 0) return UNKNOWN;
  return metresBetween(gap.latitude, gap.longitude, gap.backLatitude, gap.backLongitude);
}
