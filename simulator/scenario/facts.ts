/** What a platform tells the gateway around a scenario: the context of the file as facts in the form of its feeds. */
import { formatTime, terminalOf } from '../../protocol/index.ts';
import { papersFor } from '../firmware/identity.ts';
import type { Actor } from './actor.ts';
import type { Plan } from './draw.ts';
import type { Home } from './condition.ts';
import type { DeadZone, WorkOrder } from './form.ts';
import type { Outing } from './life.ts';
import { METRES_PER_DEGREE, type Spot } from './track.ts';

/** One fact, by the kind of its feed; the last three are for hosts that know more than the contract's feeds say. */
export interface Fact {
  readonly kind: 'archive' | 'order' | 'workOrder' | 'calendar' | 'place' | 'deadZone' | 'sighting' | 'habit';
  readonly fact: Readonly<Record<string, unknown>> & { readonly id: string };
}

/** A fact, and the second of the scenario at which the platform learns it. */
export interface TimedFact {
  readonly at: number;
  /** Made when it is told: where the vehicle is then may matter. */
  readonly make: (self: Actor) => Fact;
}

const KINDS = {
  maintenance: 'maintenance',
  removal: 'removal',
  terminal_replacement: 'replacement',
  sim_change: 'simChange',
  ota: 'ota',
  tow: 'tow',
  install: 'install',
  retroactive: 'maintenance',
} as const;

const UNIT = '第三车队';
const APPROVER = '调度室';
const DAY_S = 86_400;
const HOUR_S = 3600;
/** The radius of a place that is known by its middle, metres. */
const PLACE_M = 200;
/** A dead zone is known about its mouth, metres. */
const ZONE_M = 400;
/** How a file names the vehicle of the scenario, and a terminal that is none of those that are played. */
const SELF = 'SELF';
const ELSE = '13900000000';

/** Registered ways of vehicles, by the names of the format. */
const HABITS: Readonly<Record<string, string>> = { master_switch_registered: 'masterSwitch' };

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Who and what a terminal belongs to. */
export function archiveOf({ part: { terminal, condition } }: Actor): Fact {
  const papers = papersFor(terminal);
  const name = terminalOf(terminal.identity.phone);
  const division = `${String(papers.provinceId).padStart(2, '0')}${String(papers.cityId).padStart(4, '0')}`;
  const { plate, terminalId, imei } = papers;
  const { iccid } = condition.causes;
  const fact = { id: `archive-${name}`, vehicle: plate, plate, plateColor: 2, division, unit: UNIT, terminal: name };
  return { kind: 'archive', fact: { ...fact, terminalId, imei, iccid } };
}

/** What facts hang on besides the plan. */
export interface Around {
  readonly outings: readonly Outing[];
  /** When the run begins. */
  readonly from: number;
  /** Where the vehicle gets into the dead zone that the context names. */
  readonly entrance: Spot | undefined;
}

/** Every fact of a run, by its time. */
export function factsOf(plan: Plan, { outings, from, entrance }: Around): TimedFact[] {
  const { context = {} } = plan.scenario;
  const facts: TimedFact[] = [{ at: from, make: archiveOf }];
  for (const outing of outings) facts.push(dispatched(plan, from, outing));
  if (context.dispatch_order === true) {
    facts.push(dispatched(plan, from, { from: -HOUR_S, until: plan.duration + HOUR_S }));
  }
  if (context.holiday_lockup === true) facts.push(...sealedDays(plan, from));
  if (context.work_order) facts.push(workOrder(plan, context.work_order));
  const habit = HABITS[context.vehicle_trait ?? ''];
  if (habit !== undefined) {
    const fact = (self: Actor) => ({ id: `habit-${nameOf(self)}`, terminal: nameOf(self), kind: habit });
    facts.push({ at: from, make: (self) => ({ kind: 'habit', fact: fact(self) }) });
  }
  if (context.dead_zone && entrance !== undefined) facts.push(deadZone(context.dead_zone, from, entrance));
  for (const { t, type, xy_km: xy } of context.external ?? []) {
    const at = t + plan.shift;
    if (type === 'place_known_workshop') facts.push({ at: from, make: placeOf('workshop') });
    else if (xy !== undefined) facts.push({ at, make: sighting(plan, at, type, xy) });
  }
  if (plan.state.place === 'depot') facts.push({ at: -HOUR_S, make: placeOf('depot') });
  return facts.sort((a, b) => a.at - b.at);
}

function timeOf({ startAt }: Plan, second: number): string {
  return formatTime(Math.round(startAt + second * 1000));
}

/** A vehicle order for an outing, filed the evening before. */
function dispatched(plan: Plan, from: number, outing: Outing): TimedFact {
  const filed = Math.max(from, outing.from - 12 * HOUR_S);
  return {
    at: filed,
    make: (self) => ({
      kind: 'order',
      fact: {
        id: `order-${nameOf(self)}-${outing.from}`,
        plate: papersFor(self.part.terminal).plate,
        from: timeOf(plan, outing.from),
        until: timeOf(plan, outing.until),
        purpose: '公务',
        approver: APPROVER,
        filedAt: timeOf(plan, filed),
      },
    }),
  };
}

function* sealedDays(plan: Plan, from: number): Iterable<TimedFact> {
  const seen = new Set<string>();
  for (let second = 0; second < plan.duration + DAY_S; second += DAY_S / 2) {
    const date = timeOf(plan, Math.min(second, plan.duration)).slice(0, 10);
    if (seen.has(date)) continue;
    seen.add(date);
    yield { at: from, make: () => ({ kind: 'calendar', fact: { id: `sealed-${date}`, date, kind: 'sealed' } }) };
  }
}

function workOrder(plan: Plan, order: WorkOrder): TimedFact {
  const from = order.window[0] === 0 ? 0 : order.window[0] + plan.shift;
  const until = order.window[1] + plan.shift;
  const filed = order.filed_at === undefined ? Math.min(from, 0) - HOUR_S : order.filed_at + plan.shift;
  return {
    at: filed,
    make: (self) => ({
      kind: 'workOrder',
      fact: {
        id: `WO-${plan.scenario.id}-${plan.seed}`,
        kind: KINDS[order.type],
        // Another vehicle's order is none of this one's.
        terminal: order.vehicle === SELF ? nameOf(self) : ELSE,
        from: timeOf(plan, from),
        until: timeOf(plan, until),
        ...(order.fence_km === undefined ? {} : { place: { ...spotOf(self), radius: order.fence_km * 1000 } }),
        ...(order.new_ids === undefined ? {} : { newIds: newIds(self, order.new_ids) }),
      },
    }),
  };
}

/** What is put in, by what it is: a name of the file stands for each. */
function newIds({ part }: Actor, ids: readonly string[]): Record<string, string> {
  const { imei, terminalId, iccid } = part.home.names;
  const told: Record<string, string> = {};
  for (const id of ids) {
    if (iccid[id] !== undefined) told['iccid'] = iccid[id];
    if (imei[id] !== undefined) told['imei'] = imei[id];
    if (terminalId[id] !== undefined) told['terminalId'] = terminalId[id];
  }
  return told;
}

/** As a survey or other vehicles have found it, about the spot at which the vehicle will be lost. */
function deadZone(zone: DeadZone, at: number, entrance: Spot): TimedFact {
  const { type, distinct_vehicles: vehicles, events, p_loss: share, dur_q50_s: q50, dur_q99_s: q99 } = zone;
  return {
    at,
    make: (self) => ({
      kind: 'deadZone',
      fact: {
        id: `zone-${nameOf(self)}`,
        kind: type,
        ...offsetFrom(self.part.home, entrance.east, entrance.north),
        radius: ZONE_M,
        vehicles,
        losses: events,
        passes: Math.round(events / Math.max(share, 0.01)),
        q50,
        q99,
      },
    }),
  };
}

function placeOf(kind: 'workshop' | 'depot'): (self: Actor) => Fact {
  return (self) => ({ kind: 'place', fact: { id: `${kind}-${nameOf(self)}`, kind, ...spotOf(self), radius: PLACE_M } });
}

function sighting(plan: Plan, at: number, source: string, [east, north]: readonly [number, number]): TimedFact['make'] {
  return (self) => {
    const seen = offsetFrom(self.part.home, east * 1000, north * 1000);
    const { plate } = papersFor(self.part.terminal);
    const id = `sighting-${nameOf(self)}-${at}`;
    return { kind: 'sighting', fact: { id, plate, at: timeOf(plan, at), source, ...seen } };
  };
}

/** Metres east and north of a home, in degrees. */
function offsetFrom({ latitude, longitude }: Home, east: number, north: number): Point {
  return {
    latitude: rounded(latitude + north / METRES_PER_DEGREE),
    longitude: rounded(longitude + east / (METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180))),
  };
}

function spotOf({ part: { condition } }: Actor): Point {
  const { latitude, longitude } = condition.causes;
  return { latitude: rounded(latitude), longitude: rounded(longitude) };
}

function nameOf({ part }: Actor): string {
  return terminalOf(part.terminal.identity.phone);
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
