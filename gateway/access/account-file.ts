/** `<data>/accounts.json`: accounts with hashes of their secrets, mode 0600, replaced as a whole so that it is never half written. */
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, ROLES } from '../../bridge/index.ts';
import type { Right } from './account.ts';
import { AccessError } from './errors.ts';
import type { Change } from './privilege.ts';

/** A token of an account beside its own: for a program, with less than the account may, and with an end. */
export interface StoredKey {
  readonly id: string;
  readonly label: string;
  /** As `hashToken` made it. */
  readonly hash: string;
  /** Divisions, within those of the account. */
  readonly prefix: string;
  /** Of the account's rights those that it has; all where it does not say. */
  readonly rights?: readonly Right[];
  /** Epoch ms. */
  readonly made: number;
  readonly expires: number;
}

/** A second factor. The secret has to be known to check a code, so it is the one thing here that is no hash. */
export interface StoredTotp {
  /** Base32, as the person's application has it. */
  readonly secret: string;
  /** False until a first code has shown that the application has it: nothing asks for codes before. */
  readonly confirmed: boolean;
  /** As `hashToken` made them; one that was used is gone. */
  readonly recovery: readonly string[];
}

/** An account as it is stored. */
export interface StoredAccount extends Account {
  /** As `hashPassword` made it; null where it has none. */
  readonly password: string | null;
  /** As `hashToken` made them. */
  readonly tokens: readonly string[];
  /** Epoch ms from which it opens nothing any more. */
  readonly expires?: number;
  /** It opens nothing, and its name stays taken. */
  readonly disabled?: true;
  readonly keys?: readonly StoredKey[];
  readonly totp?: StoredTotp;
  /** SHA-256 of client certificates that stand for it: hexadecimal, without colons, lower case. */
  readonly certificates?: readonly string[];
  /** Epoch ms: sessions that began before are over. */
  readonly sessionsFrom?: number;
}

/** A change that gives somebody something, waiting for a second person. */
export interface PendingChange {
  readonly id: string;
  readonly change: Change;
  readonly requestedBy: string;
  /** Epoch ms. */
  readonly requestedAt: number;
  /** Nobody can approve it from then on. */
  readonly until: number;
}

/** All that the file holds. */
export interface AccountStore {
  readonly accounts: readonly StoredAccount[];
  /** Whether what gives somebody something takes two. */
  readonly fourEyes: boolean;
  readonly pending: readonly PendingChange[];
}

const EMPTY: AccountStore = { accounts: [], fourEyes: false, pending: [] };
const VERSION = 2;

/** Where a data folder keeps its accounts. */
export function accountsPath(data: string): string {
  return join(data, 'accounts.json');
}

/** Writes a file that only its owner reads: complete and on disk when it returns, or not at all. */
export function writePrivately(path: string, content: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    // The draft of a run that was cut off may be there with other rights.
    chmodSync(draft, 0o600);
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** The text of a file, or undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isStored(value: unknown): value is StoredAccount {
  const each = value as Partial<Record<keyof StoredAccount, unknown>> | null;
  return (
    typeof each === 'object' &&
    each !== null &&
    typeof each.name === 'string' &&
    (ROLES as readonly unknown[]).includes(each.role) &&
    typeof each.prefix === 'string' &&
    (each.password === null || typeof each.password === 'string') &&
    Array.isArray(each.tokens) &&
    each.tokens.every((token) => typeof token === 'string') &&
    (each.expires === undefined || typeof each.expires === 'number') &&
    (each.disabled === undefined || each.disabled === true)
  );
}

/** Undefined where there is no file yet. Throws AccessError rather than running on with accounts missing. */
export function readStore(path: string): AccountStore | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  let content: { readonly version?: unknown; readonly accounts?: unknown } | null;
  try {
    content = JSON.parse(text) as typeof content;
  } catch (cause) {
    throw new AccessError('ACCOUNTS_UNREADABLE', `${path} is not JSON`, cause);
  }
  if (typeof content?.version === 'number' && content.version > VERSION) {
    throw new AccessError('ACCOUNTS_NEWER', `${path} is of version ${content.version}, this program knows ${VERSION}`);
  }
  const { accounts, fourEyes, pending } = (content ?? {}) as Partial<Record<keyof AccountStore, unknown>>;
  if (!Array.isArray(accounts) || !accounts.every(isStored))
    throw new AccessError('ACCOUNTS_UNREADABLE', `${path} does not hold accounts`);
  return { accounts, fourEyes: fourEyes === true, pending: (pending ?? []) as readonly PendingChange[] };
}

export function writeStore(path: string, store: AccountStore): void {
  writePrivately(path, `${JSON.stringify({ version: VERSION, ...store }, null, 2)}\n`);
}

/** The accounts alone; as `readStore`. */
export function readAccounts(path: string): readonly StoredAccount[] | undefined {
  return readStore(path)?.accounts;
}

/** Replaces the accounts, and keeps the rest of the file. */
export function writeAccounts(path: string, accounts: readonly StoredAccount[]): void {
  writeStore(path, { ...(readStore(path) ?? EMPTY), accounts });
}
