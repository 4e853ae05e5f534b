/**
 * Others whom the context of a scenario speaks of, as terminals of their own: those of its group, who share an outage,
 * a jammer's passing, a morning's rush or snow.
 */
import type { Random } from '../../protocol/index.ts';
import type { Profile } from '../profiles/profile.ts';
import type { PartWanted } from './cast.ts';
import type { Plan } from './draw.ts';
import type { Foresight, Passing } from './foresee.ts';
import type { Changes, FleetContext, State } from './form.ts';
import type { LifeStep } from './life.ts';
import type { Spot } from './track.ts';

/** Larger groups are played by so many. */
export const MOST_COMPANIONS = 60;
/** Companions are there so long before the scenario begins. */
const EARLY_S = 1800;
const CALM_S = 1800;
/** A jammer that drives past, and what its carrier's mates hear of it. */
const PASSING_DBM = -84;

export interface Circle {
  readonly plan: Plan;
  readonly base: State;
  readonly random: Random;
  /** Kinds of terminal, from which each is given one in turn. */
  readonly profiles: readonly Profile[];
  /** Where the terminal of the scenario lives. */
  readonly lives: Spot;
}

/** The group of `context.fleet`. `foresight`: where the terminal of the scenario will be. */
export function companions(circle: Circle, fleet: FleetContext, foresight: () => Foresight): PartWanted[] {
  const { plan, random } = circle;
  const count = Math.min(MOST_COMPANIONS, fleet.members ?? fleet.companions ?? 1);
  const near = nearness(fleet.group);
  const jams = fleet.brief_jam_s === undefined ? [] : passings(plan, count, foresight());
  const around = near === undefined || jams.length > 0 ? undefined : foresight().at(plan.onset);
  return Array.from({ length: count }, (_, i): PartWanted => {
    const draw = random.fork(`companion ${i}`);
    const jam = jams[i];
    const centre = jam ?? around;
    const spread = jam === undefined ? (near ?? 0) * 1000 : 40;
    const drives = jam === undefined && i % 2 === 0 && fleet.habit === undefined && near === undefined;
    const from =
      fleet.login_burst_s === undefined ? -EARLY_S + draw.int(0, 300) : burst(plan, fleet.login_burst_s, draw);
    return {
      role: 'companion',
      index: i + 1,
      profile: circle.profiles[i % circle.profiles.length] as Profile,
      state: { ...circle.base, ...(drives || jam !== undefined || fleet.login_burst_s !== undefined ? RUNNING : {}) },
      steps: [
        ...(drives
          ? [{ at: from + 60, set: { speed_kmh: 35, place: 'urban' } as Changes, ramp: {}, road: i + 10 }]
          : []),
        ...shared(circle, fleet, { draw, i, jam }),
      ].sort((a, b) => a.at - b.at),
      from,
      until: plan.duration + CALM_S,
      ...(centre === undefined ? {} : { lives: beside(circle.lives, centre, spread, draw) }),
    };
  });
}

const RUNNING: Changes = { acc: true, engine: true, supply_v: 14, csq_clear: 24 };

/** `cell2km`: within that many kilometres; undefined where the group has no place. */
function nearness(group: string): number | undefined {
  const km = /^cell(\d+)km$/.exec(group)?.[1];
  if (km !== undefined) return Number(km) / 2;
  return group.startsWith('place:') ? 0.03 : undefined;
}

function passings(plan: Plan, count: number, foresight: Foresight): Passing[] {
  const end = plan.steps.at(-1)?.at ?? plan.duration;
  const apart = Math.max(60, (end - plan.onset - 240) / count);
  return Array.from({ length: count }, (_, i) => foresight.at(Math.round(plan.onset + 120 + i * apart)));
}

function burst(plan: Plan, seconds: number, draw: Random): number {
  return (plan.steps[0]?.at ?? 0) + Math.round(draw.next() * seconds);
}

function beside(lives: Spot, { east, north }: Spot, spread: number, draw: Random): Spot {
  const angle = draw.next() * 2 * Math.PI;
  const distance = Math.sqrt(draw.next()) * spread;
  return {
    east: lives.east + east + distance * Math.sin(angle),
    north: lives.north + north + distance * Math.cos(angle),
  };
}

/** What a companion goes through with the others. */
function* shared(
  { plan, base }: Circle,
  fleet: FleetContext,
  { draw, i, jam }: { draw: Random; i: number; jam: Passing | undefined },
): Iterable<LifeStep> {
  const { outage, restored_frac: restored = 1, brief_jam_s: brief, habit, cn0_drop: dropped = 0 } = fleet;
  if (outage !== undefined) {
    const gateway = fleet.group === 'gateway';
    const back =
      outage[1] + plan.shift + (draw.next() < restored ? (gateway ? 0 : draw.int(0, 40)) : draw.int(600, 1800));
    yield change(outage[0] + plan.shift + (gateway ? 0 : draw.int(0, 6)), {
      net: gateway ? 'gateway_restart' : 'outage',
    });
    yield change(back, { net: 'ok' });
  }
  if (jam !== undefined && brief !== undefined) {
    yield change(jam.second - brief / 2, { jam_gnss_dbm: PASSING_DBM });
    yield change(jam.second + brief / 2, { jam_gnss_dbm: base.jam_gnss_dbm });
  }
  if (habit === 'repeater') {
    const repeated = plan.scenario.timeline.find(({ set }) => set?.spoof?.type === 'repeater')?.set;
    const { place, sky_att_db, csq_clear, spoof } = repeated ?? {};
    const inside: Changes = Object.fromEntries(
      Object.entries({ place, sky_att_db, csq_clear, spoof }).filter(([, value]) => value !== undefined),
    );
    yield change(-EARLY_S + 330 + (i % 40) * 35, inside);
  }
  if (i < dropped) {
    for (const { at, set, ramp } of plan.steps) {
      if (ramp.gnss_cover_db !== undefined) yield { at, set: {}, ramp: { gnss_cover_db: ramp.gnss_cover_db } };
      if (set.gnss_cover_db !== undefined) yield change(at, { gnss_cover_db: set.gnss_cover_db });
      if (set.jam_gnss_dbm !== undefined) yield change(at, { jam_gnss_dbm: set.jam_gnss_dbm });
    }
  }
}

function change(at: number, set: Changes): LifeStep {
  return { at, set, ramp: {} };
}
