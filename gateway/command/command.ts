/** A command's life, as its steps in the journal tell it. */
import type { CommandState } from '../../bridge/index.ts';
import type { Seq } from '../journal/record.ts';

/** Payload of a `command` record: one step. */
export interface CommandStep {
  readonly id: string;
  readonly state: CommandState;
  /** On the first step only: what it takes to send it. */
  readonly order?: CommandOrder;
  /** On later ones, that each can be told by itself: the command to many that it is of, and where its replies go. */
  readonly of?: string;
  readonly response?: ResponseAddress;
  /** Who let a command through that awaited it. */
  readonly approvedBy?: string;
  /** Under which serial it went out, that of its first part. */
  readonly serial?: number;
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
  /** What goes before and behind the others of the same terminal; `normal` unless given. */
  readonly priority?: Priority;
  /** The command to many that it is a part of. */
  readonly group?: string;
  /** It is not sent before a second person lets it through. */
  readonly approval?: 'needed';
  /** Where its replies go as well, as MQTT 5 has it. */
  readonly response?: ResponseAddress;
}

export const PRIORITIES = ['urgent', 'normal', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

export interface ResponseAddress {
  readonly topic: string;
  /** Base64. */
  readonly correlation?: string;
}

/** A picture, sound or video that came for a command. */
export interface CommandMedia {
  readonly multimediaId: number;
  /** In the data folder, and under which the API hands it out. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
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
  readonly approvedBy?: string;
  readonly serial?: number;
  readonly media?: readonly CommandMedia[];
  readonly result?: unknown;
  readonly code?: string;
  readonly reason?: string;
}

/** Whether it waits for a second person. */
export function awaitsApproval({ order, approvedBy, state }: CommandStatus): boolean {
  return order.approval === 'needed' && approvedBy === undefined && state === 'accepted';
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
    if (!follows(before, step)) return before;
  }
  const approvedBy = step.approvedBy ?? before?.approvedBy;
  const serial = step.serial ?? before?.serial;
  const result = step.result ?? (isFinal(step.state) ? undefined : before?.result);
  return {
    id: step.id,
    terminal,
    order,
    state: step.state,
    acceptedAt: before?.acceptedAt ?? receivedAt,
    updatedAt: receivedAt,
    firstSeq: before?.firstSeq ?? seq,
    seq,
    ...(approvedBy === undefined ? {} : { approvedBy }),
    ...(serial === undefined ? {} : { serial }),
    ...(before?.media === undefined ? {} : { media: before.media }),
    ...(result === undefined ? {} : { result }),
    ...(step.code === undefined ? {} : { code: step.code }),
    ...(step.reason === undefined ? {} : { reason: step.reason }),
  };
}

/** Forward, or a step that is taken twice: sent again, acknowledged and then answered, let through. */
function follows(before: CommandStatus, step: CommandStep): boolean {
  if (step.state === 'sent') return true;
  if (step.state === 'accepted') return step.approvedBy !== undefined && awaitsApproval(before);
  if (step.state === 'acknowledged' && before.state === 'acknowledged') return step.result !== undefined;
  return ORDER.indexOf(step.state) > ORDER.indexOf(before.state);
}
