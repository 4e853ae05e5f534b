/**
 * An innocent vehicle's days, drawn from rates: ways to work and back, tunnels, garages, canyons, weak coverage, jammers of
 * strangers, outages that it shares with others, service, flat batteries. Nobody does anything forbidden here.
 *
 * A day is drawn by itself, so the same seed gives the same day whoever asked for which days before.
 */
import { type Random, seededRandom } from '../../protocol/index.ts';
import type { Changes, State } from '../scenario/form.ts';
import type { LifeStep } from '../scenario/life.ts';
import type { DayKind } from './calendar.ts';
import { ERRAND_ROAD, FADES_S, type Goal, goalOf, RAMP_S, ROADS, STRETCHES, TOWN, WEAK } from './goals.ts';

/** Happenings of a vehicle in a year, but for those that are counted in days. */
export interface Rates {
  /** Third and fourth ways of a day, out and back, of a vehicle that was out. */
  readonly errandsPerDay: number;
  readonly tunnelsPerDay: number;
  readonly garagesPerDay: number;
  readonly canyonsPerDay: number;
  readonly weakPerDay: number;
  readonly handoversPerDay: number;
  readonly passingJammers: number;
  readonly coldCranks: number;
  readonly reboots: number;
  /** Switches itself off, as it is too hot. */
  readonly thermalStops: number;
  readonly flatBatteries: number;
  readonly services: number;
  readonly unapprovedCuts: number;
  readonly antennaFaults: number;
  readonly suspensions: number;
  /** Shared by a district: carrier or site, interference over an area; and by all: the gateway itself. */
  readonly outages: number;
  readonly gatewayRestarts: number;
  /** Makes whose firmware takes a wrong time zone for a day, all terminals of them at once. */
  readonly modelBugs: number;
  readonly areaInterferences: number;
  /** Of the days out, the share for which nobody has filed an order. */
  readonly unordered: number;
}

/** An ordinary province. */
export const ORDINARY_RATES: Rates = {
  errandsPerDay: 0.25,
  tunnelsPerDay: 0.8,
  garagesPerDay: 0.9,
  canyonsPerDay: 1.5,
  weakPerDay: 0.15,
  handoversPerDay: 12,
  passingJammers: 4,
  coldCranks: 2,
  reboots: 4,
  thermalStops: 2,
  flatBatteries: 0.3,
  services: 2.5,
  unapprovedCuts: 0.4,
  antennaFaults: 0.05,
  suspensions: 0.05,
  outages: 6,
  gatewayRestarts: 24,
  modelBugs: 1,
  areaInterferences: 1,
  unordered: 0,
};

/** What a platform is told of a day, in seconds from the beginning of the year. */
export type DayFact =
  | { readonly kind: 'order'; readonly from: number; readonly until: number }
  | { readonly kind: 'maintenance'; readonly from: number; readonly until: number };

/** What may look like an act of somebody, and is one without an order: an alarm is right there. */
export interface Grey {
  readonly from: number;
  readonly until: number;
  readonly what: 'service' | 'trip';
}

export interface Day {
  readonly steps: readonly LifeStep[];
  readonly facts: readonly DayFact[];
  readonly grey: readonly Grey[];
}

/** What all vehicles of a world have in common. */
export interface YearWorld {
  readonly seed: string;
  readonly rates: Rates;
  /** What holds of a vehicle that stands at home. */
  readonly base: State;
  /** Vehicles are spread over so many districts: what is shared is shared by one. */
  readonly districts: number;
  /** Makes of terminals: vehicle `index` has make `index` modulo so many. */
  readonly models: number;
  /** Days from the first of January to day 0, so that heat has its season; a second of March unless given. */
  readonly firstDay?: number;
}

const DAY_S = 86_400;
const HOUR_S = 3600;
const DAYS = 365;
/** Of the vehicles so many go out. */
const GOING_OUT: Readonly<Record<DayKind, number>> = { workday: 1, weekend: 0.6, holiday: 0.35 };
/** A way is given a little more time than it needs on average: whoever is early waits at its end. */
const SLACK = 1.04;
/** What lights leave of the speed that is driven between them. */
const LIGHTS_SHARE = 0.92;

/** The day `day` of vehicle `index`, which is one of `kind`. Steps are in order. */
export function dayOf(world: YearWorld, index: number, day: number, kind: DayKind): Day {
  const draw = seededRandom(`${world.seed}/vehicle ${index}/day ${day}`);
  const { rates, base } = world;
  const start = day * DAY_S;
  const drawn = new DayDraft(base, start);
  const chance = GOING_OUT[kind];
  const home = goalOf(world, index, 0);
  let stays: Stay = { from: start, until: start + DAY_S, there: home.there };
  if (chance === 1 || draw.next() < chance) {
    const leave = start + draw.int(25_000, 33_000);
    const goal = goalOf(world, index, draw.int(1, ROADS));
    const arrived = drawn.way(leave, { to: goal, draw: draw.fork('out'), rates });
    const leaves = arrived + draw.int(24_000, 32_000);
    stays = { from: arrived, until: leaves, there: goal.there };
    const evening = drawn.way(leaves, {
      to: { ...goal, there: home.there },
      back: true,
      draw: draw.fork('home'),
      rates,
    });
    const back = drawn.errand(draw.fork('errand'), evening, { errand: goalOf(world, index, ERRAND_ROAD), home, rates });
    const [from, until] = [leave - HOUR_S, back + HOUR_S];
    if (draw.fork('order').next() < rates.unordered) drawn.grey.push({ from: leave, until, what: 'trip' });
    else drawn.facts.push({ kind: 'order', from, until });
  }
  shared(world, index, day, drawn);
  drawn.hot(draw.fork('hot'), isHot(world, index, day) ? rates.thermalStops : 0, stays);
  drawn.always(draw.fork('always'), rates);
  drawn.seldom(draw.fork('seldom'), rates, kind !== 'workday');
  return { steps: drawn.inOrder(), facts: drawn.facts, grey: drawn.grey };
}

/** One day in the making. */
class DayDraft {
  readonly facts: DayFact[] = [];
  readonly grey: Grey[] = [];
  readonly #steps: LifeStep[] = [];
  readonly #dark: (readonly [number, number])[] = [];
  readonly #base: State;
  readonly #start: number;

  constructor(base: State, start: number) {
    this.#base = base;
    this.#start = start;
  }

  at(at: number, set: Changes): void {
    this.#steps.push({ at, set, ramp: {} });
  }

  /** The network is so from then until then. */
  dark(from: number, until: number, net: 'outage' | 'gateway_restart'): void {
    this.#dark.push([from, until]);
    this.at(from, { net });
    this.at(until, { net: 'ok' });
  }

  /** Driven from `leave` to a goal, with what lies on the way, and into where it will stand; returns when it stands. */
  way(leave: number, { to, back = false, draw, rates }: Way): number {
    const { supply_v: rest } = this.#base;
    const kmh = draw.int(26, 42);
    const takes = Math.round(60 + (SLACK * to.metres) / ((kmh / 3.6) * LIGHTS_SHARE));
    this.at(leave, { supply_v: rest - 2.9 });
    this.at(leave + 2, { acc: true, engine: true, supply_v: rest + 1.5 });
    this.#steps.push({
      at: leave + 30,
      set: { speed_kmh: kmh },
      ramp: {},
      ...(back ? { road: 'back' } : { road: to.road, ends: to.metres }),
    });
    // Out of a garage, if it stood in one.
    this.at(leave + 50, TOWN);
    const chances = [rates.tunnelsPerDay / 2, rates.canyonsPerDay / 2, rates.weakPerDay / 2];
    // One thing after another: each has its part of the way; a network that is weak is so up to the end of it.
    const part = (takes - 120) / STRETCHES.length;
    STRETCHES.forEach((spot, i) => {
      if (draw.next() >= (chances[i] as number)) return;
      const along = to.stretches[i] as number;
      const from = Math.round(leave + 60 + (takes - 120) * (back ? Math.max(0, 1 - along - 1 / 9) : along));
      const longest = spot === WEAK ? leave + takes - 90 - FADES_S - from : part / 3;
      const lasts = Math.round(Math.min(longest, spot.shortest + (spot.longest - spot.shortest) * draw.next() ** 2));
      const { csq_clear: csq, ...around } = spot.set(draw);
      // A network fades; a tunnel does not.
      if (spot === WEAK && csq !== undefined) {
        this.#steps.push({ at: from, set: around, ramp: { csq_clear: [csq, FADES_S] } });
        this.#steps.push({ at: from + lasts, set: { place: 'urban' }, ramp: { csq_clear: [24, FADES_S] } });
      } else {
        this.at(from, { ...around, ...(csq === undefined ? {} : { csq_clear: csq }) });
        this.at(from + lasts, TOWN);
      }
    });
    // Down a ramp the sky and the network fade together.
    const { there } = to;
    if (there.place === 'garage') {
      const { sky_att_db: sky = 0, csq_clear: csq = 0 } = there;
      const ramp = { sky_att_db: [sky, RAMP_S], csq_clear: [csq, RAMP_S] } as const;
      this.#steps.push({ at: leave + takes - RAMP_S - 12, set: { speed_kmh: 12 }, ramp });
    }
    this.at(leave + takes - 12, { ...there, speed_kmh: 9 });
    this.at(leave + takes, { speed_kmh: 0 });
    this.at(leave + takes + 40, { acc: false, engine: false, supply_v: rest + 0.3 });
    this.at(leave + takes + 2400, { supply_v: rest });
    return leave + takes;
  }

  /** Out again in the evening, and back; returns when. */
  errand(draw: Random, after: number, { errand, home, rates }: { errand: Goal; home: Goal; rates: Rates }): number {
    if (draw.next() >= rates.errandsPerDay) return after;
    const there = this.way(after + draw.int(900, 3600), { to: errand, draw: draw.fork('out'), rates });
    const to = { ...errand, there: home.there };
    return this.way(there + draw.int(600, 1800), { to, back: true, draw: draw.fork('home'), rates });
  }

  /** On a hot day one that stands in the sun may switch itself off for a while; `perYear`: as often. */
  hot(draw: Random, perYear: number, { from, until, there }: Stay): void {
    const at = this.#start + draw.int(HOT_FROM_S, HOT_UNTIL_S);
    const inTheSun = there.place !== 'garage' && at > from + HALF_AN_HOUR_S && at < until;
    if (draw.next() >= perYear / ((SUMMER[1] - SUMMER[0]) * HOT_SHARE * IN_THE_SUN) || !inTheSun) return;
    this.at(at, { terminal: 'thermal_off' });
    // A vehicle that is driven cools down.
    this.at(Math.min(at + draw.int(1200, 5400), until + 60), { terminal: 'healthy' });
  }

  /** Changes of cells and addresses, all day long. */
  always(draw: Random, rates: Rates): void {
    const count = poisson(draw, rates.handoversPerDay);
    for (let i = 0; i < count; i++) {
      const at = this.#start + draw.int(0, DAY_S - 100);
      // Without a network nothing is handed over.
      if (this.#dark.some(([from, until]) => at > from - 5 && at < until + 5)) continue;
      this.at(at, { net: 'nat_rebind' });
      this.at(at + 2, { net: 'ok' });
    }
  }

  seldom(draw: Random, rates: Rates, idle: boolean): void {
    const { supply_v: rest } = this.#base;
    const noon = this.#start + 12 * HOUR_S;
    const happens = (perYear: number): boolean => draw.next() < perYear / DAYS;
    if (happens(rates.passingJammers)) {
      const at = this.#start + draw.int(26_000, 66_000);
      this.at(at, { jam_gnss_dbm: -84 });
      this.at(at + draw.int(20, 120), { jam_gnss_dbm: -140 });
    }
    if (happens(rates.coldCranks)) {
      const at = this.#start + draw.int(18_000, 24_000);
      this.at(at, { supply_v: 5.5, backup_soc: 0 });
      this.at(at + 3, { supply_v: rest + 1.4 });
      this.at(at + 600, { supply_v: rest });
    }
    if (happens(rates.reboots)) this.at(this.#start + draw.int(0, DAY_S - 1), { terminal: 'reboot' });
    if (happens(rates.flatBatteries / IDLE_SHARE) && idle) {
      // Low is where some end; others go on until nothing is left, and are helped in the evening.
      const low = draw.next() < 0.5 ? 10.6 : 5;
      this.#steps.push({ at: this.#start + 100, set: {}, ramp: { supply_v: [low, 12 * HOUR_S] } });
      this.at(this.#start + 20 * HOUR_S, { supply_v: rest });
    }
    if (happens(rates.services)) this.#service(noon, draw, true);
    if (happens(rates.unapprovedCuts)) this.#service(noon, draw, false);
    if (happens(rates.antennaFaults)) this.#badContact(this.#start + draw.int(25_000, 40_000), draw);
    if (happens(rates.suspensions)) this.#between(noon, draw, { sim: 'suspended' }, { sim: 'ok' });
  }

  /** In order of time, and of writing where that is the same. */
  inOrder(): LifeStep[] {
    return this.#steps.sort((a, b) => a.at - b.at);
  }

  /** A plug that is loose opens and closes again with every bump, for some hours. */
  #badContact(from: number, draw: Random): void {
    for (let at = from; at < from + 4 * HOUR_S; at += draw.int(60, 600)) {
      this.at(at, { gnss_ant: 'open' });
      this.at(at + draw.int(4, 50), { gnss_ant: 'ok' });
    }
  }

  /** The battery is off for an hour or two, with an order or without. */
  #service(noon: number, draw: Random, approved: boolean): void {
    const until = noon + draw.int(1800, 7200);
    this.at(noon, { supply_v: 0 });
    this.at(until, { supply_v: this.#base.supply_v });
    if (approved) this.facts.push({ kind: 'maintenance', from: noon - HOUR_S, until: until + HOUR_S });
    else this.grey.push({ from: noon, until, what: 'service' });
  }

  #between(at: number, draw: Random, broken: Changes, mended: Changes): void {
    this.at(at, broken);
    this.at(at + draw.int(2, 8) * HOUR_S, mended);
  }
}

/** One way: where to, or back from there. */
interface Way {
  readonly to: Goal;
  readonly back?: boolean;
  readonly draw: Random;
  readonly rates: Rates;
}

/** Where a vehicle stands over noon. */
interface Stay {
  readonly from: number;
  readonly until: number;
  readonly there: Changes;
}

/** Days of the year between which it is hot now and then, and the share of those days; who stands in the sun over noon. */
const SUMMER: readonly [from: number, until: number] = [121, 273];
const HOT_SHARE = 0.24;
const SPRING = 60;
const IN_THE_SUN = 0.55;
const HOT_FROM_S = 11.5 * HOUR_S;
const HOT_UNTIL_S = 15.5 * HOUR_S;
const HALF_AN_HOUR_S = 1800;
/** The share of days on which nobody goes to work. */
const IDLE_SHARE = 0.31;

function districtOf({ districts }: YearWorld, index: number): number {
  return index % Math.max(1, districts);
}

/** Heat is weather: a district has it together. */
function isHot(world: YearWorld, index: number, day: number): boolean {
  const ofYear = ((world.firstDay ?? SPRING) + day) % DAYS;
  if (ofYear < SUMMER[0] || ofYear >= SUMMER[1]) return false;
  return seededRandom(`${world.seed}/weather ${districtOf(world, index)}/day ${day}`).next() < HOT_SHARE;
}

/** What befalls a district, or all: drawn for the day, not for the vehicle. */
function shared(world: YearWorld, index: number, day: number, drawn: DayDraft): void {
  const { seed, rates, models } = world;
  const district = districtOf(world, index);
  const start = day * DAY_S;
  const all = seededRandom(`${seed}/all/day ${day}`);
  if (all.next() < rates.gatewayRestarts / DAYS) {
    const at = start + all.int(0, DAY_S - 200);
    drawn.dark(at, at + all.int(20, 60), 'gateway_restart');
  }
  const makes = seededRandom(`${seed}/makes/day ${day}`);
  if (makes.next() < rates.modelBugs / DAYS && makes.int(0, models - 1) === index % models) {
    drawn.at(start + 1800, { clock_offset_s: 8 * HOUR_S });
    drawn.at(start + DAY_S - 1800, { clock_offset_s: 0 });
  }
  const here = seededRandom(`${seed}/district ${district}/day ${day}`);
  if (here.next() < rates.outages / DAYS) {
    const at = start + here.int(0, DAY_S - 7200);
    drawn.dark(at, at + here.int(300, 5400), 'outage');
  }
  if (here.next() < rates.areaInterferences / DAYS) {
    const at = start + here.int(20_000, 70_000);
    drawn.at(at, { jam_gnss_dbm: -86 });
    drawn.at(at + here.int(600, 10_800), { jam_gnss_dbm: -140 });
  }
}

/** How many of what happens `mean` times on average. */
function poisson(draw: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = draw.next(); product > limit; product *= draw.next()) count++;
  return count;
}
