/**
 * Browser sessions. The cookie is a random name for one and no token: cookies go to every port of a host, tokens should not.
 * In memory and bounded: after a restart one signs in again.
 */
import type { Account } from '../../bridge/index.ts';
import { type RandomOctets, newPassword } from '../access/secrets.ts';
import type { Clock, MonotonicMs } from '../../protocol/index.ts';

const COOKIE = 'xingji_session';
const LIFETIME_S = 12 * 60 * 60;
/** Beyond it the oldest is forgotten. */
const MAX_SESSIONS = 256;

interface BrowserSession {
  readonly account: Account;
  readonly until: MonotonicMs;
}

export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();
  readonly #clock: Clock;
  readonly #random: RandomOctets;

  constructor(clock: Clock, random: RandomOctets) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Returns the `Set-Cookie` of a new session. */
  start(account: Account): string {
    const name = newPassword(this.#random);
    this.#sessions.set(name, { account, until: this.#clock.monotonic() + LIFETIME_S * 1000 });
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > MAX_SESSIONS && oldest.done !== true) this.#sessions.delete(oldest.value);
    return `${COOKIE}=${name}; Path=/; Max-Age=${LIFETIME_S}; HttpOnly; SameSite=Strict`;
  }

  /** Whose session the `Cookie` header names. */
  find(cookies: string | undefined): Account | undefined {
    const name = nameIn(cookies);
    const session = name === undefined ? undefined : this.#sessions.get(name);
    if (name === undefined || session === undefined) return undefined;
    if (session.until > this.#clock.monotonic()) return session.account;
    this.#sessions.delete(name);
    return undefined;
  }

  /** Ends the session that the `Cookie` header names; returns the `Set-Cookie` that clears it. */
  end(cookies: string | undefined): string {
    const name = nameIn(cookies);
    if (name !== undefined) this.#sessions.delete(name);
    return `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
  }
}

function nameIn(cookies: string | undefined): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === COOKIE && value !== undefined && value !== '') return value;
  }
  return undefined;
}
