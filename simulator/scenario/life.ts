/**
 * What a vehicle does before its scenario begins: ordinary days with a way out in the morning and back in the evening,
 * and at last the way to where the scenario finds it. Times are seconds from the start of the scenario, so negative.
 */
import { type EpochMs, type Random, seededRandom } from '../../protocol/index.ts';
import type { Plan, PlannedStep } from './draw.ts';
import type { Changes, State } from './form.ts';
import type { Road } from './track.ts';

/** A planned step, and the road that is taken from then on. */
export interface LifeStep extends PlannedStep {
  /** A number for a road of its own, a road that is known, or the same one back. */
  readonly road?: number | Road | 'back';
  /** Metres along the road at which its vehicle stops; it goes on without an end unless given. */
  readonly ends?: number;
}

/** One way out and back, and when: an order is filed for it. */
export interface Outing {
  readonly from: number;
  readonly until: number;
}

export interface Life {
  readonly startsAt: number;
  readonly state: State;
  readonly steps: readonly LifeStep[];
  readonly outings: readonly Outing[];
}

const DAY_S = 86_400;
const ZONE_MS = 28_800_000;
/** Nothing is begun any more that would not be over by then. */
const QUIET_S = 7200;
/** The last way to where the scenario begins. */
const LAST_WAY_S = 900;
/** The way back is given a little more time than the way out: no two drives are equally fast, and home is home. */
const SLACK = 1.15;
const TOWN: Changes = { place: 'urban', sky_att_db: 4, mp_noise_m: 8, csq_clear: 24 };

/** @param sealed no vehicle is used on the day on which the scenario begins. */
export function livedBefore(plan: Plan, base: State, days: number, sealed: boolean): Life {
  const random = seededRandom(`${plan.scenario.id}/${plan.seed}`).fork('life');
  const volts = plan.state.system_v / 12;
  const state: State = {
    ...base,
    system_v: plan.state.system_v,
    vss_scale: plan.state.vss_scale,
    heading_deg: plan.state.heading_deg,
    supply_v: 12.6 * volts,
  };
  const startsAt = -Math.round(days * DAY_S);
  const steps: LifeStep[] = [];
  const outings: Outing[] = [];
  const drives = plan.state.acc || plan.state.speed_kmh > 0;
  const hidden = plan.state.sky_att_db > 20;
  for (const outing of plannedOutings(plan.startAt, startsAt, random, sealed)) {
    outings.push({ from: outing.from - 600, until: outing.until + 600 });
    steps.push(...leave(outing.from, volts, outings.length), ...arrive(outing.from + outing.takes, volts, base));
    steps.push(...leave(outing.until - outing.takes * SLACK, volts, 'back'), ...arrive(outing.until, volts, base));
  }
  if (drives || hidden) {
    const arrival = drives ? 0 : -QUIET_S / 2;
    const way = leave(arrival - LAST_WAY_S - 60, volts, outings.length + 1);
    steps.push(...way);
    if (hidden && !drives) steps.push(...arrive(arrival, volts, plan.state));
    outings.push({ from: arrival - LAST_WAY_S - 1200, until: arrival + 600 });
  }
  for (const [from, until] of habitNights(plan, startsAt)) {
    if (from < 0) steps.push(step(from, { supply_v: 0 }), step(until, { supply_v: state.supply_v }));
  }
  const lived = steps.filter(({ at }) => at > startsAt && at < 0).sort((a, b) => a.at - b.at);
  return { startsAt, state, steps: lived, outings };
}

/**
 * The nights in which a vehicle of this habit has its battery switched off, from and until: those of its scenario, and
 * as many before as there are days. None of them reaches over the start.
 */
function habitNights({ scenario, shift }: Plan, startsAt: number): (readonly [number, number])[] {
  if (scenario.context?.vehicle_trait !== 'master_switch_registered') return [];
  const nights: [number, number][] = [];
  let off: number | undefined;
  for (const { t, set } of scenario.timeline) {
    if (set?.supply_v === 0) off ??= t + shift;
    else if (set?.supply_v !== undefined && off !== undefined) {
      nights.push([off, t + shift]);
      off = undefined;
    }
  }
  const [first] = nights;
  if (first === undefined) return nights;
  for (let days = 1; first[0] - days * DAY_S > startsAt; days++) {
    const until = first[1] - days * DAY_S;
    if (until < 0) nights.unshift([first[0] - days * DAY_S, until]);
  }
  return nights;
}

interface Planned {
  readonly from: number;
  readonly takes: number;
  readonly until: number;
}

/** On working days to work and back, at the weekend sometimes for an hour. */
function* plannedOutings(startAt: EpochMs, startsAt: number, random: Random, sealed: boolean): Iterable<Planned> {
  const midnight = -Math.floor(((startAt + ZONE_MS) % (DAY_S * 1000)) / 1000);
  for (let day = -Math.ceil(-startsAt / DAY_S) - 1; day <= 0; day++) {
    const draw = random.fork(`day ${day}`);
    const weekday = Math.floor((startAt + ZONE_MS) / (DAY_S * 1000) + day + 4) % 7;
    const weekend = weekday === 0 || weekday === 6;
    const takes = draw.int(900, 2400);
    const from = midnight + day * DAY_S + (weekend ? draw.int(36_000, 50_000) : draw.int(26_000, 31_000));
    const stay = weekend ? draw.int(1800, 7200) : draw.int(25_000, 32_000);
    const until = from + (1 + SLACK) * takes + stay;
    if (weekend && draw.next() < 0.5) continue;
    if (sealed && day === 0) continue;
    if (from < startsAt + 3600 || until > -QUIET_S) continue;
    yield { from, takes, until };
  }
}

/** Cranking, engine, off. */
function leave(at: number, volts: number, road: number | 'back'): LifeStep[] {
  return [
    step(at, { supply_v: 9.8 * volts }),
    step(at + 2, { acc: true, engine: true, supply_v: 14.1 * volts }),
    { ...step(at + 30, { ...TOWN, speed_kmh: 38 }), road },
  ];
}

/** Stopped, engine off; the battery settles. */
function arrive(at: number, volts: number, there: State): LifeStep[] {
  const { place, sky_att_db, mp_noise_m, csq_clear } = there;
  return [
    step(at, { speed_kmh: 0, place, sky_att_db, mp_noise_m, csq_clear }),
    step(at + 40, { acc: false, engine: false, supply_v: 12.9 * volts }),
    { ...step(at + 60, {}), ramp: { supply_v: [12.6 * volts, 3000] } },
  ];
}

function step(at: number, set: Changes): LifeStep {
  return { at, set, ramp: {} };
}
