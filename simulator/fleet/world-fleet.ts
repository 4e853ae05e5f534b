/**
 * A fleet of physical terminals: vehicles of five cities through their working days, each with its hardware, on one heap of
 * deadlines and one set of counters. What is reported, stored, or lost with the power follows from what happens to them.
 *
 * Whoever is switched on has lived since midnight: at eight in the morning half of them are on their way. At the end of a
 * run everybody gets supply and coverage, so that what is stored can be delivered. Same seed and start, same vehicles.
 */
import {
  type Clock,
  Deadlines,
  type EpochMs,
  type Link,
  type MonotonicMs,
  type Random,
  terminalOf,
} from '../../protocol/index.ts';
import type { AcknowledgedReports, Effect } from '../firmware/effects.ts';
import type { Identity } from '../firmware/identity.ts';
import type { FirmwareSettings } from '../firmware/settings.ts';
import { isSettled } from '../firmware/terminal.ts';
import type { Dialer } from '../link/dialer.ts';
import { faultLink } from '../link/fault-link.ts';
import { type Faults, isFaulty } from '../link/faults.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Actor, Stage } from '../scenario/actor.ts';
import { dayFact, holidays } from '../scenario/days.ts';
import { archiveOf, type Fact } from '../scenario/facts.ts';
import type { State } from '../scenario/form.ts';
import { calmOf, muster, type Resident, switchOn } from './resident.ts';
import { Tally } from './tally.ts';

export interface WorldFleetOptions {
  /** Dealt in turn. */
  readonly profiles: readonly Profile[];
  /** What holds of a vehicle that stands at home. */
  readonly base: State;
  readonly seed: string;
  readonly terminals: number;
  /** Number of the first vehicle, where this is a share of a larger fleet. */
  readonly from: number;
  readonly firstPhone: number;
  /** Where the firmware differs from what the profiles say. */
  readonly firmware: Partial<FirmwareSettings>;
  readonly rampPerSecond: number;
  /** From the last one's power-on to the end of the reports; Infinity: until `finish`. */
  readonly durationMs: number;
  /** Wait at the end for answers and for stored reports; two minutes at least, in which units boot and attach. */
  readonly settleMs: number;
  readonly startAt: EpochMs;
  readonly faults: Faults;
  /** Forbidden acts of a vehicle in a year. */
  readonly actsPerYear: number;
  readonly stormEveryMs: number | undefined;
  /** Seconds of the vehicles in one of ours. */
  readonly pace: number;
  readonly onStored: (identity: Identity, stored: AcknowledgedReports) => void;
  /** A platform is to know this. */
  readonly onFact: (fact: Fact) => void;
  /** What was true of a vehicle, told at the end. */
  readonly onTruth: (truth: object) => void;
}

export interface WorldFleetHost {
  /** That of the vehicles. */
  readonly clock: Clock;
  /** That of the network. */
  readonly linkClock: Clock;
  readonly random: Random;
  readonly dialer: Dialer;
}

const DAY_MS = 86_400_000;
const ZONE_MS = 28_800_000;
const REFUSED_MS = 100;
/** From nothing to a session: boot, attach, log in, and send what is stored. */
const SETTLE_MS = 120_000;
type Key = Resident | 'midnight' | 'over' | 'storm' | 'settled';

export class WorldFleet {
  readonly tally: Tally;
  readonly #options: WorldFleetOptions;
  readonly #host: WorldFleetHost;
  readonly #residents: Resident[];
  readonly #of = new Map<Actor, Resident>();
  readonly #unsettled = new Set<Resident>();
  readonly #deadlines: Deadlines<Key>;
  readonly #startedAt: MonotonicMs;
  /** Seconds of the world count from this midnight. */
  readonly #midnight: EpochMs;
  readonly #ended: (() => void)[] = [];
  #day = 0;
  #links = 0;
  #storms = 0;
  #finishing = false;
  #over = false;

  /** Builds the fleet; nothing happens before the clock's next turn. */
  constructor(options: WorldFleetOptions, host: WorldFleetHost) {
    this.#options = options;
    this.#host = host;
    this.tally = new Tally(options.pace);
    this.#startedAt = host.clock.monotonic();
    const { startAt } = options;
    this.#midnight = Math.floor((startAt + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
    this.#deadlines = new Deadlines(host.clock, (key) => this.#due(key));
    this.#residents = muster(options, { random: host.random, midnight: this.#midnight, stage: this.#stage() });
    for (const resident of this.#residents) {
      this.#of.set(resident.actor, resident);
      this.#unsettled.add(resident);
    }
    this.#tellAll();
    this.#dawn();
    for (const resident of this.#residents) this.#deadlines.set(resident, this.#steady(resident.powerAt));
    const last = this.#residents.at(-1)?.powerAt ?? startAt;
    this.#deadlines.set('over', this.#steady(last + options.durationMs));
    this.#brew();
  }

  /** Seconds of ours since the first terminal was switched on. */
  get seconds(): number {
    return (this.#host.clock.monotonic() - this.#startedAt) / 1000 / this.#options.pace;
  }

  /** Resolves when the run is over and every link is dropped. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#over) resolve();
      else this.#ended.push(resolve);
    });
  }

  /** No terminal makes another report; everybody gets supply and coverage, to deliver those that were made. */
  finish(): void {
    if (this.#finishing || this.#over) return;
    this.#finishing = true;
    for (const key of ['storm', 'over', 'midnight'] as const) this.#deadlines.cancel(key);
    const settleMs = Math.max(SETTLE_MS, this.#options.settleMs);
    this.#deadlines.set('settled', this.#host.clock.monotonic() + settleMs);
    for (const resident of this.#residents) {
      const { actor, on } = resident;
      if (on) {
        actor.take({ kind: 'finish' });
        actor.calm(calmOf(actor));
      } else {
        this.#deadlines.cancel(resident);
        this.#settled(resident);
      }
    }
    this.#endWhenSettled();
  }

  /** Ends the run now. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadlines.clear();
    for (const { actor, days, link } of this.#residents) {
      actor.leave();
      link?.close('reset');
      const name = terminalOf(actor.part.terminal.identity.phone);
      const { acts, grey } = days;
      this.#options.onTruth({ terminal: name, profile: actor.part.terminal.device?.profile.name, acts, grey });
    }
    for (const resolve of this.#ended.splice(0)) resolve();
  }

  #tellAll(): void {
    const { startAt, durationMs, from, onFact } = this.#options;
    const until = startAt + Math.min(durationMs, 366 * DAY_MS);
    // Of a fleet in many shares one tells what holds for all.
    if (from === 0) for (const fact of holidays(startAt, until)) onFact(fact);
    for (const { actor } of this.#residents) onFact(archiveOf(actor));
  }

  /** Draws the day that begins, or that has begun, for everybody. */
  #dawn(): void {
    const day = this.#day++;
    for (const { actor, days, on } of this.#residents) {
      for (const [i, fact] of days.draw(day).entries())
        this.#options.onFact(dayFact(actor, `${day}-${i}`, { startAt: this.#midnight, fact }));
      if (on) actor.wake();
    }
    this.#deadlines.set('midnight', this.#steady(this.#midnight + this.#day * DAY_MS));
  }

  #due(key: Key): void {
    if (key === 'midnight') return this.#dawn();
    if (key === 'over') return this.finish();
    if (key === 'storm') return this.#storm();
    if (key === 'settled') return this.stop();
    if (key.on) {
      this.tally.late(this.#host.clock.monotonic() - key.dueAt);
      key.actor.wake();
    } else switchOn(key, this.#midnight, (effect) => this.#count(effect));
  }

  #settled(resident: Resident): void {
    this.#unsettled.delete(resident);
    this.#endWhenSettled();
  }

  #endWhenSettled(): void {
    if (this.#unsettled.size === 0) this.#deadlines.set('settled', this.#host.clock.monotonic());
  }

  #brew(): void {
    const { stormEveryMs = 0 } = this.#options;
    if (stormEveryMs > 0) this.#deadlines.set('storm', this.#startedAt + stormEveryMs * (this.#storms + 1));
  }

  #storm(): void {
    this.#storms++;
    this.tally.storms.begin(this.seconds, this.tally.online);
    for (const { actor } of this.#residents) actor.drop();
    this.#brew();
  }

  #stage(): Stage {
    const { clock, dialer, linkClock, random } = this.#host;
    const { tally } = this;
    const { faults, onStored } = this.#options;
    const faulty = isFaulty(faults);
    const losses = random.fork('faults');
    return {
      second: () => (this.#now() - this.#midnight) / 1000,
      now: () => Math.round(this.#now()),
      dial: (source, actor, server) => {
        if (source === '') return clock.wake(clock.monotonic() + REFUSED_MS, () => actor.failed('ENETUNREACH'));
        const sink = {
          connected: (link: Link) => this.#connected(actor, link),
          failed: (reason: string) => actor.failed(reason),
        };
        return dialer.dial(actor.part.number, sink, server);
      },
      equip: (link, actor) => {
        if (!faulty) return link;
        const name = `${actor.part.number}.${this.#links++}`;
        return faultLink(link, faults, { clock: linkClock, random: losses.fork(name) });
      },
      wakeAt: (actor, second) => {
        const resident = this.#of.get(actor);
        if (this.#over || resident === undefined) return;
        if (this.#finishing && isSettled(actor.part.terminal)) this.#settled(resident);
        if (second === Number.POSITIVE_INFINITY) return this.#deadlines.cancel(resident);
        const at = this.#steady(this.#midnight + Math.ceil(second * 1000 - 1e-4));
        resident.dueAt = Math.max(at, clock.monotonic());
        this.#deadlines.set(resident, resident.dueAt);
      },
      done: (actor, effect, octets) => {
        tally.octetsSent += octets;
        this.#count(effect);
        if (effect.kind === 'stored') onStored(actor.part.terminal.identity, effect);
        if (effect.kind === 'note' && effect.what === 'online' && !actor.online) this.#enter(actor);
      },
      happened: () => {},
      links: {
        received: (count) => {
          tally.octetsReceived += count;
        },
        fault: (name) => tally.error(name),
        offline: () => {
          tally.online--;
        },
      },
    };
  }

  /** A link that was left without a word ends when the next one stands, as the network would see to in the end. */
  #connected(actor: Actor, link: Link): void {
    const resident = this.#of.get(actor);
    resident?.link?.close('reset');
    if (resident !== undefined) resident.link = link;
    actor.connected(link);
  }

  /** How late a report is made hangs on sleep and service here: lateness is told of the looks instead. */
  #count(effect: Effect): void {
    if (effect.kind === 'made') this.tally.made++;
    else this.tally.count(effect, 0);
  }

  #enter(actor: Actor): void {
    const resident = this.#of.get(actor);
    if (resident === undefined) return;
    this.tally.enter(resident.veteran);
    resident.veteran = true;
    this.tally.storms.look(this.seconds, this.tally.online);
  }

  #now(): EpochMs {
    return this.#options.startAt + this.#host.clock.monotonic() - this.#startedAt;
  }

  #steady(at: EpochMs): MonotonicMs {
    return at - this.#options.startAt + this.#startedAt;
  }
}
