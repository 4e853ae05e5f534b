/** Answers who somebody is, from a token or a password. Says nothing about why not. */
import { createHmac } from 'node:crypto';
import type { Account } from '../../bridge/index.ts';
import type { StoredAccount } from './account-file.ts';
import { type RandomOctets, hashPassword, hashToken, passwordMatches } from './secrets.ts';

export interface Access {
  authenticateToken(token: string): Account | undefined;
  /** As slow for an unknown name as for a wrong password. */
  authenticatePassword(name: string, password: string): Promise<Account | undefined>;
}

export interface AccessOptions {
  readonly random: RandomOctets;
  /** Passwords being checked at a time, 16 MiB each while it lasts; whoever comes beyond is refused. */
  readonly maxChecks?: number;
  /** Verified passwords remembered, so that clients which reconnect cost nothing; the least recently used is forgotten. */
  readonly maxRemembered?: number;
}

/** Longer ones are refused unread. */
const MAX_SECRET = 256;

/** Bounded memory of what was verified. It holds keyed hashes under a key of this process, no passwords. */
class Remembered {
  readonly #accounts = new Map<string, Account>();
  readonly #key: Uint8Array;
  readonly #bound: number;

  constructor(key: Uint8Array, bound: number) {
    this.#key = key;
    this.#bound = bound;
  }

  keyOf(name: string, password: string): string {
    return createHmac('sha256', this.#key).update(`${name.length}:${name}${password}`, 'utf8').digest('base64url');
  }

  get(key: string): Account | undefined {
    const account = this.#accounts.get(key);
    if (account !== undefined) this.set(key, account);
    return account;
  }

  set(key: string, account: Account): void {
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    const oldest = this.#accounts.keys().next();
    if (this.#accounts.size > this.#bound && oldest.done !== true) this.#accounts.delete(oldest.value);
  }
}

function plain({ name, role, prefix }: StoredAccount): Account {
  return { name, role, prefix };
}

export async function createAccess(accounts: readonly StoredAccount[], options: AccessOptions): Promise<Access> {
  const { random, maxChecks = 16, maxRemembered = 1024 } = options;
  // Looked up by hash: how long a look-up takes says nothing about the token itself.
  const byToken = new Map(accounts.flatMap((account) => account.tokens.map((hash) => [hash, plain(account)] as const)));
  const byName = new Map(accounts.map((account) => [account.name, account]));
  const remembered = new Remembered(random(32), maxRemembered);
  const nobody = await hashPassword('', random);
  let checking = 0;

  async function check(name: string, password: string): Promise<Account | undefined> {
    const account = byName.get(name);
    const matches = await passwordMatches(password, account?.password ?? nobody);
    return matches && account !== undefined && account.password !== null ? plain(account) : undefined;
  }

  return {
    authenticateToken(token) {
      return token.length > MAX_SECRET ? undefined : byToken.get(hashToken(token));
    },
    async authenticatePassword(name, password) {
      if (name.length > MAX_SECRET || password.length > MAX_SECRET) return undefined;
      const key = remembered.keyOf(name, password);
      const known = remembered.get(key);
      if (known !== undefined) return known;
      if (checking >= maxChecks) return undefined;
      checking++;
      try {
        const account = await check(name, password);
        if (account !== undefined) remembered.set(key, account);
        return account;
      } finally {
        checking--;
      }
    },
  };
}
