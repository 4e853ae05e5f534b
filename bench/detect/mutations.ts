/**
 * Scenarios as nobody has seen them: with other pauses, with steps in another order, at another place, or after
 * something innocent. Expectations stay; what would make them wrong is left as it is.
 */
import { type Random, seededRandom } from '../../protocol/index.ts';
import type { Scenario, ScenarioFile } from '../../simulator/index.ts';

export const MUTATIONS = ['pauses', 'swap', 'place', 'merge'] as const;
export type Mutation = (typeof MUTATIONS)[number];

type Step = Scenario['timeline'][number];
type State = ScenarioFile['base_state'];

/** Between two steps it lasts up to so much longer. */
const STRETCH = 0.6;
/** Rhythms of less are kept: pulses, and what belongs to one act. */
const RHYTHM_S = 60;
/** Between what is innocent and what follows. */
const CALM_S = 900;

/** Every scenario of the file as this mutation makes it; those that it does not change are left out. */
export function mutated(file: ScenarioFile, kind: Mutation, seed: string): ScenarioFile {
  const changed = file.scenarios.flatMap((scenario) => {
    const random = seededRandom(`${kind} ${seed}/${scenario.id}`);
    const now: State = {
      ...file.base_state,
      ...(typeof scenario.preset === 'string' ? file.presets[scenario.preset] : undefined),
      ...scenario.init,
    };
    const other = MAKE[kind](scenario, now, random);
    return other === undefined ? [] : [other];
  });
  return { ...file, scenarios: changed };
}

const MAKE: Readonly<Record<Mutation, (scenario: Scenario, now: State, random: Random) => Scenario | undefined>> = {
  pauses,
  swap,
  place,
  merge,
};

/** A group shares its outage to the second, and an order its window. */
function hasAppointments({ context }: Scenario): boolean {
  return (context?.fleet?.outage ?? context?.work_order ?? undefined) !== undefined;
}

function onsetOf({ onset_s: onset, timeline }: Scenario): number {
  return onset ?? timeline.find(({ t }) => t > 0)?.t ?? 0;
}

function pauses(scenario: Scenario, _now: State, random: Random): Scenario | undefined {
  if (hasAppointments(scenario)) return undefined;
  const onset = onsetOf(scenario);
  let later = 0;
  let last = 0;
  const timeline = scenario.timeline.map((step) => {
    const pause = step.t - last;
    if (last >= onset && pause >= RHYTHM_S) later += Math.round(pause * STRETCH * random.next());
    last = step.t;
    return { ...step, t: step.t + later };
  });
  return later === 0 ? undefined : { ...scenario, timeline, duration_s: scenario.duration_s + later };
}

/** Two steps behind the onset that have nothing to do with each other change places. */
function swap(scenario: Scenario, _now: State, random: Random): Scenario | undefined {
  const { timeline } = scenario;
  const onset = onsetOf(scenario);
  const pairs = timeline.flatMap((step, i) => {
    const next = timeline[i + 1];
    return next !== undefined && step.t > onset && areApart(step, next) ? [i] : [];
  });
  if (pairs.length === 0) return undefined;
  const at = pairs[random.int(0, pairs.length - 1)]!;
  const [first, second] = [timeline[at]!, timeline[at + 1]!];
  const swapped = timeline.toSpliced(at, 2, { ...second, t: first.t }, { ...first, t: second.t });
  return { ...scenario, timeline: swapped };
}

function areApart(a: Step, b: Step): boolean {
  const names = new Set([a.set ?? {}, a.ramp ?? {}].flatMap(Object.keys));
  return ![b.set ?? {}, b.ramp ?? {}].flatMap(Object.keys).some((name) => names.has(name));
}

const PLACES: readonly Partial<State>[] = [
  { place: 'urban', sky_att_db: 4, mp_noise_m: 6, csq_clear: 23 },
  { place: 'canyon', sky_att_db: 6, mp_noise_m: 14, csq_clear: 20 },
  { place: 'rural', sky_att_db: 1, mp_noise_m: 3, csq_clear: 15 },
  { place: 'open', sky_att_db: 0, mp_noise_m: 2.5, csq_clear: 28 },
];
const OUTDOORS: ReadonlySet<string> = new Set(['open', 'urban', 'rural']);

/** It happens elsewhere; where the scenario itself says what is around, that stays. */
function place(scenario: Scenario, now: State, random: Random): Scenario | undefined {
  const told = new Set(scenario.timeline.flatMap(({ set = {}, ramp = {} }) => [set, ramp].flatMap(Object.keys)));
  if (!OUTDOORS.has(now.place) || told.has('place')) return undefined;
  const others = PLACES.filter((one) => one.place !== now.place);
  const other = Object.entries(others[random.int(0, others.length - 1)]!);
  const around = Object.fromEntries(
    other.filter(([name]) => !told.has(name) && scenario.init?.[name as never] === undefined),
  );
  return { ...scenario, init: { ...scenario.init, ...around, heading_deg: random.int(0, 359) } };
}

interface Prelude {
  readonly driving: boolean;
  readonly steps: (now: State, random: Random) => readonly Step[];
}

/** Each ends as it began. */
const PRELUDES: readonly Prelude[] = [
  { driving: false, steps: () => handover(0) },
  {
    driving: false,
    steps: ({ supply_v }) => [
      { t: 0, set: { supply_v: supply_v - 3.5 } },
      { t: 2, set: { supply_v: supply_v + 1.5, acc: true, engine: true } },
      { t: 300, set: { supply_v, acc: false, engine: false } },
    ],
  },
  {
    driving: true,
    steps: ({ sky_att_db, mp_noise_m }, random) => [
      { t: 0, set: { sky_att_db: 12, mp_noise_m: 60 } },
      { t: random.int(300, 900), set: { sky_att_db, mp_noise_m } },
    ],
  },
  {
    driving: true,
    steps: ({ csq_clear }, random) => {
      const lasts = random.int(400, 1200);
      return [
        { t: 0, ramp: { csq_clear: [1, 200] } },
        { t: lasts, ramp: { csq_clear: [csq_clear, 200] } },
      ];
    },
  },
  { driving: true, steps: (_now, random) => [...handover(0), ...handover(random.int(120, 400))] },
  {
    driving: true,
    steps: ({ sky_att_db }, random) => [
      { t: 0, set: { sky_att_db: 50 } },
      { t: random.int(8, 25), set: { sky_att_db } },
    ],
  },
];

function handover(t: number): Step[] {
  return [
    { t, set: { net: 'nat_rebind' } },
    { t: t + 60, set: { net: 'ok' } },
  ];
}

/** Something innocent goes before the act, and everything else is later by that. */
function merge(scenario: Scenario, now: State, random: Random): Scenario | undefined {
  if (scenario.kind !== 'guilty' || now.net !== 'ok' || now.csq_clear < 10) return undefined;
  const own = PRELUDES.filter(({ driving }) => driving === now.speed_kmh > 20);
  const before = own[random.int(0, own.length - 1)]!.steps(now, random);
  const starts = 120;
  const later = starts + before.at(-1)!.t + CALM_S;
  const after = (t: number): number => (t === 0 ? 0 : t + later);
  return {
    ...scenario,
    duration_s: scenario.duration_s + later,
    ...(typeof scenario.onset_s === 'number' ? { onset_s: scenario.onset_s + later } : {}),
    timeline: [
      ...scenario.timeline.filter(({ t }) => t === 0),
      ...before.map((step) => ({ ...step, t: step.t + starts })),
      ...scenario.timeline.filter(({ t }) => t > 0).map((step) => ({ ...step, t: after(step.t) })),
    ],
    ...(scenario.context === undefined ? {} : { context: postponed(scenario.context, later) }),
    ...(scenario.randomise ? { randomise: laterDraws(scenario.randomise, later) } : {}),
  };
}

function postponed(context: NonNullable<Scenario['context']>, later: number): NonNullable<Scenario['context']> {
  const both = ([from, until]: readonly [number, number]): [number, number] => [from + later, until + later];
  const { work_order: order, fleet, external } = context;
  return {
    ...context,
    ...(order
      ? {
          work_order: {
            ...order,
            window: both(order.window),
            ...(order.filed_at === undefined ? {} : { filed_at: order.filed_at + later }),
          },
        }
      : {}),
    ...(fleet?.outage === undefined ? {} : { fleet: { ...fleet, outage: both(fleet.outage) } }),
    ...(external ? { external: external.map((one) => ({ ...one, t: one.t + later })) } : {}),
  };
}

function laterDraws(draws: NonNullable<Scenario['randomise']>, later: number): NonNullable<Scenario['randomise']> {
  const { onset_s: onset, ...rest } = draws;
  return onset === undefined ? draws : { ...rest, onset_s: [onset[0] + later, onset[1] + later] };
}
