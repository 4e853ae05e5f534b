/** Messages of ours and the answers to them: serials, timeouts, and sending again with octets and serial unchanged. */
import { type EpochMs, MAX_BODY } from '../../protocol/index.ts';
import type { StoredReport } from './blind-area.ts';
import { type Effect, MESSAGE, type Send } from './effects.ts';
import { partsOf } from './split.ts';
import type { Terminal, Unanswered } from './terminal.ts';

const NO_REPORTS: readonly StoredReport[] = [];

/** Sends a message that is not answered: itself an answer. */
export function send(terminal: Terminal, message: Message, now: EpochMs, effects: Effect[]): void {
  const { id, body } = message;
  if (body.length > MAX_BODY) takeApart(terminal, message, effects);
  else effects.push({ ...WHOLE, id, serial: nextSerial(terminal), body });
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
  const parts = body.length > MAX_BODY ? takeApart(terminal, message, effects) : 0;
  const serial = parts === 0 ? nextSerial(terminal) : (terminal.lastParts[0] as Send).serial;
  const question = { id, serial, body, reports, backfill, sentAt: now, parts: Math.max(1, parts) };
  terminal.pending.add(serial, question, now, terminal.retryRule);
  terminal.sentAt = now;
  if (backfill) terminal.backfilling = true;
  else if (reports.length > 0) terminal.reportsWaiting++;
  else if (id === MESSAGE.heartbeat) terminal.heartbeatWaiting = true;
  let fresh = 0;
  for (const report of reports) {
    if (report.sent) continue;
    report.sent = true;
    fresh++;
  }
  if (parts === 0) effects.push({ ...WHOLE, id, serial, body, fresh });
}

/** Takes out the message that an answer names; undefined: it answers nothing that is waiting. */
export function settle(terminal: Terminal, replySerial: number, replyId: number): Unanswered | undefined {
  const message = terminal.pending.settleWhere(
    ({ serial, id, parts }) => id === replyId && ((replySerial - serial) & 0xffff) < parts,
  );
  if (message === undefined) return undefined;
  if (message.backfill) terminal.backfilling = false;
  else if (message.reports.length > 0) terminal.reportsWaiting--;
  else if (message.id === MESSAGE.heartbeat) terminal.heartbeatWaiting = false;
  return message;
}

/** Gives up every answer that is waited for, and puts the reports among the questions back into memory. */
export function abandon(terminal: Terminal, effects: Effect[], last: readonly Unanswered[] = []): void {
  const reports = [...last, ...terminal.pending.drain()].flatMap((message) => message.reports);
  reports.push(...terminal.gathered.splice(0));
  terminal.backfilling = false;
  terminal.heartbeatWaiting = false;
  terminal.reportsWaiting = 0;
  forgetUpload(terminal);
  const dropped = terminal.blind.putBack(reports);
  if (dropped > 0) effects.push({ kind: 'dropped', count: dropped });
}

/** How often a picture is tried to be sent over a link that then dies. */
const UPLOAD_TRIES = 3;

/** The picture under way begins anew over the next link, or is given up: 0x8800 may be unknown to the platform. */
function forgetUpload({ kept }: Terminal): void {
  if (kept?.uploading === undefined) return;
  kept.uploading = undefined;
  const [under] = kept.outbox;
  if (under !== undefined && ++under.tries >= UPLOAD_TRIES) kept.outbox.shift();
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
    const { id, serial, body, parts } = overdue.request;
    if (overdue.kind === 'unanswered') {
      unanswered.push(overdue.request);
    } else if (unanswered.length === 0) {
      if (parts === 1) effects.push({ ...WHOLE, id, serial, body, again: true });
      else effects.push(...partsOf(id, body, serial).map((part) => ({ ...part, again: true })));
      terminal.sentAt = now;
    }
  }
  if (unanswered.length === 0) return false;
  effects.push({ kind: 'note', what: 'replyTimeout' });
  abandon(terminal, effects, unanswered);
  return true;
}

/** Sends a message that is too long for one packet; returns in how many. Its parts are kept, as they may be asked for. */
function takeApart(terminal: Terminal, { id, body }: Message, effects: Effect[]): number {
  const parts = partsOf(id, body, terminal.serial);
  terminal.serial = (terminal.serial + parts.length) & 0xffff;
  terminal.lastParts = parts;
  effects.push(...parts);
  return parts.length;
}

const WHOLE = { kind: 'send', total: 0, number: 0, again: false, fresh: 0 } as const;

/** Each side counts its own messages, from 0, in the order of sending. */
function nextSerial(terminal: Terminal): number {
  const { serial } = terminal;
  terminal.serial = (serial + 1) & 0xffff;
  return serial;
}
