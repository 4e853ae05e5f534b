/** Messages of ours and the answers to them: serials, timeouts, and sending again with octets and serial unchanged. */
import type { EpochMs } from '../../protocol/index.ts';
import type { StoredReport } from './blind-area.ts';
import { type Effect, MESSAGE } from './effects.ts';
import type { Terminal, Unanswered } from './terminal.ts';

const NO_REPORTS: readonly StoredReport[] = [];

/** Sends a message that is not answered: itself an answer. */
export function send(terminal: Terminal, message: Message, now: EpochMs, effects: Effect[]): void {
  const { id, body } = message;
  effects.push({ kind: 'send', id, serial: nextSerial(terminal), body, again: false, fresh: 0 });
  terminal.sentAt = now;
}

export interface Message {
  readonly id: number;
  readonly body: Uint8Array;
}

/** A message that the platform must answer. */
export interface Question extends Message {
  readonly reports?: readonly StoredReport[];
  readonly backfill?: boolean;
}

/** Sends a message and waits for its answer. */
export function request(terminal: Terminal, message: Question, now: EpochMs, effects: Effect[]): void {
  const { id, body, reports = NO_REPORTS, backfill = false } = message;
  const serial = nextSerial(terminal);
  terminal.pending.add(serial, { id, serial, body, reports, backfill, sentAt: now }, now);
  if (backfill) terminal.backfilling = true;
  else if (reports.length > 0) terminal.reportsWaiting++;
  else if (id === MESSAGE.heartbeat) terminal.heartbeatWaiting = true;
  let fresh = 0;
  for (const report of reports) {
    if (report.sent) continue;
    report.sent = true;
    fresh++;
  }
  effects.push({ kind: 'send', id, serial, body, again: false, fresh });
  terminal.sentAt = now;
}

/** Takes out the message that an answer names; undefined: it answers nothing that is waiting. */
export function settle(terminal: Terminal, replySerial: number, replyId: number): Unanswered | undefined {
  const message = terminal.pending.settleWhere(({ serial, id }) => serial === replySerial && id === replyId);
  if (message === undefined) return undefined;
  if (message.backfill) terminal.backfilling = false;
  else if (message.reports.length > 0) terminal.reportsWaiting--;
  else if (message.id === MESSAGE.heartbeat) terminal.heartbeatWaiting = false;
  return message;
}

/** Gives up every answer that is waited for, and puts the reports among the questions back into memory. */
export function abandon(terminal: Terminal, effects: Effect[], last: readonly Unanswered[] = []): void {
  const reports = [...last, ...terminal.pending.drain()].flatMap((message) => message.reports);
  terminal.backfilling = false;
  terminal.heartbeatWaiting = false;
  terminal.reportsWaiting = 0;
  const dropped = terminal.blind.putBack(reports);
  if (dropped > 0) effects.push({ kind: 'dropped', count: dropped });
}

/**
 * Sends again what has waited long enough, by the retry rule of the standard.
 *
 * @returns true when a message stayed unanswered after its last repetition: the link is dead (JT/T 808-2019 5.3).
 */
export function expirePending(terminal: Terminal, now: EpochMs, effects: Effect[]): boolean {
  if (terminal.pending.nextDeadline() > now) return false;
  const unanswered: Unanswered[] = [];
  for (const overdue of terminal.pending.expire(now)) {
    const { id, serial, body } = overdue.request;
    if (overdue.kind === 'unanswered') {
      unanswered.push(overdue.request);
    } else if (unanswered.length === 0) {
      effects.push({ kind: 'send', id, serial, body, again: true, fresh: 0 });
      terminal.sentAt = now;
    }
  }
  if (unanswered.length === 0) return false;
  effects.push({ kind: 'note', what: 'replyTimeout' });
  abandon(terminal, effects, unanswered);
  return true;
}

/** Each side counts its own messages, from 0, in the order of sending. */
function nextSerial(terminal: Terminal): number {
  const { serial } = terminal;
  terminal.serial = (serial + 1) & 0xffff;
  return serial;
}
