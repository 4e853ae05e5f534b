/** What platforms send down over MQTT, handed to the core. */
import { type CommandInlet, InletRefusal } from '../bridge/index.ts';
import type { Clock } from '../protocol/index.ts';
import { CommandRefusal } from './command/errors.ts';
import type { Core } from './core.ts';
import { encodeFact } from './intake/facts.ts';
import type { Journal } from './journal/journal.ts';
import { RECORD_KIND } from './journal/record.ts';

export function createInlet({ core, journal, clock }: { core: Core; journal: Journal; clock: Clock }): CommandInlet {
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
    async onFact(kind, fact) {
      await new Promise<void>((resolve, reject) => {
        const refused = (): void =>
          reject(new InletRefusal('JOURNAL_REFUSED', 'The gateway cannot write to its disk at the moment.'));
        const b = encodeFact({ feed: kind, fact });
        const record = {
          kind: RECORD_KIND.feed,
          receivedAt: clock.now(),
          link: 0,
          terminal: '',
          ackable: false,
          b,
          start: 0,
          end: b.length,
        };
        if (journal.append(record, { committed: () => resolve(), refused }, 0) !== undefined) refused();
      });
    },
  };
}
