/** What a new account is made of, and what may be wrong with it. Secrets are told once; what is stored are hashes. */
import type { Role } from '../../bridge/index.ts';
import type { StoredAccount } from './account-file.ts';
import type { Change } from './privilege.ts';
import { hashPassword, hashToken, newPassword, newToken, type RandomOctets } from './secrets.ts';

export interface NewAccount {
  readonly name: string;
  readonly role: Role;
  /** A GB/T 2260 code or its leading digits; empty for everywhere. */
  readonly division: string;
  /** Epoch ms. */
  readonly expires?: number | undefined;
  /** Made up where it is not given. */
  readonly password?: string | undefined;
}

/** What opens an account. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;
/** The first start makes them. */
const RESERVED = new Set(['operator', 'platform', 'gateway']);

/** Leading digits that a division code stands for: `530000` is the province, `53`. Undefined where it is none. */
export function prefixOf(division: string): string | undefined {
  if (!/^(\d\d){0,3}$/.test(division)) return undefined;
  return division.length === 6 ? division.replace(/(00){1,2}$/, '') : division;
}

/** Why an account cannot be added; undefined where it can. */
export function additionFault(
  accounts: readonly StoredAccount[],
  { name, division, password }: NewAccount,
): string | undefined {
  if (!NAME.test(name)) return 'name: expected up to 64 letters, digits and ._@-, the first a letter or digit';
  if (RESERVED.has(name)) return `name: ${name} is an account of the gateway's own`;
  if (accounts.some((account) => account.name === name)) return `name: ${name} is taken, also where it is disabled`;
  if (prefixOf(division) === undefined) return '--division: expected a GB/T 2260 code or its first 2 or 4 digits';
  if (password === '') return '--password: is empty';
  return undefined;
}

/** An account as it will be stored, and what opens it. */
export async function newAccount(
  { name, role, division, expires, password }: NewAccount,
  random: RandomOctets,
): Promise<{ readonly account: StoredAccount; readonly credentials: Credentials }> {
  const credentials = { username: name, password: password ?? newPassword(random), token: newToken(random) };
  const account: StoredAccount = {
    name,
    role,
    prefix: prefixOf(division) ?? '',
    ...(expires === undefined ? {} : { expires }),
    ...(await hashesOf(credentials, random)),
  };
  return { account, credentials };
}

/** New secrets in the place of all old ones, and the change that does it. */
export async function newSecrets(
  name: string,
  random: RandomOctets,
): Promise<{ readonly change: Change; readonly credentials: Credentials }> {
  const credentials = { username: name, password: newPassword(random), token: newToken(random) };
  return { change: { kind: 'rotate', name, ...(await hashesOf(credentials, random)) }, credentials };
}

async function hashesOf(
  { password, token }: Credentials,
  random: RandomOctets,
): Promise<{ readonly password: string; readonly tokens: readonly string[] }> {
  return { password: await hashPassword(password, random), tokens: [hashToken(token)] };
}

/** A third party's account ends; where nobody says when, then. */
export const THIRD_PARTY_MS = 90 * 86_400_000;
