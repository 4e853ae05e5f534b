/** Bed F: an ordinary fleet through the gateway, and what the detector said of people who had done nothing. */
import type { EventStep } from '../../gateway/events/step.ts';
import { type ScenarioFile, YearRun, type YearTruth } from '../../simulator/index.ts';
import { causeAt } from './cause-of.ts';
import { JUDGED } from './event.ts';
import { ExamGateway } from './exam-gateway.ts';
import { DistrictWriter, readBatches, readTruth } from './fleet-file.ts';
import { rejudged } from './rejudge.ts';

export interface FleetBedOptions {
  readonly file: ScenarioFile;
  readonly seed: string;
  readonly first: number;
  readonly vehicles: number;
  readonly days: number;
  /** 0 to 3: spring, summer, autumn or winter. */
  readonly season: number;
  readonly actsPerYear: number;
  /** Where the district is kept to be judged again; no ending. */
  readonly keep?: string;
}

/** One event against a vehicle, over all its steps. */
export interface Accusation {
  readonly id: string;
  readonly code: string;
  readonly terminal: string;
  /** Highest severity at any time, and whether it was confirmed at 3 or more. */
  readonly severity: number;
  readonly confirmed: boolean;
  /** It stands at the end. */
  readonly surviving: boolean;
  /** Seconds from the beginning. */
  readonly at: number;
  /** `false`: nobody had done anything. `grey`: somebody had, innocently, without an order. `true`: a planted act. */
  readonly truth: 'false' | 'grey' | 'true';
  /** What was truly so around it. */
  readonly cause: string;
  /** Its make of terminal, and what the step of the highest severity rests on: evidence with its nats. */
  readonly profile: string;
  readonly because: string;
}

export interface FleetBedResult {
  readonly vehicles: number;
  readonly days: number;
  readonly vehicleYears: number;
  readonly frames: number;
  readonly accusations: readonly Accusation[];
  readonly acts: readonly PlantedAct[];
  readonly grey: number;
}

export interface PlantedAct {
  readonly what: string;
  /** The highest severity at which it was told of under a right name; 0: it was not. */
  readonly severity: number;
}

/** A Monday in March, 00:00 at +08:00; each further district begins a quarter of a year later: a year has its seasons. */
const START: number = Date.UTC(2026, 2, 1, 16);
const SEASON_S = 13 * 7 * 86_400;
const SEASONS = 4;
const DAY_S = 86_400;
const DAYS_A_YEAR = 365;
/** An accusation may come so long after what it is about: stored reports, silences, waits. */
const AFTER_S = 6 * 3600;
const BEFORE_S = 60;
/** A finding of this severity is told to somebody; at this one, confirmed, somebody is accused. */
const TOLD = 2;
const SERIOUS = 3;

/** Plays a district. Its journal goes to `keep` (`fleet-file.ts`), where that is given. */
export async function playFleet(options: FleetBedOptions): Promise<FleetBedResult> {
  const { vehicles, days, season, keep } = options;
  const startAt = START + (season % SEASONS) * SEASON_S * 1000;
  const gateway = new ExamGateway(startAt);
  const file = keep === undefined ? undefined : new DistrictWriter(keep);
  gateway.written = file === undefined ? undefined : (batch) => file.add(batch);
  await gateway.start();
  const run = new YearRun(
    { ...options, startAt },
    {
      clock: gateway.clock,
      dial: (source, sink) => gateway.dial(source, sink),
      tell: (fact) => gateway.tell(fact),
      order: (terminal, messageId) => gateway.order(terminal, messageId),
    },
  );
  run.start();
  for (let day = 0; day < days; day++) await gateway.run(DAY_S * 1000);
  run.stop();
  const truths = run.truth();
  const { frames } = run;
  file?.close({ startAt, vehicles, days, frames, truths: [...truths] });
  return resultOf(gateway.steps, { startAt, vehicles, days, frames, truths });
}

/** Judges a district that was kept, with the detector as it is. */
export function judgeFleet(path: string): FleetBedResult {
  const { truths, ...about } = readTruth(path);
  return resultOf(rejudged(readBatches(path)), { ...about, truths: new Map(truths) });
}

interface Played {
  readonly startAt: number;
  readonly vehicles: number;
  readonly days: number;
  readonly frames: number;
  readonly truths: ReadonlyMap<string, YearTruth>;
}

function resultOf(steps: readonly EventStep[], { startAt, vehicles, days, frames, truths }: Played): FleetBedResult {
  const accusations = accusationsIn(steps, truths, startAt);
  const acts = [...truths].flatMap(([terminal, truth]) =>
    truth.acts.map(({ what, codes, from, until }) => {
      const told = accusations.filter(
        (one) => one.terminal === terminal && codes.includes(one.code) && within(one.at, from, until),
      );
      return { what, severity: Math.max(0, ...told.map(({ severity }) => severity)) };
    }),
  );
  return {
    vehicles,
    days,
    vehicleYears: (vehicles * days) / DAYS_A_YEAR,
    frames,
    accusations,
    acts,
    grey: [...truths.values()].reduce((sum, { grey }) => sum + grey.length, 0),
  };
}

/** Violations that were told of, each once. */
function accusationsIn(
  steps: readonly EventStep[],
  truths: ReadonlyMap<string, YearTruth>,
  startAt: number,
): Accusation[] {
  const byEvent = Map.groupBy(
    steps.filter(({ code }) => JUDGED.test(code)),
    ({ event }) => event,
  );
  const accusations: Accusation[] = [];
  for (const [id, own] of byEvent) {
    const open = own.filter(({ state, code }) => state !== 'cleared' && state !== 'authorised' && code.startsWith('T'));
    // What became more serious as nobody took notice was no worse than it was.
    const judged = open.filter(({ origin }) => origin === 'detector');
    const worst = judged.toSorted((a, b) => b.severity - a.severity)[0];
    if (worst === undefined || worst.severity < TOLD) continue;
    const last = own.at(-1)!;
    const at = (worst.at - startAt) / 1000;
    const fact = (worst.factTime - startAt) / 1000;
    const truth = truths.get(worst.terminal);
    accusations.push({
      id,
      code: worst.code,
      terminal: worst.terminal,
      severity: worst.severity,
      confirmed: open.some(({ status, severity }) => status === 'confirmed' && severity >= SERIOUS),
      surviving: last.status === 'raised' || last.status === 'confirmed',
      at,
      truth: truthOf(truth, fact, at),
      cause: causeAt(truth?.steps ?? [], fact, at),
      profile: truth?.profile ?? '',
      because: becauseOf(worst),
    });
  }
  return accusations;
}

/** `id nats` of each piece of evidence, and what the explanation with the least distance is. */
function becauseOf({ judgement }: EventStep): string {
  if (judgement === undefined) return '';
  const { because, rival, margin } = judgement;
  const pieces = because.map(({ evidence, nats }) => `${evidence} ${nats}`);
  return `${margin} over ${rival}: ${pieces.join(', ')}`;
}

function truthOf(truth: YearTruth | undefined, factTime: number, at: number): Accusation['truth'] {
  const near = ({ from, until }: { from: number; until: number }): boolean =>
    within(at, from, until) || within(factTime, from, until);
  if (truth?.acts.some(near) === true) return 'true';
  return truth?.grey.some(near) === true ? 'grey' : 'false';
}

function within(at: number, from: number, until: number): boolean {
  return at >= from - BEFORE_S && at <= until + AFTER_S;
}
