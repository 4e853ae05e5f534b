/**
 * Browser sessions. The cookie is a random name for one and no token: cookies go to every port of a host, tokens should not.
 * In memory and bounded: after a restart one signs in again.
 */
import type { Account } from '../../bridge/index.ts';
import { type RandomOctets, newPassword } from '../access/secrets.ts';
import type { Clock, MonotonicMs } from '../../protocol/index.ts';

const COOKIE = 'xingji_session';
/** Beyond it the oldest is forgotten. */
const MAX_SESSIONS = 256;

export interface SessionOptions {
  /** Nothing was asked under it for so long: it is over. */
  readonly idleMs: number;
  /** It began so long ago: it is over, whatever was asked. */
  readonly lifetimeMs: number;
  /** The cookie goes over TLS alone. */
  readonly secure: boolean;
}

/** A session as its owner is shown it: not by the cookie that opens it. */
export interface SessionView {
  readonly id: string;
  readonly account: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly usedAt: number;
  readonly from: string;
}

interface BrowserSession {
  readonly id: string;
  readonly account: Account;
  readonly from: string;
  readonly startedAt: number;
  readonly until: MonotonicMs;
  usedAt: number;
  idleUntil: MonotonicMs;
}

export class BrowserSessions {
  readonly #sessions = new Map<string, BrowserSession>();
  readonly #clock: Clock;
  readonly #random: RandomOctets;
  readonly #options: SessionOptions;

  constructor(clock: Clock, random: RandomOctets, options: SessionOptions) {
    this.#clock = clock;
    this.#random = random;
    this.#options = options;
  }

  /** Returns the `Set-Cookie` of a new session; `from`: the address that it was opened at. */
  start(account: Account, from: string): string {
    const name = newPassword(this.#random);
    const now = this.#clock.monotonic();
    const { idleMs, lifetimeMs } = this.#options;
    const at = this.#clock.now();
    this.#sessions.set(name, {
      id: newPassword(this.#random),
      account,
      from,
      startedAt: at,
      until: now + lifetimeMs,
      usedAt: at,
      idleUntil: now + idleMs,
    });
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > MAX_SESSIONS && oldest.done !== true) this.#sessions.delete(oldest.value);
    return this.#cookie(name, Math.floor(lifetimeMs / 1000));
  }

  /** Whose session the `Cookie` header names, and since when; it counts as used. */
  find(cookies: string | undefined): { readonly account: Account; readonly startedAt: number } | undefined {
    const name = nameIn(cookies);
    const session = name === undefined ? undefined : this.#sessions.get(name);
    if (name === undefined || session === undefined) return undefined;
    const now = this.#clock.monotonic();
    if (session.until <= now || session.idleUntil <= now) {
      this.#sessions.delete(name);
      return undefined;
    }
    session.idleUntil = now + this.#options.idleMs;
    session.usedAt = this.#clock.now();
    return session;
  }

  /** Sessions that are not over, of one account or of all, newest first. */
  list(account?: string): readonly SessionView[] {
    const now = this.#clock.monotonic();
    return [...this.#sessions.values()]
      .filter(({ until, idleUntil }) => until > now && idleUntil > now)
      .filter((session) => account === undefined || session.account.name === account)
      .map(({ id, account: { name }, startedAt, usedAt, from }) => ({ id, account: name, startedAt, usedAt, from }))
      .reverse();
  }

  /** Ends a session by the id that lists have. */
  revoke(id: string): void {
    for (const [name, session] of this.#sessions) if (session.id === id) this.#sessions.delete(name);
  }

  /** Ends the session that the `Cookie` header names; returns the `Set-Cookie` that clears it. */
  end(cookies: string | undefined): string {
    const name = nameIn(cookies);
    if (name !== undefined) this.#sessions.delete(name);
    return this.#cookie('', 0);
  }

  #cookie(value: string, maxAge: number): string {
    const secure = this.#options.secure ? '; Secure' : '';
    return `${COOKIE}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
  }
}

function nameIn(cookies: string | undefined): string | undefined {
  for (const pair of (cookies ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === COOKIE && value !== undefined && value !== '') return value;
  }
  return undefined;
}
