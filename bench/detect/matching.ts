/**
 * Events against truths, one to one by vehicle and axis: what was found and under which name, what was missed, what was
 * said of nobody's act. The marks of `score.ts` are about runs; these are about events.
 */
import type { ProfileFacts, Scenario } from '../../simulator/index.ts';
import type { References } from '../../simulator/index.ts';
import { JUDGED, type JudgedStep, SELF } from './event.ts';
import { deadlineOf } from './score.ts';

/** One act as it must be found: under one of these codes, on one of these axes, within this time. */
export interface TruthInterval {
  /** The name it should have in the end. */
  readonly code: string;
  readonly codes: readonly string[];
  readonly axes: readonly string[];
  /** Seconds of the scenario. */
  readonly from: number;
  readonly until: number;
}

/** An event that accused somebody at severity 2 or more, over all its steps. */
export interface Alarm {
  readonly event: string;
  readonly vehicle: string;
  readonly axis: string;
  /** Seconds of the scenario: when it first was that serious. */
  readonly at: number;
  /** The name at first, and in the end: what it was instead, where it was withdrawn. */
  readonly provisional: string;
  readonly final: string;
  readonly severity: number;
  readonly steps: readonly JudgedStep[];
}

export interface Matching {
  readonly found: readonly { readonly truth: TruthInterval; readonly alarm: Alarm }[];
  readonly missed: readonly TruthInterval[];
  /** Said of nobody's act. */
  readonly wrong: readonly Alarm[];
  /** Beside the act that it belongs to: on another axis, or once more, and not forbidden. */
  readonly beside: readonly Alarm[];
}

/** Axes of violations by code; a code is on one. */
const AXIS_OF: Readonly<Record<string, string>> = {
  T101: 'power',
  T105: 'power',
  T106: 'power',
  T102: 'link',
  T103: 'mount',
  T104: 'mount',
  T305: 'place',
  T405: 'config',
  T406: 'config',
  T407: 'clock',
  T408: 'odometer',
  T409: 'mount',
};
const AXIS_OF_GROUP: Readonly<Record<string, string>> = { T2: 'gnss', T3: 'link', T4: 'identity' };
const TOLD = 2;
const EARLY_S = 30;

export function axisOfCode(code: string): string | undefined {
  return AXIS_OF[code] ?? AXIS_OF_GROUP[code.slice(0, 2)];
}

/** Axes that a violation may be found on: a wire of the pulses is one of the odometer. */
function axesOfCode(code: string): string[] {
  const axis = axisOfCode(code);
  return axis === undefined ? [] : code === 'T106' ? [axis, 'odometer'] : [axis];
}

/** The acts of a run. Demands on a common axis are about the same act: its parent class first, its name later. */
export function truthsOf(
  { kind, truth, expect }: Scenario,
  { profile, facts, refs }: { readonly profile: string; readonly facts: ProfileFacts; readonly refs: References },
): TruthInterval[] {
  if (kind !== 'guilty' || refs.onset === null) return [];
  const from = refs.onset - EARLY_S;
  const found: { codes: Set<string>; axes: Set<string>; until: number }[] = [];
  for (const demand of expect.must) {
    if (demand.only_profiles?.includes(profile) === false) continue;
    const reference = refs[demand.ref === 'cut' ? 'onset' : demand.ref];
    const codes = demand.any_of.filter((code) => axisOfCode(code) !== undefined);
    if (reference === null || codes.length === 0) continue;
    const axes = codes.flatMap((code) => axesOfCode(code));
    const until = reference + deadlineOf(demand, facts);
    const same = found.find((one) => axes.some((axis) => one.axes.has(axis)));
    if (same === undefined) found.push({ codes: new Set(codes), axes: new Set(axes), until });
    else {
      for (const code of codes) same.codes.add(code);
      for (const axis of axes) same.axes.add(axis);
      same.until = Math.max(same.until, until);
    }
  }
  return found.map(({ codes, axes, until }) => {
    const names = [...codes];
    const code = codes.has(truth) ? truth : (names.find((name) => !PARENTS.has(name)) ?? names[0]!);
    return { code, codes: names, axes: [...axes], from, until };
  });
}

/** Classes that leave open which of several acts it was: right as a detection, not as an identification. */
export const PARENTS: ReadonlySet<string> = new Set(['T205', 'T304']);

/** What accused anybody, in the order of its first step. */
export function alarmsIn(steps: readonly JudgedStep[]): Alarm[] {
  const alarms: Alarm[] = [];
  for (const own of Map.groupBy(steps, ({ event }) => event).values()) {
    const accusing = own.filter((step) => accuses(step));
    const [first] = accusing;
    const last = own.at(-1)!;
    if (first === undefined) continue;
    alarms.push({
      event: first.event,
      vehicle: first.vehicle,
      axis: first.axis,
      at: first.t,
      provisional: first.code,
      final: isOver(last) ? endOf(last) : last.code,
      severity: Math.max(...accusing.map(({ severity }) => severity)),
      steps: own,
    });
  }
  return alarms.sort((a, b) => a.at - b.at);
}

function accuses({ code, severity, state }: JudgedStep): boolean {
  return code.startsWith('T') && severity >= TOLD && state !== 'cleared' && state !== 'authorised';
}

function isOver({ state }: JudgedStep): boolean {
  return state === 'cleared' || state === 'authorised' || state === 'closed';
}

function endOf({ reason, state }: JudgedStep): string {
  if (state === 'authorised') return 'N606';
  return reason !== undefined && JUDGED.test(reason) ? reason : 'N600';
}

/** Matches the alarms of a run with its acts. Grey runs have no truths, and nothing in them is wrong. */
export function matched(scenario: Scenario, truths: readonly TruthInterval[], alarms: readonly Alarm[]): Matching {
  const left = new Set(alarms);
  const found: { truth: TruthInterval; alarm: Alarm }[] = [];
  const missed: TruthInterval[] = [];
  for (const truth of truths) {
    const fitting = [...left].filter((alarm) => fits(alarm, truth) && alarm.at <= truth.until);
    const alarm =
      fitting.find(({ final }) => truth.codes.includes(final)) ??
      fitting.find(({ provisional }) => truth.codes.includes(provisional)) ??
      fitting[0];
    if (alarm === undefined) missed.push(truth);
    else {
      left.delete(alarm);
      found.push({ truth, alarm });
    }
  }
  const from = truths[0]?.from;
  const { must_not: forbidden, tolerate } = scenario.expect;
  const wrong: Alarm[] = [];
  const beside: Alarm[] = [];
  for (const alarm of left) {
    const isAllowed = tolerate.some(({ event, max_severity: most }) => covers(event, alarm) && alarm.severity <= most);
    const isLinked = from !== undefined && alarm.vehicle === SELF && alarm.at >= from;
    const isForbidden = forbidden.some((pattern) => covers(pattern, alarm));
    if (scenario.kind === 'grey' || isAllowed || (isLinked && !isForbidden)) beside.push(alarm);
    else wrong.push(alarm);
  }
  return { found, missed, wrong, beside };
}

function fits({ vehicle, axis, at }: Alarm, truth: TruthInterval): boolean {
  return vehicle === SELF && truth.axes.includes(axis) && at >= truth.from;
}

function covers(pattern: string, { provisional, steps }: Alarm): boolean {
  const matches = (code: string): boolean =>
    pattern.endsWith('*') ? code.startsWith(pattern.slice(0, -1)) : code === pattern;
  return matches(provisional) || steps.some((step) => accuses(step) && matches(step.code));
}
