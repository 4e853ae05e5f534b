/** What a silence that is over has to show: how the terminal came back, what it stored meanwhile, and where it is now. */
import type { Desk } from './desk.ts';
import { coverage, displacement, type Gap } from './gap.ts';
import { heatAt } from './heat.ts';
import { CSQ_GOOD, CSQ_NONE, CSQ_POOR, STEP_S } from './live.ts';
import { reachOf, whereItWas } from './places.ts';
import { atTheLoss, duration, type Evidence, isOn, whoElse } from './silence.ts';
import { CLOSED, type Terminal, UNKNOWN } from './terminal.ts';

const SAME_PLACE_M = 150;
export const ELSEWHERE_M = 1000;
const FAR_M = 5000;

/** All that the reconnection and the stored records say, with what was known at the loss. */
export function evidenceOfGap(desk: Desk, t: Terminal, gap: Gap, silent: number): Evidence[] {
  // One that stored something, or counts on, was not off.
  const heat = gap.serialKept === 1 || storedIn(t, gap, silent) > 0 ? [] : heatAt(t, gap);
  const company = whoElse(desk, t, gap);
  const reunion = reunited(desk, t, gap, company);
  // Where the network was away for all, that a modem knew of none is no news.
  const shared = [...company, ...reunion].some(({ id }) => id === 'G1c' || id === 'G1g' || id === 'G6');
  const lost = [...atTheLoss(t, gap, silent), ...whereItWas(desk, t, gap, silent)];
  return [
    ...(leftTheZone(gap) ? onTheRoad(gap, lost) : lost),
    ...heat,
    duration(desk, t, gap, { silent, hot: heat.length > 0 }),
    ...company,
    ...reunion,
    ...reconnection(t, gap, silent),
    ...stored(t, gap, silent).filter(({ id }) => !shared || id !== 'B6'),
    ...portals(desk, t, gap, silent),
    ...place(t, gap, silent),
  ];
}

/** What ended for others of the place or the network in the same minute was theirs too, though nobody knew who else was lost when it began. */
function reunited(desk: Desk, t: Terminal, gap: Gap, company: readonly Evidence[]): Evidence[] {
  if (company.some(({ id, strength = FULL }) => id.startsWith('G1') && strength === FULL)) return [];
  const found = desk.fleet.reunion(t, gap.backAt);
  if (found === undefined) return [];
  const { strength, group, lost } = found;
  return [{ id: 'G6', seq: 0, strength, says: { lost, group } }];
}

const FULL = 1000;

/** What a terminal stores between its boot and its login says nothing of the silence before. */
const LOGIN_S = 120;
const LONG = 5;
const DUE_MANY = 20;
const FEW = 0.05;

/** Records that tell of the silence: not those of its end alone, and not a few of its beginning. */
function storedIn(t: Terminal, gap: Gap, silent: number): number {
  const late = silent > LONG * LOGIN_S && gap.first >= gap.backAt - LOGIN_S;
  const few = silent / paceOf(t, gap) > DUE_MANY && coverage(gap) < FEW;
  return late || few || diedIn(gap, silent) ? 0 : gap.records;
}

/** More may have filled what it stores in; what was stored of less than so much of a silence tells of its beginning. */
const FILLED = 60;
const BEGINNING = 0.5;

/** It stored for the first minutes only, and had to boot: whatever had taken its link at first, it was off after that. */
function diedIn({ booted, records, offFirst, last, lostAt, backAt }: Gap, silent: number): boolean {
  if (booted !== 1 || records > FILLED || offFirst !== 0) return false;
  return last - lostAt < BEGINNING * silent && backAt - last > LONG * LOGIN_S;
}

/** What speaks for a dead zone at the loss. */
const INTO_A_ZONE: ReadonlySet<string> = new Set(['P2', 'M1', 'M2', 'M8']);

/**
 * Who drove on was in no dead zone then, whatever he had come from. The signal as it was lost says nothing of that
 * road where it went below ground; what it usually is does, for half as much.
 */
function onTheRoad({ csqNorm }: Gap, lost: readonly Evidence[]): Evidence[] {
  const kept = lost.filter(({ id }) => !INTO_A_ZONE.has(id));
  const said = kept.length === lost.length || kept.some(({ id }) => id === 'R1' || id === 'R2');
  if (said || csqNorm < 10 * CSQ_GOOD) return kept;
  return [...kept, { id: 'R1', strength: 500, says: { csq: Math.round(csqNorm / 10) } }];
}

/** So many records, and so many seconds. */
const ROAD_LEAST = 20;
const ROAD_S = 600;

/** So many records of one that is driven are of ten minutes and more. */
function isLong({ reportEvery }: Gap, records: number): boolean {
  return records >= ROAD_LEAST && records * Math.max(10, reportEvery / 10) >= ROAD_S;
}

/** It was driven under the open sky, or where a jammer was: no dead zone has either. */
function leftTheZone(gap: Gap): boolean {
  const { road, driving, drivenCsqSum, drivenCsqCount } = gap;
  return isLong(gap, road) || (isLong(gap, driving) && drivenCsqSum >= SATURATED * Math.max(1, drivenCsqCount));
}

/** Seconds between the records that it would have stored: moved without its ignition, on a ferry or a hook, it says as little as one that stands. */
function paceOf(t: Terminal, gap: Gap): number {
  if (gap.acc === 0 && t.acc === 0) return Math.max(10, gap.every / 10, t.everyOff / 10);
  return Math.max(10, isOn(t) || gap.moving ? gap.reportEvery / 10 : gap.every / 10);
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

/** What a modem says of itself whenever it has no network says little of a card. */
const HABIT = 300;
/** A terminal that comes out drives on for so long until it is let in. */
const LOGGED_IN_S = 30;
const STORED_LEAST = 3;
/** More than this is no network's. */
const SATURATED = 29;
const STORES_ENOUGH = 4;
const STORES_MANY = 12;
const MEAN_OF = 20;
/** Signal that fell at once and stays so for so long is no shadow on the road. */
const FALLEN_S = 600;

function stored(t: Terminal, gap: Gap, silent: number): Evidence[] {
  const out: Evidence[] = [];
  const seq = gap.replaySeq;
  const every = paceOf(t, gap);
  const expected = silent / every;
  const records = storedIn(t, gap, silent);
  const share = (n: number): number => (records === 0 ? 0 : n / records);
  if (records === 0) {
    if (expected >= STORES_ENOUGH) {
      const strength = Math.round(Math.min(1, expected / STORES_MANY) * (t.stores === 1 ? 1000 : 800));
      out.push({ id: 'B2', strength, says: { expected: Math.round(expected) } });
    }
    return out;
  }
  const covered = coverage(gap);
  if (covered >= 0.8 || records >= 0.8 * expected || throughout(t, gap, silent))
    out.push({
      id: 'B1',
      seq,
      says: { records, percent: Math.round(100 * Math.max(covered, Math.min(1, records / expected))) },
    });
  if (gap.offFirst !== 0 && gap.last < gap.backAt - 3 * every) out.push({ id: 'B3', seq });
  // What it stored on its way tells more of the link than what it stored where it stood.
  const drove = isLong(gap, gap.driving);
  const none = drove ? gap.drivenCsqNone / gap.driving : share(gap.csqNone);
  const onRoad = isLong(gap, gap.road);
  if (none > 0.8) {
    // Asleep by its own word, its radio is off.
    const strength = gap.closed === CLOSED.fin && t.maxSleep > 0 ? 200 : 1000;
    if (onRoad || gap.fixes > records / 2)
      out.push({
        id: 'B6',
        seq,
        strength: t.blanks > 0 ? Math.min(strength, HABIT) : strength,
        says: { percent: Math.round(100 * none) },
      });
  } else if ((drove ? gap.drivenCsqCount : gap.csqCount) > 0) out.push(...signal(gap, seq, drove));
  const fell = fellAt(gap);
  if (fell !== 0 && share(gap.fixes) > 0.8) {
    const seconds = gap.backAt - fell;
    out.push({ id: 'R4', seq, strength: Math.min(1000, Math.round((1000 * seconds) / FALLEN_S)), says: { seconds } });
  }
  if (onRoad || share(gap.fixes) > 0.9)
    out.push({ id: 'B8', seq, says: { percent: Math.round(100 * share(gap.fixes)) } });
  const metres = displacement(gap);
  if (share(gap.fixes) < 0.1 && (metres > ELSEWHERE_M || gap.driving > 5)) {
    out.push({ id: 'B9', seq, says: { km: metres === UNKNOWN ? 0 : Math.round(metres / 100) / 10, records } });
  }
  if (gap.cellJam > 0) out.push({ id: 'J3', seq });
  return out;
}

/** It stored at the pace of one that sleeps, from the loss until the return. */
function throughout(t: Terminal, gap: Gap, silent: number): boolean {
  const pace = Math.max(gap.every / 10, t.everyOff / 10, t.maxSleep);
  const begins = gap.first - gap.lostAt <= 1.5 * pace;
  return begins && gap.backAt - gap.last <= 1.5 * pace && gap.records >= Math.max(STORES_ENOUGH, (0.8 * silent) / pace);
}

/** Signal was good, and next to none in the report after it, while the sky stayed: since when; 0 where it slid away. */
export function fellAt(gap: Gap): number {
  if (gap.csqCount > 0 && gap.csqSum > CSQ_POOR * gap.csqCount) return 0;
  if (gap.fellAt !== 0) return gap.fellAt;
  const atOnce = gap.first - gap.reportAt <= STEP_S && gap.csq >= CSQ_GOOD;
  // Some modems say 99 while they have no network; where all records do, it is not the signal that fell.
  const poor = gap.firstCsq === CSQ_NONE ? gap.csqCount > 0 : gap.firstCsq !== UNKNOWN && gap.firstCsq <= CSQ_POOR;
  return atOnce && poor ? gap.lostAt : 0;
}

/** The modem's own reading while it had no link, against what is usual. */
function signal(gap: Gap, seq: number, drove: boolean): Evidence[] {
  const count = drove ? gap.drivenCsqCount : gap.csqCount;
  const mean = (drove ? gap.drivenCsqSum : gap.csqSum) / count;
  // Where it fell silent the signal may have been better than it usually is; where it was driven from there, nobody knows.
  const known = gap.csqNorm !== UNKNOWN && (gap.moving || gap.driving < STORED_LEAST);
  const norm = !known ? UNKNOWN : Math.max(gap.csqNorm, gap.csqMean) / 10;
  const says = { csq: Math.round(10 * mean) / 10, norm: Math.round(norm) };
  if (mean >= SATURATED || (norm !== UNKNOWN && mean >= norm + 4)) return [{ id: 'B4', seq, says }];
  // Less is less sure, and nothing where there are few to take a mean of.
  if (norm !== UNKNOWN && mean >= norm + 2.5 && count >= MEAN_OF)
    return [{ id: 'B4', seq, says, strength: Math.round(400 * (mean - norm - 1.5)) }];
  if (mean <= 3.5) return [{ id: 'B5', seq, says }];
  if (norm !== UNKNOWN && Math.abs(mean - norm) <= 3) return [{ id: 'B7', seq, says }];
  return [];
}

/** In at one known mouth and out at another, with records all the way: a terminal that was driven through. */
function portals(desk: Desk, t: Terminal, gap: Gap, silent: number): Evidence[] {
  if (gap.latitude === 0 || gap.backLatitude === 0 || storedIn(t, gap, silent) < STORED_LEAST) return [];
  const { latitude, longitude, course } = gap;
  const exit = { latitude: gap.backLatitude, longitude: gap.backLongitude };
  const reach = reachOf(gap) + (gap.speed / 36) * LOGGED_IN_S;
  if (!desk.zones.joins({ latitude, longitude, course, terminal: t.id, reach, exit })) return [];
  return [{ id: 'B10', seq: gap.replaySeq }];
}

function place(t: Terminal, gap: Gap, silent: number): Evidence[] {
  const metres = displacement(gap);
  if (metres === UNKNOWN) return [];
  const km = Math.round(metres / 100) / 10;
  if (metres < SAME_PLACE_M) return [{ id: 'D2', seq: gap.backSeq, says: { metres } }];
  if (metres < ELSEWHERE_M) return [];
  // Only where nothing was stored: the displacement of a terminal that was awake is no riddle.
  return storedIn(t, gap, silent) > 2
    ? []
    : [{ id: 'D1', seq: gap.backSeq, strength: displacedStrength(metres), says: { km } }];
}

/** Full weight from 5 km, half of it at 1 km. */
export function displacedStrength(metres: number): number {
  return Math.min(1000, Math.round(500 + (500 * (metres - ELSEWHERE_M)) / (FAR_M - ELSEWHERE_M)));
}
