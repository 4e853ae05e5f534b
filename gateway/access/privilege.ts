/**
 * Changes to accounts, and which of them give somebody something: a right or a division that he had not, more time, another way in.
 * What gives takes two people where that is switched on; what takes away takes one, at any hour.
 */
import type { Role } from '../../bridge/index.ts';
import type { AccountStore, StoredAccount } from './account-file.ts';
import { rightsOf } from './account.ts';

/** What becomes of accounts. Secrets are hashes here. */
export type Change =
  | { readonly kind: 'add'; readonly account: StoredAccount }
  | {
      readonly kind: 'alter';
      readonly name: string;
      readonly role?: Role;
      readonly prefix?: string;
      /** Epoch ms; null for no end. */
      readonly expires?: number | null;
    }
  | { readonly kind: 'enable' | 'disable' | 'removeTotp' | 'endSessions'; readonly name: string }
  | { readonly kind: 'rotate'; readonly name: string; readonly password: string; readonly tokens: readonly string[] }
  | { readonly kind: 'certify' | 'decertify'; readonly name: string; readonly fingerprint: string }
  | { readonly kind: 'fourEyes'; readonly on: boolean };

/** The account that a change is about; undefined where it is about all. */
export function subjectOf(change: Change): string | undefined {
  if (change.kind === 'fourEyes') return undefined;
  return change.kind === 'add' ? change.account.name : change.name;
}

/** Whether a change gives somebody something. */
export function gives(store: AccountStore, change: Change): boolean {
  switch (change.kind) {
    case 'add':
    case 'enable':
    case 'certify':
    // Whoever holds the token alone gets in from then on.
    case 'removeTotp':
    // Whoever asks for it is told the new secrets, and could be the other from then on.
    case 'rotate':
      return true;
    case 'disable':
    case 'endSessions':
    case 'decertify':
      return false;
    case 'fourEyes':
      return !change.on;
    case 'alter': {
      const before = store.accounts.find(({ name }) => name === change.name);
      return before === undefined || raises(before, change);
    }
    default:
      return change satisfies never;
  }
}

function raises(before: StoredAccount, { role, prefix, expires }: Extract<Change, { kind: 'alter' }>): boolean {
  const had = new Set(rightsOf(before.role));
  if (role !== undefined && role !== before.role && !rightsOf(role).every((right) => had.has(right))) return true;
  if (prefix !== undefined && !prefix.startsWith(before.prefix)) return true;
  if (expires === undefined || before.expires === undefined) return false;
  return expires === null || expires > before.expires;
}

/** Divisions that a change reaches: whoever asks for it or lets it through must have all of them. */
export function reachOf(store: AccountStore, change: Change): readonly string[] {
  if (change.kind === 'fourEyes') return [''];
  if (change.kind === 'add') return [change.account.prefix];
  const before = store.accounts.find(({ name }) => name === change.name);
  const after = change.kind === 'alter' ? change.prefix : undefined;
  return [...(before === undefined ? [] : [before.prefix]), ...(after === undefined ? [] : [after])];
}

/** The store with a change in it; what it was and what it is for the trail, without secrets. */
export function applied(
  store: AccountStore,
  change: Change,
  now: number,
): { readonly store: AccountStore; readonly before?: object; readonly after?: object } {
  if (change.kind === 'fourEyes')
    return {
      store: { ...store, fourEyes: change.on },
      before: { fourEyes: store.fourEyes },
      after: { fourEyes: change.on },
    };
  if (change.kind === 'add')
    return {
      store: { ...store, accounts: [...store.accounts, change.account] },
      after: shown(change.account),
    };
  const before = store.accounts.find(({ name }) => name === change.name);
  if (before === undefined) return { store };
  const after = changed(before, change, now);
  const accounts = store.accounts.map((each) => (each === before ? after : each));
  return { store: { ...store, accounts }, before: shown(before), after: shown(after) };
}

function changed(
  before: StoredAccount,
  change: Exclude<Change, { kind: 'add' | 'fourEyes' }>,
  now: number,
): StoredAccount {
  const { expires, disabled: _disabled, totp: _totp, certificates = [], ...rest } = before;
  switch (change.kind) {
    case 'alter': {
      const end = change.expires === undefined ? expires : change.expires;
      const { expires: _expires, ...others } = before;
      return {
        ...others,
        role: change.role ?? before.role,
        prefix: change.prefix ?? before.prefix,
        ...(end === undefined || end === null ? {} : { expires: end }),
      };
    }
    case 'enable':
    case 'removeTotp': {
      const kept = change.kind === 'enable' ? before.totp : undefined;
      const out = change.kind === 'removeTotp' && before.disabled === true;
      return {
        ...rest,
        ...(expires === undefined ? {} : { expires }),
        ...(before.certificates === undefined ? {} : { certificates }),
        ...(kept === undefined ? {} : { totp: kept }),
        ...(out ? { disabled: true as const } : {}),
      };
    }
    case 'disable':
      return { ...before, disabled: true };
    case 'endSessions':
      return { ...before, sessionsFrom: now };
    case 'rotate':
      // Keys of programs are the old secrets' children: they go with them.
      return { ...before, password: change.password, tokens: change.tokens, keys: [], sessionsFrom: now };
    case 'certify':
      return {
        ...before,
        certificates: [...certificates.filter((one) => one !== change.fingerprint), change.fingerprint],
      };
    case 'decertify':
      return { ...before, certificates: certificates.filter((one) => one !== change.fingerprint) };
    default:
      return change satisfies never;
  }
}

/** An account without its secrets, as the trail has it. */
export function shown(account: StoredAccount): object {
  const { role, prefix: division, expires, disabled, keys = [], totp, certificates = [] } = account;
  return {
    role,
    division,
    ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }),
    disabled: disabled === true,
    totp: totp?.confirmed === true,
    keys: keys.map(({ id }) => id),
    ...(certificates.length === 0 ? {} : { certificates }),
  };
}
