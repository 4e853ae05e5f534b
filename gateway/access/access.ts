/** Answers who somebody is, from a token or a password. Says nothing about why not. */
import { createHmac } from 'node:crypto';
import type { Account, Credentials } from '../../bridge/index.ts';
import type { StoredAccount, StoredKey, StoredTotp } from './account-file.ts';
import { type Holder, KEY_RIGHTS } from './account.ts';
import { type RandomOctets, hashPassword, hashToken, passwordMatches } from './secrets.ts';

export interface Access {
  /** The account of a token, or of one of its keys with what that has. The own token of one with a second factor opens sessions alone. */
  authenticateToken(token: string): Holder | undefined;
  /** The account of its own token, whether or not a code is asked for besides. */
  ownToken(token: string): Account | undefined;
  /** The account that a client certificate stands for: SHA-256, hexadecimal, lower case. */
  authenticateCertificate(fingerprint: string): Account | undefined;
  /** The second factor of an account in use, once it was confirmed. */
  secondFactor(name: string): StoredTotp | undefined;
  /** As slow for an unknown name as for a wrong password. */
  authenticatePassword(name: string, password: string): Promise<Account | undefined>;
  /**
   * Who comes to the broker. Without a password the certificate says who it is. One that stands for an account opens no other: not with
   * the other's name, and not with its password either.
   */
  authenticateClient(credentials: Credentials): Promise<Account | undefined>;
  /**
   * Whether an account that was let in before still may: it is there with the same role and at least its divisions, not disabled, not
   * expired, and its sessions were not ended since `from`, epoch ms.
   */
  stands(account: Account, from?: number): boolean;
  /** The account by its name, where it is in use. */
  find(name: string): Account | undefined;
  /** Takes other accounts in the place of those it has. */
  replace(accounts: readonly StoredAccount[]): void;
  /** Hears of accounts that may no longer do what they could: what they have open is to end. */
  onGone(listener: (account: Account) => void): void;
  /** Hears of certificates that stand no more for the account that they stood for. */
  onDecertified(listener: (certificate: string) => void): void;
  /** Looks for such accounts and certificates, and tells of them. */
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

/** A key, and the account that it is of. */
interface OwnedKey {
  readonly account: StoredAccount;
  readonly key: StoredKey;
}

function keysOf(accounts: readonly StoredAccount[]): ReadonlyMap<string, OwnedKey> {
  return new Map(
    accounts.flatMap((account) => (account.keys ?? []).map((key) => [key.hash, { account, key }] as const)),
  );
}

function certificatesOf(accounts: readonly StoredAccount[]): ReadonlyMap<string, StoredAccount> {
  return new Map(accounts.flatMap((account) => (account.certificates ?? []).map((one) => [one, account] as const)));
}

function namesOf(accounts: readonly StoredAccount[]): ReadonlyMap<string, StoredAccount> {
  return new Map(accounts.map((account) => [account.name, account]));
}

export async function createAccess(accounts: readonly StoredAccount[], options: AccessOptions): Promise<Access> {
  const { random, now, maxChecks = 16, maxRemembered = 1024 } = options;
  // Looked up by hash: how long a look-up takes says nothing about the token itself.
  let byToken = tokensOf(accounts);
  let byName = namesOf(accounts);
  let byKey = keysOf(accounts);
  let byCertificate = certificatesOf(accounts);
  let remembered = new Remembered(random(32), maxRemembered);
  const nobody = await hashPassword('', random);
  let checking = 0;
  const listeners: ((account: Account) => void)[] = [];
  let swept = byCertificate;
  const certificateListeners: ((certificate: string) => void)[] = [];
  let inUse = usable();

  async function check(name: string, password: string): Promise<Account | undefined> {
    const account = byName.get(name);
    const matches = await passwordMatches(password, account?.password ?? nobody);
    // There is nowhere to ask for a code.
    const enough = account?.totp?.confirmed !== true;
    return matches && account !== undefined && account.password !== null && isInUse(account) && enough
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

  function stands({ name, role, prefix }: Account, from = Number.POSITIVE_INFINITY): boolean {
    const account = byName.get(name);
    if (account === undefined || !isInUse(account) || from < (account.sessionsFrom ?? 0)) return false;
    return account.role === role && prefix.startsWith(account.prefix);
  }

  function ownToken(token: string): StoredAccount | undefined {
    const account = token.length > MAX_SECRET ? undefined : byToken.get(hashToken(token));
    return account !== undefined && isInUse(account) ? account : undefined;
  }

  /** What is left of a key: its account may have less by now than when it was made. */
  function holderOf({ account, key }: OwnedKey): Holder | undefined {
    if (!isInUse(account) || key.expires <= now() || !key.prefix.startsWith(account.prefix)) return undefined;
    return { ...plain(account), prefix: key.prefix, only: key.rights ?? KEY_RIGHTS };
  }

  function authenticateCertificate(fingerprint: string): Account | undefined {
    const account = byCertificate.get(fingerprint);
    return account !== undefined && isInUse(account) ? plain(account) : undefined;
  }

  async function authenticatePassword(name: string, password: string): Promise<Account | undefined> {
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
  }

  return {
    authenticateToken(token) {
      const account = ownToken(token);
      if (account !== undefined) return account.totp?.confirmed === true ? undefined : plain(account);
      const owned = token.length > MAX_SECRET ? undefined : byKey.get(hashToken(token));
      return owned && holderOf(owned);
    },
    ownToken(token) {
      const account = ownToken(token);
      return account && plain(account);
    },
    authenticateCertificate,
    secondFactor(name) {
      const account = byName.get(name);
      return account !== undefined && isInUse(account) && account.totp?.confirmed === true ? account.totp : undefined;
    },
    stands,
    find,
    replace(others) {
      byToken = tokensOf(others);
      byName = namesOf(others);
      byKey = keysOf(others);
      byCertificate = certificatesOf(others);
      // What was verified was verified against the old ones.
      remembered = new Remembered(random(32), maxRemembered);
    },
    onGone: (listener) => void listeners.push(listener),
    onDecertified: (listener) => void certificateListeners.push(listener),
    sweep() {
      const gone = inUse.filter((account) => !stands(account));
      inUse = usable();
      for (const account of gone) for (const listener of listeners) listener(account);
      const before = swept;
      swept = byCertificate;
      for (const [certificate, { name }] of before) {
        if (swept.get(certificate)?.name === name) continue;
        for (const listener of certificateListeners) listener(certificate);
      }
    },
    authenticatePassword,
    async authenticateClient({ username, password, certificate }) {
      const owner = certificate === undefined ? undefined : byCertificate.get(certificate)?.name;
      if (owner !== undefined && username !== undefined && username !== owner) return undefined;
      if (username !== undefined && password !== undefined) return authenticatePassword(username, password);
      return owner === undefined || password !== undefined ? undefined : find(owner);
    },
  };
}
