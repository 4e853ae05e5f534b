/** `xingji account`: who may get in. A gateway that runs takes changes up within a second. */
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Role, ROLES } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import { accountsPath, readAccounts, type StoredAccount, writeAccounts } from '../access/account-file.ts';
import {
  addAccount,
  additionFault,
  type Credentials,
  disableAccount,
  rotateAccount,
} from '../access/change-account.ts';
import { AccessError } from '../access/errors.ts';
import { noteHere, take } from './audit-source.ts';
import { dataOption, time } from './journal-source.ts';

interface DataFlags {
  readonly data: string;
  readonly json?: true;
}

interface AddFlags extends DataFlags {
  readonly role: Role;
  readonly division: string;
  readonly expires?: number;
  readonly password?: string;
}

/** A third party's account ends; where nobody says when, then. */
const THIRD_PARTY_MS = 90 * 86_400_000;
/** A shorter one is warned of. */
const GOOD_PASSWORD = 12;

/** Adds the command `account`. */
export function registerAccount(program: Command): void {
  const account = program
    .command('account')
    .description('accounts: who may get in, over HTTP and on the embedded broker')
    .addHelpText('after', '\nExample:\n  xingji account add kunming --role unit --division 5301');
  const on = (name: string, description: string): Command =>
    account.command(name).description(description).addOption(dataOption()).option('--json', 'JSON');

  on('add', 'make an account; its secrets are told once')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'what it is for').choices(ROLES).makeOptionMandatory())
    .option('--division <code>', 'GB/T 2260 code or its first 2 or 4 digits, which it is confined to', '')
    .option('--expires <time>', 'from then on it opens nothing, ISO 8601; of a third party 90 days unless given', end)
    .option('--password <password>', 'made up unless given; others on this machine can see what is given')
    .addHelpText(
      'after',
      '\nExample:\n  xingji account add auditor-7 --role audit --expires 2026-12-31T23:59:59+08:00 --json',
    )
    .action((name: string, flags: AddFlags) => change(flags.data, (accounts) => add(accounts, name, flags)));

  on('rotate', 'give an account a new password and token; the old ones open nothing any more')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  xingji account rotate kunming --json')
    .action((name: string, { data, json }: DataFlags) =>
      change(data, async (accounts) => {
        if (!isKnown(accounts, name)) return undefined;
        const rotated = await rotateAccount(accounts, name, randomBytes);
        return {
          accounts: rotated.accounts,
          entry: { what: 'account.rotated', subject: `account:${name}` },
          tell: () => tellSecrets(rotated.credentials, json),
        };
      }),
    );

  on('disable', 'let an account open nothing any more; what it has open ends')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  xingji account disable kunming')
    .action((name: string, { data, json }: DataFlags) =>
      change(data, (accounts) => {
        if (!isKnown(accounts, name)) return undefined;
        return {
          accounts: disableAccount(accounts, name),
          entry: { what: 'account.disabled', subject: `account:${name}` },
          tell: () =>
            console.log(json === true ? JSON.stringify({ username: name, disabled: true }) : `${name} disabled`),
        };
      }),
    );

  on('list', 'all accounts, without secrets')
    .addHelpText('after', '\nExample:\n  xingji account list --data ./data')
    .action(({ data, json }: DataFlags) =>
      reported(() => {
        for (const each of readAccounts(accountsPath(data)) ?? []) tell(each, json);
      }),
    );
}

/** A time, or a day, which it outlasts. */
function end(text: string): number {
  const ms = time(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999+08:00` : text);
  if (ms <= Date.now()) throw new InvalidArgumentError('Expected a time to come.');
  return ms;
}

interface Change {
  readonly accounts: readonly StoredAccount[];
  readonly entry: { readonly what: string; readonly subject: string; readonly after?: unknown };
  readonly tell: () => void;
}

async function add(accounts: readonly StoredAccount[], name: string, flags: AddFlags): Promise<Change | undefined> {
  const { role, division, password, json } = flags;
  const expires = flags.expires ?? (role === 'thirdParty' ? Date.now() + THIRD_PARTY_MS : undefined);
  const wanted = { name, role, division, expires, password };
  const fault = additionFault(accounts, wanted);
  if (fault !== undefined) {
    console.error(fault);
    process.exitCode = fault.includes('is taken') ? 1 : 2;
    return undefined;
  }
  if (password !== undefined && password.length < GOOD_PASSWORD)
    console.error(`--password: has ${password.length} characters, ${GOOD_PASSWORD} would be safer`);
  const added = await addAccount(accounts, wanted, randomBytes);
  const { prefix } = added.accounts.at(-1)!;
  const until = expires === undefined ? {} : { expires: formatTime(expires) };
  return {
    accounts: added.accounts,
    entry: { what: 'account.added', subject: `account:${name}`, after: { role, division: prefix, ...until } },
    tell: () => tellSecrets(added.credentials, json),
  };
}

/** Reads the accounts, has them changed, puts the change on the trail and then in the store. One command at a time. */
async function change(
  data: string,
  work: (accounts: readonly StoredAccount[]) => Promise<Change | undefined> | Change | undefined,
): Promise<void> {
  await reported(async () => {
    if (!existsSync(data)) {
      console.error(`--data: there is no folder ${data}, expected the data folder of a gateway`);
      process.exitCode = 1;
      return;
    }
    const path = accountsPath(data);
    const lock = `${path}.lock`;
    await take(lock);
    try {
      const changed = await work(readAccounts(path) ?? []);
      if (changed === undefined) return;
      await noteHere(data, [changed.entry]);
      writeAccounts(path, changed.accounts);
      changed.tell();
    } finally {
      rmSync(lock, { force: true });
    }
  });
}

async function reported(work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AccessError) && (error as NodeJS.ErrnoException).code === undefined) throw error;
    console.error((error as Error).message);
    process.exitCode = error instanceof AccessError && error.code === 'ACCOUNTS_NEWER' ? 2 : 1;
  }
}

function isKnown(accounts: readonly StoredAccount[], name: string): boolean {
  if (accounts.some((account) => account.name === name)) return true;
  console.error(`there is no account ${name}`);
  process.exitCode = 1;
  return false;
}

function tellSecrets(credentials: Credentials, json: true | undefined): void {
  if (json === true) return console.log(JSON.stringify(credentials));
  const { username, password, token } = credentials;
  console.log(`username  ${username}\npassword  ${password}\ntoken     ${token}`);
  console.error('Told once: only hashes are kept.');
}

function tell({ name, role, prefix, disabled, expires }: StoredAccount, json: true | undefined): void {
  const until = expires === undefined ? {} : { expires: formatTime(expires) };
  if (json === true)
    return console.log(
      JSON.stringify({ username: name, role, division: prefix, disabled: disabled === true, ...until }),
    );
  const state = disabled === true ? 'disabled' : expires === undefined ? 'in use' : `until ${formatTime(expires)}`;
  console.log(`${name.padEnd(24)} ${role.padEnd(11)} ${(prefix || 'everywhere').padEnd(11)} ${state}`);
}
