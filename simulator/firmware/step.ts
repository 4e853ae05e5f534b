/**
 * A terminal's firmware: what happens to it, and what it then does.
 *
 * `step` changes the terminal and appends effects, which are data: it opens no link, reads no clock and draws no
 * randomness, so the same inputs at the same times give the same octets. Time is one steady axis in ms since 1970.
 */
import type { EpochMs } from '../../protocol/index.ts';
import { type Acknowledged, type Effect, type Input, MESSAGE, RESULT } from './effects.ts';
import { dial, linkLost, login, receiveRegistration, register, registrationRefused } from './login.ts';
import { expirePending, request, settle } from './exchange.ts';
import { refused, report, sendStored, taken } from './reporting.ts';
import { answerRequest } from './responder.ts';
import type { Terminal } from './terminal.ts';

/** Gives a terminal an input at `now`, then lets everything happen that is due by then. */
export function step(terminal: Terminal, input: Input, now: EpochMs, effects: Effect[]): void {
  switch (input.kind) {
    case 'wake':
      break;
    case 'connected':
      if (terminal.phase === 'dialling') login(terminal, now, effects);
      break;
    case 'unreachable':
    case 'closed':
      linkLost(terminal, now, effects);
      break;
    case 'acknowledged':
      receiveAck(terminal, input, now, effects);
      break;
    case 'registered':
      receiveRegistration(terminal, input, now, effects);
      break;
    case 'request':
      answerRequest(terminal, input, now, effects);
      break;
    case 'finish':
      finish(terminal, now);
      break;
    default:
      input satisfies never;
  }
  passTime(terminal, now, effects);
}

/** When `step` must be called again at the latest; Infinity: only when something happens to the terminal. */
export function nextDeadline(terminal: Terminal): EpochMs {
  if (terminal.phase === 'off') return terminal.powerAt;
  let at = terminal.finished ? Number.POSITIVE_INFINITY : Math.min(terminal.nextReportAt, terminal.reportUntil);
  if (terminal.phase === 'waiting' || terminal.phase === 'dialling') return Math.min(at, terminal.dialAt);
  at = Math.min(at, terminal.pending.nextDeadline());
  if (terminal.phase !== 'online') return at;
  if (terminal.blind.size > 0 && !terminal.backfilling) at = Math.min(at, terminal.refusedUntil);
  return Math.min(at, heartbeatAt(terminal));
}

function passTime(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase === 'off') {
    if (now < terminal.powerAt) return;
    terminal.phase = 'waiting';
  }
  while (terminal.nextReportAt <= now && terminal.nextReportAt < terminal.reportUntil) report(terminal, now, effects);
  if (terminal.reportUntil <= now) terminal.finished = true;
  if (terminal.phase === 'waiting') {
    if (terminal.dialAt <= now) dial(terminal, now, effects);
    return;
  }
  if (terminal.phase === 'dialling') {
    if (terminal.dialAt <= now) {
      effects.push({ kind: 'hangUp', how: 'timeout' });
      linkLost(terminal, now, effects);
    }
    return;
  }
  if (expirePending(terminal, now, effects)) {
    effects.push({ kind: 'hangUp', how: 'timeout' });
    linkLost(terminal, now, effects);
    return;
  }
  if (terminal.phase !== 'online') return;
  sendStored(terminal, now, effects);
  if (heartbeatAt(terminal) <= now) request(terminal, { id: MESSAGE.heartbeat, body: NOTHING }, now, effects);
}

/** No more reports; a terminal that is not switched on yet never will be. */
function finish(terminal: Terminal, now: EpochMs): void {
  terminal.reportUntil = Math.min(terminal.reportUntil, now);
  if (terminal.phase !== 'off') return;
  terminal.powerAt = Number.POSITIVE_INFINITY;
  terminal.finished = true;
}

function receiveAck(terminal: Terminal, ack: Acknowledged, now: EpochMs, effects: Effect[]): void {
  const message = settle(terminal, ack.replySerial, ack.replyId);
  if (message === undefined) {
    effects.push({ kind: 'note', what: 'strayAnswer' });
    return;
  }
  // Some platforms answer a registration that they refuse with the general response.
  if (message.id === MESSAGE.registration) return registrationRefused(terminal, now, effects);
  if (message.id === MESSAGE.authentication) return receiveAuthentication(terminal, ack.result, now, effects);
  if (ack.result === RESULT.success || ack.result === RESULT.alarmConfirmed) taken(terminal, message, now, effects);
  else refused(terminal, { message, result: ack.result }, now, effects);
}

/** Result 0 opens the session; any other makes the code worthless (JT/T 808-2019 8.8: register anew). */
function receiveAuthentication(terminal: Terminal, result: number, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase !== 'authenticating') return;
  if (result === RESULT.success) {
    terminal.phase = 'online';
    terminal.failures = 0;
    terminal.codesRefused = 0;
    effects.push({ kind: 'note', what: 'online' });
    return;
  }
  effects.push({ kind: 'note', what: 'codeRefused' });
  terminal.authCode = undefined;
  terminal.codesRefused++;
  if (terminal.codesRefused === 1) return register(terminal, now, effects);
  effects.push({ kind: 'hangUp', how: 'local' });
  linkLost(terminal, now, effects);
}

function heartbeatAt(terminal: Terminal): EpochMs {
  if (terminal.heartbeatWaiting) return Number.POSITIVE_INFINITY;
  return terminal.sentAt + terminal.heartbeatMs;
}

const NOTHING = new Uint8Array(0);
