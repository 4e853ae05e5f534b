/** The vehicles of a district through days of an ordinary year, over whatever links and clock they are given. */
import {
  type Cancel,
  Deadlines,
  type EpochMs,
  type Link,
  type MonotonicMs,
  type Random,
  seededRandom,
  terminalOf,
} from '../../protocol/index.ts';
import type { CallSink } from '../link/dialer.ts';
import type { Act } from '../world/acts.ts';
import { happeningsOf } from '../world/district.ts';
import { type Grey, ORDINARY_RATES, type Rates } from '../world/year.ts';
import { Actor, type Stage } from './actor.ts';
import { partOf, settingOf } from './cast.ts';
import { Days, type DaysWorld, dayFact, holidays } from './days.ts';
import { District } from './district.ts';
import { archiveOf, type Fact } from './facts.ts';
import type { ScenarioFile } from './form.ts';
import type { LifeStep } from './life.ts';
import type { RunHost } from './player.ts';
import { profileOf } from './profile-of.ts';
import type { Spot } from './track.ts';

/** Which vehicles of which world, and how many days. Those of a run are one district: what is shared is shared by some of them. */
export interface YearOptions {
  readonly file: ScenarioFile;
  readonly seed: string;
  /** Vehicles `first` to `first + vehicles - 1` of the world. */
  readonly first: number;
  readonly vehicles: number;
  readonly days: number;
  /** Forbidden acts of a vehicle in a year; 0 unless given. */
  readonly actsPerYear?: number;
  /** Epoch ms of day 0, 00:00 at +08:00, a Monday. */
  readonly startAt: EpochMs;
}

/** What truly happened to one vehicle: seconds from the beginning. */
export interface YearTruth {
  /** Its make of terminal. */
  readonly profile: string;
  readonly grey: readonly Grey[];
  readonly acts: readonly Act[];
  /** Everything that happened to it, in order. */
  readonly steps: readonly LifeStep[];
}

const DAY_S = 86_400;
const REFUSED_MS = 100;
/** What a district has together is worked out from where its vehicles are, not drawn by the day. */
const RATES: Rates = { ...ORDINARY_RATES, outages: 0, areaInterferences: 0 };
/** Networks of a district, and what is left to the last one. */
const NETWORKS: readonly (readonly [name: string, share: number])[] = [
  ['CMCC', 0.6],
  ['CTCC', 0.2],
  ['CUCC', 1],
];
/** Share of garages that are on the map. */
const KNOWN_GARAGES = 0.6;
/** Entries this close are the same one, metres. */
const SAME_MOUTH_M = 250;

interface Mouth extends Spot {
  readonly place: 'tunnel' | 'garage';
}

interface Member {
  readonly actor: Actor;
  readonly days: Days;
}

/** The devices of a district through its days. Everything happens on the host's clock, from `start` on. */
export class YearRun {
  frames = 0;
  readonly #options: YearOptions;
  readonly #host: RunHost;
  readonly #world: DaysWorld;
  readonly #random: Random;
  readonly #members: Member[];
  readonly #district: District;
  readonly #deadlines: Deadlines<Actor | 'district' | 'midnight'>;
  readonly #startedAt: MonotonicMs;
  #day = 0;
  /** Tunnels and garages that were driven into, by vehicle. */
  readonly #mouths = new Map<Actor, Mouth[]>();

  constructor(options: YearOptions, host: RunHost) {
    this.#options = options;
    this.#host = host;
    const { seed, file, first, vehicles } = options;
    this.#startedAt = host.clock.monotonic();
    const name = `${seed}/district of ${first}`;
    this.#random = seededRandom(`year ${name}`);
    this.#world = {
      year: {
        seed: name,
        rates: RATES,
        base: file.base_state,
        districts: 1,
        firstDay: Math.round(
          (options.startAt - Date.UTC(new Date(options.startAt).getUTCFullYear(), 0, 1)) / 86_400_000,
        ),
        models: Object.keys(file.profiles).length,
      },
      startAt: options.startAt,
      random: this.#random,
      actsPerYear: options.actsPerYear ?? 0,
    };
    this.#deadlines = new Deadlines(host.clock, (key) => {
      if (key === 'midnight') this.#midnight();
      else if (key === 'district') this.#look();
      else key.wake();
    });
    const stage = this.#stage();
    const kinds = Object.entries(file.profiles).map(([name, facts]) => profileOf(name, facts));
    const at = (second: number): EpochMs => options.startAt + second * 1000;
    const setting = settingOf(this.#random.fork('setting'), at, undefined);
    this.#members = Array.from({ length: vehicles }, (_, i) => {
      const index = first + i;
      const days = new Days(this.#world, index);
      const carrier = networkAt(this.#random.fork(`network ${index}`).next());
      const part = partOf(
        { ...setting, carrier },
        {
          role: 'self',
          index,
          profile: kinds[index % kinds.length]!,
          state: file.base_state,
          steps: days.steps,
          from: 0,
          until: Number.POSITIVE_INFINITY,
        },
      );
      return { actor: new Actor(part, stage), days };
    });
    this.#district = new District(this.#members.map(({ actor }) => actor));
  }

  /** Seconds since the beginning. */
  get second(): number {
    return Math.round(this.#host.clock.monotonic() - this.#startedAt) / 1000;
  }

  /** What was true of each terminal. */
  truth(): ReadonlyMap<string, YearTruth> {
    return new Map(
      this.#members.map(({ actor, days: { grey, acts, steps } }) => {
        const all = [...steps, ...this.#district.suffered(actor)].sort((a, b) => a.at - b.at);
        return [nameOf(actor), { profile: actor.part.terminal.device?.profile.name ?? '', grey, acts, steps: all }];
      }),
    );
  }

  start(): void {
    const { startAt, days } = this.#options;
    for (const fact of holidays(startAt, startAt + (days - 1) * DAY_S * 1000)) this.#host.tell(fact);
    for (const { actor } of this.#members) this.#host.tell(archiveOf(actor));
    this.#midnight();
  }

  stop(): void {
    this.#deadlines.clear();
    for (const { actor } of this.#members) actor.leave();
  }

  /** Draws the day that begins, for everybody. */
  #midnight(): void {
    const day = this.#day++;
    for (const { actor, days } of this.#members) {
      const { startAt } = this.#options;
      for (const [i, fact] of days.draw(day).entries())
        this.#host.tell(dayFact(actor, `${day}-${i}`, { startAt, fact }));
      actor.wake();
    }
    this.#district.expect(happeningsOf(this.#world.year.seed, ORDINARY_RATES, 0, day));
    this.#look();
    if (this.#day < this.#options.days) this.#deadlines.set('midnight', this.#steady(this.#day * DAY_S));
  }

  /** What befalls the district begins, goes on, and ends. */
  #look(): void {
    const { second } = this;
    this.#district.look(second);
    const next = this.#district.next(second);
    if (next !== Number.POSITIVE_INFINITY) this.#deadlines.set('district', this.#steady(next));
  }

  #stage(): Stage {
    const { clock } = this.#host;
    return {
      second: () => this.second,
      now: () => Math.round(this.#options.startAt + this.second * 1000),
      dial: (source: string, sink: CallSink): Cancel => {
        if (source !== '') return this.#host.dial(source, sink);
        return clock.wake(clock.monotonic() + REFUSED_MS, () => sink.failed('ENETUNREACH'));
      },
      equip: (link: Link) => link,
      wakeAt: (actor, second) => {
        if (second === Number.POSITIVE_INFINITY) this.#deadlines.cancel(actor);
        else this.#deadlines.set(actor, this.#steady(Math.max(second, this.second)));
      },
      done: (_actor, { kind }) => {
        if (kind === 'send') this.frames++;
      },
      happened: (actor, step) => {
        this.#entered(actor, step.set.place);
        this.#district.happened(actor, step, this.second);
      },
    };
  }

  /** Tunnels are on the map, and so are most garages: whoever drives in was not the first. */
  #entered(actor: Actor, place: string | undefined): void {
    if (place !== 'tunnel' && place !== 'garage') return;
    const { east, north } = actor.part.condition.track.place;
    const mouths = this.#mouths.get(actor) ?? [];
    const same = ({ place: kind, ...one }: Mouth): boolean =>
      kind === place && Math.hypot(one.east - east, one.north - north) < SAME_MOUTH_M;
    if (mouths.some(same)) return;
    this.#mouths.set(actor, [...mouths, { place, east, north }]);
    const name = `${place}-${actor.part.number}-${mouths.length}`;
    if (place === 'garage' && this.#random.fork(name).next() >= KNOWN_GARAGES) return;
    this.#host.tell(zoneOf(actor, place, name));
  }

  #steady(second: number): MonotonicMs {
    return this.#startedAt + Math.ceil(second * 1000 - 1e-4);
  }
}

/** Where satellites, and often a network, are missing by nature, as other vehicles have found it. */
function zoneOf({ part }: Actor, kind: 'tunnel' | 'garage', id: string): Fact {
  const { latitude, longitude } = part.condition.causes;
  const stay = kind === 'tunnel' ? { q50: 60, q99: 420 } : { q50: 30_000, q99: 180_000 };
  const zone = { radius: 300, vehicles: 8, losses: 400, passes: 430, ...stay };
  return { kind: 'deadZone', fact: { id, kind, latitude, longitude, ...zone } };
}

/** Whose customer a vehicle is, by a number from 0 to 1. */
function networkAt(number: number): string {
  let left = number;
  return NETWORKS.find(([, share]) => (left -= share) < 0)?.[0] ?? 'CMCC';
}

function nameOf({ part }: Actor): string {
  return terminalOf(part.terminal.identity.phone);
}
