/**
 * What the detector keeps of one terminal: whole numbers in columns, and a few strings. About 950 octets, shares of
 * tables among them, while nothing is wrong; cases and gaps come on top while there are any.
 *
 * Times are seconds since 2020-01-01T00:00:00Z; 0 is never. Everything "learnt" is this terminal's own.
 */
import type { Case } from './case.ts';
import { rowsOf } from './columns.ts';
import type { Group } from './bursts.ts';
import type { Gap } from './gap.ts';
import type { Haunt } from './haunts.ts';
import type { Statement } from './statements.ts';

/** Seconds of Unix time at which our seconds begin. */
const EPOCH_S = 1_577_836_800;

export function secondsOf(epochMs: number): number {
  return Math.floor(epochMs / 1000) - EPOCH_S;
}

export function epochMsOf(seconds: number): number {
  return (seconds + EPOCH_S) * 1000;
}

/** How a link ended; `open`: it did not. */
export const CLOSED = { open: 0, fin: 1, reset: 2, ours: 3, superseded: 4, deregistered: 5, gateway: 6 } as const;

export const UNKNOWN = -1;

/** What a terminal has by number, and where each begins: in columns, as there are many of them and 100,000 terminals. */
const NUMBERS = {
  // --- link ---
  lastRx: 0,
  /** What a silence is measured from: the last sign of life, or our own start after it. */
  quietFrom: 0,
  lastSerial: UNKNOWN,
  /** The last login. */
  loggedAt: 0,
  closed: CLOSED.open,
  closedAt: 0,
  /** Seconds between signs of life, times ten, near the upper end: with the ignition on, and off. */
  every: 0,
  everyOff: 0,
  /** Signs of life that `everyOff` rests on, up to 1000. */
  quiets: 0,
  /** Seconds between live reports with the ignition on, times ten. */
  reportEvery: 0,
  /** The same of one that is parked. */
  parkedEvery: 0,
  lastReport: 0,
  /** Reconnects at which serial numbers went on, and at which they began anew without a boot. */
  serialsKept: 0,
  serialsReset: 0,
  /** It was seen to store what it could not send. */
  stores: 0,
  announcesSleep: 0,
  /** Counted as overdue in its groups, with the time of the loss. */
  overdue: 0,
  /** The last loss that was counted: one that comes and goes is lost once. */
  countedAt: 0,
  /** It was overdue from then on, and has not said where it is since; 0: it has. */
  awaySince: 0,
  /** Counted as dark in its groups; in its sky. */
  dark: 0,
  darkSky: 0,
  /** Counted as a member of its groups. */
  joined: 0,
  cellNorth: 0,
  cellEast: 0,
  maxSleep: 0,
  /** Silences that were its sleep, up to 100. */
  sleeps: 0,
  /** Reports in announced sleep, up to 100. */
  asleep: 0,
  probesAt: 0,
  probes: 0,
  askedAt: 0,
  /** When it was last asked to report more often. */
  trackedAt: 0,
  /** When it is asked who it is for the first time. */
  introduceAt: 0,

  // --- motion ---
  latitude: 0,
  longitude: 0,
  fixAt: 0,
  course: 0,
  /** Speed at the last fix, how long it had stood still then, and its signal, tenths: unknown where that is back, or never fell. */
  fixSpeed: 0,
  fixStill: 0,
  fixCsq: UNKNOWN,
  /** Tenths of km/h, of the satellites and of the wheels. */
  speed: 0,
  wheels: UNKNOWN,
  /** The speed that it last had before it stopped. */
  cruise: 0,
  /** Metres by fixes since the odometer said `pathFrom`; what it counts for a thousand metres of them, and for how far it has counted otherwise. */
  path: 0,
  strideLatitude: 0,
  strideLongitude: 0,
  perPath: UNKNOWN,
  pathOff: 0,
  /** Reports in which the wheels were driven, up to 100, and the last one; metres driven since without a turn, and whether that began on the road. */
  turned: 0,
  turnedAt: 0,
  unturned: 0,
  stoppedUnderway: 0,
  acc: 0,
  /** Since when it has stood still; 0 while it moves. */
  stillSince: 0,
  /** A report without a fix was the last one, since then. */
  unfixedSince: 0,
  /** Seconds that it has moved since, after a darkness so long that its receiver has to search. */
  searched: 0,

  // --- radio ---
  csq: UNKNOWN,
  /** Times ten: of a minute, its mean deviation, and of long. */
  csqMean: UNKNOWN,
  csqSpread: 0,
  csqNorm: UNKNOWN,
  csqRise: 0,
  /** Silences of nobody's doing in which it said that it knew of no signal, up to 100. */
  blanks: 0,
  /** Signal fell from good to next to none between two reports with a fix, then; 0: it did not, or is back. */
  csqFellAt: 0,
  /** Where it was then. */
  fellLatitude: 0,
  fellLongitude: 0,
  /** Signal and satellites were last seen to fade together, slowly driven. */
  fadedAt: 0,
  satellitesNorm: UNKNOWN,
  /** Unfixed where it should have been fixed, thousandths of a sample of ten seconds; leaks. */
  deficit: 0,
  agcSince: 0,
  /** Darknesses in which it brushed others, tenths, less those of others without it; when it last did. */
  brushed: 0,
  brushedAt: 0,
  blinks: 0,
  blinkAt: 0,

  // --- power ---
  /** Millivolts: last, of some minutes, of a rest. Spread between readings, tenths: of the last ones, and at rest of long. */
  supply: UNKNOWN,
  supplyMean: UNKNOWN,
  supplyRest: UNKNOWN,
  supplySpread: UNKNOWN,
  supplyNoise: UNKNOWN,
  /** Millivolts an hour and a day ago, and when those were taken. */
  supplyHour: UNKNOWN,
  supplyHourAt: 0,
  supplyDay: UNKNOWN,
  supplyDayAt: 0,
  backup: UNKNOWN,
  /** Under-voltage by its bit, and since when that is over. */
  lowSince: 0,
  lowOverAt: 0,
  offSince: 0,
  /** Driven with a failing supply, tenths of km. */
  lowDriven: 0,
  boots: 0,
  bootsAt: 0,
  crankBoots: 0,
  /** Times that it seems to have switched itself off in the heat, up to 100. */
  heats: 0,
  /** Cycles in which the supply died as the ignition went off and came back as it went on. */
  switchedOff: 0,
  /** Since when the supply has been flat. */
  flatSince: 0,

  // --- alarms that were seen, latched ---
  cutSince: 0,
  cutFrames: 0,
  cutFlaps: 0,
  flapAt: 0,
  moduleSince: 0,
  caseSince: 0,
  collisionAt: 0,
  sleepAnnounced: 0,

  // --- witnesses against the satellites ---
  witnessMetres: 0,
  witnessAt: 0,
  /** Metres that the wheels turned on this stretch of road, and where it began. */
  stretch: 0,
  stretchLatitude: 0,
  stretchLongitude: 0,
  /** Reports, and seconds, of one speed and one course. */
  sameSpeed: 0,
  sameFor: 0,
  /** Of those, reports in a row with a fix on the line to a few metres. */
  sameLine: 0,
  /** Reports, and seconds, of one fix to the last digit with the ignition on; the longest such row by habit; rows that were none. */
  frozen: 0,
  frozenFor: 0,
  frozenUsual: 0,
  jitters: 0,
  cells: 0,
  /** Decimetres that fixes have drifted from speed and course; leaks. */
  driftNorth: 0,
  driftEast: 0,
  /** Pairs of reports in which its course agreed with its fixes; loses where they did not. */
  reckons: 0,
  accOffMoving: 0,
  /** The ignition went off at speed. */
  accCutAtSpeed: 0,
  clockSteps: 0,
  clockAt: 0,
  movedUnused: 0,
  carried: 0,
  restLatitude: 0,
  restLongitude: 0,

  // --- identity ---
  serialBefore: UNKNOWN,
  takeovers: 0,
  takeoverAt: 0,
  pendingSerial: UNKNOWN,
  bootPending: 0,
  upgradeAt: 0,
  parametersAt: 0,
  parametersSetAt: 0,
  acts: 0,
  actsAt: 0,

  // --- what is going on ---
  /** When something is due; 0: nothing. `slot` is its number among the deadlines, 0 before it has one. */
  due: 0,
  slot: 0,
  /** Which look at a silence comes next. */
  look: 0,
  timer: 0,
} as const;

/** Half a line of the cache each; those that are written come first. */
const HALF_LINES = [
  ['lastRx', 'quietFrom', 'look', 'due', 'lastSerial', 'lastReport', 'every', 'reportEvery'],
  ['latitude', 'longitude', 'course', 'fixAt', 'speed', 'wheels', 'cruise', 'acc'],
  ['stretch', 'stretchLatitude', 'stretchLongitude', 'witnessMetres', 'witnessAt', 'cells', 'frozen', 'frozenFor'],
  ['sameSpeed', 'sameFor', 'sameLine', 'accOffMoving', 'accCutAtSpeed', 'clockSteps', 'movedUnused', 'carried'],
  ['turned', 'turnedAt', 'strideLatitude', 'strideLongitude', 'path', 'reckons', 'driftNorth', 'driftEast'],
  ['csq', 'csqMean', 'csqSpread', 'csqNorm', 'csqRise', 'satellitesNorm', 'unfixedSince', 'searched'],
  ['moduleSince', 'lowOverAt', 'supply', 'supplyMean', 'supplySpread', 'supplyHour', 'supplyHourAt', 'flatSince'],
  ['stillSince', 'supplyNoise', 'lowDriven', 'overdue', 'maxSleep', 'joined', 'bootPending', 'takeoverAt'],
  ['lowSince', 'offSince', 'frozenUsual', 'cutSince', 'deficit', 'darkSky', 'caseSince', 'unturned'],
  ['csqFellAt', 'awaySince', 'cellNorth', 'cellEast', 'parametersAt', 'timer', 'slot', 'perPath'],
] as const;

/**
 * What a report that tells nothing new reads and writes: five lines of the cache. Waiting for lines was two thirds of what such a report cost,
 * so what a bench asks of every report belongs here, and what it asks of few does not.
 */
export const OF_EVERY_REPORT = HALF_LINES.flat();

export class Terminal extends rowsOf<keyof typeof NUMBERS>(NUMBERS, OF_EVERY_REPORT) {
  readonly id: string;

  // What every report asks for comes first here too. Of numbers, those that may be longer than 32 bits.
  /** Last record that this state contains. */
  seq = 0;
  link = 0;
  pendingLink = 0;
  /** Tenths of km; `pathFrom`: as `path` began. */
  mileage = UNKNOWN;
  pathFrom = UNKNOWN;
  clockOffset = 0;
  gap: Gap | undefined;
  cases: Case[] = NO_CASES;
  /** The group of its place, looked up once; not kept. */
  place: Group | undefined;
  statements: Statement[] | undefined;

  clockStep = 0;
  /** Of its id: those that are due in one second are looked at in this order, whatever happened before. */
  readonly order: number;
  host = '';
  /** Of the link that it spoke on before. */
  hostBefore = '';
  groupCell = '';
  carrier = '';
  imei = '';
  iccid = '';
  firmware = '';
  terminalId = '';
  cell = '';

  /** Its own garages; none where it has none. */
  haunts: Haunt[] | undefined;
  /** Parameter values by number, as last read back: at most 16. */
  parameters: Record<string, string> | undefined;

  constructor(id: string) {
    super();
    this.id = id;
    this.order = hashOf(id);
  }
}

/** 31 bits, in which ids that follow one another lie apart. */
function hashOf(id: string): number {
  let hash = 7;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

/** Most terminals have none: they share one empty list, which is never written to. */
export const NO_CASES: Case[] = [];

/** Metres between two places, in thousandths of a millidegree: exact enough below 500 km. */
export function metresBetween(latA: number, lonA: number, latB: number, lonB: number): number {
  const north = (latB - latA) * 0.111_195;
  const mean = ((latA + latB) / 2_000_000) * (Math.PI / 180);
  const east = (lonB - lonA) * 0.111_195 * Math.cos(mean);
  return Math.round(Math.sqrt(north * north + east * east));
}
