/** `<data>/accounts.json`: accounts with hashes of their secrets, mode 0600, replaced as a whole so that it is never half written. */
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, ROLES } from '../../bridge/index.ts';
import { AccessError } from './errors.ts';

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
}

const VERSION = 1;

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
export function readAccounts(path: string): readonly StoredAccount[] | undefined {
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
  const accounts = content?.accounts;
  if (!Array.isArray(accounts) || !accounts.every(isStored))
    throw new AccessError('ACCOUNTS_UNREADABLE', `${path} does not hold accounts`);
  return accounts;
}

export function writeAccounts(path: string, accounts: readonly StoredAccount[]): void {
  writePrivately(path, `${JSON.stringify({ version: VERSION, accounts }, null, 2)}\n`);
}
