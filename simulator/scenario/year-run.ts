/** A fleet of vehicles through days of an ordinary year, over whatever links and clock it is given. */
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
import { type Grey, ORDINARY_RATES } from '../world/year.ts';
import { Actor, type Stage } from './actor.ts';
import { partOf, settingOf } from './cast.ts';
import { Days, type DaysWorld, dayFact, holidays } from './days.ts';
import { archiveOf, type Fact } from './facts.ts';
import type { ScenarioFile } from './form.ts';
import type { LifeStep } from './life.ts';
import type { RunHost } from './player.ts';
import { profileOf } from './profile-of.ts';

/** Which vehicles of which world, and how many days. */
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
  readonly grey: readonly Grey[];
  readonly acts: readonly Act[];
  /** Everything that happened to it, in order. */
  readonly steps: readonly LifeStep[];
}

const DAY_S = 86_400;
const REFUSED_MS = 100;
const DISTRICTS = 4;
/** Share of garages that are on the map. */
const KNOWN_GARAGES = 0.6;
/** The map knows so many places at a time: those that were found longest ago are found anew. */
const MOST_ZONES = 200;

interface Member {
  readonly actor: Actor;
  readonly days: Days;
}

/** A fleet of devices through its days. Everything happens on the host's clock, from `start` on. */
export class YearRun {
  frames = 0;
  readonly #options: YearOptions;
  readonly #host: RunHost;
  readonly #world: DaysWorld;
  readonly #random: Random;
  readonly #members: Member[];
  readonly #deadlines: Deadlines<Actor | 'midnight'>;
  readonly #startedAt: MonotonicMs;
  #day = 0;
  #zones = 0;

  constructor(options: YearOptions, host: RunHost) {
    this.#options = options;
    this.#host = host;
    const { seed, file, first, vehicles } = options;
    this.#startedAt = host.clock.monotonic();
    this.#random = seededRandom(`year ${seed}`);
    this.#world = {
      year: {
        seed,
        rates: ORDINARY_RATES,
        base: file.base_state,
        districts: DISTRICTS,
        models: Object.keys(file.profiles).length,
      },
      startAt: options.startAt,
      random: this.#random,
      actsPerYear: options.actsPerYear ?? 0,
    };
    this.#deadlines = new Deadlines(host.clock, (key) => {
      if (key === 'midnight') this.#midnight();
      else key.wake();
    });
    const stage = this.#stage();
    const kinds = Object.entries(file.profiles).map(([name, facts]) => profileOf(name, facts));
    const at = (second: number): EpochMs => options.startAt + second * 1000;
    this.#members = Array.from({ length: vehicles }, (_, i) => {
      const index = first + i;
      const setting = settingOf(this.#random.fork(`setting ${index % DISTRICTS}`), at, undefined);
      const days = new Days(this.#world, index);
      const part = partOf(setting, {
        role: 'self',
        index,
        profile: kinds[index % kinds.length]!,
        state: file.base_state,
        steps: days.steps,
        from: 0,
        until: Number.POSITIVE_INFINITY,
      });
      return { actor: new Actor(part, stage), days };
    });
  }

  /** Seconds since the beginning. */
  get second(): number {
    return Math.round(this.#host.clock.monotonic() - this.#startedAt) / 1000;
  }

  /** What was true of each terminal. */
  truth(): ReadonlyMap<string, YearTruth> {
    return new Map(
      this.#members.map(({ actor, days }) => [nameOf(actor), { grey: days.grey, acts: days.acts, steps: days.steps }]),
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
    if (this.#day < this.#options.days) this.#deadlines.set('midnight', this.#steady(this.#day * DAY_S));
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
      happened: (actor, { set }) => this.#entered(actor, set.place),
    };
  }

  /** Tunnels are on the map, and so are most garages: whoever drives in was not the first. */
  #entered(actor: Actor, place: string | undefined): void {
    if (place !== 'tunnel' && place !== 'garage') return;
    const count = this.#zones++;
    if (place === 'garage' && this.#random.fork(`zone ${count}`).next() >= KNOWN_GARAGES) return;
    this.#host.tell(zoneOf(actor, place, count % MOST_ZONES));
  }

  #steady(second: number): MonotonicMs {
    return this.#startedAt + Math.ceil(second * 1000 - 1e-4);
  }
}

/** Where satellites, and often a network, are missing by nature, as other vehicles have found it. */
function zoneOf({ part }: Actor, kind: 'tunnel' | 'garage', number: number): Fact {
  const { latitude, longitude } = part.condition.causes;
  const stay = kind === 'tunnel' ? { q50: 60, q99: 420 } : { q50: 30_000, q99: 180_000 };
  const zone = { radius: 300, vehicles: 8, losses: 400, passes: 430, ...stay };
  return { kind: 'deadZone', fact: { id: `zone-${number}`, kind, latitude, longitude, ...zone } };
}

function nameOf({ part }: Actor): string {
  return terminalOf(part.terminal.identity.phone);
}
