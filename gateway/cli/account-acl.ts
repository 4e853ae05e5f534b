/** `xingji account acl`: what accounts may say and hear, for a broker elsewhere. */
import { type Command, Option } from 'commander';
import { ACL_FORMATS, type AclFormat, DEFAULT_PREFIX, formatAcl } from '../../bridge/index.ts';
import { accountsInUse, brokerUsers } from '../access/broker-access.ts';
import { type DataFlags, withAccounts } from './account-change.ts';

interface AclFlags extends DataFlags {
  readonly format: AclFormat;
  readonly prefix: string;
  readonly gatewayUser?: string;
  readonly dialect?: 'emqx';
}

const EXAMPLES = `
Passwords are not in it: only hashes of them are kept, in a form of our own. A broker that asks over HTTP needs no copy of
anything: docs/access.md.

Example:
  xingji account acl --format mosquitto --gateway-user xingji > acl_file
  xingji account acl --json`;

/** Adds the command `account acl`. */
export function registerAccountAcl(on: (name: string, description: string) => Command): void {
  on('acl', 'what accounts may say and hear, as a file for a broker elsewhere')
    .addOption(new Option('--format <format>', 'whose file').choices(ACL_FORMATS).default('mosquitto'))
    .option('--prefix <levels>', 'first levels of every topic, as mqtt.prefix', DEFAULT_PREFIX)
    .option('--gateway-user <name>', 'the user that the gateway itself is at that broker, as mqtt.username')
    .addOption(new Option('--dialect <dialect>', 'as mqtt.dialect').choices(['emqx']))
    .addHelpText('after', EXAMPLES)
    .action(({ data, json, format, prefix, gatewayUser, dialect }: AclFlags) =>
      withAccounts(data, async (accounts) => {
        const inUse = accountsInUse(accounts.read().accounts, Date.now());
        const users = brokerUsers(inUse, { prefix, dialect, own: gatewayUser });
        if (json === undefined) return void process.stdout.write(formatAcl(format, users));
        for (const { name, rules } of users) console.log(JSON.stringify({ username: name, rules }));
      }),
    );
}
