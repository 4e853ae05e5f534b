/**
 * One run of a scenario, drawn from its seed: when it happens, how strongly, what harmless thing befalls the vehicle
 * besides, and how its terminal replays. The same scenario and seed give the same plan, whatever the profile.
 */
import { type EpochMs, type Random, seededRandom } from '../../protocol/index.ts';
import type { ReplayOrder } from '../profiles/profile.ts';
import {
  type Changes,
  isNumeric,
  type NumericVariable,
  type Scenario,
  type ScenarioFile,
  type State,
  type Step,
} from './form.ts';

export interface PlannedStep {
  /** Seconds from the start of the scenario. */
  readonly at: number;
  readonly set: Changes;
  /** Target and duration in seconds, by variable. */
  readonly ramp: Readonly<Partial<Record<NumericVariable, readonly [number, number]>>>;
}

/** Something harmless that has nothing to do with the scenario. */
export interface Distractor {
  readonly kind: 'crank' | 'nat' | 'underpass';
  readonly at: number;
  readonly seconds: number;
}

/** A scenario with everything drawn that a seed draws. Times in seconds from its start. */
export interface Plan {
  readonly scenario: Scenario;
  readonly seed: string;
  /** What holds at the start. */
  readonly state: State;
  readonly steps: readonly PlannedStep[];
  readonly duration: number;
  /** When the act, or the harmless happening, begins. */
  readonly onset: number;
  /** Everything from the first step on happens so much later than the file says, windows of orders included. */
  readonly shift: number;
  /** The time of day and the date of the start. */
  readonly startAt: EpochMs;
  readonly replay: ReplayOrder;
  readonly distractor: Distractor | undefined;
}

/** A Monday, 00:00 at +08:00, far from public holidays; starts are drawn from the eight weeks after it. */
const FIRST_MONDAY: EpochMs = Date.UTC(2026, 2, 1, 16);
const WEEKS = 8;
const DAY_MS = 86_400_000;
const LATEST_SHIFT_S = 600;
const DISTRACTOR_SHARE = 0.3;
/** A distractor keeps so far from what the scenario itself does. */
const APART_S = 60;

/**
 * Draws the plan of a scenario; the same seed gives the same.
 *
 * @param startAt a start that is not drawn, epoch ms.
 */
export function drawPlan(file: ScenarioFile, scenario: Scenario, seed: string, startAt?: EpochMs): Plan {
  const random = seededRandom(`${scenario.id}/${seed}`);
  const draws = new Map(
    Object.entries(scenario.randomise ?? {}).map(([name, [from, to]]) => [name, between(random.fork(name), from, to)]),
  );
  const state = initialState(file, scenario, draws);
  const timed = retime(withDrawnValues(scenario.timeline, file.base_state, draws), draws, random);
  const shift = shiftOf(scenario, draws, random);
  const steps = timed.filter(({ t, ramp }) => t > 0 || ramp !== undefined).map((step) => planned(step, shift));
  const grown = Math.max(0, (timed.at(-1)?.t ?? 0) - (scenario.timeline.at(-1)?.t ?? 0));
  const onset = (scenario.onset_s ?? firstStep(scenario)) + shift;
  const when = random.fork('start');
  const start = startAt ?? FIRST_MONDAY + when.int(0, WEEKS * 7 - 1) * DAY_MS + when.int(0, 1439) * 60_000;
  return {
    scenario,
    seed,
    state,
    steps,
    duration: scenario.duration_s + shift + grown,
    onset,
    shift,
    startAt: start,
    replay: state.replay_mode === 'fifo' ? replayOf(random.fork('replay').next()) : state.replay_mode,
    distractor: distractorOf(state, steps, random.fork('distractor')),
  };
}

/** Preset over base, what the file says over the preset, what is set at the very start over both, draws over all. */
function initialState(file: ScenarioFile, scenario: Scenario, draws: ReadonlyMap<string, number>): State {
  const preset = typeof scenario.preset === 'string' ? file.presets[scenario.preset] : undefined;
  const state: State = { ...file.base_state, ...preset, ...scenario.init };
  for (const { t, set } of scenario.timeline) if (t === 0) Object.assign(state, set);
  for (const [name, value] of draws) {
    const variable = name.replace(/^init\./, '');
    if (name !== variable && isNumeric(variable)) Object.assign(state, { [variable]: value });
  }
  return state;
}

/** A drawn variable replaces every value that the timeline gives it, but for its return to what is ordinary. */
function withDrawnValues(timeline: readonly Step[], base: State, draws: ReadonlyMap<string, number>): Step[] {
  return timeline.map((step) => {
    if (step.set === undefined) return step;
    const set: Changes = { ...step.set };
    for (const [name, value] of draws) {
      if (isNumeric(name) && set[name] !== undefined && set[name] !== base[name]) set[name] = value;
    }
    return { ...step, set };
  });
}

/** Ramps and phases of an on-and-off get their drawn lengths; what follows them moves along. */
function retime(timeline: readonly Step[], draws: ReadonlyMap<string, number>, random: Random): Step[] {
  const ramp = draws.get('ramp_s');
  const steps = ramp === undefined ? [...timeline] : stretched(timeline, ramp);
  const hasPhases = draws.has('on_s') || draws.has('off_s');
  return hasPhases ? rephased(steps, draws, random.fork('phases')) : steps;
}

function stretched(timeline: readonly Step[], seconds: number): Step[] {
  let later = 0;
  return timeline.map((step) => {
    const moved = { ...step, t: step.t + later };
    if (step.ramp === undefined) return moved;
    const ramp: Record<string, [number, number]> = {};
    for (const [name, [target, takes]] of Object.entries(step.ramp)) {
      later += seconds - takes;
      ramp[name] = [target, seconds];
    }
    return { ...moved, ramp };
  });
}

/**
 * A variable that goes to and fro is off while it has no effect (no supply, no jammer) and on otherwise. With both
 * lengths drawn the pulses follow one another as long as they did; with one, the other phase begins when it did.
 */
function rephased(timeline: readonly Step[], draws: ReadonlyMap<string, number>, random: Random): Step[] {
  const variable = Object.keys(timeline[0]?.set ?? {})[0] as keyof State | undefined;
  const [first] = timeline;
  const end = timeline.at(-1)?.t ?? 0;
  if (variable === undefined || first === undefined) return [...timeline];
  const own = draws.has('on_s') && draws.has('off_s');
  const steps: Step[] = [];
  let at = first.t;
  for (let i = 0; i < timeline.length && at <= end; i++) {
    const step = timeline[i] as Step;
    if (!own) at = i % 2 === 0 ? step.t : at;
    steps.push({ ...step, t: at });
    const value = step.set?.[variable];
    const off = variable === 'jam_gnss_dbm' || variable === 'jam_cell_js_db' ? Number(value) < -100 : value === 0;
    const drawn = draws.get(off ? 'off_s' : 'on_s');
    const next = timeline[i + 1]?.t ?? at;
    at += drawn === undefined ? next - step.t : Math.max(1, Math.round(drawn * between(random, 0.8, 1.2)));
  }
  // It ends as the file lets it end.
  const last = timeline.at(-1) as Step;
  if (steps.length % 2 === 1) steps.push({ ...last, t: at });
  return steps;
}

function shiftOf({ onset_s: onset }: Scenario, draws: ReadonlyMap<string, number>, random: Random): number {
  const drawn = draws.get('onset_s');
  if (drawn !== undefined && typeof onset === 'number') return Math.round(drawn - onset);
  return random.fork('shift').int(0, LATEST_SHIFT_S);
}

function planned({ t, set = {}, ramp = {} }: Step, shift: number): PlannedStep {
  return { at: t === 0 ? 0 : Math.max(1, t + shift), set: t === 0 ? {} : set, ramp };
}

function firstStep({ timeline }: Scenario): number {
  return timeline.find(({ t }) => t > 0)?.t ?? 0;
}

function replayOf(draw: number): ReplayOrder {
  return draw < 0.6 ? 'fifo' : draw < 0.85 ? 'lifo' : 'shuffled_dup';
}

/** Before the scenario does anything, where there is room; of a kind that can befall the vehicle then. */
function distractorOf(state: State, steps: readonly PlannedStep[], random: Random): Distractor | undefined {
  const wanted = random.next() < DISTRACTOR_SHARE;
  const room = (steps.find(({ at }) => at > 0)?.at ?? 0) - 2 * APART_S;
  if (!wanted || room <= APART_S) return undefined;
  const at = random.int(APART_S, room);
  if (state.speed_kmh > 20) {
    return random.next() < 0.5
      ? { kind: 'underpass', at, seconds: random.int(8, 20) }
      : { kind: 'nat', at, seconds: 0 };
  }
  return !state.acc && state.supply_v > 11 && random.next() < 0.5
    ? { kind: 'crank', at, seconds: 2 }
    : { kind: 'nat', at, seconds: 0 };
}

function between(random: Random, from: number, to: number): number {
  return from + (to - from) * random.next();
}
