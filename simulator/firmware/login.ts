/**
 * From no link to a session: dial, register unless a code is held, authenticate; and back again when
 * the link is lost. JT/T 808-2019 5.2–5.3.
 */
import type { EpochMs } from '../../protocol/index.ts';
import { encodeAuthentication, encodeRegistration } from './bodies.ts';
import { type Effect, MESSAGE, RESULT, type Registered } from './effects.ts';
import { abandon, request, settle } from './exchange.ts';
import { papersOf } from './identity.ts';
import type { Terminal } from './terminal.ts';

/** Calls the platform. `dialAt` becomes the time at which the call is given up. */
export function dial(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'dialling';
  terminal.dialAt = now + terminal.settings.dialTimeoutMs;
  effects.push({ kind: 'dial' });
}

/** The link stands: says who it is. Nothing else may be sent before the platform has agreed. */
export function login(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  if (terminal.authCode === undefined) register(terminal, now, effects);
  else authenticate(terminal, now, effects);
}

export function register(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'registering';
  const { identity, vehicle } = terminal;
  const body = encodeRegistration(identity, papersOf(identity, vehicle.city));
  request(terminal, { id: MESSAGE.registration, body }, now, effects);
}

export function authenticate(terminal: Terminal, now: EpochMs, effects: Effect[]): void {
  terminal.phase = 'authenticating';
  const { identity, vehicle, authCode = '' } = terminal;
  const body = encodeAuthentication(identity, papersOf(identity, vehicle.city), authCode);
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
  terminal.dialAt = now + pause * (0.5 + terminal.spread);
}
