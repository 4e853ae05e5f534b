/** A physical terminal and a platform that answers everything at once, on virtual time: what it sent, and when. */
import { type BodyOf, codecFor, IGNORE_QUIRKS } from '../../../protocol/index.ts';
import type { Effect, Input, LocalEvent, Send } from '../../../simulator/firmware/effects.ts';
import { identityOf } from '../../../simulator/firmware/identity.ts';
import { requestOf } from '../../../simulator/firmware/hear.ts';
import { nextDeadline, step } from '../../../simulator/firmware/step.ts';
import { newPhysicalTerminal, type PhysicalOptions, type Terminal } from '../../../simulator/firmware/terminal.ts';
import { PROFILES } from '../../../simulator/profiles/index.ts';
import type { Profile } from '../../../simulator/profiles/profile.ts';
import { type Causes, ordinaryCauses } from '../../../simulator/world/causes.ts';
import { START } from './machine.ts';

/** A message that was sent: seconds since the start, and its frame as an effect. */
export interface Sent extends Send {
  readonly t: number;
}

export class Drill {
  readonly causes: Causes;
  readonly terminal: Terminal;
  readonly profile: Profile;
  readonly effects: { readonly t: number; readonly effect: Effect }[] = [];
  /** False: the platform is not there. */
  reachable = true;
  /** False: it takes what it gets and says nothing. */
  answering = true;
  /** Its own serial. */
  #serial = 0;
  #linked = false;
  #now = START;

  constructor(
    profile: string | Profile,
    causes: Partial<Causes> = {},
    more: Partial<Pick<PhysicalOptions, 'nmea' | 'seed' | 'settings'>> = {},
  ) {
    this.profile = typeof profile === 'string' ? (PROFILES[profile] as Profile) : profile;
    this.causes = { ...ordinaryCauses(), latitude: 25.04, longitude: 102.71, odometer: 1000, ...causes };
    this.terminal = newPhysicalTerminal({
      identity: identityOf(0, this.profile.revision, 13_800_000_001),
      profile: this.profile,
      causes: this.causes,
      seed: 3,
      at: START,
      ...more,
    });
    this.#step({ kind: 'wake' });
  }

  get seconds(): number {
    return (this.#now - START) / 1000;
  }

  /** Lets time pass until `t` seconds after the start; vehicles that move, move. */
  until(t: number): this {
    const end = START + t * 1000;
    for (let due = nextDeadline(this.terminal); due <= end; due = nextDeadline(this.terminal)) {
      this.#drive(due);
      this.#step({ kind: 'wake' });
    }
    this.#drive(end);
    this.#step({ kind: 'wake' });
    return this;
  }

  /** Changes causes now. */
  set(causes: Partial<Causes>): this {
    Object.assign(this.causes, causes);
    this.#step({ kind: 'wake' });
    return this;
  }

  local(event: LocalEvent): this {
    this.#step({ kind: 'local', event });
    return this;
  }

  /** The platform sends a message; returns what the terminal sent on it. */
  ask<Id extends number>(id: Id, body: unknown): Send[] {
    const from = this.effects.length;
    const codec = codecFor(id, this.profile.revision);
    const octets = new Uint8Array(65_536);
    const end = codec?.encode(body, octets, 0) ?? 0;
    const said = { id, serial: this.#serial++, revision: this.profile.revision };
    const input = requestOf(said, octets, 0, end);
    if (input === undefined) throw new Error('is no request');
    this.#step(input);
    return this.effects.slice(from).flatMap(({ effect }) => (effect.kind === 'send' ? [effect] : []));
  }

  input(input: Input): this {
    this.#step(input);
    return this;
  }

  /** Everything of an id that was sent for the first time from `t` on. */
  sent(id: number, from = 0): Sent[] {
    return this.effects.flatMap(({ t, effect }) =>
      t >= from && effect.kind === 'send' && effect.id === id && !effect.again ? [{ ...effect, t }] : [],
    );
  }

  /** Reports as decoded, live ones only. */
  reports(from = 0): (BodyOf<'locationReport'> & { readonly t: number })[] {
    return this.sent(0x0200, from).map(({ t, body }) => ({ t, ...this.decode(0x0200, body) }));
  }

  lastReport(): BodyOf<'locationReport'> & { readonly t: number } {
    return this.reports().at(-1) as BodyOf<'locationReport'> & { readonly t: number };
  }

  decode<Id extends Parameters<typeof codecFor>[0]>(id: Id, body: Uint8Array): BodyOf<Id & 0x0200> {
    return codecFor(id, this.profile.revision)?.decode(body, 0, body.length, IGNORE_QUIRKS) as BodyOf<Id & 0x0200>;
  }

  notes(): [number, string][] {
    return this.effects.flatMap(({ t, effect }) =>
      effect.kind === 'note' ? [[t, effect.what] as [number, string]] : [],
    );
  }

  #drive(now: number): void {
    const km = (this.causes.speed * (now - this.#now)) / 3_600_000;
    this.#now = now;
    if (km === 0) return;
    this.causes.odometer += km;
    const angle = (this.causes.heading * Math.PI) / 180;
    this.causes.latitude += (km / 111.195) * Math.cos(angle);
    this.causes.longitude += ((km / 111.195) * Math.sin(angle)) / Math.cos((this.causes.latitude * Math.PI) / 180);
  }

  #step(input: Input): void {
    const effects: Effect[] = [];
    step(this.terminal, input, this.#now, effects);
    for (const effect of effects) {
      this.effects.push({ t: this.seconds, effect });
      if (effect.kind === 'hangUp') this.#linked = false;
    }
    for (const effect of effects) this.#answer(effect);
  }

  #answer(effect: Effect): void {
    if (effect.kind === 'dial') {
      this.#linked = this.reachable;
      return this.#step({ kind: this.reachable ? 'connected' : 'unreachable' });
    }
    if (effect.kind !== 'send' || !this.#linked || !this.answering) return;
    const { id, serial, total, number } = effect;
    if (id === 0x0100) this.#step({ kind: 'registered', replySerial: serial, result: 0, authCode: 'CODE' });
    else if (EXPECTS_ACK.has(id) && number === total)
      this.#step({ kind: 'acknowledged', replySerial: serial, replyId: id, result: 0 });
  }
}

const EXPECTS_ACK = new Set([
  0x0002, 0x0003, 0x0102, 0x0108, 0x0200, 0x0301, 0x0303, 0x0701, 0x0702, 0x0704, 0x0705, 0x0800, 0x0900, 0x1206,
]);
