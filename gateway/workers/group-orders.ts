/** Commands to many, whose terminals are with several workers: each is given those that are its own, and what they answer is one answer. */
import { ownerOf } from './owner.ts';
import { terminalOf } from '../../protocol/index.ts';

interface Order {
  readonly target?: { readonly terminals?: unknown; readonly nearest?: unknown };
}

/** Whether an order chooses by distance: one worker takes it, and asks the others who is near. */
export function choosesByDistance(order: unknown): boolean {
  return (order as Order | null)?.target?.nearest !== undefined;
}

/** The order as a worker should see it; undefined where none of the terminals that it names is that worker's. */
export function narrowed(order: unknown, worker: number, workers: number): unknown {
  const listed = (order as Order | null)?.target?.terminals;
  if (!Array.isArray(listed)) return order;
  const own = listed.filter(
    (terminal) => typeof terminal === 'string' && ownerOf(terminalOf(terminal), workers) === worker,
  );
  return own.length === 0 ? undefined : { ...(order as object), target: { terminals: own } };
}

/** The same of a message: one that is no order, or that chooses by distance, is worker 0's to answer. */
export function narrowedPayload(payload: Uint8Array, worker: number, workers: number): Uint8Array | undefined {
  let order: unknown;
  try {
    order = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return worker === 0 ? payload : undefined;
  }
  if (choosesByDistance(order)) return worker === 0 ? payload : undefined;
  const own = narrowed(order, worker, workers);
  return own === undefined ? undefined : new TextEncoder().encode(JSON.stringify(own));
}

type View = Readonly<Record<string, unknown>>;
interface Member {
  readonly terminal: string;
  readonly id?: string | null;
  readonly state?: string | null;
  readonly code?: string;
}
interface Group extends View {
  readonly terminals: readonly Member[];
  readonly counts: Readonly<Record<string, number>>;
  readonly finished: boolean;
}

const OVER = new Set(['done', 'failed', 'timedOut', 'expired']);

const isGroup = (view: View): view is Group => Array.isArray(view['terminals']) && typeof view['counts'] === 'object';

/** What several workers know of one command: the parts of a command to many put together, else the first. */
export function joinViews(views: readonly View[]): View {
  const groups = views.filter(isGroup);
  const [first] = groups;
  if (first === undefined || groups.length === 1) return groups[0] ?? views[0]!;
  const members = new Map<string, Member>();
  for (const member of groups.flatMap(({ terminals }) => terminals)) {
    const before = members.get(member.terminal);
    // Who chose by distance names those of other workers too; what became of them, their own know.
    if (before === undefined || isTold(member)) members.set(member.terminal, member);
  }
  const counts: Record<string, number> = {};
  for (const { state, code } of members.values()) {
    const key = state ?? (code === undefined ? 'waiting' : 'refused');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const states = groups.map((group) => group['state']);
  return {
    ...first,
    // It is launched when all of it is; what failed at one worker went on at another.
    state:
      states.find((state) => state === 'accepted') ?? states.find((state) => state === 'launched') ?? first['state'],
    finished: groups.every((group) => group.finished || isLaunched(group)) && [...members.values()].every(isOver),
    counts,
    terminals: [...members.values()].sort((a, b) => (a.terminal < b.terminal ? -1 : 1)),
  };
}

const isTold = ({ id, code }: Member): boolean => (id ?? code) !== undefined && (id ?? code) !== null;
const isLaunched = (group: Group): boolean => group['state'] === 'launched';
const isOver = ({ state, code }: Member): boolean => (typeof state === 'string' ? OVER.has(state) : code !== undefined);
