/** Those who live in the world of a fleet: a vehicle with its terminal and its days, each made from its number. */
import type { EpochMs, Link, MonotonicMs, Random } from '../../protocol/index.ts';
import type { Effect } from '../firmware/effects.ts';
import type { Profile } from '../profiles/profile.ts';
import { Actor, type Stage } from '../scenario/actor.ts';
import { partOf, type Setting, settingOf, warmUp } from '../scenario/cast.ts';
import { Days, type DaysWorld } from '../scenario/days.ts';
import type { Changes } from '../scenario/form.ts';
import { ORDINARY_RATES, type Rates } from '../world/year.ts';
import type { WorldFleetOptions } from './world-fleet.ts';

/** As an ordinary province, but for platforms, which restart by themselves; now and then nobody files an order. */
const RATES: Rates = { ...ORDINARY_RATES, gatewayRestarts: 0, unordered: 0.05 };
const DISTRICTS = 20;

/** A nominal supply, and a little more: the engine need not run. */
const SUPPLY_SHARE = 1.05;
/** In the open, with everything as it should be. */
const CALM: Changes = {
  place: 'open',
  sky_att_db: 0,
  csq_clear: 25,
  cell_att_db: 0,
  jam_cell_js_db: -40,
  jam_gnss_dbm: -140,
  sim: 'ok',
  net: 'ok',
  backup_present: true,
  temp_c: 25,
};

export interface Resident {
  readonly actor: Actor;
  readonly days: Days;
  readonly powerAt: EpochMs;
  on: boolean;
  veteran: boolean;
  /** When it wanted to be looked at. */
  dueAt: MonotonicMs;
  /** The last one that it had. */
  link: Link | undefined;
}

/** What all of a fleet are made with. */
export interface Nursery {
  readonly random: Random;
  /** Seconds of the world count from there. */
  readonly midnight: EpochMs;
  readonly stage: Stage;
}

/** Everybody of a fleet, in the order of their numbers; nobody is switched on. */
export function muster(options: WorldFleetOptions, { random, midnight, stage }: Nursery): Resident[] {
  const { seed, base, from, terminals, profiles, firstPhone, firmware, rampPerSecond, startAt, actsPerYear } = options;
  const world: DaysWorld = {
    year: { seed, rates: RATES, base, districts: DISTRICTS, models: profiles.length },
    startAt: midnight,
    random,
    actsPerYear,
  };
  const at = (second: number): EpochMs => midnight + Math.round(second * 1000);
  const settings: Setting[] = Array.from({ length: DISTRICTS }, (_, district) => {
    const drawn = settingOf(random.fork(`setting ${district}`), at, undefined);
    return { ...drawn, firstNumber: 0, firstPhone };
  });
  return Array.from({ length: terminals }, (_, place) => {
    const index = from + place;
    const powerAt = startAt + Math.floor((index / rampPerSecond) * 1000);
    const days = new Days(world, index);
    const part = partOf(settings[index % DISTRICTS] as Setting, {
      role: 'self',
      index,
      profile: profiles[index % profiles.length] as Profile,
      state: base,
      steps: days.steps,
      from: (powerAt - midnight) / 1000,
      lived: 0,
      until: Number.POSITIVE_INFINITY,
      settings: firmware,
    });
    return {
      actor: new Actor(part, stage),
      days,
      powerAt,
      on: false,
      veteran: false,
      dueAt: Number.POSITIVE_INFINITY,
      link: undefined,
    };
  });
}

/** Its day went on until now without anybody looking; it has run for a minute, and calls. */
export function switchOn(resident: Resident, midnight: EpochMs, count: (effect: Effect) => void): void {
  const { actor, powerAt } = resident;
  resident.on = true;
  actor.skipTo((powerAt - midnight) / 1000);
  const { condition, terminal } = actor.part;
  // It has had a fix before, and knows where that was.
  const { latitude, longitude, altitude } = condition.causes;
  Object.assign(terminal.device?.receiver ?? {}, { latitude, longitude, altitude });
  const effects: Effect[] = [];
  warmUp(terminal, powerAt, effects);
  for (const effect of effects) count(effect);
  actor.wake();
}

/** Supply and coverage, to deliver what is stored. */
export function calmOf({ state }: Actor): Changes {
  return { ...CALM, supply_v: SUPPLY_SHARE * state.system_v };
}
