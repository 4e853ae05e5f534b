/**
 * What a check works with: links of its terminal, messages of its edition, and waiting for answers.
 *
 * All checks of an edition share one terminal: it is registered once, its code is kept, and each check calls anew.
 */
import {
  type BodyOf,
  type Clock,
  codecFor,
  type EpochMs,
  IGNORE_QUIRKS,
  type MessageId,
  ProtocolError,
  type Revision,
} from '../../protocol/index.ts';
import { encodeAuthentication, encodeRegistration } from '../firmware/bodies.ts';
import { MESSAGE, RESULT } from '../firmware/effects.ts';
import { encoded } from '../firmware/encoded.ts';
import type { Identity, Papers } from '../firmware/identity.ts';
import type { Dialer } from '../link/dialer.ts';
import { Unmet, Unready } from './check.ts';
import { type Heard, Probe } from './probe.ts';
import { reportOf } from './report-body.ts';

/** A terminal as it stands between checks. */
export interface Subject {
  readonly identity: Identity;
  readonly papers: Papers;
  /** As the platform gave it; undefined: it is not registered. */
  authCode: string | undefined;
  /** Pictures sent. */
  media: number;
}

/** What all checks share. */
export interface Stand {
  readonly dialer: Dialer;
  readonly clock: Clock;
  /** An answer that takes longer is none. */
  readonly answerMs: number;
  /** So long a platform may take until it asks for parts that are missing. */
  readonly patienceMs: number;
  /** The simulated time of the first report. */
  readonly startAt: EpochMs;
  /** Of no terminal that the platform knows. */
  readonly stranger: (revision: Revision) => Subject;
}

export class Trial {
  readonly stand: Stand;
  readonly subject: Subject;
  readonly revision: Revision;
  readonly #probes: Probe[] = [];
  #reports = 0;

  constructor(stand: Stand, subject: Subject) {
    this.stand = stand;
    this.subject = subject;
    this.revision = subject.identity.revision;
  }

  /** Links that the check has had. */
  get probes(): readonly Probe[] {
    return this.#probes;
  }

  /** A new link of the terminal, or of another. Throws `Unready` where there is none. */
  async call({ identity }: Subject = this.subject): Promise<Probe> {
    const { dialer, clock, answerMs } = this.stand;
    const probe = await new Promise<Probe | string>((resolve) => {
      const withdraw = dialer.dial(identity.index, {
        connected: (link) => {
          giveUp();
          resolve(new Probe(link, identity, clock));
        },
        failed: (reason) => {
          giveUp();
          resolve(reason);
        },
      });
      const giveUp = clock.wake(clock.monotonic() + answerMs, () => {
        withdraw();
        resolve('timeout');
      });
    });
    if (typeof probe === 'string') throw new Unready(`no link: ${probe}`);
    this.#probes.push(probe);
    return probe;
  }

  /** A new link with a session. Throws `Unready` where the platform does not agree. */
  async enter(): Promise<Probe> {
    const probe = await this.call();
    if (this.subject.authCode === undefined) await this.register(probe);
    const { result } = await this.authenticate(probe);
    if (result !== RESULT.success) throw new Unready(`authentication was answered with result ${result}`);
    return probe;
  }

  /** Registers; throws `Unready` where the platform refuses or says nothing. */
  async register(probe: Probe): Promise<void> {
    const answer = await this.registration(probe);
    if (answer.result !== RESULT.success || answer.authCode === undefined)
      throw new Unready(`registration was answered with result ${answer.result}`);
    this.subject.authCode = answer.authCode;
  }

  /** What a registration is answered. Throws `Unready` where it is not. */
  async registration(
    probe: Probe,
    { identity, papers }: Subject = this.subject,
  ): Promise<{ result: number; authCode: string | undefined }> {
    const serial = probe.send(MESSAGE.registration, encodeRegistration(identity, papers));
    const heard = await probe.message(
      ({ id, body }) =>
        word(body, 0) === serial &&
        (id === MESSAGE.registrationResponse || (id === MESSAGE.platformAck && word(body, 2) === MESSAGE.registration)),
      this.stand.answerMs,
    );
    if (heard === undefined) throw new Unready(`registration: ${this.silence(probe)}`);
    if (heard.id === MESSAGE.platformAck) return { result: heard.body[4] ?? -1, authCode: undefined };
    const body = this.decoded(MESSAGE.registrationResponse, heard) as BodyOf<'registrationResponse'>;
    return { result: heard.body[2] as number, authCode: body.authCode };
  }

  /** What 0x0102 is answered; throws `Unmet` where it is not. */
  async authenticate(
    probe: Probe,
    code = this.subject.authCode ?? '',
    { identity, papers }: Subject = this.subject,
  ): Promise<{ result: number }> {
    const serial = probe.send(MESSAGE.authentication, encodeAuthentication(identity, papers, code));
    return { result: await this.result(probe, MESSAGE.authentication, serial) };
  }

  /** Body of a message of the terminal's edition. */
  body(id: MessageId, value: unknown): Uint8Array {
    return encoded(codecFor(id, this.revision), value as never);
  }

  /** The next 0x0200: a second after the one before. */
  report(more?: { readonly items?: Uint8Array; readonly south?: boolean; readonly unset?: boolean }): Uint8Array {
    return reportOf(this.stand.startAt + 1000 * this.#reports++, more);
  }

  /** The result of the 0x8001 for a message; throws `Unmet` where there is none. */
  async result(probe: Probe, id: number, serial: number): Promise<number> {
    const ack = await this.ack(probe, id, serial);
    if (ack === undefined) throw new Unmet(this.silence(probe));
    return ack;
  }

  /** The same, undefined where there is none. `parts`: serials that the message took, any of which may be answered. */
  async ack(probe: Probe, id: number, serial: number, parts = 1): Promise<number | undefined> {
    const heard = await probe.message((one) => acks(one, id, serial, parts), this.stand.answerMs);
    return heard?.body[4];
  }

  /** Sends a message that must be answered with result 0. */
  async accepted(probe: Probe, id: number, body: Uint8Array): Promise<void> {
    const result = await this.result(probe, id, probe.send(id, body));
    if (result !== RESULT.success) throw new Unmet(`0x8001 with result ${result}`);
  }

  /**
   * Resolves when the platform has dealt with what was sent over the link: it has answered a report sent after it. Not a
   * heartbeat: its answer may overtake those that wait for a disk. Throws `Unmet` where there is none.
   */
  async settled(probe: Probe): Promise<void> {
    const ack = await this.ack(probe, MESSAGE.report, probe.send(MESSAGE.report, this.report()));
    if (ack === undefined) throw new Unmet(`a report sent after it: ${this.silence(probe)}`);
    if (ack !== RESULT.success) throw new Unmet(`a report sent after it: result ${ack}`);
  }

  /** Results that a message has been answered with so far. */
  results(probe: Probe, id: number, serial: number): number[] {
    return probe.heard.flatMap((one) => (acks(one, id, serial, 1) ? [one.body[4] as number] : []));
  }

  /** What the platform wrote, by the catalogue. Throws `Unmet` where it is no such body. */
  decoded(id: MessageId, heard: Pick<Heard, 'body'>): unknown {
    try {
      return codecFor(id, this.revision).decode(heard.body, 0, heard.body.length, IGNORE_QUIRKS);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      throw new Unmet(`0x${id.toString(16)} cannot be read: ${error.message}`);
    }
  }

  /** An id for a picture that this terminal has not sent yet: a platform may keep those it had. */
  nextMedia(): number {
    return this.subject.media++;
  }

  silence({ ended }: Probe): string {
    return ended === undefined ? `no answer within ${this.stand.answerMs / 1000} s` : `the link was closed (${ended})`;
  }

  /** Ends every link. */
  leave(): void {
    for (const probe of this.#probes) probe.close();
  }
}

export const NOTHING = new Uint8Array(0);

function acks({ id, body }: Heard, replyId: number, serial: number, parts: number): boolean {
  if (id !== MESSAGE.platformAck || body.length < 5 || word(body, 2) !== replyId) return false;
  return ((word(body, 0) - serial) & 0xffff) < parts;
}

/** Of two octets; -1 where they are not there. */
export function word(b: Uint8Array, at: number): number {
  return at + 2 > b.length ? -1 : ((b[at] as number) << 8) | (b[at + 1] as number);
}
