/** What a run says of the detector's events, beside its mark: small enough to be handed from a worker and added up. */
import type { ProfileFacts, References, Scenario } from '../../simulator/index.ts';
import { type Audit, auditOf } from './audit.ts';
import type { Forecast } from './calibration.ts';
import { NONE } from './confusion.ts';
import { type JudgedStep, SELF } from './event.ts';
import { type Alarm, matched, type TruthInterval, truthsOf } from './matching.ts';

export interface Ledger {
  /** Every act and every wrong alarm, with the names at first and in the end. */
  readonly pairs: readonly { readonly truth: string; readonly provisional: string; readonly final: string }[];
  /** Said of nobody's act. */
  readonly wrong: readonly Pick<Alarm, 'event' | 'vehicle' | 'at' | 'severity' | 'provisional' | 'final'>[];
  readonly beside: number;
  /** Every event that accused somebody, as `id code`, with its last name. */
  readonly said: readonly string[];
  readonly forecasts: readonly Forecast[];
  readonly audit: Audit;
  /** Names that became right, and names that became wrong. */
  readonly revisions: { readonly toRight: number; readonly toWrong: number };
  /** Seconds from the last stored record after the return to the verdict that stood, where there is such a one. */
  readonly settledAfter: number | null;
}

export interface LedgerInput {
  readonly scenario: Scenario;
  readonly profile: string;
  readonly facts: ProfileFacts;
  readonly refs: References;
  readonly steps: readonly JudgedStep[];
  readonly alarms: readonly Alarm[];
  /** Names of the causes that truly changed. */
  readonly changed: ReadonlySet<string>;
  /** Seconds of the scenario: the last stored record that came. */
  readonly replayedAt: number | null;
}

export function ledgerOf({ scenario, profile, facts, refs, steps, alarms, changed, replayedAt }: LedgerInput): Ledger {
  const truths = truthsOf(scenario, { profile, facts, refs });
  const { found, missed, wrong, beside } = matched(scenario, truths, alarms);
  const acts = new Set(found.flatMap(({ alarm }) => alarm.steps));
  return {
    pairs: [
      ...found.map(({ truth, alarm }) => ({
        truth: truth.code,
        provisional: named(truth, alarm.provisional),
        final: named(truth, alarm.final),
      })),
      ...missed.map(({ code }) => ({ truth: code, provisional: NONE, final: NONE })),
      ...wrong.map(({ provisional, final }) => ({ truth: NONE, provisional, final: accused(final) })),
    ],
    wrong: wrong.map(({ event, vehicle, at, severity, provisional, final }) => ({
      event,
      vehicle,
      at,
      severity,
      provisional,
      final,
    })),
    beside: beside.length,
    said: alarms.map(({ event, final }) => `${event} ${final}`).toSorted(),
    forecasts:
      scenario.kind === 'grey'
        ? []
        : [...found.map(({ alarm }) => forecast(alarm, true)), ...wrong.map((alarm) => forecast(alarm, false))],
    audit: auditOf(steps, { changed, acts }),
    revisions: revisionsOf(found, wrong),
    settledAfter: settledAfter(found, refs, replayedAt),
  };
}

/** Any code of the act's demands is its name; what it is called otherwise stays as it is. */
function named({ code, codes }: TruthInterval, label: string): string {
  const isOther = label !== code && codes.includes(label) && !PARENT.test(label);
  return isOther ? code : label;
}

const PARENT = /^T(?:205|304)$/;

/** What was withdrawn accuses nobody in the end. */
function accused(label: string): string {
  return label.startsWith('T') ? label : NONE;
}

/** At the last step that accused. */
function forecast({ steps }: Alarm, isTrue: boolean): Forecast {
  const last = steps.findLast(({ code, state }) => code.startsWith('T') && state !== 'cleared') ?? steps[0]!;
  return { confidence: last.confidence, isTrue };
}

function revisionsOf(
  found: readonly { readonly truth: TruthInterval; readonly alarm: Alarm }[],
  wrong: readonly Alarm[],
): Ledger['revisions'] {
  let toRight = 0;
  let toWrong = 0;
  const walk = (steps: readonly JudgedStep[], isRight: (step: JudgedStep) => boolean): void => {
    for (let i = 1; i < steps.length; i++) {
      const [before, now] = [isRight(steps[i - 1]!), isRight(steps[i]!)];
      if (now && !before) toRight++;
      if (before && !now) toWrong++;
    }
  };
  const ended = ({ state }: JudgedStep): boolean => state === 'cleared' || state === 'authorised';
  // Of an act the right name is its own; a silence without a cause is none yet.
  for (const { truth, alarm } of found) {
    walk(alarm.steps, (step) => !ended(step) && named(truth, step.code) === truth.code);
  }
  for (const alarm of wrong) walk(alarm.steps, ended);
  return { toRight, toWrong };
}

function settledAfter(
  found: readonly { readonly alarm: Alarm }[],
  { reconnect }: References,
  replayedAt: number | null,
): number | null {
  if (reconnect === null || replayedAt === null || replayedAt < reconnect) return null;
  const own = found.filter(({ alarm }) => alarm.vehicle === SELF && alarm.axis === 'link');
  const times = own.flatMap(({ alarm: { steps, final } }) => {
    const named = steps.find(({ code, t }) => code === final && t >= reconnect);
    return named === undefined ? [] : [named.t];
  });
  return times.length === 0 ? null : Math.round(10 * Math.max(0, Math.max(...times) - replayedAt)) / 10;
}
