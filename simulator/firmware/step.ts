/**
 * A terminal's firmware: what happens to it, and what it then does.
 *
 * `step` changes the terminal and appends effects, which are data: it opens no link, reads no clock and draws no
 * randomness, so the same inputs at the same times give the same octets. Time is one steady axis in ms since 1970.
 */
import { type EpochMs, isResponse } from '../../protocol/index.ts';
import { type Acknowledged, type Effect, type Input, type LocalEvent, MESSAGE, type Part, RESULT } from './effects.ts';
import { dial, linkLost, login, receiveRegistration, register, registrationRefused } from './login.ts';
import { expirePending, request, settle } from './exchange.ts';
import { refused, report, sendGathered, sendStored, taken } from './reporting.ts';
import { answerRequest } from './responder.ts';
import { requestOf } from './hear.ts';
import { deregister, happen } from './local.ts';
import { askForParts, join, joiningDeadline } from './parts.ts';
import { dialableAt, feel, hasService, physicalDeadline, reportDueAt } from './physical.ts';
import { doTasks, tasksDeadline } from './tasks.ts';
import type { Terminal } from './terminal.ts';

/** Gives a terminal an input at `now`, then lets everything happen that is due by then. */
export function step(terminal: Terminal, input: Input, now: EpochMs, effects: Effect[]): void {
  const { device } = terminal;
  if (device !== undefined && !feel(terminal, device, now, effects)) {
    if (input.kind === 'finish') finish(terminal, now);
    if (input.kind === 'local' && WITHOUT_POWER.has(input.event.what)) happen(terminal, input.event, now, effects);
    return;
  }
  if (hasService(terminal) || !OVER_THE_AIR.has(input.kind)) take(terminal, input, now, effects);
  passTime(terminal, now, effects);
}

/** What can be done to a terminal that is dark; it shows when it runs again. */
const WITHOUT_POWER: ReadonlySet<LocalEvent['what']> = new Set(['alarm', 'card', 'coldStart']);

/** What an input without service cannot be: it never arrives. */
const OVER_THE_AIR: ReadonlySet<Input['kind']> = new Set([
  'connected',
  'acknowledged',
  'registered',
  'request',
  'part',
]);

function take(terminal: Terminal, input: Input, now: EpochMs, effects: Effect[]): void {
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
    case 'part':
      receivePart(terminal, input, now, effects);
      break;
    case 'local':
      happen(terminal, input.event, now, effects);
      break;
    case 'finish':
      finish(terminal, now);
      break;
    default:
      input satisfies never;
  }
}

/** A part of a long message; the last one makes it whole. It is answered once, under the serial of its last part. */
function receivePart(terminal: Terminal, part: Part, now: EpochMs, effects: Effect[]): void {
  const joined = join(terminal, part, now);
  if (joined === 'waiting') return;
  const { id, serial } = part;
  if (joined === 'refused')
    return answerRequest(terminal, { kind: 'request', id, serial, fault: 'unsupported' }, now, effects);
  const { revision } = terminal.identity;
  const asked = requestOf({ id, serial: joined.serial, revision }, joined.body, 0, joined.body.length);
  if (asked !== undefined) take(terminal, asked, now, effects);
}

/** When `step` must be called again at the latest; Infinity: only when something happens to the terminal. */
export function nextDeadline(terminal: Terminal): EpochMs {
  const { device } = terminal;
  const hardware = device === undefined ? Number.POSITIVE_INFINITY : physicalDeadline(terminal, device);
  if (terminal.phase === 'off') return Math.min(terminal.powerAt, hardware);
  let at = terminal.finished ? hardware : Math.min(reportDueAt(terminal), terminal.reportUntil, hardware);
  if (terminal.phase === 'waiting') return Math.min(at, dialableAt(terminal));
  if (terminal.phase === 'dialling') return Math.min(at, terminal.dialAt);
  if (!hasService(terminal)) return at;
  at = Math.min(at, terminal.pending.nextDeadline(), joiningDeadline(terminal));
  if (terminal.phase !== 'online') return at;
  at = Math.min(at, tasksDeadline(terminal));
  if (terminal.blind.size > 0 && !terminal.backfilling) at = Math.min(at, terminal.refusedUntil);
  return Math.min(at, heartbeatAt(terminal));
}

function passTime(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase === 'off') {
    if (now < terminal.powerAt) return;
    terminal.phase = 'waiting';
  }
  while (reportDueAt(terminal) <= now && terminal.nextReportAt < terminal.reportUntil) report(terminal, now, effects);
  if (terminal.reportUntil <= now) terminal.finished = true;
  if (terminal.phase === 'waiting') {
    if (dialableAt(terminal) <= now) dial(terminal, now, effects);
    return;
  }
  if (terminal.phase === 'dialling') {
    if (terminal.dialAt <= now) {
      effects.push({ kind: 'hangUp', how: 'timeout' });
      linkLost(terminal, now, effects);
    }
    return;
  }
  if (!hasService(terminal)) return;
  if (expirePending(terminal, now, effects)) {
    effects.push({ kind: 'hangUp', how: 'timeout' });
    linkLost(terminal, now, effects);
    return;
  }
  askForParts(terminal, now, effects);
  if (terminal.phase !== 'online') return;
  doTasks(terminal, now, effects);
  if (terminal.finished) sendGathered(terminal, now, effects);
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
  // Each part of a picture may be acknowledged; what counts for it is 0x8800.
  if (ack.replyId === MESSAGE.media) return;
  const message = settle(terminal, ack.replySerial, ack.replyId);
  if (message === undefined) {
    // Platforms that acknowledge responses as well do no harm: nothing waited for it.
    if (!isResponse(ack.replyId)) effects.push({ kind: 'note', what: 'strayAnswer' });
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
    if (terminal.device !== undefined) terminal.nextReportAt = Math.min(terminal.nextReportAt, now);
    effects.push({ kind: 'note', what: 'online' });
    if (terminal.leaving) deregister(terminal, now, effects);
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
