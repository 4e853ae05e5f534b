/**
 * One terminal of a scenario: its firmware, the causes around it and what happens to them, and its link over a mobile
 * network that can fail in the ways of the format (`net`).
 */
import {
  addressFor,
  type Cancel,
  type CloseKind,
  type EpochMs,
  type FrameFault,
  type Link,
} from '../../protocol/index.ts';
import type { Effect, Input, LocalEvent } from '../firmware/effects.ts';
import { nextDeadline, step } from '../firmware/step.ts';
import type { Terminal } from '../firmware/terminal.ts';
import { Line, type LineListener } from '../fleet/line.ts';
import type { CallSink } from '../link/dialer.ts';
import { MobileLink } from '../link/mobile-link.ts';
import { alarmOf, perform } from './acts.ts';
import type { Condition, Home } from './condition.ts';
import type { Changes, State } from './form.ts';
import type { LifeStep } from './life.ts';
import { Road } from './track.ts';

/** Who takes part, and as what. */
export type Role =
  /** The terminal that the scenario is about. */
  | 'self'
  /** Another one of its group. */
  | 'companion'
  /** It says that it is the terminal of the scenario. */
  | 'clone';

/** What a run gives to those who take part in it. */
export interface Stage {
  /** Seconds of the scenario, and as epoch ms. */
  second(): number;
  now(): EpochMs;
  /** Calls the platform from an address of the mobile network. */
  dial(source: string, actor: Actor, server: number): Cancel;
  equip(link: Link, actor: Actor): Link;
  /** `actor` wants to be looked at again at this second. */
  wakeAt(actor: Actor, second: number): void;
  /** An effect was carried out; `octets`: of a frame that was sent. */
  done(actor: Actor, effect: Effect, octets: number): void;
  /** A step has just happened to `actor`. */
  happened(actor: Actor, step: LifeStep): void;
  /** Who counts what links do. */
  readonly links?: LinkWatch;
}

/** What happens to the links of actors. */
export interface LinkWatch {
  received(octets: number): void;
  /** By a short stable name such as `dial ECONNREFUSED`. */
  fault(name: string): void;
  /** A session of `actor` is over. */
  offline(actor: Actor): void;
}

export interface Part {
  readonly role: Role;
  readonly terminal: Terminal;
  readonly condition: Condition;
  readonly home: Home;
  /** By their times. */
  readonly steps: readonly LifeStep[];
  /** It takes part from then on, and until then. */
  readonly from: number;
  readonly until: number;
  /** First two octets of the addresses that its carrier gives it. */
  readonly prefix: readonly [number, number];
  /** A number of its own, for addresses and roads. */
  readonly number: number;
}

/** A mapping of addresses that nobody uses goes after so long. */
const NAT_AGE_S = 300;
/** Between the last word and the end of the link, where a terminal ends it itself. */
const LAST_WORD_S = 3;
/** A contact that raised an alarm opens again. */
const CONTACT_S = 60;
/** While something changes steadily it is looked at so often. */
const RAMP_S = 20;
const SAME_S = 0.001;
const NEVER = Number.POSITIVE_INFINITY;

export class Actor implements CallSink, LineListener {
  readonly part: Part;
  readonly #stage: Stage;
  readonly #effects: Effect[] = [];
  #next = 0;
  #line: Line | undefined;
  #mobile: MobileLink | undefined;
  #calling: Cancel | undefined;
  /** Addresses that it has had: the network gives it another one now and then. */
  #addresses = 0;
  #natAt = NEVER;
  #finAt = NEVER;
  #contacts: { readonly event: LocalEvent; readonly at: number }[] = [];
  online = false;

  constructor(part: Part, stage: Stage) {
    this.part = part;
    this.#stage = stage;
  }

  get state(): State {
    return this.part.condition.state;
  }

  /** A call is under way, or an answer that can still come. */
  get awaits(): boolean {
    if (this.#calling !== undefined) return true;
    if (this.#line === undefined || !this.#reaches()) return false;
    const { terminal } = this.part;
    return terminal.phase !== 'waiting' && terminal.pending.nextDeadline() !== Number.POSITIVE_INFINITY;
  }

  /** Everything that is due: the world moves on, steps happen, the firmware looks. */
  wake(): void {
    const { condition, steps } = this.part;
    condition.goTo(this.#stage.second());
    this.take({ kind: 'wake' });
    // Clocks count milliseconds, and sums of seconds end beside them.
    const second = this.#stage.second() + SAME_S;
    for (; this.#next < steps.length && (steps[this.#next] as LifeStep).at <= second; this.#next++) {
      this.#happen(steps[this.#next] as LifeStep, second);
    }
    for (const { event } of this.#contacts.filter(({ at }) => at <= second)) this.take({ kind: 'local', event });
    this.#contacts = this.#contacts.filter(({ at }) => at > second);
    if (this.#natAt <= second) {
      this.#mobile?.forget();
      this.#addresses++;
      this.#natAt = this.state.net === 'nat_reset_300s' ? second + NAT_AGE_S : NEVER;
    }
    if (this.#finAt <= second) {
      this.#finAt = NEVER;
      this.#line?.hangUp('local');
      this.lost('ended');
    }
    this.#mobile?.carryOn();
    this.#again();
  }

  /** What should have happened until `second` has happened; its terminal did not look. */
  skipTo(second: number): void {
    const { condition, steps, number } = this.part;
    for (let step = steps[this.#next]; step !== undefined && step.at <= second; step = steps[this.#next]) {
      condition.goTo(step.at);
      condition.change(step, typeof step.road === 'number' ? roadOf(number, step.road) : step.road);
      this.#next++;
    }
    condition.goTo(second);
  }

  /** Nothing more happens of what was planned, but `changes` now. */
  calm(changes: Changes): void {
    this.#next = this.part.steps.length;
    this.befall({ at: this.#stage.second(), set: changes, ramp: {} });
  }

  /** The network drops its link, if it has one. */
  drop(): void {
    this.#mobile?.break();
  }

  /** Something happens that stands in no list of steps. */
  befall(event: LifeStep): void {
    this.part.condition.goTo(this.#stage.second());
    this.take({ kind: 'wake' });
    this.#happen(event, this.#stage.second());
    this.#again();
  }

  /** The network drops what it knows of the link, as a home router does. */
  forgetAddress(): void {
    this.#mobile?.forget();
    this.#addresses++;
  }

  /** Gives the firmware an input and carries out what it decides. */
  take(input: Input): void {
    const effects = this.#effects;
    step(this.part.terminal, input, this.#stage.now(), effects);
    // What is carried out may come back as another input at once.
    const decided = effects.splice(0);
    for (const effect of decided) this.#carryOut(effect);
  }

  /** The run is over, or its part in it. */
  leave(): void {
    this.#calling?.();
    this.#mobile?.strand();
    this.#offline();
  }

  connected(link: Link): void {
    this.#calling = undefined;
    const { identity } = this.part.terminal;
    const mobile = new MobileLink(link, () => this.#reaches());
    this.#mobile = mobile;
    this.#line = new Line(this.#stage.equip(mobile, this), {
      address: addressFor(identity.revision, identity.phone),
      revision: identity.revision,
      listener: this,
    });
    if (this.state.net === 'nat_reset_300s') this.#natAt = this.#stage.second() + NAT_AGE_S;
    this.#told({ kind: 'connected' });
  }

  failed(reason: string): void {
    this.#calling = undefined;
    this.#stage.links?.fault(`dial ${reason}`);
    this.#told({ kind: 'unreachable' });
  }

  heard(input: Input): void {
    this.#told(input);
  }

  received(octets: number): void {
    this.#stage.links?.received(octets);
  }

  garbled(fault: FrameFault): void {
    this.#stage.links?.fault(`frame ${fault}`);
  }

  lost(kind: CloseKind): void {
    this.#stage.links?.fault(kind === 'ended' ? 'closed by platform' : `link ${kind}`);
    this.#offline();
    this.#told({ kind: 'closed' });
  }

  #told(input: Input): void {
    this.part.condition.goTo(this.#stage.second());
    this.take(input);
    this.#again();
  }

  #again(): void {
    const { terminal, steps, condition } = this.part;
    const stage = this.#stage;
    const second = stage.second();
    let at = second + (nextDeadline(terminal) - stage.now()) / 1000;
    at = Math.min(at, this.#natAt, this.#finAt, steps[this.#next]?.at ?? NEVER);
    for (const contact of this.#contacts) at = Math.min(at, contact.at);
    if (condition.ramping) at = Math.min(at, second + RAMP_S);
    stage.wakeAt(this, at);
  }

  #happen(event: LifeStep, second: number): void {
    const { condition, terminal, home, number } = this.part;
    const before = this.state.net;
    const { road } = event;
    condition.change(event, typeof road === 'number' ? roadOf(number, road) : road);
    const happens = perform(terminal, event.set, home.names);
    // What it was until now it must not be taken for, once it is another.
    for (const local of happens) this.take({ kind: 'local', event: local });
    const raised = typeof event.set.inject === 'string' ? alarmOf(event.set.inject) : undefined;
    if (raised !== undefined) {
      this.#contacts.push({ event: { what: 'alarm', name: raised, on: false }, at: second + CONTACT_S });
    }
    if (event.set.net !== undefined && event.set.net !== before) this.#changeNetwork(event.set.net, second);
    this.take({ kind: 'wake' });
    this.#stage.happened(this, event);
  }

  #changeNetwork(net: State['net'], second: number): void {
    this.#natAt = NEVER;
    switch (net) {
      case 'ok':
      case 'outage':
      case 'sleep_silent':
        return;
      case 'gateway_restart':
        return this.#mobile?.break();
      case 'nat_rebind':
      case 'prefix_migration':
        return this.forgetAddress();
      case 'nat_reset_300s':
        this.#natAt = second + NAT_AGE_S;
        return;
      case 'fin_then_gone':
        // One that is woken to say its farewell ends the link when that is said.
        if (!this.part.terminal.leaving) this.#finAt = second + LAST_WORD_S;
        return;
      case 'failover_halfopen':
        return this.#mobile?.strand();
      default:
        net satisfies never;
    }
  }

  /** Octets of this terminal get through: it has power and service. */
  #reaches(): boolean {
    const { device } = this.part.terminal;
    return device === undefined || (device.power.source !== 'none' && device.modem.service);
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'dial':
        this.#dial(effect.server);
        return;
      case 'hangUp':
        this.#calling?.();
        this.#calling = undefined;
        if (effect.how === 'silent') this.#mobile?.strand();
        this.#line?.hangUp(effect.how);
        this.#offline();
        return;
      case 'send':
        return this.#stage.done(this, effect, this.#line?.send(effect) ?? 0);
      case 'note':
        this.#stage.done(this, effect, 0);
        if (effect.what === 'online') this.online = true;
        if (effect.what === 'deregistered' && this.state.net === 'fin_then_gone') {
          this.#finAt = this.#stage.second() + LAST_WORD_S;
        }
        return;
      case 'made':
      case 'stored':
      case 'dropped':
      case 'nmea':
      case 'attach':
        return this.#stage.done(this, effect, 0);
      default:
        effect satisfies never;
    }
  }

  #offline(): void {
    this.#line = undefined;
    this.#mobile = undefined;
    if (!this.online) return;
    this.online = false;
    this.#stage.links?.offline(this);
  }

  #dial(server: number): void {
    const { net } = this.state;
    const away = net === 'gateway_restart' || (net === 'fin_then_gone' && !this.part.terminal.leaving);
    const { prefix, number } = this.part;
    const moved = net === 'prefix_migration' ? 100 : 0;
    const host = `${prefix[0]}.${prefix[1] + moved}.${(number >> 8) & 255}.${number & 255}`;
    const port = 20_000 + ((number * 97 + this.#addresses * 1013) % 40_000);
    this.#addresses++;
    this.#calling = this.#stage.dial(away ? '' : `${host}:${port}`, this, server);
  }
}

const BEND = 25;

/** The road of a number that starts where its vehicle is. */
export function roadOf(number: number, road: number): Road {
  const seed = (number * 7919 + road * 104_729) >>> 0;
  return new Road(seed, (seed * 137) % 360, BEND);
}
