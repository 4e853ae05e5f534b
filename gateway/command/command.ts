/** A command's life, as its steps in the journal tell it. */
import type { CommandState } from '../../bridge/index.ts';
import type { Seq } from '../journal/record.ts';

/** Payload of a `command` record: one step. */
export interface CommandStep {
  readonly id: string;
  readonly state: CommandState;
  /** On the first step only: what it takes to send it. */
  readonly order?: CommandOrder;
  /** What the terminal answered. */
  readonly result?: unknown;
  /** Why it did not go through, for programs and for people. */
  readonly code?: string;
  readonly reason?: string;
}

export interface CommandOrder {
  /** Name of a platform message. */
  readonly type: string;
  readonly body: unknown;
  /** Epoch ms after which it is not sent any more. */
  readonly expiresAt: number;
  /** Who asked: an account, for the record. */
  readonly by: string;
}

export interface CommandStatus {
  readonly id: string;
  readonly terminal: string;
  readonly order: CommandOrder;
  readonly state: CommandState;
  readonly acceptedAt: number;
  readonly updatedAt: number;
  /** Records of its first step, by which commands of a terminal are in order, and of the last one that it contains. */
  readonly firstSeq: Seq;
  readonly seq: Seq;
  readonly result?: unknown;
  readonly code?: string;
  readonly reason?: string;
}

/** States behind which nothing comes. */
export function isFinal(state: CommandState): boolean {
  return state === 'done' || state === 'failed' || state === 'timedOut' || state === 'expired';
}

const ORDER: readonly CommandState[] = ['accepted', 'sent', 'acknowledged', 'done', 'failed', 'timedOut', 'expired'];

/**
 * The status after a step; the one before where the step is out of place: a command never goes back, but that a
 * lost link makes it wait to be sent again.
 */
export function applyStep(
  before: CommandStatus | undefined,
  step: CommandStep,
  record: { readonly terminal: string; readonly receivedAt: number; readonly seq: Seq },
): CommandStatus | undefined {
  const order = step.order ?? before?.order;
  if (order === undefined) return before;
  const { terminal, receivedAt, seq } = record;
  if (before !== undefined) {
    // A snapshot may be ahead of the records that a start hears again.
    if (seq <= before.seq) return before;
    if (isFinal(before.state)) return before;
    if (step.state !== 'sent' && ORDER.indexOf(step.state) <= ORDER.indexOf(before.state)) return before;
  }
  return {
    id: step.id,
    terminal,
    order,
    state: step.state,
    acceptedAt: before?.acceptedAt ?? receivedAt,
    updatedAt: receivedAt,
    firstSeq: before?.firstSeq ?? seq,
    seq,
    ...(step.result === undefined ? {} : { result: step.result }),
    ...(step.code === undefined ? {} : { code: step.code }),
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  };
}
