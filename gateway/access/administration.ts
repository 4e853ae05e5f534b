/**
 * What becomes of accounts, over HTTP and on the command line alike: asked for by one, let through by another where four eyes are
 * switched on, noted in the trail before it is done, with what was before and what is after. The file is the truth; one process at a
 * time changes it.
 */
import type { AuditEntry } from '../audit/audit.ts';
import {
  type AccountStore,
  accountsPath,
  type PendingChange,
  readStore,
  type StoredAccount,
  writeStore,
} from './account-file.ts';
import { may } from './account.ts';
import { locked, type Pause } from './lock.ts';
import { applied, type Change, gives, reachOf, subjectOf } from './privilege.ts';
import type { RandomOctets } from './secrets.ts';

/** Who asks, and the leading digits of the divisions that they have. */
export interface Author {
  readonly name: string;
  readonly prefix: string;
}

/** `unknown`: no such account or change; `outside`: of another division; `own`: by who asked for it; `alone`: nobody else could approve. */
export type Refusal = 'unknown' | 'taken' | 'outside' | 'own' | 'alone' | 'full';

export type Outcome =
  | { readonly state: 'applied' }
  | { readonly state: 'requested'; readonly id: string; readonly until: number }
  | { readonly state: 'denied' }
  | { readonly refused: Refusal };

export interface AdministrationParts {
  readonly data: string;
  readonly random: RandomOctets;
  /** Epoch ms. */
  readonly now: () => number;
  readonly pause: Pause;
  /** Resolves when the trail has it; nothing is changed that it has not. */
  readonly note: (entry: Omit<AuditEntry, 'at'>) => Promise<void>;
  /** Hears of the accounts as they are from now on. */
  readonly changed?: (accounts: readonly StoredAccount[]) => void;
}

export interface Administration {
  read(): AccountStore;
  /** Does a change, or has it wait for a second person. */
  request(change: Change, by: Author): Promise<Outcome>;
  /** Lets a change of another person through, or turns it down, as who asked for it may too. */
  decide(id: string, approve: boolean, by: Author): Promise<Outcome>;
  /** What somebody does with an account of their own; undefined where `work` finds nothing to do. */
  own(
    name: string,
    entry: { readonly what: string; readonly after?: object },
    work: (account: StoredAccount) => StoredAccount | undefined,
  ): Promise<StoredAccount | undefined>;
}

const PENDING_MS = 7 * 86_400_000;
/** Changes that wait at a time; a further one is refused. */
const MAX_PENDING = 100;
const NOTHING: AccountStore = { accounts: [], fourEyes: false, pending: [] };

export function administer(parts: AdministrationParts): Administration {
  const { data, random, now, pause, note, changed } = parts;
  const path = accountsPath(data);

  const read = (): AccountStore => {
    const store = readStore(path) ?? NOTHING;
    return { ...store, pending: store.pending.filter(({ until }) => until > now()) };
  };

  function write(store: AccountStore): void {
    writeStore(path, store);
    changed?.(store.accounts);
  }

  const under = <T>(work: (store: AccountStore) => Promise<T>): Promise<T> =>
    locked(`${path}.lock`, pause, () => work(read()));

  function refusalOf(store: AccountStore, change: Change, by: Author): Refusal | undefined {
    const name = subjectOf(change);
    const known = store.accounts.some((account) => account.name === name);
    if (change.kind === 'add' && (known || waitsFor(store, name))) return 'taken';
    if (change.kind !== 'add' && name !== undefined && !known) return 'unknown';
    if (reachOf(store, change).some((prefix) => !prefix.startsWith(by.prefix)))
      return change.kind === 'add' ? 'outside' : 'unknown';
    // Else nobody could ever let anything through, or switch it off again.
    if (change.kind === 'fourEyes' && change.on && approvers(store, now()) < 2) return 'alone';
    return undefined;
  }

  /** Notes a change and does it. */
  async function apply(store: AccountStore, change: Change, about: { who: string; more: object }): Promise<Outcome> {
    const { before, after, store: next } = applied(store, change, now());
    const { who, more } = about;
    await note({ who, ...naming(change), before, after: { ...after, ...more } });
    write(next);
    return { state: 'applied' };
  }

  return {
    read,
    request: (change, by) =>
      under(async (store) => {
        const refused = refusalOf(store, change, by);
        if (refused !== undefined) return { refused };
        if (!store.fourEyes || !gives(store, change)) return apply(store, change, { who: by.name, more: {} });
        if (store.pending.length >= MAX_PENDING) return { refused: 'full' };
        const id = `a-${Buffer.from(random(9)).toString('base64url')}`;
        const until = now() + PENDING_MS;
        const waiting: PendingChange = { id, change, requestedBy: by.name, requestedAt: now(), until };
        const { before, after } = applied(store, change, now());
        const { what, subject } = naming(change);
        await note({ who: by.name, what: `${what}.requested`, subject, before, after: { ...after, change: id } });
        write({ ...store, pending: [...store.pending, waiting] });
        return { state: 'requested', id, until };
      }),
    decide: (id, approve, by) =>
      under(async (store) => {
        const waiting = store.pending.find((each) => each.id === id);
        if (waiting === undefined) return { refused: 'unknown' };
        const { change, requestedBy } = waiting;
        if (approve && requestedBy === by.name) return { refused: 'own' };
        const rest = { ...store, pending: store.pending.filter((each) => each !== waiting) };
        const refused = refusalOf(rest, change, by);
        if (refused !== undefined) return { refused };
        const more = { change: id, requestedBy };
        if (approve) return apply(rest, change, { who: by.name, more });
        const { what, subject } = naming(change);
        await note({ who: by.name, what: `${what}.denied`, subject, after: more });
        write(rest);
        return { state: 'denied' };
      }),
    own: (name, { what, after }, work) =>
      under(async (store) => {
        const account = store.accounts.find((each) => each.name === name);
        const next = account === undefined ? undefined : work(account);
        if (next === undefined) return undefined;
        await note({ who: name, what, subject: `account:${name}`, after });
        write({ ...store, accounts: store.accounts.map((each) => (each === account ? next : each)) });
        return next;
      }),
  };
}

function waitsFor({ pending }: AccountStore, name: string | undefined): boolean {
  return pending.some(({ change }) => change.kind === 'add' && change.account.name === name);
}

/** Accounts in use that may let changes through. */
export function approvers({ accounts }: AccountStore, now: number): number {
  return accounts.filter(
    (account) =>
      account.disabled !== true && (account.expires === undefined || account.expires > now) && may(account, 'admit'),
  ).length;
}

const DONE = {
  add: 'account.added',
  alter: 'account.altered',
  enable: 'account.enabled',
  disable: 'account.disabled',
  rotate: 'account.rotated',
  removeTotp: 'account.totp.removed',
  endSessions: 'account.sessions.ended',
  certify: 'account.certificate.added',
  decertify: 'account.certificate.removed',
  fourEyes: 'accounts.policy',
} as const satisfies Record<Change['kind'], string>;

function naming(change: Change): { readonly what: string; readonly subject: string } {
  const name = subjectOf(change);
  return { what: DONE[change.kind], subject: name === undefined ? 'accounts' : `account:${name}` };
}
