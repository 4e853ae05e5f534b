/** Bed S: one run of a scenario through the gateway, and what came of it. */
import { performance } from 'node:perf_hooks';
import type { EventStep } from '../../gateway/events/step.ts';
import { drawPlan, type References, Run, type Scenario, type ScenarioFile } from '../../simulator/index.ts';
import { changedIn } from './audit.ts';
import { type ExamEvent, eventOf, JUDGED, judgedStepOf, labelOf, SELF } from './event.ts';
import { ExamGateway } from './exam-gateway.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import { alarmsIn } from './matching.ts';
import { type Mark, markOf } from './score.ts';
import { AS_IT_IS, variation } from './variations.ts';

/** Names a run. */
export interface RunName {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string | number;
}

/** What was made of a run's journal. */
export interface Outcome {
  readonly final: string;
  readonly events: readonly ExamEvent[];
  readonly mark: Mark;
  readonly ledger: Ledger;
}

/** What another way of judging made of the same journal. */
export interface Varied {
  readonly name: string;
  readonly final: string;
  readonly pass: boolean;
  readonly falseAlarm: boolean;
  /** The same label, and the same events under the same names, as without the variation. */
  readonly same: boolean;
}

export interface RunResult extends RunName, Outcome {
  readonly refs: References;
  readonly varied: readonly Varied[];
  readonly frames: number;
  /** Wall time of playing it, ms. */
  readonly ms: number;
  /** The first frame after the onset: before it nobody can know. */
  readonly shownAt: number | null;
}

export interface BedOptions {
  readonly file: ScenarioFile;
  readonly scenario: Scenario;
  readonly profile: string;
  readonly seed: string;
  /** Those of the file unless given. */
  readonly warmupDays?: number;
  /** Names of other ways to judge the journal of the run (`variations.ts`). */
  readonly vary?: readonly string[];
  /** Seconds by which everything is later in the week than was drawn. */
  readonly laterS?: number;
}

const DAY_S = 86_400;

/** A run that was played. */
export interface Played {
  readonly gateway: ExamGateway;
  readonly run: Run;
  /** Epoch ms of second 0. */
  readonly startAt: number;
}

/** Plays a run to its end: the days before, the scenario, half an hour of calm. `keep`: its journal is kept. */
export async function played(options: BedOptions, keep: boolean): Promise<Played> {
  const { file, scenario, profile, seed, laterS = 0 } = options;
  const days = options.warmupDays ?? file.warmup_days;
  const startAt = drawPlan(file, scenario, seed).startAt + laterS * 1000;
  const gateway = new ExamGateway(startAt - Math.round(days * DAY_S) * 1000, keep);
  await gateway.start();
  const run = new Run(
    { file, scenario, profile, seed, warmupDays: days, startAt },
    {
      clock: gateway.clock,
      dial: (source, sink) => gateway.dial(source, sink),
      tell: (fact) => gateway.tell(fact),
      order: (terminal, messageId) => gateway.order(terminal, messageId),
    },
  );
  run.start();
  await gateway.run((run.endsAt - run.startsAt) * 1000);
  run.stop();
  return { gateway, run, startAt };
}

/** Plays a run, and marks what was said of it. */
export async function playOnBed(options: BedOptions): Promise<RunResult> {
  const began = performance.now();
  const { file, scenario, profile, seed, vary = [] } = options;
  const { gateway, run, startAt } = await played(options, vary.length > 0);
  const ms = performance.now() - began;
  const { refs, ...truth } = run.truth;
  const replayedAt = gateway.replayedAt(run.terminal);
  const sheet: Sheet = {
    file,
    scenario,
    profile,
    refs,
    startAt,
    truth,
    others: new Set(run.companions),
    replayedAt: replayedAt === undefined ? null : (replayedAt - startAt) / 1000,
  };
  const outcome = outcomeOf(gateway.steps, sheet);
  const varied: Varied[] = [];
  for (const name of vary.length > 0 ? [AS_IT_IS, ...vary] : []) {
    const steps = await variation(name, gateway.batches, { seed, self: new Set([run.terminal]) });
    const { final, mark, ledger } = outcomeOf(steps, sheet);
    const same = final === outcome.final && ledger.said.join() === outcome.ledger.said.join();
    varied.push({ name, final, pass: mark.pass, falseAlarm: mark.falseAlarm, same });
  }
  return { ...truth, refs, ...outcome, varied, frames: run.frames, ms, shownAt: run.shownAt };
}

/** What an outcome is worked out from, beside the steps. */
export interface Sheet {
  readonly file: ScenarioFile;
  readonly scenario: Scenario;
  readonly profile: string;
  readonly refs: References;
  readonly startAt: number;
  readonly truth: RunName;
  /** Names of companions. */
  readonly others: ReadonlySet<string>;
  readonly replayedAt: number | null;
}

export function outcomeOf(steps: readonly EventStep[], sheet: Sheet): Outcome {
  const { file, scenario, profile, refs, startAt, truth, others, replayedAt } = sheet;
  const facts = file.profiles[profile]!;
  const vehicleOf = ({ terminal }: EventStep): string => (others.has(terminal) ? terminal : SELF);
  const own = steps.filter(({ code }) => JUDGED.test(code));
  const events = own.map((step) => eventOf(step, truth, { startAt, vehicle: vehicleOf(step) }));
  const final = labelOf(own.filter((step) => vehicleOf(step) === SELF));
  const judged = own.map((step) => judgedStepOf(step, { startAt, vehicle: vehicleOf(step) }));
  return {
    final,
    events,
    mark: markOf({ scenario, profile, facts, refs, final, events }),
    ledger: ledgerOf({
      scenario,
      profile,
      facts,
      refs,
      replayedAt,
      steps: judged,
      changed: changedIn(file, scenario),
      alarms: alarmsIn(judged),
    }),
  };
}
