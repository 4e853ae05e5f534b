/** Runs the steps of a job, one after another, and tells each as it begins and ends. */
import type { EpochMs, Json } from '../../protocol/index.ts';
import { LinkFault } from '../terminal-link/faults.ts';
import { GatewayFault } from './server.ts';
import type { Job } from './order.ts';
import type { Bench, Finding, Step, StepResult, StepState } from './step.ts';
import type { SkipCode } from './findings.ts';
import { CAMERA } from './steps/camera.ts';
import { CONNECT } from './steps/connect.ts';
import { DEVICE } from './steps/device.ts';
import { DRILL_STEPS } from './steps/drills.ts';
import { CELLULAR, CLOCK, GNSS } from './steps/gnss.ts';
import { IDENTITY } from './steps/identity.ts';
import { FORGET, LAST_STATE } from './steps/leave.ts';
import { PARAMETERS } from './steps/parameters.ts';
import { LIFE_CYCLE, ROUND_TRIP } from './steps/platform.ts';
import { ACC, POWER, SPEED } from './steps/wires.ts';

const COMMISSIONING: readonly Step[] = [
  CONNECT,
  DEVICE,
  IDENTITY,
  PARAMETERS,
  GNSS,
  CLOCK,
  CELLULAR,
  POWER,
  ACC,
  SPEED,
  ...DRILL_STEPS,
  CAMERA,
  ROUND_TRIP,
  LIFE_CYCLE,
];

/** Steps of every job, in their order. */
export const STEPS: Readonly<Record<Job, readonly Step[]>> = {
  install: COMMISSIONING,
  replacement: COMMISSIONING,
  removal: [CONNECT, DEVICE, LAST_STATE, LIFE_CYCLE],
  recycling: [CONNECT, DEVICE, LAST_STATE, FORGET, LIFE_CYCLE],
};

/** What became of a step. */
export interface StepOutcome {
  readonly step: string;
  readonly zh: string;
  readonly en: string;
  readonly state: StepState;
  readonly at: EpochMs;
  readonly seconds: number;
  readonly skipped?: SkipCode;
  readonly findings: readonly Finding[];
  readonly measured: Readonly<Record<string, Json>>;
}

export interface RunHost {
  began(step: Step, number: number, of: number): void;
  ended(outcome: StepOutcome, number: number): void;
}

/** Resolves with every step of the job, those that were left out with them. Rejects with what a gateway refused to say. */
export async function runSteps(bench: Bench, host: RunHost): Promise<readonly StepOutcome[]> {
  const steps = STEPS[bench.job];
  const outcomes: StepOutcome[] = [];
  let impossible = false;
  for (const [index, step] of steps.entries()) {
    host.began(step, index + 1, steps.length);
    const { clock } = bench;
    const [at, began] = [clock.now(), clock.monotonic()];
    const result: StepResult = impossible ? { skipped: 'failed-before' } : await resultOf(step, bench);
    const { findings = [], skipped, measured = {} } = result;
    const state = findings.length > 0 ? 'failed' : skipped === undefined ? 'passed' : 'skipped';
    const outcome: StepOutcome = {
      step: step.name,
      zh: step.zh,
      en: step.en,
      state,
      at,
      seconds: Math.round((clock.monotonic() - began) / 100) / 10,
      ...(skipped === undefined ? {} : { skipped }),
      findings,
      measured: Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== undefined)) as Record<
        string,
        Json
      >,
    };
    outcomes.push(outcome);
    host.ended(outcome, index + 1);
    // Another terminal than the order's is left alone.
    bench.notes.failed ||= state === 'failed';
    impossible ||= step.needed === true && state === 'failed';
  }
  return outcomes;
}

async function resultOf(step: Step, bench: Bench): Promise<StepResult> {
  try {
    return await step.run(bench);
  } catch (error) {
    if (error instanceof GatewayFault) return { findings: [{ code: 'gateway-failed', found: error.message }] };
    if (error instanceof LinkFault) return { findings: [{ code: 'link-lost', found: error.message }] };
    throw error;
  }
}
