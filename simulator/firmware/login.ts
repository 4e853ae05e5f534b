/**
 * From no link to a session: dial, register unless a code is held, authenticate; and back again when
 * the link is lost. JT/T 808-2019 5.2–5.3.
 */
import type { EpochMs } from '../../protocol/index.ts';
import { encodeAuthentication, encodeRegistration } from './bodies.ts';
import { type Effect, MESSAGE, RESULT, type Registered } from './effects.ts';
import { abandon, request, settle } from './exchange.ts';
import { papersFor } from './identity.ts';
import { serversIn } from './parameters.ts';
import { unit } from '../world/noise.ts';
import { NOISE } from './noise.ts';
import type { Terminal } from './terminal.ts';

/** Calls the platform. `dialAt` becomes the time at which the call is given up. */
export function dial(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'dialling';
  terminal.dialAt = now + terminal.settings.dialTimeoutMs;
  effects.push({ kind: 'dial', server: serverOf(terminal) });
}

/** Calls that the main server may leave unanswered before another one is called. */
const MAIN_TRIES = 3;

/**
 * The main server, until it has failed three times in a row; then those that stand by and it, in turns (parameters 0x0013
 * and 0x0017). Whoever was let in anywhere begins with the main one when that link is lost.
 */
function serverOf(terminal: Terminal): number {
  const servers = Math.max(terminal.settings.servers, serversIn(terminal));
  const { failures } = terminal;
  return failures < MAIN_TRIES ? 0 : (failures - MAIN_TRIES + 1) % servers;
}

/** The link stands: says who it is. Nothing else may be sent before the platform has agreed. */
export function login(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  restartSerial(terminal, 'connect', now);
  if (terminal.authCode === undefined) register(terminal, now, effects);
  else authenticate(terminal, now, effects);
}

/** Some makes count their messages anew at each start, others at each connect, and one from anywhere. */
export function restartSerial(terminal: Terminal, moment: 'boot' | 'connect', now: EpochMs): void {
  const { device } = terminal;
  const habit = device?.profile.serialRestart ?? 'never';
  if (habit === moment) terminal.serial = 0;
  if (habit === 'random' && moment === 'connect' && device !== undefined)
    terminal.serial = Math.floor(unit(device.seed, NOISE.serial, Math.floor(now / 1000)) * 0x1_0000);
}

export function register(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'registering';
  const body = encodeRegistration(terminal.identity, papersFor(terminal), terminal.kept?.params.plateColor);
  request(terminal, { id: MESSAGE.registration, body }, now, effects);
}

export function authenticate(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'authenticating';
  const { identity, authCode = '' } = terminal;
  const body = encodeAuthentication(identity, papersFor(terminal), authCode);
  request(terminal, { id: MESSAGE.authentication, body }, now, effects);
}

/** 0x8100: the code is kept over links. */
export function receiveRegistration(terminal: Terminal, answer: Registered, now: EpochMs, effects: Effect[]): void {
  if (settle(terminal, answer.replySerial, MESSAGE.registration) === undefined) {
    effects.push({ kind: 'note', what: 'strayAnswer' });
    return;
  }
  if (answer.result === RESULT.success) {
    effects.push({ kind: 'note', what: 'registered' });
    terminal.authCode = answer.authCode;
    authenticate(terminal, now, effects);
    return;
  }
  registrationRefused(terminal, now, effects);
}

/** Without a code the terminal tries again later: an operator may have to act. */
export function registrationRefused(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  effects.push({ kind: 'note', what: 'registrationRefused' }, { kind: 'hangUp', how: 'local' });
  linkLost(terminal, now, effects);
  terminal.dialAt = now + terminal.settings.registerAgainMs * (0.5 + terminal.spread);
}

/**
 * The link is gone, or never came. Reports that wait for an answer go back to memory, and the terminal
 * dials again: at once at first, then ever more slowly, each at its own moment.
 */
export function linkLost(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  if (terminal.phase === 'off' || terminal.phase === 'waiting') return;
  const { settings } = terminal;
  terminal.phase = 'waiting';
  abandon(terminal, effects);
  const pause = Math.min(settings.redialMaxMs, settings.redialMs * 2 ** Math.min(terminal.failures, 20));
  terminal.failures++;
  terminal.dialAt = now + pause * (1 + settings.redialJitter * (terminal.spread - 0.5));
}
