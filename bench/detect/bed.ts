/** Bed S: one run of a scenario through the gateway, and what came of it. */
import { performance } from 'node:perf_hooks';
import type { EventStep } from '../../gateway/events/step.ts';
import { drawPlan, type References, Run, type Scenario, type ScenarioFile } from '../../simulator/index.ts';
import { changedIn } from './audit.ts';
import { type ExamEvent, eventOf, JUDGED, judgedStepOf, labelOf, SELF } from './event.ts';
import { ExamGateway } from './exam-gateway.ts';
import { type Ledger, ledgerOf } from './ledger.ts';
import { type Mark, markOf } from './score.ts';

/** Names a run. */
export interface RunName {
  readonly scenario: string;
  readonly profile: string;
  readonly seed: string | number;
}

export interface RunResult extends RunName {
  readonly refs: References;
  readonly final: string;
  readonly events: readonly ExamEvent[];
  readonly mark: Mark;
  readonly ledger: Ledger;
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
}

const DAY_S = 86_400;

/** Plays a run to its end: the days before, the scenario, half an hour of calm. */
export async function playOnBed(options: BedOptions): Promise<RunResult> {
  const began = performance.now();
  const { file, scenario, profile, seed } = options;
  const days = options.warmupDays ?? file.warmup_days;
  const { startAt } = drawPlan(file, scenario, seed);
  const gateway = new ExamGateway(startAt - Math.round(days * DAY_S) * 1000);
  await gateway.start();
  const run = new Run(
    { file, scenario, profile, seed, warmupDays: days },
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
  const { refs, ...truth } = run.truth;
  const isOther = new Set(run.companions);
  const vehicleOf = ({ terminal }: EventStep): string => (isOther.has(terminal) ? terminal : SELF);
  const steps = gateway.steps.filter(({ code }) => JUDGED.test(code));
  const events = steps.map((step) => eventOf(step, truth, { startAt, vehicle: vehicleOf(step) }));
  const final = labelOf(steps.filter((step) => vehicleOf(step) === SELF));
  const facts = file.profiles[profile]!;
  const judged = steps.map((step) => judgedStepOf(step, { startAt, vehicle: vehicleOf(step) }));
  const replayedAt = gateway.replayedAt(run.terminal);
  return {
    ...truth,
    refs,
    final,
    events,
    mark: markOf({ scenario, profile, facts, refs, final, events }),
    ledger: ledgerOf({
      scenario,
      profile,
      facts,
      refs,
      steps: judged,
      changed: changedIn(file, scenario),
      replayedAt: replayedAt === undefined ? null : (replayedAt - startAt) / 1000,
    }),
    frames: run.frames,
    ms: performance.now() - began,
    shownAt: run.shownAt,
  };
}
