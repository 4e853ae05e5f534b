/** Commands to terminals that no link speaks for, as short messages to their cards. */
import type { Beyond, BeyondTold } from '../../command/beyond.ts';
import type { CommandStatus } from '../../command/command.ts';
import type { SerialLine } from './line.ts';
import type { CardTable } from './settings.ts';

/** The only command that a card shows to anybody: 0x8300. */
const TEXT = 'textMessage';

export class ShortMessages implements Beyond {
  readonly #lines: readonly SerialLine[];
  readonly #cards = new Map<string, string>();

  constructor(lines: readonly SerialLine[], cards: CardTable) {
    this.#lines = lines;
    // Of several cards of one terminal the first is written to.
    for (const [card, terminal] of cards) if (!this.#cards.has(terminal)) this.#cards.set(terminal, card);
  }

  take({ id, terminal, order }: CommandStatus, told: BeyondTold): boolean {
    const card = this.#cards.get(terminal);
    const { text } = (order.body ?? {}) as { readonly text?: unknown };
    if (card === undefined || order.type !== TEXT || typeof text !== 'string') return false;
    const line = this.#lines.find(({ outbox }) => outbox.ready);
    if (line === undefined) return false;
    const refused = line.outbox.submit({
      id,
      card,
      text,
      expiresAt: order.expiresAt,
      written: () => told.sent(),
      ended(how, why) {
        line.counters.shortMessages[how]++;
        told.ended(how, why);
      },
    });
    return refused === undefined;
  }

  withdraw(id: string): boolean {
    return this.#lines.some(({ outbox }) => outbox.withdraw(id));
  }
}
