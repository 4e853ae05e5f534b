/** One physical terminal at the end of a cable, and a hand that does things to it and its vehicle. */
import { type Cancel, type Clock, type EpochMs, type Random } from '../../protocol/index.ts';
import type { Effect } from '../firmware/effects.ts';
import { identityOf, papersFor } from '../firmware/identity.ts';
import { applyParameters } from '../firmware/parameters.ts';
import { nextDeadline } from '../firmware/step.ts';
import { newPhysicalTerminal, type Terminal } from '../firmware/terminal.ts';
import { Member } from '../fleet/member.ts';
import { Tally } from '../fleet/tally.ts';
import type { Dialer } from '../link/dialer.ts';
import type { Profile } from '../profiles/profile.ts';
import { type Causes, ordinaryCauses } from '../world/causes.ts';
import { CITIES, type City } from '../world/cities.ts';
import type { Deed } from './commands.ts';
import type { Words } from './words.ts';

const KM_PER_DEGREE = 111.195;
const ODOMETER_KM = 12_345;
/** Longer than any receiver searches. */
const LONG_MS = 600_000;

export interface TraineeOptions {
  readonly profile: Profile;
  readonly phone: number;
  readonly startAt: EpochMs;
}

export interface TraineeHost {
  readonly clock: Clock;
  /** Of its errors of measurement. */
  readonly random: Random;
  /** What is at the other end of the cable. */
  readonly dialer: Dialer;
  /** What its receiver says, each sentence with its line end. */
  nmea(sentences: readonly string[]): void;
  /** What happened to it, in a word: `booted`, `powerLost`, `online`, … */
  happened(what: string): void;
}

/** Parked in Kunming under an open sky, with power; it boots as the object is made. */
export class Trainee {
  readonly tally = new Tally();
  readonly terminal: Terminal;
  readonly causes: Causes;
  readonly #host: TraineeHost;
  readonly #startAt: EpochMs;
  readonly #startedAt: number;
  readonly #member: Member;
  #drivenAt: EpochMs;
  #cancel: Cancel | undefined;
  #over = false;

  constructor({ profile, phone, startAt }: TraineeOptions, host: TraineeHost) {
    const { clock, random, dialer } = host;
    const { latitude, longitude, altitude } = CITIES[1] as City;
    this.#host = host;
    this.#startAt = startAt;
    this.#startedAt = clock.monotonic();
    this.#drivenAt = startAt;
    this.causes = { ...ordinaryCauses(), latitude, longitude, altitude, odometer: ODOMETER_KM };
    this.terminal = newPhysicalTerminal({
      identity: identityOf(0, profile.revision, phone),
      profile,
      causes: this.causes,
      seed: random.int(0, 0x7fff_ffff),
      at: startAt,
      nmea: true,
      wired: true,
    });
    this.#member = new Member(this.terminal, {
      tally: this.tally,
      dialer,
      now: () => this.#now(),
      equip: (link) => link,
      done: (_member, effect) => this.#done(effect),
      stirred: () => this.#stirred(),
    });
    this.#wake();
  }

  /** Does it now: what held so far is taken to have held until this moment. */
  do({ causes, event, charge, words, awake }: Deed): void {
    this.#wake();
    if (causes !== undefined) Object.assign(this.causes, causes);
    if (charge !== undefined && this.terminal.device !== undefined) this.terminal.device.power.charge = charge;
    if (words !== undefined) this.#write(words);
    if (awake === true) this.#awake();
    if (event === undefined) this.#wake();
    else this.#member.take({ kind: 'local', event });
  }

  #write({ papers, iccid, params }: Words): void {
    Object.assign(papersFor(this.terminal), papers);
    if (iccid !== undefined) this.causes.iccid = iccid;
    applyParameters(this.terminal, params, this.#now());
  }

  #awake(): void {
    const { device } = this.terminal;
    if (device === undefined) return;
    const now = this.#now();
    device.power.readyAt = Math.min(device.power.readyAt, now);
    device.receiver.usableSince = Math.min(device.receiver.usableSince, now - LONG_MS);
  }

  /** Ends it without a word. */
  stop(): void {
    this.#over = true;
    this.#cancel?.();
    this.#member.leave();
  }

  #now(): EpochMs {
    return Math.floor(this.#startAt + this.#host.clock.monotonic() - this.#startedAt);
  }

  #wake(): void {
    this.#drive();
    this.#member.take({ kind: 'wake' });
  }

  /** A vehicle that moves is further on. */
  #drive(): void {
    const { causes } = this;
    const now = this.#now();
    const km = (causes.speed * (now - this.#drivenAt)) / 3_600_000;
    this.#drivenAt = now;
    const angle = (causes.heading * Math.PI) / 180;
    causes.odometer += km;
    causes.latitude += (km * Math.cos(angle)) / KM_PER_DEGREE;
    causes.longitude += (km * Math.sin(angle)) / KM_PER_DEGREE / Math.cos((causes.latitude * Math.PI) / 180);
  }

  #done(effect: Effect): void {
    if (effect.kind === 'nmea') this.#host.nmea(effect.sentences);
    else if (effect.kind === 'note') this.#host.happened(effect.what);
  }

  #stirred(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#over) return;
    const at = nextDeadline(this.terminal) - this.#startAt + this.#startedAt;
    if (at < Number.POSITIVE_INFINITY) this.#cancel = this.#host.clock.wake(at, () => this.#wake());
  }
}
