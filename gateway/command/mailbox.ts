/**
 * Takes commands in, sends them when the terminal can be reached, and sees to it that each has an end.
 *
 * A command is accepted when it is on disk. It waits for a second person where the policy wants one, then for the
 * terminal's session; it survives a lost link and a restart, and ends as done, failed, timed out or expired. Every step is
 * a journal record, from which platforms are told.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, Deadlines, type RetryRule } from '../../protocol/index.ts';
import type { Connection } from '../intake/connection.ts';
import type { CommandPort } from '../intake/context.ts';
import { encodeFact } from '../intake/facts.ts';
import type { Slots } from '../intake/slots.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { Registry } from '../registry/registry.ts';
import type { Beyond } from './beyond.ts';
import { load, type Loaded, messageOf } from './cargo.ts';
import {
  awaitsApproval,
  type CommandOrder,
  type CommandStatus,
  type CommandStep,
  isFinal,
  PRIORITIES,
} from './command.ts';
import type { Commands } from './commands.ts';
import { CommandCounters } from './counters.ts';
import { CommandRefusal } from './errors.ts';
import { Flights } from './flights.ts';
import { type ApprovalPolicy, needsApproval } from './policy.ts';

export interface CommandRequest extends Omit<CommandOrder, 'approval'> {
  /** Chosen by the sender: the same id again is the same command. */
  readonly id: string;
  readonly terminal: string;
  /** False where whoever asks may send only what does no harm; true unless given. */
  readonly mayHarm?: boolean;
  /** A second person has let it through already, as a part of a command to many. */
  readonly approved?: boolean;
}

export interface MailboxOptions {
  readonly commands: Commands;
  readonly registry: Registry;
  readonly journal: Journal;
  readonly slots: Slots;
  readonly clock: Clock;
  /** Reply timeout of the first sending and number of retransmissions, FRAMING of the standard. */
  readonly retry: RetryRule;
  /** Which commands wait for a second person; none unless given. */
  readonly approval?: ApprovalPolicy;
  readonly maxPerTerminal: number;
  readonly maxInAll: number;
}

const REWRITE_MS = 1000;
/** A terminal that has a question may have to ask its driver, or read its recorder out. */
const ANSWER_MS = 5 * 60_000;
/** A picture of some hundred kilobytes over a poor network, and pauses between several. */
const MEDIA_MS = 30 * 60_000;
const QUIET_MS = 2 * 60_000;

export class Mailbox implements CommandPort {
  readonly counters = new CommandCounters();
  readonly #options: MailboxOptions;
  readonly #flights: Flights;
  readonly #expiries: Deadlines<string>;
  /** Last steps that the journal refused, to be written when it may take them. */
  readonly #rewrites: Deadlines<() => void>;
  /** Commands whose last step is on its way to the disk: they are not sent any more. */
  readonly #ending = new Set<string>();
  #stopped = false;
  #beyond: Beyond | undefined;
  /** Commands that were taken over, and those that came back: nothing is tried twice. */
  readonly #taken = new Set<string>();
  readonly #returned = new Set<string>();
  /** Those whose first step is on its way to the disk. */
  readonly #arriving = new Map<string, { readonly request: CommandRequest; readonly written: Promise<void> }>();

  constructor(options: MailboxOptions) {
    const { clock, commands, retry } = options;
    this.#options = options;
    this.#flights = new Flights(
      clock,
      { retry, answerMs: ANSWER_MS, mediaMs: MEDIA_MS, quietMs: QUIET_MS },
      {
        step: (status, step) => this.#step(status, step),
        end: (status, step) => this.#end(status, step),
        media: (id) => commands.get(id)?.media ?? [],
        repeated: () => void this.counters.repeated++,
      },
    );
    this.#expiries = new Deadlines(clock, (id) => this.#expired(id), { grainMs: 100 });
    this.#rewrites = new Deadlines(clock, (write) => write(), { grainMs: 100 });
  }

  /** Takes up the commands that a restart found unfinished. */
  resume(): void {
    const { commands } = this.#options;
    for (const terminal of commands.terminals()) {
      for (const status of commands.unfinished(terminal)) {
        this.#watch(status);
        if (status.state === 'acknowledged') this.#resume(status);
      }
      this.#flights.filed(terminal);
    }
  }

  /** From now on there is a way to terminals that no link speaks for. */
  goBeyond(beyond: Beyond): void {
    this.#beyond = beyond;
    for (const terminal of this.#options.commands.terminals()) this.offered(terminal);
  }

  /** Offers what waits for a terminal to the way beyond links; whoever provides that calls it when it opens. */
  offered(terminal: string): void {
    if (this.#options.slots.get(terminal)?.connection !== undefined) return;
    for (const status of this.#options.commands.unfinished(terminal)) this.#offer(status);
  }

  #offer(status: CommandStatus): void {
    const { id, state, order, terminal } = status;
    const waits = state === 'acknowledged' || awaitsApproval(status) || this.#staysOut(terminal);
    const gone = order.expiresAt <= this.#options.clock.now() || this.#ending.has(id);
    if (waits || gone || this.#taken.has(id) || this.#returned.has(id)) return;
    this.#taken.add(id);
    const taken = this.#beyond?.take(status, {
      sent: () => this.#step(status, { state: 'sent' }),
      ended: (how) => {
        this.#taken.delete(id);
        if (how === 'sent') return this.#end(status, { state: 'done', result: { result: 'success', via: 'rdss' } });
        if (how === 'expired') return this.#expired(id);
        // A link may come yet.
        this.#returned.add(id);
      },
    });
    if (taken !== true) this.#taken.delete(id);
  }

  /** Whether a command may go another way: it never was given away, or is given back. */
  #isOurs(id: string): boolean {
    if (!this.#taken.has(id)) return true;
    return this.#beyond?.withdraw(id) === true && this.#taken.delete(id);
  }

  /** Resolves when the command is on disk, at once where it already was. Throws CommandRefusal. */
  async submit(request: CommandRequest): Promise<void> {
    const known = this.#options.commands.get(request.id);
    const arriving = this.#arriving.get(request.id);
    if (known !== undefined && !isSame(request, known.terminal, known.order))
      throw new CommandRefusal('COMMAND_CONFLICT');
    if (arriving !== undefined && !isSame(request, arriving.request.terminal, arriving.request))
      throw new CommandRefusal('COMMAND_CONFLICT');
    if (known !== undefined) return;
    await (arriving?.written ?? this.#accept(request));
  }

  /** What would be sent to a terminal. Throws CommandRefusal where it would not be taken. */
  check({ terminal, type, body, expiresAt, mayHarm = true }: Omit<CommandRequest, 'id' | 'by'>): Loaded {
    const { registry, clock } = this.#options;
    const registration = registry.registration(terminal);
    // A vehicle that stays out is not there for anybody.
    if (registration === undefined || this.#staysOut(terminal)) throw new CommandRefusal('COMMAND_TERMINAL');
    if (expiresAt <= clock.now()) throw new CommandRefusal('COMMAND_EXPIRED');
    const loaded = load(type, registration.revision, body);
    if (loaded.danger !== undefined && !mayHarm) throw new CommandRefusal('COMMAND_RIGHT', `It is ${loaded.danger}.`);
    return loaded;
  }

  #staysOut(terminal: string): boolean {
    const { registry, clock } = this.#options;
    return registry.exempt(terminal, clock.now()) !== undefined;
  }

  needsApproval({ danger }: Loaded): boolean {
    return needsApproval(this.#options.approval ?? 'none', danger);
  }

  /** Lets a command through that waits for a second person. Resolves when that is on disk. Throws CommandRefusal. */
  async approve(id: string, by: string): Promise<void> {
    const status = this.#awaiting(id, by);
    await this.#written(status.terminal, { id, state: 'accepted', approvedBy: by, ...originOf(status) });
    const now = this.#options.commands.get(id);
    const connection = this.#options.slots.get(status.terminal)?.connection;
    if (now !== undefined && connection !== undefined) this.#send(connection, now);
    else if (now !== undefined) this.#offer(now);
  }

  /** Ends a command that waits for a second person. Throws CommandRefusal. */
  reject(id: string, by: string, why: string): void {
    const status = this.#awaiting(id, undefined);
    this.#end(status, { state: 'failed', code: 'COMMAND_REJECTED', reason: `${by}: ${why}` });
  }

  /** `by`: whoever may not be the one that asked. */
  #awaiting(id: string, by: string | undefined): CommandStatus {
    const status = this.#options.commands.get(id);
    if (status === undefined) throw new CommandRefusal('COMMAND_UNKNOWN');
    if (!awaitsApproval(status) || this.#ending.has(id)) throw new CommandRefusal('COMMAND_NOT_AWAITING');
    if (status.order.by === by) throw new CommandRefusal('COMMAND_SAME_PERSON');
    return status;
  }

  stop(): void {
    this.#stopped = true;
    this.#flights.stop();
    this.#expiries.clear();
    this.#rewrites.clear();
  }

  async #accept(request: CommandRequest): Promise<void> {
    const { commands, slots, maxPerTerminal, maxInAll } = this.#options;
    const { id, terminal, mayHarm: _right, approved = false, ...asked } = request;
    const loaded = this.check(request);
    if (commands.unfinished(terminal).length >= maxPerTerminal || commands.waiting + this.#arriving.size >= maxInAll) {
      throw new CommandRefusal('COMMAND_QUEUE_FULL');
    }
    const waits = !approved && this.needsApproval(loaded);
    const order: CommandOrder = waits ? { ...asked, approval: 'needed' } : asked;
    const written = this.#written(terminal, { id, state: 'accepted', order }).finally(() => this.#arriving.delete(id));
    this.#arriving.set(id, { request, written });
    await written;
    this.counters.steps.accepted++;
    const status = commands.get(id);
    if (status === undefined) return;
    this.#watch(status);
    const connection = slots.get(terminal)?.connection;
    if (connection !== undefined) this.#send(connection, status);
    else this.#offer(status);
  }

  // --- what others tell ------------------------------------------------------------------------

  online(connection: Connection): void {
    const { terminal } = connection.session;
    // A link that was superseded gets no answers any more.
    this.#flights.lost(terminal, connection);
    this.#sendAll(terminal, connection);
  }

  offline(terminal: string): void {
    this.#flights.lost(terminal, undefined);
    const { commands, clock } = this.#options;
    // Those that expired while an answer could still come.
    for (const { id, order } of commands.unfinished(terminal)) if (order.expiresAt <= clock.now()) this.#expired(id);
    this.offered(terminal);
  }

  replied(connection: Connection, id: number, body: unknown): void {
    this.#flights.replied(connection, id, body);
  }

  /** The fold has heard of a picture, sound or video of a terminal. */
  filed(terminal: string): void {
    this.#flights.filed(terminal);
  }

  // --- sending ---------------------------------------------------------------------------------

  /** Sends what waits, urgent things first, then oldest first, as far as there is room: the rest follows when something has ended. */
  #sendAll(terminal: string, connection: Connection): void {
    const waiting = this.#options.commands.unfinished(terminal);
    for (const status of waiting.toSorted((a, b) => rankOf(a) - rankOf(b))) this.#send(connection, status);
  }

  #send(connection: Connection, status: CommandStatus): void {
    const { id, order, state } = status;
    const held = awaitsApproval(status) || this.#staysOut(status.terminal);
    const waits = held || state === 'acknowledged' || this.#ending.has(id);
    if (waits || order.expiresAt <= this.#options.clock.now() || this.#flights.has(status)) return;
    if (!this.#isOurs(id)) return;
    let loaded: Loaded;
    try {
      const ways = this.#options.registry.quirks.ways(connection.session.terminal);
      loaded = load(order.type, connection.session.revision, order.body, ways);
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
      return this.#end(status, { state: 'failed', code: error.code, reason: error.message });
    }
    if (this.#flights.admits(connection, loaded.ending)) this.#flights.send(connection, { status, ...loaded });
  }

  /** The terminal had acknowledged it before this process began. */
  #resume(status: CommandStatus): void {
    const { type, body } = status.order;
    const { revision = 2013 } = this.#options.registry.registration(status.terminal) ?? {};
    this.#flights.resume(status, messageOf(type), load(type, revision, body).ending);
  }

  #watch(status: CommandStatus): void {
    const { clock } = this.#options;
    this.#expiries.set(status.id, clock.monotonic() + Math.max(0, status.order.expiresAt - clock.now()));
  }

  #expired(id: string): void {
    const status = this.#options.commands.get(id);
    // One that is under way ends by the answer that it waits for, or by its not coming.
    if (status === undefined || isFinal(status.state) || this.#ending.has(id) || this.#flights.has(status)) return;
    if (!this.#isOurs(id)) return;
    const reason = awaitsApproval(status)
      ? 'Nobody approved it in time.'
      : 'The terminal could not be reached in time.';
    this.#end(status, { state: 'expired', code: 'COMMAND_EXPIRED', reason });
  }

  // --- steps -----------------------------------------------------------------------------------

  /** Writes the last step of a command, until it is written. */
  #end(status: CommandStatus, step: Omit<CommandStep, 'id' | 'order'>): void {
    const { id, terminal } = status;
    const { clock } = this.#options;
    this.counters.steps[step.state]++;
    this.#ending.add(id);
    this.#returned.delete(id);
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
      if (this.#write(terminal, { id, ...step, ...originOf(status) }, waiter) !== undefined) refused();
    };
    write();
  }

  #ended(id: string, terminal: string): void {
    this.#ending.delete(id);
    const connection = this.#options.slots.get(terminal)?.connection;
    if (connection !== undefined) this.#sendAll(terminal, connection);
  }

  #step(status: CommandStatus, step: Omit<CommandStep, 'id' | 'order'>): void {
    this.counters.steps[step.state]++;
    this.#write(status.terminal, { id: status.id, ...step, ...originOf(status) }, null);
  }

  /** Resolves when a step is on disk and the fold has heard of it. Throws CommandRefusal. */
  #written(terminal: string, step: CommandStep): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const refused = (): void => reject(new CommandRefusal('JOURNAL_REFUSED'));
      if (this.#write(terminal, step, { committed: () => resolve(), refused }) !== undefined) refused();
    });
  }

  #write(terminal: string, step: CommandStep, waiter: Parameters<Journal['append']>[1]): ReturnType<Journal['append']> {
    const payload = encodeFact(step);
    const { journal, clock } = this.#options;
    const record = { kind: RECORD_KIND.command, receivedAt: clock.now(), link: 0, terminal, ackable: false };
    return journal.append({ ...record, b: payload, start: 0, end: payload.length }, waiter, 0);
  }
}

function originOf({ order: { group, response } }: CommandStatus): Pick<CommandStep, 'of' | 'response'> {
  return { ...(group === undefined ? {} : { of: group }), ...(response === undefined ? {} : { response }) };
}

function rankOf({ order }: CommandStatus): number {
  return PRIORITIES.indexOf(order.priority ?? 'normal');
}

/** Whether a request is the command that is known by its id: when it expires may differ, as it may be counted from now. */
function isSame(
  request: CommandRequest,
  terminal: string,
  { type, body }: Pick<CommandOrder, 'type' | 'body'>,
): boolean {
  return request.terminal === terminal && request.type === type && isDeepStrictEqual(request.body ?? {}, body ?? {});
}
