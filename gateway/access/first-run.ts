/**
 * The first start makes the accounts without which nobody could get in, and tells their secrets once, in
 * `<data>/first-run.json` (mode 0600). The store keeps hashes, so whoever deletes that file has the only copy.
 */
import { join } from 'node:path';
import { type Access, createAccess } from './access.ts';
import {
  accountsPath,
  type StoredAccount,
  readAccounts,
  readIfThere,
  writeAccounts,
  writePrivately,
} from './account-file.ts';
import { type RandomOctets, hashPassword, hashToken, newPassword, newToken } from './secrets.ts';

/** Where things are in this run, ports as they were bound. */
export interface Addresses {
  /** `127.0.0.1:8808` */
  readonly jt808: string;
  /** `http://127.0.0.1:8080` */
  readonly http: string;
  readonly mqttUrl: string;
}

/** What is printed behind `ready`, and kept in `first-run.json`. Secrets are left out once the file with them was removed. */
export interface FirstRun {
  readonly jt808: string;
  readonly http: string;
  /** Opens the console and signs in. */
  readonly console: string;
  readonly token?: string;
  readonly mqtt: { readonly url: string; readonly username?: string; readonly password?: string };
  /** Account of the embedded broker while another broker is in use. */
  readonly embedded?: { readonly username: string; readonly password: string };
}

export interface OpenedAccess {
  readonly access: Access;
  /** True where accounts were made just now. */
  readonly first: boolean;
  /** Writes `first-run.json` with the addresses of this run and returns its content. */
  readonly announce: (addresses: Addresses, broker: 'embedded' | 'external') => FirstRun;
}

interface Secrets {
  readonly token: string;
  readonly username: string;
  readonly password: string;
}

const OPERATOR = 'operator';
const PLATFORM = 'platform';

async function makeAccounts(
  path: string,
  others: readonly StoredAccount[],
  random: RandomOctets,
): Promise<{ readonly accounts: readonly StoredAccount[]; readonly secrets: Secrets }> {
  const secrets = { token: newToken(random), username: PLATFORM, password: newPassword(random) };
  const accounts: readonly StoredAccount[] = [
    ...others,
    { name: OPERATOR, role: 'operator', prefix: '', password: null, tokens: [hashToken(secrets.token)] },
    {
      name: PLATFORM,
      role: 'platform',
      prefix: '',
      password: await hashPassword(secrets.password, random),
      tokens: [],
    },
  ];
  writeAccounts(path, accounts);
  return { accounts, secrets };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Told {
  readonly token?: unknown;
  readonly mqtt?: { readonly username?: unknown; readonly password?: unknown };
  readonly embedded?: { readonly username?: unknown; readonly password?: unknown };
}

/** The secrets that an earlier run wrote down, as far as they still open anything. */
async function keptSecrets(path: string, access: Access): Promise<Partial<Secrets>> {
  let told: Told | null;
  try {
    told = JSON.parse(readIfThere(path) ?? 'null') as Told | null;
  } catch {
    // A file that somebody edited: its secrets are not worth a refusal to start.
    return {};
  }
  const account = told?.embedded ?? told?.mqtt;
  const token = asText(told?.token);
  const username = asText(account?.username);
  const password = asText(account?.password);
  return {
    ...(access.authenticateToken(token) === undefined ? {} : { token }),
    ...((await access.authenticatePassword(username, password)) === undefined ? {} : { username, password }),
  };
}

function contentOf(addresses: Addresses, secrets: Partial<Secrets>, broker: 'embedded' | 'external'): FirstRun {
  const { token, username, password } = secrets;
  const account = username === undefined || password === undefined ? undefined : { username, password };
  return {
    jt808: addresses.jt808,
    http: addresses.http,
    console: token === undefined ? `${addresses.http}/` : `${addresses.http}/?token=${token}`,
    ...(token === undefined ? {} : { token }),
    mqtt: { url: addresses.mqttUrl, ...(broker === 'embedded' ? account : {}) },
    ...(broker === 'external' && account !== undefined ? { embedded: account } : {}),
  };
}

/** Opens the accounts under `data`, which must exist; makes them on the first start. Throws AccessError on a damaged store. */
export async function openAccess(data: string, random: RandomOctets, now: () => number): Promise<OpenedAccess> {
  const store = accountsPath(data);
  const told = join(data, 'first-run.json');
  const stored = readAccounts(store);
  // A command may have added accounts before the first start.
  const made =
    stored?.some(({ name }) => name === OPERATOR) === true
      ? undefined
      : await makeAccounts(store, stored ?? [], random);
  const access = await createAccess(made?.accounts ?? stored ?? [], { random, now });
  const secrets = made?.secrets ?? (await keptSecrets(told, access));
  return {
    access,
    first: made !== undefined,
    announce(addresses, broker) {
      const content = contentOf(addresses, secrets, broker);
      writePrivately(told, `${JSON.stringify(content, null, 2)}\n`);
      return content;
    },
  };
}
