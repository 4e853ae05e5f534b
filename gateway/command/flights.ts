/**
 * Commands between their sending and their end: sent again by the rule of the standard until the terminal says that it
 * has them, then awaited. JT/T 808-2019 4.5: a general answer (0x0001) ends the repeating, the specific one may take its
 * time, and pictures that were asked for more of it.
 *
 * Bounds: `MAX_IN_FLIGHT` of a link await a first answer; further ones wait in the mailbox, which bounds them all.
 */
import {
  type Clock,
  Deadlines,
  type Message,
  messageById,
  Pending,
  type RetryRule,
  toJson,
} from '../../protocol/index.ts';
import type { Connection } from '../intake/connection.ts';
import { partsOf } from '../intake/framer.ts';
import type { CommandMedia, CommandStatus, CommandStep } from './command.ts';
import { type Ending, isComplete } from './ending.ts';

export interface Patience {
  /** Reply timeout of the first sending and number of retransmissions. */
  readonly retry: RetryRule;
  /** How long a specific answer may take once the terminal has the command. */
  readonly answerMs: number;
  /** How long pictures may take, from the last sign of them on. */
  readonly mediaMs: number;
  /** No further picture for so long is the end of those that a search found. */
  readonly quietMs: number;
}

type Step = Omit<CommandStep, 'id' | 'order'>;

/** What flights tell their mailbox. */
export interface FlightsHost {
  step(status: CommandStatus, step: Step): void;
  /** The flight is over. */
  end(status: CommandStatus, step: Step): void;
  /** What has come for a command so far. */
  media(id: string): readonly CommandMedia[];
  /** One was sent again, as no answer came. */
  repeated(): void;
}

/** What is sent: a command in the form of its terminal. */
export interface Cargo {
  readonly status: CommandStatus;
  readonly message: Message;
  readonly ending: Ending;
  readonly body: Uint8Array;
}

interface Flight extends Cargo {
  readonly serial: number;
  readonly parts: number;
  readonly encryption: number;
  /** Undefined where it went out over a link that is gone. */
  link: Connection | undefined;
  /** The terminal has it: it is not sent again, whatever becomes of the link. */
  acknowledged: boolean;
  /** The specific answer as JSON, while pictures are awaited after it. */
  answer: unknown;
}

const TERMINAL_ACK = 0x0001;
const SHOT_RESPONSE = 0x0805;
/** Commands of which a terminal owes the first answer at once; further ones wait. */
const MAX_IN_FLIGHT = 64;
const GRAIN_MS = 100;

export class Flights {
  readonly #clock: Clock;
  readonly #patience: Patience;
  readonly #host: FlightsHost;
  readonly #byTerminal = new Map<string, Set<Flight>>();
  /** Those that await a first answer, by the link over which it must come. */
  readonly #pending = new Map<Connection, Pending<Flight>>();
  readonly #retries: Deadlines<Connection>;
  readonly #answers: Deadlines<Flight>;

  constructor(clock: Clock, patience: Patience, host: FlightsHost) {
    this.#clock = clock;
    this.#patience = patience;
    this.#host = host;
    this.#retries = new Deadlines(clock, (link) => this.#overdue(link), { grainMs: GRAIN_MS });
    this.#answers = new Deadlines(clock, (flight) => this.#unanswered(flight), { grainMs: GRAIN_MS });
  }

  has({ id, terminal }: CommandStatus): boolean {
    return this.#find(terminal, ({ status }) => status.id === id) !== undefined;
  }

  /** Whether a command can go out now: there is room, and nobody else in its lane. */
  admits(link: Connection, { lane }: Ending): boolean {
    if ((this.#pending.get(link)?.size ?? 0) >= MAX_IN_FLIGHT) return false;
    return lane === undefined || this.#find(link.session.terminal, ({ ending }) => ending.lane === lane) === undefined;
  }

  send(link: Connection, cargo: Cargo): void {
    // Encrypted once: what is sent again is the same octets, and so are parts that the terminal asks for.
    const { body, encryption } = link.out.seal(cargo.status.terminal, cargo.body);
    const parts = partsOf(body);
    const serial = link.out.takeSerials(parts);
    const pending = this.#pending.get(link) ?? new Pending<Flight>(this.#patience.retry, { max: MAX_IN_FLIGHT });
    const flight: Flight = { ...cargo, body, encryption, serial, parts, link, acknowledged: false, answer: undefined };
    // After 65,536 others a serial comes again: the one that still has it is not to be confused with another.
    if (!pending.add(serial, flight, this.#clock.monotonic())) return;
    this.#pending.set(link, pending);
    this.#enter(flight);
    link.out.send(cargo.message.id, serial, body, encryption);
    this.#host.step(cargo.status, { state: 'sent', serial });
    this.#retries.set(link, pending.nextDeadline());
  }

  /** Goes on waiting for what a process before had sent, and the terminal had acknowledged. */
  resume(status: CommandStatus, message: Message, ending: Ending): void {
    const { serial = 0, result, updatedAt } = status;
    const body = new Uint8Array(0);
    const flight: Flight = {
      status,
      message,
      ending,
      body,
      serial,
      parts: 1,
      encryption: 0,
      link: undefined,
      acknowledged: true,
      answer: result,
    };
    this.#enter(flight);
    this.#await(flight, this.#clock.now() - updatedAt);
  }

  /** Takes an answer of a terminal; one that answers nothing of ours is passed over. */
  replied(link: Connection, id: number, body: unknown): void {
    const { replySerial, replyId, result } = body as { replySerial?: number; replyId?: number; result?: unknown };
    const flight = this.#answered(link, id === TERMINAL_ACK ? replyId! : id, id === TERMINAL_ACK, replySerial);
    if (flight === undefined) return;
    if (id === TERMINAL_ACK) return this.#acknowledged(flight, replySerial!, result);
    const answer = toJson(messageById(id)!, link.session.revision, body as never);
    if (id === SHOT_RESPONSE && result !== 'success') {
      return this.#end(flight, { state: 'failed', result: answer, ...refusalOf(result) });
    }
    if (flight.ending.media === undefined) return this.#end(flight, { state: 'done', result: answer });
    flight.answer = answer;
    this.#hold(flight, { result: answer });
    this.#look(flight);
  }

  /** A link is gone: what it was not answered goes out again over the next, what was acknowledged is awaited. */
  lost(terminal: string, except: Connection | undefined): void {
    for (const flight of this.#byTerminal.get(terminal) ?? []) {
      const { link } = flight;
      if (link === undefined || link === except) continue;
      flight.link = undefined;
      this.#pending.delete(link);
      this.#retries.cancel(link);
      if (!flight.acknowledged) this.#leave(flight);
    }
  }

  /** A picture of a terminal is on disk. */
  filed(terminal: string): void {
    for (const flight of this.#byTerminal.get(terminal) ?? []) {
      if (flight.ending.media === undefined || this.#host.media(flight.status.id).length === 0) continue;
      // Whoever sends what was asked for has heard.
      if (!flight.acknowledged) this.#hold(flight, { result: { result: 'success' } });
      this.#look(flight);
    }
  }

  stop(): void {
    this.#retries.clear();
    this.#answers.clear();
  }

  // --- answers ---------------------------------------------------------------------------------

  /** The flight that an answer is for: one of this link, else one that was acknowledged on a link before. */
  #answered(link: Connection, id: number, general: boolean, serial: number | undefined): Flight | undefined {
    let before: Flight | undefined;
    for (const flight of this.#byTerminal.get(link.session.terminal) ?? []) {
      if (id !== (general ? flight.message.id : flight.ending.specific)) continue;
      // Terminals answer the serial of the first part, or that of the last.
      if (serial !== undefined && ((serial - flight.serial) & 0xffff) >= flight.parts) continue;
      if (flight.link === link) return flight;
      if (!general && flight.acknowledged) before = flight;
    }
    return before;
  }

  #acknowledged(flight: Flight, serial: number, result: unknown): void {
    const { ending, parts } = flight;
    if (result !== 'success') {
      return this.#end(flight, { state: 'failed', result: { result }, ...refusalOf(result) });
    }
    if (!flight.acknowledged) this.#hold(flight, { result: { result } });
    if (ending.specific !== undefined || ending.media !== undefined) return;
    // Some answer each part, others the message by the serial of its first: then no more will come, which is waited for.
    const whole = serial === ((flight.serial + parts - 1) & 0xffff);
    if (whole) this.#end(flight, { state: 'done', result: { result } });
  }

  /** The terminal has it. */
  #hold(flight: Flight, step: Omit<Step, 'state'>): void {
    flight.acknowledged = true;
    this.#settle(flight);
    this.#host.step(flight.status, { state: 'acknowledged', ...step });
    this.#await(flight, 0);
  }

  #await(flight: Flight, elapsedMs: number): void {
    const { retry, answerMs, mediaMs, quietMs } = this.#patience;
    const { specific, media } = flight.ending;
    const searched = media?.kind === 'search' && this.#host.media(flight.status.id).length > 0;
    const patience =
      media !== undefined ? (searched ? quietMs : mediaMs) : specific !== undefined ? answerMs : retry.timeoutMs;
    this.#answers.set(flight, this.#clock.monotonic() + Math.max(0, patience - elapsedMs));
  }

  /** Looks whether all pictures are there. */
  #look(flight: Flight): void {
    const media = this.#host.media(flight.status.id);
    if (!isComplete(flight.ending.media!, media, flight.answer)) return this.#await(flight, 0);
    this.#end(flight, { state: 'done', result: withMedia(flight.answer, media) });
  }

  #unanswered(flight: Flight): void {
    const { ending, status, answer } = flight;
    const media = this.#host.media(status.id);
    if (ending.specific === undefined && ending.media === undefined)
      return this.#end(flight, { state: 'done', result: { result: 'success' } });
    if (ending.media?.kind === 'search' && media.length > 0)
      return this.#end(flight, { state: 'done', result: withMedia(answer, media) });
    const reason = 'The terminal has the command, but what it asks for did not come.';
    const result = media.length === 0 ? {} : { result: withMedia(answer, media) };
    return this.#end(flight, { state: 'timedOut', code: 'NO_ANSWER', reason, ...result });
  }

  #overdue(link: Connection): void {
    const pending = this.#pending.get(link);
    if (pending === undefined) return;
    for (const overdue of pending.expire(this.#clock.monotonic())) {
      const { message, body, encryption } = overdue.request;
      if (overdue.kind === 'again') {
        link.out.send(message.id, overdue.serial, body, encryption);
        this.#host.repeated();
      } else
        this.#end(overdue.request, { state: 'timedOut', code: 'NO_ANSWER', reason: 'The terminal did not answer.' });
    }
    if (pending.size > 0) this.#retries.set(link, pending.nextDeadline());
    else this.#pending.delete(link);
  }

  // --- which there are -------------------------------------------------------------------------

  #enter(flight: Flight): void {
    const { terminal } = flight.status;
    const flights = this.#byTerminal.get(terminal);
    if (flights === undefined) this.#byTerminal.set(terminal, new Set([flight]));
    else flights.add(flight);
  }

  #leave(flight: Flight): void {
    const { terminal } = flight.status;
    const flights = this.#byTerminal.get(terminal);
    flights?.delete(flight);
    if (flights?.size === 0) this.#byTerminal.delete(terminal);
    this.#answers.cancel(flight);
  }

  #end(flight: Flight, step: Step): void {
    this.#settle(flight);
    this.#leave(flight);
    this.#host.end(flight.status, step);
  }

  /** It is not sent again. */
  #settle(flight: Flight): void {
    const { link, serial } = flight;
    const pending = link === undefined ? undefined : this.#pending.get(link);
    if (link === undefined || pending?.peek(serial) !== flight) return;
    pending.settle(serial);
    if (pending.size > 0) return;
    this.#pending.delete(link);
    this.#retries.cancel(link);
  }

  #find(terminal: string, matches: (flight: Flight) => boolean): Flight | undefined {
    for (const flight of this.#byTerminal.get(terminal) ?? []) if (matches(flight)) return flight;
    return undefined;
  }
}

function withMedia(answer: unknown, media: readonly CommandMedia[]): object {
  return { ...(answer as object | undefined), media };
}

const REASONS: Readonly<Record<string, string>> = {
  failure: 'The terminal says that it failed.',
  messageMalformed: 'The terminal says that the message is malformed.',
  notSupported: 'The terminal does not support it.',
  channelNotSupported: 'The terminal has no such channel.',
};

function refusalOf(result: unknown): { readonly code: string; readonly reason: string } {
  return { code: 'TERMINAL_REFUSED', reason: REASONS[String(result)] ?? 'The terminal refused.' };
}
