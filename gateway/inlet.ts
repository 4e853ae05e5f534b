/** What platforms send down over MQTT, handed to the core. */
import { type CommandInlet, InletRefusal } from '../bridge/index.ts';
import { CommandRefusal } from './command/errors.ts';
import type { Core } from './core.ts';
import type { Feeds } from './feed/feeds.ts';
import { RegistryError } from './registry/errors.ts';

export function createInlet({ core, feeds }: { core: Core; feeds: Feeds }): CommandInlet {
  return {
    async onCommand(command, { division, terminal, account }) {
      const key = terminal.replace(/^0+(?=.)/, '');
      // The sender's rights were checked by the topic, so the topic must tell the truth.
      if (core.registry.identity(key).division !== division) {
        throw new InletRefusal('COMMAND_TERMINAL', `Terminal ${terminal} is not of division ${division}.`);
      }
      try {
        const { id, type, body, expiresAt } = command;
        const by = account?.name ?? 'mqtt';
        await core.mailbox.submit({ id, terminal: key, type, body, expiresAt: Date.parse(expiresAt), by });
      } catch (error) {
        if (error instanceof CommandRefusal) throw new InletRefusal(error.code, error.message);
        throw error;
      }
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
