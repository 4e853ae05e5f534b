/**
 * Plays one run of a scenario: the days before, the scenario itself, a while of calm, with everybody who takes part, over
 * whatever links and clock it is given. What is true and what the platform is told comes out beside it.
 */
import {
  type Cancel,
  type Clock,
  Deadlines,
  type EpochMs,
  type Link,
  type MonotonicMs,
  seededRandom,
  terminalOf,
} from '../../protocol/index.ts';
import type { Note } from '../firmware/effects.ts';
import type { CallSink } from '../link/dialer.ts';
import { faultLink } from '../link/fault-link.ts';
import { NO_FAULTS } from '../link/faults.ts';
import { Actor, type Part, type Stage } from './actor.ts';
import { homeOf, partOf, type Setting, settingOf } from './cast.ts';
import { type Circle, companions } from './companions.ts';
import { drawPlan, type Plan } from './draw.ts';
import { archiveOf, type Fact, factsOf, type TimedFact } from './facts.ts';
import { foresee, type Foresight, type Passing } from './foresee.ts';
import type { Changes, Reference, Scenario, ScenarioFile } from './form.ts';
import { type Life, type LifeStep, livedBefore } from './life.ts';
import type { Profile } from '../profiles/profile.ts';
import { profileOf } from './profile-of.ts';
import { plannedReferences, shownSeed, type Truth } from './truth.ts';

/** Which run. */
export interface RunOptions {
  readonly file: ScenarioFile;
  readonly scenario: Scenario;
  readonly profile: string;
  readonly seed: string;
  /** Days of ordinary life before; those of the file unless given. */
  readonly warmupDays?: number;
  /** Seconds of calm after; half an hour unless given. */
  readonly calmSeconds?: number;
  /** The start of the scenario, where it is not to be drawn. */
  readonly startAt?: EpochMs;
}

/** Who looks on while a run is played. */
export interface RunWatch {
  /** A step of the scenario has happened to the terminal: `supply_v 0`. */
  happened?(second: number, what: string): void;
  /** The terminal was let in by the platform. */
  online?(second: number): void;
}

/** What a run is given. */
export interface RunHost {
  readonly clock: Clock;
  /** Calls the platform from `source` (`10.16.0.7:30211`). */
  dial(source: string, sink: CallSink): Cancel;
  /** The platform learns this now. */
  tell(fact: Fact): void;
  /** The platform sends this message to the terminal now: a scenario wants it. */
  order(terminal: string, messageId: number): void;
}

const CALM_S = 1800;
/** Frames that never arrive. */
const LOST = 0.002;
const REFUSED_MS = 100;
/** How much a crank and an underpass take. */
const CRANK_V = 9.2;
const UNDERPASS_DB = 45;

/** One run from its first day to its calm end. `start` it once the clock says `epoch`. */
export class Run {
  readonly plan: Plan;
  readonly life: Life;
  readonly self: Actor;
  readonly others: readonly Actor[];
  /** Seconds of the scenario at which the run begins and ends. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly profile: string;
  /** The name of the terminal at the platform, as it is at first. */
  readonly terminal: string;
  readonly refs: Record<Reference, number | null>;
  frames = 0;
  /** The first frame of the terminal after the onset. */
  shownAt: number | null = null;
  readonly #host: RunHost;
  readonly #setting: Setting;
  readonly #stage: Stage;
  readonly #deadlines: Deadlines<Actor | 'facts' | 'distractor'>;
  readonly #startedAt: MonotonicMs;
  readonly #facts: TimedFact[];
  readonly #late: Actor[] = [];
  readonly #dialled: Link[] = [];
  #links = 0;
  #over = false;
  #watch: RunWatch = {};

  /** Draws the run; nothing happens before `start`. */
  constructor(options: RunOptions, host: RunHost) {
    const { file, scenario, profile, seed } = options;
    this.#host = host;
    this.profile = profile;
    this.#startedAt = host.clock.monotonic();
    this.plan = drawPlan(file, scenario, seed, options.startAt);
    const { plan } = this;
    const days = options.warmupDays ?? file.warmup_days;
    const { context = {} } = scenario;
    this.life = livedBefore(plan, file.base_state, days, context.holiday_lockup === true);
    this.startsAt = this.life.startsAt;
    this.endsAt = plan.duration + (options.calmSeconds ?? CALM_S);
    const random = seededRandom(`${scenario.id}/${seed}`);
    this.#setting = settingOf(random, (second) => plan.startAt + second * 1000, context.fleet?.group);
    this.#deadlines = new Deadlines(host.clock, (key) => this.#due(key));
    this.#stage = this.#newStage();
    const { spot } = homeOf(this.#setting, 0);
    const kinds = Object.entries(file.profiles).map(([name, facts]) => profileOf(name, facts));
    const own = kinds.find(({ name }) => name === profile) as Profile;
    const part = partOf(this.#setting, {
      role: 'self',
      index: 0,
      profile: own,
      state: this.life.state,
      steps: [...this.life.steps, atStart(plan, this.life), ...plan.steps],
      from: this.startsAt,
      until: this.endsAt,
      lives: spot,
    });
    // A make that always sends its newest first does so whatever was drawn.
    if (own.replayOrder === 'fifo') part.terminal.blind.order = plan.replay;
    this.self = new Actor(part, this.#stage);
    this.terminal = terminalOf(part.terminal.identity.phone);
    const before = (): Foresight => foresightOf(part, this.life);
    const circle: Circle = {
      plan,
      base: file.base_state,
      random,
      profiles: [own, ...kinds.filter((one) => one !== own)],
      lives: spot,
    };
    this.others = (context.fleet ? companions(circle, context.fleet, before) : []).map(
      (wanted) =>
        new Actor(partOf(this.#setting, { ...wanted, from: Math.max(wanted.from, this.startsAt) }), this.#stage),
    );
    this.refs = plannedReferences(plan, before());
    const { dead_zone: zone } = context;
    this.#facts = factsOf(plan, {
      outings: this.life.outings,
      from: this.startsAt,
      entrance: zone ? this.#entrance(zone.type, before()) : undefined,
    });
  }

  /** The names of the others, but for whoever takes the terminal's own. */
  get companions(): string[] {
    return this.others.map(({ part }) => terminalOf(part.terminal.identity.phone));
  }

  /** Epoch ms at which the run begins: what a virtual clock should say then. */
  get epoch(): EpochMs {
    return this.plan.startAt + this.startsAt * 1000;
  }

  /** Seconds of the scenario that have passed, to the millisecond. */
  get second(): number {
    return Math.round(this.startsAt * 1000 + this.#host.clock.monotonic() - this.#startedAt) / 1000;
  }

  /** Switches everybody on when it is time. */
  start(): void {
    this.#tellFacts();
    for (const other of this.others) this.#wakeAt(other, other.part.from);
    this.self.wake();
    const { distractor } = this.plan;
    if (distractor !== undefined) this.#deadlines.set('distractor', this.#steady(distractor.at));
  }

  watch(watch: RunWatch): void {
    this.#watch = watch;
  }

  /** Somebody waits for an answer of the platform, or for a call. */
  get busy(): boolean {
    return [this.self, ...this.others, ...this.#late].some((actor) => actor.awaits);
  }

  /** Everything is dropped as it stands. */
  stop(): void {
    this.#over = true;
    this.#deadlines.clear();
    for (const actor of [this.self, ...this.others, ...this.#late]) actor.leave();
    for (const link of this.#dialled) link.close('reset');
  }

  /** Links that were left without a word are still open: they end with the run. */
  #remembering(sink: CallSink): CallSink {
    return {
      connected: (link) => {
        this.#dialled.push(link);
        sink.connected(link);
      },
      failed: (reason) => sink.failed(reason),
    };
  }

  get truth(): Truth {
    const { plan, profile, refs } = this;
    return { scenario: plan.scenario.id, profile, seed: shownSeed(plan.seed), refs: { ...refs } };
  }

  /** Where the vehicle gets into a place of this kind. */
  #entrance(place: 'tunnel' | 'garage', foresight: Foresight): Passing | undefined {
    const step = [...this.life.steps, ...this.plan.steps].find(({ set }) => set.place === place);
    return step === undefined ? undefined : foresight.at(step.at);
  }

  #newStage(): Stage {
    const { clock } = this.#host;
    const losses = seededRandom('losses').fork(this.plan.seed);
    return {
      second: () => this.second,
      now: () => Math.round(this.plan.startAt + this.second * 1000),
      dial: (source, sink) => {
        if (source !== '') return this.#host.dial(source, this.#remembering(sink));
        return clock.wake(clock.monotonic() + REFUSED_MS, () => sink.failed('ENETUNREACH'));
      },
      equip: (link: Link) =>
        faultLink(link, { ...NO_FAULTS, loss: LOST }, { clock, random: losses.fork(String(this.#links++)) }),
      wakeAt: (actor, second) => this.#wakeAt(actor, second),
      done: (actor, effect) => {
        if (effect.kind === 'note') this.#noted(actor, effect.what);
        if (effect.kind !== 'send') return;
        this.frames++;
        if (actor === this.self && this.shownAt === null && this.second >= this.plan.onset) this.shownAt = this.second;
      },
      happened: (actor, step) => this.#happened(actor, step),
    };
  }

  #wakeAt(actor: Actor, second: number): void {
    if (this.#over) return;
    if (second >= actor.part.until) {
      if (second !== Number.POSITIVE_INFINITY || actor.part.until < this.endsAt) second = actor.part.until;
    }
    if (second === Number.POSITIVE_INFINITY) this.#deadlines.cancel(actor);
    else this.#deadlines.set(actor, this.#steady(Math.max(second, this.second)));
  }

  #due(key: Actor | 'facts' | 'distractor'): void {
    if (key === 'facts') return this.#tellFacts();
    if (key === 'distractor') return this.#distract();
    if (this.second >= key.part.until) key.leave();
    else key.wake();
  }

  #tellFacts(): void {
    const second = this.second;
    // Who is who is known before anybody calls.
    if (second === this.startsAt) for (const other of this.others) this.#host.tell(archiveOf(other));
    while (this.#facts[0] !== undefined && this.#facts[0].at <= second) {
      this.#host.tell(this.#facts.shift()!.make(this.self));
    }
    if (this.#facts[0] !== undefined) this.#deadlines.set('facts', this.#steady(this.#facts[0].at));
  }

  /** Something harmless that is none of the scenario's business. */
  #distract(): void {
    const { distractor } = this.plan;
    if (distractor === undefined) return;
    const { condition } = this.self.part;
    const { supply_v, sky_att_db, system_v } = condition.state;
    const change = (set: Changes): void => this.self.befall({ at: this.second, set, ramp: {} });
    const after = (set: Changes): void =>
      void this.#host.clock.wake(this.#host.clock.monotonic() + distractor.seconds * 1000, () => {
        if (!this.#over) change(set);
      });
    if (distractor.kind === 'nat') this.self.forgetAddress();
    else if (distractor.kind === 'crank') {
      change({ supply_v: (CRANK_V * system_v) / 12 });
      after({ supply_v });
    } else {
      change({ sky_att_db: UNDERPASS_DB });
      after({ sky_att_db });
    }
  }

  #noted(actor: Actor, what: Note): void {
    if (what === 'online' && actor === this.self) this.#watch.online?.(this.second);
    if (what !== 'online' || this.second < this.plan.onset) return;
    const { refs } = this;
    // Under another number than at first it is somebody else to the platform.
    const renamed = actor === this.self && terminalOf(actor.part.terminal.identity.phone) !== this.terminal;
    if (actor.part.role === 'clone' || renamed) refs.foreign_login ??= this.second;
    if (actor === this.self) refs.reconnect ??= this.second;
  }

  #happened(actor: Actor, step: LifeStep): void {
    const { set, at } = step;
    if (actor !== this.self) return;
    if (at >= 0) this.#watch.happened?.(at, described(step));
    const { inject, clone } = set;
    if (typeof inject === 'string' && /^0x8/i.test(inject)) this.#host.order(this.terminal, Number(inject));
    if (clone !== undefined && clone !== null) this.#bringClone(at);
    if (clone === null) for (const late of this.#late) late.leave();
  }

  /** Somebody with the papers and the code of the terminal calls from elsewhere. */
  #bringClone(at: number): void {
    const { part } = this.self;
    // It has a supply and a network of its own, whatever has become of the original's.
    const { state } = this.plan;
    const clone = partOf(this.#setting, {
      role: 'clone',
      index: 90 + this.#late.length,
      profile: part.terminal.device!.profile,
      state,
      steps: [],
      from: at,
      until: this.endsAt,
      as: part,
    });
    clone.terminal.authCode = part.terminal.authCode;
    const actor = new Actor(clone, this.#stage);
    this.#late.push(actor);
    actor.wake();
  }

  #steady(second: number): MonotonicMs {
    // Never before it is due: that would be looked at again and again.
    return this.#startedAt + Math.ceil((second - this.startsAt) * 1000 - 1e-4);
  }
}

function described({ set, ramp }: LifeStep): string {
  const ramps = Object.entries(ramp).map(([name, [to, takes]]) => `${name} to ${to} in ${takes} s`);
  return [...Object.entries(set).map(([name, value]) => `${name} ${JSON.stringify(value)}`), ...ramps].join(', ');
}

/** At second 0 everything is as the scenario says; who came home by a road, whose end is there, takes another one from there. */
function atStart({ state }: Plan, { steps, outings }: Life): LifeStep {
  const set: Partial<typeof state> = { ...state };
  for (const name of ['imei', 'terminal_id', 'fw', 'phone', 'params', 'inject', 'terminal', 'gnss_cold'] as const) {
    delete set[name];
  }
  for (const name of ['xy_jump_km', 'odo_step_km', 'clone', 'replay_mode', 'backup_soc', 'xy_km'] as const)
    delete set[name];
  const last = steps.findLast(({ road }) => road !== undefined);
  return { at: 0, set, ramp: {}, ...(last?.road === 'back' ? { road: outings.length + 2 } : {}) };
}

function foresightOf({ steps, home, number, from }: Part, { state }: Life): Foresight {
  return foresee({ state, steps, home, number, from });
}
