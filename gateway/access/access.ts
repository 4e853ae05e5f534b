/** Answers who somebody is, from a token or a password. Says nothing about why not. */
import { createHmac } from 'node:crypto';
import type { Account } from '../../bridge/index.ts';
import type { StoredAccount } from './account-file.ts';
import { type RandomOctets, hashPassword, hashToken, passwordMatches } from './secrets.ts';

export interface Access {
  authenticateToken(token: string): Account | undefined;
  /** As slow for an unknown name as for a wrong password. */
  authenticatePassword(name: string, password: string): Promise<Account | undefined>;
  /** Whether an account that was let in before still may: it is there with the same rights, not disabled, not expired. */
  stands(account: Account): boolean;
  /** The account by its name, where it is in use. */
  find(name: string): Account | undefined;
  /** Takes other accounts in the place of those it has. */
  replace(accounts: readonly StoredAccount[]): void;
  /** Hears of accounts that may no longer do what they could: what they have open is to end. */
  onGone(listener: (account: Account) => void): void;
  /** Looks for such accounts, and tells of them. */
  sweep(): void;
}

export interface AccessOptions {
  readonly random: RandomOctets;
  /** Epoch ms, by which accounts expire. */
  readonly now: () => number;
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

function tokensOf(accounts: readonly StoredAccount[]): ReadonlyMap<string, StoredAccount> {
  return new Map(accounts.flatMap((account) => account.tokens.map((hash) => [hash, account] as const)));
}

function namesOf(accounts: readonly StoredAccount[]): ReadonlyMap<string, StoredAccount> {
  return new Map(accounts.map((account) => [account.name, account]));
}

export async function createAccess(accounts: readonly StoredAccount[], options: AccessOptions): Promise<Access> {
  const { random, now, maxChecks = 16, maxRemembered = 1024 } = options;
  // Looked up by hash: how long a look-up takes says nothing about the token itself.
  let byToken = tokensOf(accounts);
  let byName = namesOf(accounts);
  let remembered = new Remembered(random(32), maxRemembered);
  const nobody = await hashPassword('', random);
  let checking = 0;
  const listeners: ((account: Account) => void)[] = [];
  let inUse = usable();

  async function check(name: string, password: string): Promise<Account | undefined> {
    const account = byName.get(name);
    const matches = await passwordMatches(password, account?.password ?? nobody);
    return matches && account !== undefined && account.password !== null && isInUse(account)
      ? plain(account)
      : undefined;
  }

  function isInUse({ disabled, expires }: StoredAccount): boolean {
    return disabled !== true && (expires === undefined || now() < expires);
  }

  function find(name: string): Account | undefined {
    const account = byName.get(name);
    return account !== undefined && isInUse(account) ? plain(account) : undefined;
  }

  function usable(): readonly Account[] {
    return [...byName.keys()].flatMap((name) => find(name) ?? []);
  }

  function stands({ name, role, prefix }: Account): boolean {
    const account = find(name);
    return account !== undefined && account.role === role && account.prefix === prefix;
  }

  return {
    authenticateToken(token) {
      const account = token.length > MAX_SECRET ? undefined : byToken.get(hashToken(token));
      return account !== undefined && isInUse(account) ? plain(account) : undefined;
    },
    stands,
    find,
    replace(others) {
      byToken = tokensOf(others);
      byName = namesOf(others);
      // What was verified was verified against the old ones.
      remembered = new Remembered(random(32), maxRemembered);
    },
    onGone: (listener) => void listeners.push(listener),
    sweep() {
      const gone = inUse.filter((account) => !stands(account));
      inUse = usable();
      for (const account of gone) for (const listener of listeners) listener(account);
    },
    async authenticatePassword(name, password) {
      if (name.length > MAX_SECRET || password.length > MAX_SECRET) return undefined;
      const memory = remembered;
      const key = memory.keyOf(name, password);
      const known = memory.get(key);
      if (known !== undefined && stands(known)) return known;
      if (checking >= maxChecks) return undefined;
      checking++;
      try {
        const account = await check(name, password);
        if (account !== undefined) memory.set(key, account);
        return account;
      } finally {
        checking--;
      }
    },
  };
}
