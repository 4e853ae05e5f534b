/** What the HTTP API sees of commands. */
import { formatTime } from '../protocol/index.ts';
import type {
  CommandPage,
  CommandQuery,
  CommandSources,
  CommandView,
  GroupView,
  MemberView,
  Refused,
} from './api/command-sources.ts';
import { awaitsApproval, type CommandStatus, isFinal } from './command/command.ts';
import { CommandRefusal, type CommandRefusalCode } from './command/errors.ts';
import { groupAwaitsApproval, type GroupStatus, memberId } from './command/group.ts';
import type { Core } from './core-parts.ts';

export interface CommandViewParts {
  readonly core: Pick<Core, 'commands' | 'groups' | 'desk' | 'registry'>;
  readonly now: () => number;
  /** How long a command without `expiresAt` may wait. */
  readonly commandTtlMs: number;
}

export function createCommandSources({ core, now, commandTtlMs }: CommandViewParts): CommandSources {
  const { commands, groups, desk, registry } = core;
  const divisionOf = (terminal: string): string => registry.identity(terminal).division;
  /** What was asked of a vehicle that stays out, and what it answered, is told to nobody. */
  const isSeen = (terminal: string, scope: string): boolean =>
    divisionOf(terminal).startsWith(scope) && registry.exempt(terminal, now()) === undefined;

  function viewOf(status: CommandStatus): CommandView {
    const { terminal, state, result, media } = status;
    // While pictures come, those that are here.
    const shown = result === undefined && media !== undefined ? { media } : result;
    return {
      ...viewed(status, awaitsApproval(status)),
      terminal,
      division: divisionOf(terminal),
      state,
      ...(status.order.group === undefined ? {} : { group: status.order.group }),
      ...(shown === undefined ? {} : { result: shown }),
    };
  }

  function groupView(status: GroupStatus, scope: string): GroupView | undefined {
    const all = status.order.terminals.map((chosen) => memberView(status, chosen));
    const ours = all.filter(({ terminal }) => isSeen(terminal, scope));
    // What became of those, their workers know.
    const theirs = (status.order.elsewhere ?? []).filter(({ division }) => division.startsWith(scope));
    const terminals = [...ours, ...theirs.map((one) => ({ ...memberView(status, one), division: one.division }))];
    // What is not there for an account is not there as a whole either.
    if (terminals.length === 0) return undefined;
    const counts: Record<string, number> = {};
    for (const { state, code } of terminals) {
      const key = state ?? (code === undefined ? 'waiting' : 'refused');
      counts[key] = (counts[key] ?? 0) + 1;
    }
    const over = ({ state, code }: MemberView): boolean => (state === null ? code !== undefined : isFinal(state));
    return {
      ...viewed(status, groupAwaitsApproval(status)),
      target: status.order.target,
      state: status.state,
      counts,
      finished: status.state === 'launched' ? terminals.every(over) : status.state !== 'accepted',
      terminals,
    };
  }

  function memberView(
    { id, refused }: GroupStatus,
    { terminal, distance }: GroupStatus['order']['terminals'][number],
  ): MemberView {
    const whose = { terminal, division: divisionOf(terminal), ...(distance === undefined ? {} : { distance }) };
    const why = refused?.[terminal];
    if (why !== undefined) {
      const colon = why.indexOf(': ');
      return { ...whose, id: null, state: null, code: why.slice(0, colon), reason: why.slice(colon + 2) };
    }
    const own = commands.get(memberId(id, terminal));
    if (own === undefined) return { ...whose, id: null, state: null };
    const { result, code, reason } = own;
    return {
      ...whose,
      id: own.id,
      state: own.state,
      ...(result === undefined ? {} : { result }),
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  function get(id: string, scope: string): CommandView | GroupView | undefined {
    const status = commands.get(id);
    if (status !== undefined) return isSeen(status.terminal, scope) ? viewOf(status) : undefined;
    const group = groups.get(id);
    return group === undefined ? undefined : groupView(group, scope);
  }

  function list({
    division,
    terminal,
    state,
    type,
    group,
    awaiting,
    before = Infinity,
    limit,
  }: CommandQuery): CommandPage {
    const wanted = (status: CommandStatus): boolean =>
      status.firstSeq < before &&
      (terminal === undefined || status.terminal === terminal) &&
      (state === undefined || status.state === state) &&
      (type === undefined || status.order.type === type) &&
      (group === undefined || status.order.group === group) &&
      (awaiting === undefined || awaitsApproval(status) === awaiting) &&
      isSeen(status.terminal, division);
    const found: (CommandStatus | GroupStatus)[] = [...commands.values()].filter(wanted);
    if (awaiting === true && terminal === undefined && group === undefined) {
      for (const one of groups.values())
        if (one.firstSeq < before && groupAwaitsApproval(one) && groupView(one, division) !== undefined)
          found.push(one);
    }
    const page = found.sort((a, b) => b.firstSeq - a.firstSeq).slice(0, limit + 1);
    const items = page.slice(0, limit);
    return {
      items: items.map((one) => ('terminal' in one ? viewOf(one) : groupView(one, division)!)),
      next: page.length > limit ? items.at(-1)!.firstSeq : null,
    };
  }

  const expiryOf = (expiresAt: string | undefined): number =>
    expiresAt === undefined ? now() + commandTtlMs : Date.parse(expiresAt);

  async function taken<T>(work: Promise<void>, view: () => T): Promise<T | Refused> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof CommandRefusal)) throw error;
      return { refused: { why: WHY[error.code], detail: error.message } };
    }
    return view();
  }

  return {
    get,
    list,
    one({ expiresAt, ...order }, { name: by, mayHarm }) {
      const request = { ...order, by, mayHarm, expiresAt: expiryOf(expiresAt) };
      return taken(desk.one(request), () => viewOf(commands.get(order.id)!));
    },
    many({ expiresAt, ...order }, { name: by, scope, mayHarm }) {
      const request = { ...order, by, scope, mayHarm, expiresAt: expiryOf(expiresAt) };
      return taken(desk.many(request), () => groupView(groups.get(order.id)!, scope)!);
    },
    decide(id, { name, scope }, reject) {
      const by = { name, scope };
      return taken(reject === undefined ? desk.approve(id, by) : desk.reject(id, by, reject), () => get(id, scope)!);
    },
  };
}

function viewed(status: CommandStatus | GroupStatus, awaits: boolean) {
  const { id, order, firstSeq: seq, acceptedAt, updatedAt, approvedBy, code, reason } = status;
  const { type, body, by, priority = 'normal', expiresAt } = order;
  return {
    id,
    type,
    body: body ?? {},
    by,
    priority,
    seq,
    acceptedAt: formatTime(acceptedAt),
    updatedAt: formatTime(updatedAt),
    expiresAt: formatTime(expiresAt),
    ...(awaits ? { approval: 'needed' as const } : {}),
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(code === undefined ? {} : { code }),
    ...(reason === undefined ? {} : { reason }),
  };
}

const WHY = {
  COMMAND_TYPE: 'invalid',
  COMMAND_BODY: 'invalid',
  COMMAND_EXPIRED: 'invalid',
  COMMAND_TERMINAL: 'unknown',
  COMMAND_TARGET: 'invalid',
  COMMAND_CONFLICT: 'conflict',
  COMMAND_RIGHT: 'forbidden',
  COMMAND_UNKNOWN: 'unknown',
  COMMAND_NOT_AWAITING: 'conflict',
  COMMAND_SAME_PERSON: 'forbidden',
  COMMAND_QUEUE_FULL: 'busy',
  JOURNAL_REFUSED: 'busy',
} as const satisfies Record<CommandRefusalCode, Refused['refused']['why']>;
