/**
 * Any number of terminals in one process: switched on one after another, reporting each at its own moment, on one
 * heap of deadlines and one set of counters.
 *
 * A run has an end: when every terminal has made its reports and a platform has them all, or when the time
 * for settling is over. Same seed, same start, same settings: same reports, octet for octet.
 */
import {
  type Clock,
  Deadlines,
  type EpochMs,
  type MonotonicMs,
  type Random,
  type Revision,
} from '../../protocol/index.ts';
import type { AcknowledgedReports, Effect } from '../firmware/effects.ts';
import { type Identity, identityOf } from '../firmware/identity.ts';
import type { FirmwareSettings } from '../firmware/settings.ts';
import { nextDeadline } from '../firmware/step.ts';
import { isSettled, newTerminal } from '../firmware/terminal.ts';
import type { Dialer } from '../link/dialer.ts';
import { faultLink } from '../link/fault-link.ts';
import { type Faults, isFaulty, NO_FAULTS } from '../link/faults.ts';
import { unit } from '../world/noise.ts';
import { World } from '../world/world.ts';
import { type Crew, Member } from './member.ts';
import { Tally } from './tally.ts';

/** One revision for all, or the mixture of an old province: one in ten of 2011, four of 2013, five of 2019. */
export type RevisionMix = Revision | 'mix';

/** How many terminals of what kind, and how long they report. */
export interface FleetOptions {
  readonly terminals: number;
  /** Number of the first terminal, where this is a share of a larger fleet; 0 unless given. Its phone is `firstPhone` and as many. */
  readonly from?: number;
  readonly revision: RevisionMix;
  readonly firstPhone: number;
  readonly firmware: FirmwareSettings;
  /** Terminals switched on a second. */
  readonly rampPerSecond: number;
  /** Each terminal makes reports for so long from its power-on; Infinity: until `finish`. */
  readonly durationMs: number;
  /** Wait at the end for answers and for stored reports. */
  readonly settleMs: number;
  /** The simulated time at which the first terminal is switched on. */
  readonly startAt: EpochMs;
  readonly faults?: Faults;
  /** Minutes of a vehicle in which something befalls it, 0 to 1; 0 unless given. */
  readonly incidents?: number;
  /** All links drop at once so long after the start, and again each time as much later, while reports are made. */
  readonly stormEveryMs?: number | undefined;
  /** Seconds of the clock in one of ours, in which times are told; 1 unless given. */
  readonly pace?: number;
  /** Told of every message whose reports the platform has. */
  readonly onStored?: (identity: Identity, stored: AcknowledgedReports) => void;
}

/** The world that a fleet is given. */
export interface FleetHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly dialer: Dialer;
  /** That of the network, where the terminals' own runs faster. */
  readonly linkClock?: Clock;
}

const MIX: readonly Revision[] = [2019, 2013, 2019, 2013, 2011, 2019, 2013, 2019, 2013, 2019];

/** Many terminals over one clock, and what became of their reports. */
export class Fleet {
  readonly tally: Tally;
  readonly #options: FleetOptions;
  readonly #host: FleetHost;
  readonly #members: Member[] = [];
  readonly #deadlines: Deadlines<Member | 'settled' | 'storm'>;
  readonly #startedAt: MonotonicMs;
  readonly #unsettled = new Set<Member>();
  readonly #ended: (() => void)[] = [];
  #endsAt: MonotonicMs = Number.POSITIVE_INFINITY;
  #over = false;
  #stormsSoFar = 0;

  /** Builds the fleet; nothing happens before the clock's next turn. */
  constructor(options: FleetOptions, host: FleetHost) {
    this.#options = options;
    this.tally = new Tally(options.pace);
    this.#host = host;
    this.#startedAt = host.clock.monotonic();
    this.#deadlines = new Deadlines(host.clock, (key) => {
      if (key === 'settled') this.stop();
      else if (key === 'storm') this.#storm();
      else key.take({ kind: 'wake' });
    });
    this.#muster();
  }

  /** Seconds of ours since the first terminal was switched on. */
  get seconds(): number {
    return (this.#host.clock.monotonic() - this.#startedAt) / 1000 / (this.#options.pace ?? 1);
  }

  /** Terminals that have reports to make, to send or to be acknowledged. */
  get unsettled(): number {
    return this.#unsettled.size;
  }

  /** Resolves when the run is over and every link is dropped. */
  ended(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#over) resolve();
      else this.#ended.push(resolve);
    });
  }

  /** No terminal makes another report; those that were made are seen to, for `settleMs` at most. */
  finish(): void {
    if (this.#over) return;
    this.#endBy(this.#host.clock.monotonic() + this.#options.settleMs);
    this.#deadlines.cancel('storm');
    for (const member of this.#unsettled) member.take({ kind: 'finish' });
  }

  /** Ends the run now. */
  stop(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadlines.clear();
    for (const member of this.#members) member.leave();
    for (const resolve of this.#ended.splice(0)) resolve();
  }

  #muster(): void {
    const {
      terminals,
      from = 0,
      revision,
      firstPhone,
      firmware,
      rampPerSecond,
      startAt,
      durationMs,
      settleMs,
    } = this.#options;
    const { random } = this.#host;
    const world = new World(random, this.#options.incidents ?? 0);
    const seed = random.fork('spread').int(0, 0xffff_ffff);
    const crew = this.#crew(random.fork('faults'));
    for (let index = from; index < from + terminals; index++) {
      const identity = identityOf(
        index,
        revision === 'mix' ? (MIX[index % MIX.length] as Revision) : revision,
        firstPhone,
      );
      const powerAt = startAt + Math.floor((index / rampPerSecond) * 1000);
      const vehicle = world.vehicle(index);
      const spread = unit(seed, index, 0);
      const member = new Member(
        newTerminal({ identity, vehicle, settings: firmware, spread, powerAt, reportForMs: durationMs }),
        crew,
      );
      this.#members.push(member);
      this.#unsettled.add(member);
      this.#deadlines.set(member, this.#steady(powerAt));
    }
    const lastPowerAt = startAt + ((from + terminals - 1) / rampPerSecond) * 1000;
    this.#endBy(this.#steady(lastPowerAt + durationMs + settleMs));
    this.#brew();
  }

  /** The next storm, if reports are still made then. */
  #brew(): void {
    const { stormEveryMs = 0, settleMs } = this.#options;
    const at = this.#startedAt + stormEveryMs * (this.#stormsSoFar + 1);
    if (stormEveryMs > 0 && at < this.#endsAt - settleMs) this.#deadlines.set('storm', at);
  }

  #storm(): void {
    const { tally } = this;
    this.#stormsSoFar++;
    tally.storms.begin(this.seconds, tally.online);
    for (const member of this.#members) member.drop();
    this.#brew();
  }

  #endBy(at: MonotonicMs): void {
    if (at >= this.#endsAt) return;
    this.#endsAt = at;
    this.#deadlines.set('settled', at);
  }

  #crew(faultRandom: Random): Crew {
    const { faults = NO_FAULTS, onStored } = this.#options;
    const { clock, dialer, linkClock = clock } = this.#host;
    const faulty = isFaulty(faults);
    return {
      tally: this.tally,
      dialer,
      now: () => this.#options.startAt + clock.monotonic() - this.#startedAt,
      equip: (link, name) =>
        faulty ? faultLink(link, faults, { clock: linkClock, random: faultRandom.fork(name) }) : link,
      done: (member: Member, effect: Effect) => {
        if (effect.kind === 'stored') onStored?.(member.terminal.identity, effect);
        if (effect.kind === 'note' && effect.what === 'online') this.tally.storms.look(this.seconds, this.tally.online);
      },
      stirred: (member) => this.#stirred(member),
    };
  }

  #stirred(member: Member): void {
    if (this.#over) return;
    const at = this.#steady(nextDeadline(member.terminal));
    if (at === Number.POSITIVE_INFINITY) this.#deadlines.cancel(member);
    else this.#deadlines.set(member, at);
    if (!isSettled(member.terminal)) return;
    this.#unsettled.delete(member);
    // Not at once: this is the middle of a step.
    if (this.#unsettled.size === 0) this.#endBy(this.#host.clock.monotonic());
  }

  #steady(at: EpochMs): MonotonicMs {
    return at - this.#options.startAt + this.#startedAt;
  }
}
