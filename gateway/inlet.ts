/** What platforms send down over MQTT, handed to the core. */
import { type Command, type CommandInlet, type CommandSource, InletRefusal } from '../bridge/index.ts';
import { may } from './access/account.ts';
import { CommandRefusal } from './command/errors.ts';
import type { Core } from './core-parts.ts';
import type { Feeds } from './feed/feeds.ts';
import { RegistryError } from './registry/errors.ts';

export function createInlet({ core, feeds }: { core: Core; feeds: Feeds }): CommandInlet {
  return {
    async onCommand(command, { division, terminal, ...source }) {
      const key = terminal.replace(/^0+(?=.)/, '');
      // The sender's rights were checked by the topic, so the topic must tell the truth.
      if (core.registry.identity(key).division !== division) {
        throw new InletRefusal('COMMAND_TERMINAL', `Terminal ${terminal} is not of division ${division}.`);
      }
      await orRefused(core.desk.one({ ...requestOf(command, source), terminal: key }));
    },
    async onGroup({ target, ...command }, { division: scope, ...source }) {
      await orRefused(core.desk.many({ ...requestOf(command, source), target, scope }));
      const { order, refused } = core.groups.get(command.id)!;
      const { approval } = order;
      const terminals = [...order.terminals, ...(order.elsewhere ?? [])].map(({ terminal, distance }) => ({
        terminal,
        ...(distance === undefined ? {} : { distance }),
      }));
      return {
        terminals,
        ...(approval === undefined ? {} : { approval }),
        ...(refused === undefined ? {} : { refused }),
      };
    },
    async onFact(kind, fact, { account }) {
      const by = { name: account?.name ?? 'mqtt', prefix: account?.prefix ?? '' };
      const stated = await feeds.state(kind, [fact], by).catch((error: unknown) => {
        if (!(error instanceof RegistryError)) throw error;
        throw new InletRefusal('JOURNAL_REFUSED', error.message);
      });
      if ('refused' in stated) throw new InletRefusal('FACT_REFUSED', stated.refused[0]!.faults.join('; '));
    },
  };
}

/** Whoever publishes over a broker of their own was let in by that one, which we cannot ask what they may. */
function requestOf(
  { expiresAt, ...command }: Command,
  { account, response }: Pick<CommandSource, 'account' | 'response'>,
) {
  return {
    ...command,
    expiresAt: Date.parse(expiresAt),
    by: account?.name ?? 'mqtt',
    mayHarm: account === null || may(account, 'danger'),
    ...(response === undefined ? {} : { response }),
  };
}

async function orRefused(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CommandRefusal) throw new InletRefusal(error.code, error.message);
    throw error;
  }
}
