/** Changes to accounts that take two people, and certificates that stand for an account. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { formatTime } from '../../protocol/index.ts';
import { createAccess } from '../access/access.ts';
import type { PendingChange } from '../access/account-file.ts';
import { may } from '../access/account.ts';
import type { Administration, Author } from '../access/administration.ts';
import { subjectOf } from '../access/privilege.ts';
import { createSignIn } from '../access/sign-in.ts';
import { processClock } from '../process-clock.ts';
import { ask, type DataFlags, refuse, tellOutcome, withAccounts } from './account-change.ts';

interface DecideFlags extends DataFlags {
  readonly token: string;
  readonly code?: string;
}

/** Adds them to the command `account`. */
export function registerAccountChanges(on: (name: string, description: string) => Command): void {
  on('four-eyes', 'whether what gives an account something takes a second person')
    .addArgument(new Argument('<state>').choices(['on', 'off']))
    .addHelpText(
      'after',
      `
New accounts, more rights, divisions or time, certificates and accounts without their second factor then wait until somebody else with
the role operator or supervisor approves them. It takes two such accounts. To switch it off takes two as well.

Example:
  xingji account four-eyes on`,
    )
    .action((state: 'on' | 'off', { data, json }: DataFlags) =>
      withAccounts(data, async (accounts) => {
        await ask(accounts, { kind: 'fourEyes', on: state === 'on' }, { json, done: `four eyes: ${state}` });
      }),
    );

  on('changes', 'changes that wait for a second person')
    .addHelpText('after', '\nExample:\n  xingji account changes')
    .action(({ data, json }: DataFlags) =>
      withAccounts(data, async (accounts) => {
        for (const each of accounts.read().pending) tell(each, json);
      }),
    );

  for (const [verb, description] of [
    ['approve', 'let a change of somebody else through'],
    ['deny', 'turn a change down'],
  ] as const)
    on(verb, description)
      .argument('<id>')
      .requiredOption('--token <token>', 'of your account, with the role operator or supervisor')
      .option('--code <code>', 'of its second factor, where it has one')
      .addHelpText('after', `\nExample:\n  xingji account ${verb} a-8sFzk2 --token TOKEN`)
      .action((id: string, flags: DecideFlags) =>
        withAccounts(flags.data, async (accounts) => {
          const by = await approver(accounts, flags);
          if (by === undefined) return refuse('--token: expected that of an operator or supervisor, and its --code', 1);
          const outcome = await accounts.decide(id, verb === 'approve', by);
          tellOutcome(outcome, { json: flags.json, done: 'approved' });
        }),
      );

  for (const [verb, kind] of [
    ['certify', 'certify'],
    ['decertify', 'decertify'],
  ] as const)
    on(verb, verb === 'certify' ? 'let a client certificate stand for an account' : 'let it do so no more')
      .argument('<name>')
      .argument('<certificate>', 'file with it (PEM), or its SHA-256')
      .addHelpText('after', `\nExample:\n  xingji account ${verb} kunming kunming.crt`)
      .action((name: string, given: string, { data, json }: DataFlags) =>
        withAccounts(data, async (accounts) => {
          const fingerprint = fingerprintOf(given);
          if (fingerprint === undefined)
            return refuse(`${given}: expected a file with a certificate (PEM), or 64 hexadecimal digits`, 2);
          await ask(accounts, { kind, name, fingerprint }, { json, done: `${name}: ${fingerprint}` });
        }),
      );
}

async function approver(accounts: Administration, { token, code }: DecideFlags): Promise<Author | undefined> {
  const access = await createAccess(accounts.read().accounts, { random: randomBytes, now: Date.now });
  const signedIn = await createSignIn(access, processClock, accounts)(token, code);
  if (signedIn === undefined || !('account' in signedIn) || !may(signedIn.account, 'admit')) return undefined;
  return signedIn.account;
}

function fingerprintOf(given: string): string | undefined {
  const bare = given.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(bare)) return bare;
  try {
    return new X509Certificate(readFileSync(given)).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch {
    return undefined;
  }
}

function tell({ id, change, requestedBy, until }: PendingChange, json: true | undefined): void {
  const subject = subjectOf(change) ?? 'all accounts';
  if (json === true)
    return console.log(
      JSON.stringify({ id, kind: change.kind, account: subject, requestedBy, until: formatTime(until) }),
    );
  console.log(
    `${id}  ${change.kind.padEnd(10)} ${subject.padEnd(24)} asked for by ${requestedBy}, until ${formatTime(until)}`,
  );
}
