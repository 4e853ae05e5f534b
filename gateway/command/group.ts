/**
 * A command to many, as its steps in the journal tell it: whom it is for is chosen once, when it is taken, and each of
 * those then has a command of its own.
 */
import type { Fold } from '../fold/fold.ts';
import type { Snapshotted } from '../fold/snapshots.ts';
import { decodeFact } from '../intake/facts.ts';
import { RECORD_KIND, type Seq } from '../journal/record.ts';
import type { RecordView } from '../journal/record-view.ts';
import type { CommandOrder } from './command.ts';
import type { Chosen, Elsewhere, Target } from './target.ts';

/** `launched`: every terminal has its command, or the reason why not. */
export type GroupState = 'accepted' | 'launched' | 'failed' | 'expired';

export interface GroupOrder extends Omit<CommandOrder, 'group'> {
  readonly target: Target;
  readonly terminals: readonly Chosen[];
  /** Chosen with them, of other workers: each of those has a group of the same id with its own. */
  readonly elsewhere?: readonly Elsewhere[];
  /** False where whoever asked may do no harm, for those elsewhere: here it was looked at. */
  readonly mayHarm?: boolean;
}

/** A command to many as it is asked for. */
export interface GroupRequest extends Omit<CommandOrder, 'approval' | 'group'> {
  /** Chosen by the sender, as that of a command to one; both are of one name space. */
  readonly id: string;
  readonly target: Target;
  /** Leading digits of the divisions that whoever asks may reach. */
  readonly scope: string;
  readonly mayHarm?: boolean;
}

/** Payload of a `command` record that is of many. */
export interface GroupStep {
  readonly group: string;
  readonly state: GroupState;
  /** On the first step only. */
  readonly order?: GroupOrder;
  readonly approvedBy?: string;
  /** With `launched`: why terminals got none, by terminal. */
  readonly refused?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly reason?: string;
}

export interface GroupStatus {
  readonly id: string;
  readonly order: GroupOrder;
  readonly state: GroupState;
  readonly acceptedAt: number;
  readonly updatedAt: number;
  readonly firstSeq: Seq;
  readonly seq: Seq;
  readonly approvedBy?: string;
  readonly refused?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly reason?: string;
}

/** Groups that are over are remembered up to this number, the oldest forgotten first. */
const FINISHED_KEPT = 1000;

/** The id of a terminal's own command. */
export const memberId = (group: string, terminal: string): string => `${group}:${terminal}`;

export function groupAwaitsApproval({ order, approvedBy, state }: GroupStatus): boolean {
  return order.approval === 'needed' && approvedBy === undefined && state === 'accepted';
}

export class Groups implements Fold, Snapshotted {
  readonly kind = 'commandGroup';
  readonly #byId = new Map<string, GroupStatus>();
  readonly #finished = new Set<string>();
  readonly #changed: (id: string) => void;

  /** `changed` hears of every id whose snapshot differs now. */
  constructor(changed: (id: string) => void) {
    this.#changed = changed;
  }

  get(id: string): GroupStatus | undefined {
    return this.#byId.get(id);
  }

  values(): IterableIterator<GroupStatus> {
    return this.#byId.values();
  }

  apply(view: RecordView): void {
    if (view.kind !== RECORD_KIND.command) return;
    const step = decodeFact<GroupStep>(view.b, view.payloadStart, view.payloadEnd);
    if (step?.group === undefined) return;
    const before = this.#byId.get(step.group);
    const order = before?.order ?? step.order;
    // A snapshot may be ahead of the records that a start hears again.
    if (order === undefined || (before !== undefined && (view.seq <= before.seq || before.state !== 'accepted')))
      return;
    const { group: id, state, order: _order, ...said } = step;
    const { receivedAt, seq } = view;
    const first = before ?? { acceptedAt: receivedAt, firstSeq: seq };
    this.#put({ ...first, ...said, id, order, state, updatedAt: receivedAt, seq });
    this.#changed(id);
  }

  snapshot(id: string): string | null {
    const status = this.#byId.get(id);
    return status === undefined ? null : JSON.stringify(status);
  }

  restore(_id: string, value: string): void {
    this.#put(JSON.parse(value) as GroupStatus);
  }

  #put(status: GroupStatus): void {
    this.#byId.set(status.id, status);
    if (status.state === 'accepted') return;
    this.#finished.add(status.id);
    if (this.#finished.size <= FINISHED_KEPT) return;
    const [oldest] = this.#finished;
    this.#finished.delete(oldest!);
    this.#byId.delete(oldest!);
    this.#changed(oldest!);
  }
}
