/**
 * What a broker elsewhere is told of our accounts: whether a login is one, whether a topic is open to it, and all rules as a file.
 * The gateway's own user at that broker is among them.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type Account,
  accountRules,
  type AclFormat,
  coversFilter,
  createAcl,
  formatAcl,
  gatewayRules,
  type Ruled,
} from '../../bridge/index.ts';
import type { StoredAccount } from './account-file.ts';
import type { Access } from './access.ts';

/** What is asked of a topic. `subscribe` is for brokers that do not look at deliveries: what it lets in, all of it may be heard. `listen` is for those that do. */
export type BrokerQuestion = 'publish' | 'subscribe' | 'listen' | 'receive';

/** The user that the gateway itself is at the broker. */
export interface OwnUser {
  readonly name: string;
  readonly password: string;
}

export interface BrokerAccess {
  /** Whether this is the token that the broker was given; never where none was. */
  knows(token: string): boolean;
  admits(name: string, password: string): Promise<boolean>;
  may(name: string, question: BrokerQuestion, topic: string): boolean;
  /** The rules of all accounts in use. */
  file(format: AclFormat): string;
}

export interface BrokerAccessOptions {
  readonly access: Pick<Access, 'find' | 'authenticatePassword'>;
  /** Accounts in use, for the file. */
  readonly accounts: () => readonly Account[];
  readonly prefix: string;
  readonly dialect?: 'emqx' | undefined;
  readonly own?: OwnUser | undefined;
  readonly token?: string | undefined;
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text, 'utf8').digest();
const equal = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

export function createBrokerAccess(options: BrokerAccessOptions): BrokerAccess {
  const { access, accounts, prefix, dialect, own, token } = options;
  const acl = createAcl(prefix, dialect);

  return {
    knows: (given) => token !== undefined && equal(given, token),
    async admits(name, password) {
      if (name === own?.name) return equal(password, own.password);
      return (await access.authenticatePassword(name, password)) !== undefined;
    },
    may(name, question, topic) {
      if (name === own?.name) {
        const said = question === 'publish';
        return gatewayRules(prefix, dialect).some(
          ({ action, filter }) => (action === 'publish') === said && coversFilter(filter, topic),
        );
      }
      const account = access.find(name);
      if (account === undefined) return false;
      if (question === 'publish') return acl.mayPublish(account, topic);
      if (question === 'listen') return acl.maySubscribe(account, topic);
      if (question === 'receive') return acl.mayReceive(account, topic);
      return accountRules(account, prefix, dialect).some(
        ({ action, filter }) => action === 'subscribe' && coversFilter(filter, topic),
      );
    },
    file: (format) => formatAcl(format, brokerUsers(accounts(), { prefix, dialect, own: own?.name })),
  };
}

/** Users of a broker elsewhere with their rules: the gateway's own first, where it has a name there. */
export function brokerUsers(
  accounts: readonly Account[],
  {
    prefix,
    dialect,
    own,
  }: { readonly prefix: string; readonly dialect?: 'emqx' | undefined; readonly own?: string | undefined },
): readonly Ruled[] {
  const others = accounts.filter(({ name }) => name !== own);
  return [
    ...(own === undefined ? [] : [{ name: own, rules: gatewayRules(prefix, dialect) }]),
    ...others.map((account) => ({ name: account.name, rules: accountRules(account, prefix, dialect) })),
  ].filter(({ rules }) => rules.length > 0);
}

/** Accounts that have a password and may use it now. */
export function accountsInUse(stored: readonly StoredAccount[], now: number): readonly StoredAccount[] {
  return stored.filter(
    ({ password, disabled, expires }) =>
      password !== null && disabled !== true && (expires === undefined || now < expires),
  );
}
