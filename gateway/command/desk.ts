/**
 * Where commands are handed in, whichever way they come: to one terminal or to many, and let through or turned down by
 * a second person.
 *
 * A command to many is journalled with the terminals that were chosen before any of them is sent anything; a start goes
 * on with one that it finds half done, and a repeated request finds the same terminals.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, Deadlines } from '../../protocol/index.ts';
import type { Latest } from '../fold/latest.ts';
import { encodeFact } from '../intake/facts.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import type { Registry } from '../registry/registry.ts';
import { adapted } from './cargo.ts';
import type { Commands } from './commands.ts';
import { CommandRefusal } from './errors.ts';
import {
  groupAwaitsApproval,
  type GroupOrder,
  type GroupRequest,
  type Groups,
  type GroupStatus,
  type GroupStep,
  memberId,
} from './group.ts';
import type { CommandRequest, Mailbox } from './mailbox.ts';
import type { Peers, Refusals } from './peers.ts';
import { byDistance, choose, type Chosen, type Elsewhere, type Field, type Nearest, nearestOf } from './target.ts';

/** Whoever approves. */
export interface Approver {
  readonly name: string;
  /** Leading digits of the divisions in which they may. */
  readonly scope: string;
}

export interface DeskOptions {
  readonly mailbox: Mailbox;
  readonly commands: Commands;
  readonly groups: Groups;
  readonly registry: Registry;
  readonly latest: Latest;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Hears of every order and decision that was taken. */
  readonly told?: ((trace: CommandTrace) => void) | undefined;
  /** Where this is one worker of several. */
  readonly peers?: Peers | undefined;
}

/** Who ordered or decided what. */
export interface CommandTrace {
  readonly who: string;
  readonly what: 'command.ordered' | 'command.approved' | 'command.rejected';
  readonly subject: string;
  /** What was ordered, and for whom; why it was turned down. */
  readonly after: object;
}

const AGAIN_MS = 1000;

export class Desk {
  readonly #options: DeskOptions;
  readonly #expiries: Deadlines<string>;
  readonly #launches: Deadlines<string>;
  /** Groups whose first step is on its way to the disk. */
  readonly #arriving = new Map<string, { readonly request: GroupRequest; readonly taken: Promise<void> }>();
  #stopped = false;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#expiries = new Deadlines(options.clock, (id) => this.#expired(id), { grainMs: 100 });
    this.#launches = new Deadlines(options.clock, (id) => void this.#launch(id), { grainMs: 100 });
  }

  /** Takes up what a restart found unfinished. */
  resume(): void {
    for (const status of this.#options.groups.values()) {
      if (status.state !== 'accepted') continue;
      if (groupAwaitsApproval(status)) this.#watch(status);
      else void this.#launch(status.id);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#expiries.clear();
    this.#launches.clear();
  }

  /** A command to one terminal. Resolves when it is on disk. Throws CommandRefusal. */
  async one(request: CommandRequest): Promise<void> {
    if (this.#options.groups.get(request.id) !== undefined || this.#arriving.has(request.id))
      throw new CommandRefusal('COMMAND_CONFLICT');
    const { mailbox, commands, told } = this.#options;
    const { id, by: who, terminal, type } = request;
    const known = commands.get(id) !== undefined;
    await mailbox.submit(request);
    if (!known) told?.({ who, what: 'command.ordered', subject: `command:${id}`, after: { type, terminal } });
  }

  /** A command to many. Resolves when each of them has its own on disk, or needs an approval first. Throws CommandRefusal. */
  many(request: GroupRequest): Promise<void> {
    return this.#many(request, undefined);
  }

  /** The same for terminals that another worker has chosen among ours. */
  part(request: GroupRequest, terminals: readonly Chosen[]): Promise<void> {
    return this.#many(request, terminals);
  }

  /** Our nearest to a point, for another worker to choose from. */
  nearest(nearest: Nearest, scope: string): readonly Elsewhere[] {
    const field = this.#field();
    return nearestOf(nearest, scope, field).map((one) => ({ ...one, division: field.divisionOf(one.terminal) }));
  }

  async #many(request: GroupRequest, chosen: readonly Chosen[] | undefined): Promise<void> {
    const { groups, commands } = this.#options;
    const known = groups.get(request.id);
    const arriving = this.#arriving.get(request.id);
    const other = commands.get(request.id) !== undefined;
    if (other || ![known?.order, arriving?.request].every((one) => one === undefined || isSame(request, one)))
      throw new CommandRefusal('COMMAND_CONFLICT');
    if (known !== undefined) return;
    if (arriving !== undefined) return arriving.taken;
    const taken = this.#take(request, chosen).finally(() => this.#arriving.delete(request.id));
    this.#arriving.set(request.id, { request, taken });
    await taken;
  }

  /** Lets a command through, to one or to many. Resolves when that is on disk. Throws CommandRefusal. */
  async approve(id: string, by: Approver): Promise<void> {
    const group = this.#awaiting(id, by);
    if (group?.order.by === by.name) throw new CommandRefusal('COMMAND_SAME_PERSON');
    if (group === undefined) await this.#options.mailbox.approve(id, by.name);
    else await this.#written({ group: id, state: 'accepted', approvedBy: by.name });
    this.#options.told?.({ who: by.name, what: 'command.approved', subject: `command:${id}`, after: {} });
    if (group === undefined) return;
    this.#expiries.cancel(id);
    await this.#launch(id);
  }

  /** Ends a command that waits for a second person; whoever asked may think better of it, too. Throws CommandRefusal. */
  async reject(id: string, by: Approver, why: string): Promise<void> {
    const { mailbox, told } = this.#options;
    if (this.#awaiting(id, by) === undefined) mailbox.reject(id, by.name, why);
    else {
      this.#expiries.cancel(id);
      await this.#written({ group: id, state: 'failed', code: 'COMMAND_REJECTED', reason: `${by.name}: ${why}` });
    }
    told?.({ who: by.name, what: 'command.rejected', subject: `command:${id}`, after: { why } });
  }

  /** The group that awaits an approval; undefined where it is a command to one terminal. */
  #awaiting(id: string, { scope }: Approver): GroupStatus | undefined {
    const { groups, commands, registry } = this.#options;
    const group = groups.get(id);
    const terminals = group?.order.terminals.map(({ terminal }) => terminal) ?? [commands.get(id)?.terminal ?? ''];
    if (!terminals.every((terminal) => registry.identity(terminal).division.startsWith(scope)))
      throw new CommandRefusal('COMMAND_UNKNOWN');
    if (group !== undefined && !groupAwaitsApproval(group)) throw new CommandRefusal('COMMAND_NOT_AWAITING');
    return group;
  }

  // --- many ------------------------------------------------------------------------------------

  #field(): Field {
    const { registry, latest, clock } = this.#options;
    return {
      known: () => latest.values(),
      isRegistered: (terminal) =>
        registry.registration(terminal) !== undefined && registry.exempt(terminal, clock.now()) === undefined,
      divisionOf: (terminal) => registry.identity(terminal).division,
      now: clock.now(),
    };
  }

  /** The terminals of a request: ours, and where it is distance that counts those of others. Throws CommandRefusal. */
  async #choose({ target, scope }: GroupRequest): Promise<Pick<GroupOrder, 'terminals' | 'elsewhere'>> {
    const { peers } = this.#options;
    if (peers === undefined || !('nearest' in target)) return { terminals: choose(target, scope, this.#field()) };
    const theirs = await peers.nearest(target.nearest, scope);
    const all = [...nearestOf(target.nearest, scope, this.#field()), ...theirs].sort(byDistance);
    const nearest = all.slice(0, target.nearest.count);
    if (nearest.length === 0) throw new CommandRefusal('COMMAND_TARGET');
    const isTheirs = (one: Required<Chosen>): one is Elsewhere => 'division' in one;
    return { terminals: nearest.filter((one) => !isTheirs(one)), elsewhere: nearest.filter(isTheirs) };
  }

  async #take(request: GroupRequest, chosen: readonly Chosen[] | undefined): Promise<void> {
    const { mailbox, groups, told } = this.#options;
    const { id, scope: _scope, mayHarm = true, ...asked } = request;
    const { terminals, elsewhere = [] } = chosen === undefined ? await this.#choose(request) : { terminals: chosen };
    let waits = false;
    let refusal: unknown;
    let fit = 0;
    for (const { terminal } of terminals) {
      try {
        const loaded = mailbox.check({ ...asked, terminal, body: this.#bodyFor(terminal, asked), mayHarm });
        waits ||= mailbox.needsApproval(loaded);
        fit++;
      } catch (error) {
        if (!(error instanceof CommandRefusal) || error.code === 'COMMAND_RIGHT') throw error;
        refusal ??= error;
      }
    }
    // What fits some of them is sent to those; the others are named with the reason.
    if (fit === 0 && elsewhere.length === 0) throw refusal;
    const order: GroupOrder = {
      ...asked,
      terminals,
      ...(elsewhere.length === 0 ? {} : { elsewhere, ...(mayHarm ? {} : { mayHarm }) }),
      ...(waits ? { approval: 'needed' as const } : {}),
    };
    await this.#written({ group: id, state: 'accepted', order });
    const status = groups.get(id);
    if (status === undefined) return;
    const { by: who, type, target } = order;
    const after = { type, target, terminals: terminals.length };
    told?.({ who, what: 'command.ordered', subject: `command:${id}`, after });
    if (!waits) return this.#launch(id);
    this.#watch(status);
    // They wait for the same second person. One that cannot be asked now is asked when that has spoken.
    await this.#share(status).catch(() => undefined);
  }

  /** Has other workers send the command to those of their terminals that were chosen. */
  async #share({ id, order }: GroupStatus): Promise<Refusals> {
    const { terminals: _ours, elsewhere = [], approval: _approval, ...asked } = order;
    if (elsewhere.length === 0) return {};
    return this.#options.peers!.part({ ...asked, id, scope: '' }, elsewhere);
  }

  #bodyFor(terminal: string, { type, body }: { readonly type: string; readonly body: unknown }): unknown {
    const { revision = 2013 } = this.#options.registry.registration(terminal) ?? {};
    return adapted(type, revision, body ?? {});
  }

  /** Gives each terminal its command; those that have theirs already keep it. */
  async #launch(id: string): Promise<void> {
    const { mailbox, groups, clock } = this.#options;
    const status = groups.get(id);
    if (this.#stopped || status?.state !== 'accepted' || groupAwaitsApproval(status)) return;
    const {
      target: _target,
      terminals,
      approval: _approval,
      elsewhere: _theirs,
      mayHarm: _right,
      ...order
    } = status.order;
    const refused: Record<string, string> = {};
    let again = false;
    const shared = this.#share(status).then(
      (theirs) => void Object.assign(refused, theirs),
      () => {
        again = true;
      },
    );
    const launches = terminals.map(async ({ terminal }) => {
      const body = this.#bodyFor(terminal, order);
      try {
        const member = { ...order, body, group: id, approved: true };
        await mailbox.submit({ ...member, id: memberId(id, terminal), terminal });
      } catch (error) {
        if (!(error instanceof CommandRefusal)) throw error;
        if (error.code === 'JOURNAL_REFUSED') again = true;
        else refused[terminal] = `${error.code}: ${error.message}`;
      }
    });
    await Promise.all([shared, ...launches]);
    const launched = (): Promise<void> =>
      this.#written({ group: id, state: 'launched', ...(Object.keys(refused).length === 0 ? {} : { refused }) });
    try {
      if (!again) return await launched();
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
    }
    if (!this.#stopped) this.#launches.set(id, clock.monotonic() + AGAIN_MS);
  }

  #watch({ id, order }: GroupStatus): void {
    const { clock } = this.#options;
    this.#expiries.set(id, clock.monotonic() + Math.max(0, order.expiresAt - clock.now()));
  }

  #expired(id: string): void {
    const status = this.#options.groups.get(id);
    if (status === undefined || !groupAwaitsApproval(status)) return;
    const reason = 'Nobody approved it in time.';
    this.#written({ group: id, state: 'expired', code: 'COMMAND_EXPIRED', reason }).catch(() =>
      this.#expiries.set(id, this.#options.clock.monotonic() + AGAIN_MS),
    );
  }

  #written(step: GroupStep): Promise<void> {
    const { journal, clock } = this.#options;
    return new Promise<void>((resolve, reject) => {
      const refused = (): void => reject(new CommandRefusal('JOURNAL_REFUSED'));
      const b = encodeFact(step);
      const about = { kind: RECORD_KIND.command, receivedAt: clock.now(), link: 0, terminal: '', ackable: false };
      const record = { ...about, b, start: 0, end: b.length };
      if (journal.append(record, { committed: () => resolve(), refused }, 0) !== undefined) refused();
    });
  }
}

function isSame(
  request: GroupRequest,
  { target, type, body }: Pick<GroupRequest, 'target' | 'type' | 'body'>,
): boolean {
  return (
    request.type === type &&
    isDeepStrictEqual(request.target, target) &&
    isDeepStrictEqual(request.body ?? {}, body ?? {})
  );
}
