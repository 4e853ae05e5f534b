/** One terminal of a fleet: carries out what its firmware decides, and tells it what came of it. */
import {
  addressFor,
  type Cancel,
  type CloseKind,
  type EpochMs,
  type FrameFault,
  type Link,
} from '../../protocol/index.ts';
import type { Effect, Input } from '../firmware/effects.ts';
import { step } from '../firmware/step.ts';
import type { Terminal } from '../firmware/terminal.ts';
import type { CallSink, Dialer } from '../link/dialer.ts';
import { Line, type LineListener } from './line.ts';
import type { Tally } from './tally.ts';

/** What the members of a fleet share. */
export interface Crew {
  readonly tally: Tally;
  readonly dialer: Dialer;
  /** The simulated time. */
  now(): EpochMs;
  /** The link that is used: the dialled one, or one around it that fails now and then, as drawn for `name`. */
  equip(link: Link, name: string): Link;
  /** An effect was carried out. */
  done(member: Member, effect: Effect): void;
  /** A step was taken: the next deadline may be another one. */
  stirred(member: Member): void;
}

export class Member implements CallSink, LineListener {
  readonly terminal: Terminal;
  readonly #crew: Crew;
  /** Effects of the step under way. */
  readonly #effects: Effect[] = [];
  #line: Line | undefined;
  /** The one it left without a word: ended when the next one stands, as the network would in the end. */
  #left: Line | undefined;
  #cancelCall: Cancel | undefined;
  /** Links that it has had. */
  #links = 0;
  #online = false;
  /** It has had a session before. */
  #veteran = false;

  constructor(terminal: Terminal, crew: Crew) {
    this.terminal = terminal;
    this.#crew = crew;
  }

  /** Gives the firmware an input and carries out what it decides. */
  take(input: Input): void {
    const now = this.#crew.now();
    const effects = this.#effects;
    step(this.terminal, input, now, effects);
    for (const effect of effects) {
      this.#crew.tally.count(effect, now);
      this.#carryOut(effect);
      this.#crew.done(this, effect);
    }
    effects.length = 0;
    this.#crew.stirred(this);
  }

  /** Drops the link without asking the firmware: the run is over. */
  leave(): void {
    this.#hangUp('local');
    this.#forget();
  }

  /** The network drops its link, if it has one. */
  drop(): void {
    if (this.#line === undefined) return;
    this.#line.hangUp('reset');
    this.lost('reset');
  }

  connected(link: Link): void {
    this.#cancelCall = undefined;
    this.#forget();
    const { identity } = this.terminal;
    const address = addressFor(identity.revision, identity.phone);
    const name = `${identity.index}.${this.#links++}`;
    this.#line = new Line(this.#crew.equip(link, name), { address, revision: identity.revision, listener: this });
    this.take({ kind: 'connected' });
  }

  failed(reason: string): void {
    this.#cancelCall = undefined;
    this.#crew.tally.error(`dial ${reason}`);
    this.take({ kind: 'unreachable' });
  }

  heard(input: Input): void {
    this.take(input);
  }

  received(octets: number): void {
    this.#crew.tally.octetsReceived += octets;
  }

  garbled(fault: FrameFault): void {
    this.#crew.tally.error(`frame ${fault}`);
  }

  lost(kind: CloseKind): void {
    this.#line = undefined;
    this.#offline();
    this.#crew.tally.error(kind === 'ended' ? 'closed by platform' : `link ${kind}`);
    this.take({ kind: 'closed' });
  }

  #carryOut(effect: Effect): void {
    switch (effect.kind) {
      case 'dial':
        this.#cancelCall = this.#crew.dialer.dial(this.terminal.identity.index, this, effect.server);
        break;
      case 'hangUp':
        this.#hangUp(effect.how);
        break;
      case 'send':
        if (this.#line !== undefined) this.#crew.tally.octetsSent += this.#line.send(effect);
        break;
      case 'note':
        if (effect.what === 'online') this.#enter();
        break;
      case 'made':
      case 'stored':
      case 'dropped':
      case 'nmea':
      case 'attach':
        break;
      default:
        effect satisfies never;
    }
  }

  #hangUp(how: 'local' | 'timeout' | 'silent'): void {
    if (this.#cancelCall !== undefined) this.#crew.tally.error('dial timeout');
    this.#cancelCall?.();
    this.#cancelCall = undefined;
    this.#line?.hangUp(how);
    if (how === 'silent') this.#left = this.#line;
    this.#line = undefined;
    this.#offline();
  }

  #forget(): void {
    this.#left?.close();
    this.#left = undefined;
  }

  #enter(): void {
    const { tally } = this.#crew;
    // Told again who speaks, on the same link, is no new session.
    if (this.#online) return;
    this.#online = true;
    tally.enter(this.#veteran);
    this.#veteran = true;
  }

  #offline(): void {
    if (!this.#online) return;
    this.#online = false;
    this.#crew.tally.online--;
  }
}
