/**
 * Location reports: made when due, sent when there is a session, kept until a platform has them.
 * A report leaves the terminal's memory for one reason only: 0x8001 said that it was taken.
 */
import { type EpochMs, MAX_BODY } from '../../protocol/index.ts';
import type { StoredReport } from './blind-area.ts';
import { batchOctets, encodeBatch, encodeReport } from './bodies.ts';
import { type Effect, MESSAGE, RESULT } from './effects.ts';
import { request } from './exchange.ts';
import { authenticate } from './login.ts';
import { hasService, reported } from './physical.ts';
import { reportInterval } from './strategy.ts';
import { clearAnswered, isKeyAlarm } from './alarms.ts';
import type { Terminal, Unanswered } from './terminal.ts';

/** So many refusals in a row, and a terminal supposes that the platform has forgotten who it is. */
const FORGOTTEN_AFTER = 3;

/** Makes the report that is due and sends it, or keeps it where that is not possible. */
export function report(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  const at = terminal.nextReportAt;
  terminal.nextReportAt = at + reportInterval(terminal, at);
  const body = encodeReport(terminal, at);
  const made: StoredReport = isKeyAlarm(terminal, body)
    ? { at, body, sent: false, urgent: true }
    : { at, body, sent: false };
  reported(terminal);
  effects.push({ kind: 'made', dueAt: at });
  if (
    terminal.phase === 'online' &&
    hasService(terminal) &&
    terminal.refusedUntil <= now &&
    terminal.reportsWaiting < terminal.settings.window
  ) {
    if (terminal.settings.batch > 1 && !terminal.plain) return gather(terminal, made, now, effects);
    request(terminal, { id: MESSAGE.report, body: made.body, reports: [made] }, now, effects);
    return;
  }
  const dropped = terminal.blind.push(made);
  if (dropped > 0) effects.push({ kind: 'dropped', count: dropped });
}

/** Keeps a report until there are enough to go together, one with a key alarm comes, or no more fit one packet. */
function gather(terminal: Terminal, made: StoredReport, now: EpochMs, effects: Effect[]): void {
  const { gathered, settings } = terminal;
  const octets = gathered.reduce((sum, { body }) => sum + body.length, made.body.length);
  if (batchOctets(gathered.length + 1, octets) > MAX_BODY) sendGathered(terminal, now, effects);
  terminal.gathered.push(made);
  if (terminal.gathered.length >= settings.batch || made.urgent === true) sendGathered(terminal, now, effects);
}

/** Sends what was gathered, if anything was. */
export function sendGathered(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  const reports = terminal.gathered;
  if (reports.length === 0) return;
  terminal.gathered = [];
  const body = encodeBatch(terminal, reports, 'normalBatchReport');
  request(terminal, { id: MESSAGE.batch, body, reports }, now, effects);
}

/** Sends the oldest stored reports, as many as one packet holds; the next ones follow when these are acknowledged. */
export function sendStored(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  if (terminal.blind.size === 0 || terminal.backfilling || terminal.refusedUntil > now) return;
  if (terminal.plain) {
    const reports = terminal.blind.take(1, () => true);
    for (const { body } of reports)
      request(terminal, { id: MESSAGE.report, body, reports, backfill: true }, now, effects);
    return;
  }
  const reports = terminal.blind.take(
    Number.POSITIVE_INFINITY,
    (count, octets) => batchOctets(count, octets) <= MAX_BODY,
  );
  request(terminal, { id: MESSAGE.batch, body: encodeBatch(terminal, reports), reports, backfill: true }, now, effects);
}

/** The platform has what the message carried. */
export function taken(terminal: Terminal, message: Unanswered, now: EpochMs, effects: Effect[]): void {
  terminal.refusals = 0;
  if (message.reports.length === 0) return;
  clearAnswered(terminal, message);
  terminal.refusedUntil = 0;
  const { id, serial, reports, backfill, sentAt } = message;
  effects.push({ kind: 'stored', id, serial, reports, backfill, latencyMs: now - sentAt });
}

/**
 * The platform did not take it. Reports go back to memory and wait, longer each time; a platform that does not
 * know 0x0704 gets 0x0200; one that goes on refusing is told again who speaks.
 */
export function refused(
  terminal: Terminal,
  { message, result }: { message: Unanswered; result: number },
  now: EpochMs,
  effects: Effect[],
): void {
  const { settings } = terminal;
  if (message.id === MESSAGE.batch && result === RESULT.unsupported) terminal.plain = true;
  if (message.reports.length > 0) {
    effects.push({ kind: 'note', what: 'reportRefused' });
    const dropped = terminal.blind.putBack(message.reports);
    if (dropped > 0) effects.push({ kind: 'dropped', count: dropped });
    const pause = Math.min(settings.refusedMaxMs, settings.refusedMs * 2 ** Math.min(terminal.refusals, 20));
    terminal.refusedUntil = now + pause * (0.5 + terminal.spread);
  }
  terminal.refusals++;
  if (terminal.phase === 'online' && terminal.refusals % FORGOTTEN_AFTER === 0) authenticate(terminal, now, effects);
}
