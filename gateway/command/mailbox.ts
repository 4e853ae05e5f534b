/**
 * Takes commands in, sends them when the terminal can be reached, and matches its answers.
 *
 * A command is accepted when it is on disk. It waits for the terminal's session, is sent again by the
 * rule of the standard while no answer comes, survives a lost link and a restart, and ends as done,
 * failed, timed out or expired. Every step is a journal record, from which platforms are told.
 */
import {
  type Clock,
  codecFor,
  Deadlines,
  fromJson,
  type Message,
  messageById,
  messageByName,
  Pending,
  ProtocolError,
  type RetryRule,
  type Revision,
  toJson,
} from '../../protocol/index.ts';
import type { Connection } from '../intake/connection.ts';
import type { CommandPort } from '../intake/context.ts';
import { encodeFact } from '../intake/facts.ts';
import { partsOf } from '../intake/framer.ts';
import type { Slots } from '../intake/slots.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { Registry } from '../registry/registry.ts';
import { type CommandStatus, type CommandStep, isFinal } from './command.ts';
import type { Commands } from './commands.ts';
import { CommandRefusal } from './errors.ts';

export interface CommandRequest {
  /** Chosen by the sender: the same id again is the same command. */
  readonly id: string;
  readonly terminal: string;
  readonly type: string;
  readonly body: unknown;
  readonly expiresAt: number;
  readonly by: string;
}

export interface MailboxOptions {
  readonly commands: Commands;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly slots: Slots;
  readonly clock: Clock;
  /** Reply timeout of the first sending and number of retransmissions, FRAMING of the standard. */
  readonly retry: RetryRule;
  readonly maxPerTerminal: number;
  readonly maxInAll: number;
}

interface InFlight {
  readonly status: CommandStatus;
  readonly messageId: number;
  readonly body: Uint8Array;
  readonly parts: number;
}

const TERMINAL_ACK = 0x0001;
/** Commands that a terminal may owe an answer at once; further ones wait. */
const MAX_IN_FLIGHT = 64;
const REWRITE_MS = 1000;
/** Room for the longest body that is taken: the standard's text limit is 1,024 octets, parameters may be more. */
const BODY_ROOM = 64 * 1024;

export class Mailbox implements CommandPort {
  readonly #options: MailboxOptions;
  readonly #inFlight = new Map<Connection, Pending<InFlight>>();
  readonly #retries: Deadlines<Connection>;
  readonly #expiries: Deadlines<string>;
  /** Last steps that the journal refused, to be written when it may take them. */
  readonly #rewrites: Deadlines<() => void>;
  /** Commands whose last step is on its way to the disk: they are not sent any more. */
  readonly #ending = new Set<string>();
  #stopped = false;
  readonly #scratch = new Uint8Array(BODY_ROOM);
  /** Ids whose first step is on its way to the disk. */
  readonly #arriving = new Map<string, Promise<void>>();

  constructor(options: MailboxOptions) {
    this.#options = options;
    this.#retries = new Deadlines(options.clock, (connection) => this.#overdue(connection), { grainMs: 100 });
    this.#expiries = new Deadlines(options.clock, (id) => this.#expired(id), { grainMs: 100 });
    this.#rewrites = new Deadlines(options.clock, (write) => write(), { grainMs: 100 });
  }

  /** Takes up the commands that a restart found unfinished. */
  resume(): void {
    const { commands } = this.#options;
    for (const terminal of commands.terminals())
      for (const status of commands.unfinished(terminal)) this.#watch(status);
  }

  /** Resolves when the command is on disk, at once where it already was. Throws CommandRefusal. */
  async submit(request: CommandRequest): Promise<void> {
    const { commands } = this.#options;
    if (commands.get(request.id) !== undefined) return;
    const arriving = this.#arriving.get(request.id) ?? this.#accept(request);
    await arriving;
  }

  stop(): void {
    this.#stopped = true;
    this.#retries.clear();
    this.#expiries.clear();
    this.#rewrites.clear();
  }

  async #accept(request: CommandRequest): Promise<void> {
    const { commands, registry, clock, maxPerTerminal, maxInAll } = this.#options;
    const { id, terminal, type, body, expiresAt, by } = request;
    const registration = registry.registration(terminal);
    if (registration === undefined) throw new CommandRefusal('COMMAND_TERMINAL');
    if (expiresAt <= clock.now()) throw new CommandRefusal('COMMAND_EXPIRED');
    this.#encode(messageOf(type), registration.revision, body);
    if (commands.unfinished(terminal).length >= maxPerTerminal || commands.waiting + this.#arriving.size >= maxInAll) {
      throw new CommandRefusal('COMMAND_QUEUE_FULL');
    }
    const written = new Promise<void>((resolve, reject) => {
      const refused = (): void => reject(new CommandRefusal('JOURNAL_REFUSED'));
      const step: CommandStep = { id, state: 'accepted', order: { type, body, expiresAt, by } };
      if (this.#write(terminal, step, { committed: () => resolve(), refused }) !== undefined) refused();
    }).finally(() => this.#arriving.delete(id));
    this.#arriving.set(id, written);
    await written;
    const status = commands.get(id);
    if (status === undefined) return;
    this.#watch(status);
    const connection = this.#options.slots.get(terminal)?.connection;
    if (connection !== undefined) this.#send(connection, status);
  }

  // --- what connections tell -------------------------------------------------------------------

  online(connection: Connection): void {
    const { terminal } = connection.session;
    // A link that was superseded gets no answers any more.
    this.#forget(terminal, connection);
    this.#sendAll(terminal, connection);
  }

  offline(terminal: string): void {
    this.#forget(terminal, undefined);
    const { commands, clock } = this.#options;
    // Those that expired while an answer could still come.
    for (const { id, order } of commands.unfinished(terminal)) if (order.expiresAt <= clock.now()) this.#expired(id);
  }

  /** Stops waiting for answers of a terminal, but those that come over `except`. */
  #forget(terminal: string, except: Connection | undefined): void {
    for (const connection of this.#inFlight.keys()) {
      if (connection === except || connection.session.terminal !== terminal) continue;
      this.#inFlight.delete(connection);
      this.#retries.cancel(connection);
    }
  }

  replied(connection: Connection, id: number, body: unknown): void {
    const pending = this.#inFlight.get(connection);
    if (pending === undefined) return;
    const { replySerial, replyId, result } = body as { replySerial?: number; replyId?: number; result?: unknown };
    const matches = (flight: InFlight): boolean =>
      id === TERMINAL_ACK ? flight.messageId === replyId : messageById(flight.messageId)!.about.replies!.includes(id);
    const serial = this.#serialOf(pending, replySerial, matches);
    const flight = serial === undefined ? undefined : pending.peek(serial);
    if (serial === undefined || flight === undefined) return;
    if (id !== TERMINAL_ACK) {
      this.#settle(connection, pending, serial);
      const answer = messageById(id)!;
      return this.#end(flight.status, {
        state: 'done',
        result: toJson(answer, connection.session.revision, body as never),
      });
    }
    if (result !== 'success') {
      this.#settle(connection, pending, serial);
      const reason = ACK_REASON[String(result)] ?? 'The terminal refused.';
      return this.#end(flight.status, { state: 'failed', result: { result }, code: 'TERMINAL_REFUSED', reason });
    }
    this.#step(flight.status, { state: 'acknowledged', result: { result } });
    // Where a specific answer follows, the general one is only the first half.
    if (messageById(flight.messageId)!.about.replies!.some((reply) => reply !== TERMINAL_ACK)) return;
    this.#settle(connection, pending, serial);
    this.#end(flight.status, { state: 'done', result: { result } });
  }

  #settle(connection: Connection, pending: Pending<InFlight>, serial: number): void {
    pending.settle(serial);
    if (pending.size > 0) return;
    this.#inFlight.delete(connection);
    this.#retries.cancel(connection);
  }

  /** Terminals answer the serial of the first part, or that of the last. */
  #serialOf(
    pending: Pending<InFlight>,
    serial: number | undefined,
    matches: (flight: InFlight) => boolean,
  ): number | undefined {
    return pending.find((first, flight) => {
      if (!matches(flight)) return false;
      return serial === undefined || ((serial - first) & 0xffff) < flight.parts;
    });
  }

  // --- sending ---------------------------------------------------------------------------------

  /** Sends what waits, oldest first, as far as there is room: the rest follows when something has ended. */
  #sendAll(terminal: string, connection: Connection): void {
    for (const status of this.#options.commands.unfinished(terminal)) this.#send(connection, status);
  }

  #send(connection: Connection, status: CommandStatus): void {
    const { clock, retry } = this.#options;
    if (status.order.expiresAt <= clock.now() || this.#ending.has(status.id)) return;
    const message = messageOf(status.order.type);
    const pending = this.#inFlight.get(connection) ?? new Pending<InFlight>(retry, { max: MAX_IN_FLIGHT });
    if (isAmong(pending, status.id)) return;
    let body: Uint8Array;
    try {
      body = this.#encode(message, connection.session.revision, status.order.body);
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
      return this.#end(status, { state: 'failed', code: error.code, reason: error.message });
    }
    if (pending.size === MAX_IN_FLIGHT) return;
    const parts = partsOf(body);
    const serial = connection.out.takeSerials(parts);
    if (!pending.add(serial, { status, messageId: message.id, body, parts }, clock.monotonic())) return;
    this.#inFlight.set(connection, pending);
    connection.out.send(message.id, serial, body);
    this.#step(status, { state: 'sent' });
    this.#retries.set(connection, pending.nextDeadline());
  }

  #overdue(connection: Connection): void {
    const pending = this.#inFlight.get(connection);
    if (pending === undefined) return;
    for (const overdue of pending.expire(this.#options.clock.monotonic())) {
      const { status, messageId, body } = overdue.request;
      if (overdue.kind === 'again') connection.out.send(messageId, overdue.serial, body);
      else this.#end(status, { state: 'timedOut', code: 'NO_ANSWER', reason: 'The terminal did not answer.' });
    }
    if (pending.size > 0) this.#retries.set(connection, pending.nextDeadline());
    else this.#inFlight.delete(connection);
  }

  #watch(status: CommandStatus): void {
    const { clock } = this.#options;
    this.#expiries.set(status.id, clock.monotonic() + Math.max(0, status.order.expiresAt - clock.now()));
  }

  #expired(id: string): void {
    const status = this.#options.commands.get(id);
    // One that was sent and waits for its answer ends by the retry rule instead.
    if (status === undefined || isFinal(status.state) || this.#ending.has(id) || this.#underWay(status)) return;
    this.#end(status, {
      state: 'expired',
      code: 'COMMAND_EXPIRED',
      reason: 'The terminal could not be reached in time.',
    });
  }

  #underWay(status: CommandStatus): boolean {
    const connection = this.#options.slots.get(status.terminal)?.connection;
    const pending = connection === undefined ? undefined : this.#inFlight.get(connection);
    return pending !== undefined && isAmong(pending, status.id);
  }

  /** Writes the last step of a command, until it is written. */
  #end(status: CommandStatus, step: Omit<CommandStep, 'id' | 'order'>): void {
    const { id, terminal } = status;
    const { clock } = this.#options;
    this.#ending.add(id);
    this.#expiries.cancel(id);
    const refused = (): void => {
      // After the stop it is the next start that finds the command unfinished.
      if (!this.#stopped) this.#rewrites.set(write, clock.monotonic() + REWRITE_MS);
    };
    const waiter = {
      // The fold hears of it after its waiters do.
      committed: () => queueMicrotask(() => this.#ended(id, terminal)),
      refused,
    };
    const write = (): void => {
      if (this.#write(terminal, { id, ...step }, waiter) !== undefined) refused();
    };
    write();
  }

  #ended(id: string, terminal: string): void {
    this.#ending.delete(id);
    const connection = this.#options.slots.get(terminal)?.connection;
    if (connection !== undefined) this.#sendAll(terminal, connection);
  }

  #step(status: CommandStatus, step: Omit<CommandStep, 'id' | 'order'>): void {
    this.#write(status.terminal, { id: status.id, ...step }, null);
  }

  #write(terminal: string, step: CommandStep, waiter: Parameters<Journal['append']>[1]): ReturnType<Journal['append']> {
    const payload = encodeFact(step);
    const { journal, clock } = this.#options;
    const record = { kind: RECORD_KIND.command, receivedAt: clock.now(), link: 0, terminal, ackable: false };
    return journal.append({ ...record, b: payload, start: 0, end: payload.length }, waiter, 0);
  }

  /** Octets of a body given as JSON. Throws CommandRefusal, saying what is wrong and where. */
  #encode(message: Message, revision: Revision, json: unknown): Uint8Array {
    try {
      const value = fromJson(message, revision, json ?? {});
      const end = codecFor(message.id, revision)!.encode(value, this.#scratch, 0);
      if (end > this.#scratch.length)
        throw new CommandRefusal('COMMAND_BODY', `It is longer than ${BODY_ROOM} octets.`);
      return new Uint8Array(this.#scratch.subarray(0, end));
    } catch (error) {
      if (error instanceof ProtocolError) throw new CommandRefusal('COMMAND_BODY', error.message);
      throw error;
    }
  }
}

const ACK_REASON: Readonly<Record<string, string>> = {
  failure: 'The terminal says that it failed.',
  messageMalformed: 'The terminal says that the message is malformed.',
  notSupported: 'The terminal does not support it.',
};

function isAmong(pending: Pending<InFlight>, id: string): boolean {
  return pending.find((_serial, flight) => flight.status.id === id) !== undefined;
}

function messageOf(type: string): Message {
  const message = messageByName(type);
  if (message === undefined || message.about.from !== 'platform' || message.about.replies === undefined) {
    throw new CommandRefusal('COMMAND_TYPE', `"${type}"`);
  }
  return message;
}
