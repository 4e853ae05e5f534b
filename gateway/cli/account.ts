/** `xingji account`: who may get in. A gateway that runs takes changes up within a second. */
import { randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Role, ROLES } from '../../bridge/index.ts';
import { formatTime } from '../../protocol/index.ts';
import type { StoredAccount } from '../access/account-file.ts';
import type { Administration } from '../access/administration.ts';
import {
  additionFault,
  type Credentials,
  newAccount,
  newSecrets,
  prefixOf,
  THIRD_PARTY_MS,
} from '../access/change-account.ts';
import { ask, CALLER, type DataFlags, refuse, tellOutcome, tellWaiting, withAccounts } from './account-change.ts';
import { registerAccountAcl } from './account-acl.ts';
import { registerAccountChanges } from './account-changes.ts';
import { dataOption, time } from './journal-source.ts';

interface AddFlags extends DataFlags {
  readonly role: Role;
  readonly division: string;
  readonly expires?: number;
  readonly password?: string;
}

interface AlterFlags extends DataFlags {
  readonly role?: Role;
  readonly division?: string;
  readonly expires?: number | null;
}

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
    .action((name: string, flags: AddFlags) => withAccounts(flags.data, (accounts) => add(accounts, name, flags)));

  on('alter', 'give an account another role, division or end')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'what it is for from now on').choices(ROLES))
    .option('--division <code>', 'which it is confined to from now on')
    .option('--expires <time>', 'from then on it opens nothing, ISO 8601; `never` takes the end away', endOrNever)
    .addHelpText('after', '\nExample:\n  xingji account alter kunming --role supervisor --division 530100')
    .action((name: string, flags: AlterFlags) => withAccounts(flags.data, (accounts) => alter(accounts, name, flags)));

  on('rotate', 'give an account a new password and token; the old ones and its keys open nothing any more')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  xingji account rotate kunming --json')
    .action((name: string, { data, json }: DataFlags) =>
      withAccounts(data, async (accounts) => {
        const { change, credentials } = await newSecrets(name, randomBytes);
        const outcome = await accounts.request(change, CALLER());
        if ('refused' in outcome) return refuse(`there is no account ${name}`, 1);
        tellSecrets(credentials, json, outcome.state === 'requested' ? outcome.id : undefined);
      }),
    );

  const plain = {
    disable: ['let an account open nothing any more; what it has open ends', 'disabled'],
    enable: ['let a disabled account in again', 'enabled'],
    'end-sessions': ['end what an account has open in browsers', 'sessions ended'],
    'remove-totp': ['let an account in without the code of its second factor', 'second factor removed'],
  } as const;
  const kinds = { 'end-sessions': 'endSessions', 'remove-totp': 'removeTotp' } as const;
  for (const [verb, [description, done]] of Object.entries(plain)) {
    const kind = verb in kinds ? kinds[verb as keyof typeof kinds] : (verb as 'disable' | 'enable');
    on(verb, description)
      .argument('<name>')
      .addHelpText('after', `\nExample:\n  xingji account ${verb} kunming`)
      .action((name: string, { data, json }: DataFlags) =>
        withAccounts(data, async (accounts) => {
          const outcome = await accounts.request({ kind, name }, CALLER());
          if ('refused' in outcome) return refuse(`there is no account ${name}`, 1);
          if (json === true && verb === 'disable') console.log(JSON.stringify({ username: name, disabled: true }));
          else tellOutcome(outcome, { json, done: `${name} ${done}` });
        }),
      );
  }

  on('list', 'all accounts, without secrets')
    .addHelpText('after', '\nExample:\n  xingji account list --data ./data')
    .action(({ data, json }: DataFlags) =>
      withAccounts(data, async (accounts) => {
        for (const each of accounts.read().accounts) tell(each, json);
      }),
    );

  registerAccountAcl(on);
  registerAccountChanges(on);
}

/** A time, or a day, which it outlasts. */
function end(text: string): number {
  const ms = time(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T23:59:59.999+08:00` : text);
  if (ms <= Date.now()) throw new InvalidArgumentError('Expected a time to come.');
  return ms;
}

function endOrNever(text: string): number | null {
  return text === 'never' ? null : end(text);
}

async function add(accounts: Administration, name: string, flags: AddFlags): Promise<void> {
  const { role, division, password, json } = flags;
  const expires = flags.expires ?? (role === 'thirdParty' ? Date.now() + THIRD_PARTY_MS : undefined);
  const wanted = { name, role, division, expires, password };
  const fault = additionFault(accounts.read().accounts, wanted);
  if (fault !== undefined) return refuse(fault, fault.includes('is taken') ? 1 : 2);
  if (password !== undefined && password.length < GOOD_PASSWORD)
    console.error(`--password: has ${password.length} characters, ${GOOD_PASSWORD} would be safer`);
  const { account, credentials } = await newAccount(wanted, randomBytes);
  const outcome = await accounts.request({ kind: 'add', account }, CALLER());
  if ('refused' in outcome) return void tellOutcome(outcome, { json, done: '' });
  tellSecrets(credentials, json, outcome.state === 'requested' ? outcome.id : undefined);
}

async function alter(accounts: Administration, name: string, flags: AlterFlags): Promise<void> {
  const { role, division, expires, json } = flags;
  const prefix = division === undefined ? undefined : prefixOf(division);
  if (division !== undefined && prefix === undefined)
    return refuse('--division: expected a GB/T 2260 code or its first 2 or 4 digits', 2);
  if (role === undefined && division === undefined && expires === undefined)
    return refuse('expected --role, --division or --expires', 2);
  const change = {
    kind: 'alter' as const,
    name,
    ...(role === undefined ? {} : { role }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(expires === undefined ? {} : { expires }),
  };
  await ask(accounts, change, { json, done: `${name} altered` });
}

function tellSecrets(credentials: Credentials, json: true | undefined, waits?: string): void {
  if (json === true) console.log(JSON.stringify({ ...credentials, ...(waits === undefined ? {} : { change: waits }) }));
  else {
    const { username, password, token } = credentials;
    console.log(`username  ${username}\npassword  ${password}\ntoken     ${token}`);
    console.error('Told once: only hashes are kept.');
  }
  if (waits !== undefined) tellWaiting(waits);
}

function tell({ name, role, prefix, disabled, expires, totp }: StoredAccount, json: true | undefined): void {
  const until = expires === undefined ? {} : { expires: formatTime(expires) };
  const second = totp?.confirmed === true;
  if (json === true)
    return console.log(
      JSON.stringify({ username: name, role, division: prefix, disabled: disabled === true, totp: second, ...until }),
    );
  const state = disabled === true ? 'disabled' : expires === undefined ? 'in use' : `until ${formatTime(expires)}`;
  const factor = second ? ', second factor' : '';
  console.log(`${name.padEnd(24)} ${role.padEnd(11)} ${(prefix || 'everywhere').padEnd(11)} ${state}${factor}`);
}
