/** All serial lines of a gateway. */
import type { LineCounters } from './counters.ts';
import { type LineHost, SerialLine } from './line.ts';
import type { CardTable, PortSettings } from './settings.ts';
import { ShortMessages } from './short-messages.ts';

/** What lines need of the gateway. */
export interface SerialHost extends Omit<LineHost, 'terminalOf' | 'ready'> {
  /** A short message can be sent to the terminal now. */
  reachable(terminal: string): void;
}

export class SerialIntake {
  readonly #lines: readonly SerialLine[];
  /** Short messages to cards: the way to terminals that no link speaks for. */
  readonly shortMessages: ShortMessages;

  constructor(ports: readonly PortSettings[], cards: CardTable, host: SerialHost) {
    const ready = (): void => {
      for (const terminal of new Set(cards.values())) host.reachable(terminal);
    };
    const terminalOf = (card: string): string | undefined => cards.get(card);
    this.#lines = ports.map((settings) => new SerialLine(settings, { ...host, terminalOf, ready }));
    this.shortMessages = new ShortMessages(this.#lines, cards);
  }

  get counters(): readonly LineCounters[] {
    return this.#lines.map(({ counters }) => counters);
  }

  /** Resolves when every device was tried once. One that is not there is waited for. */
  async start(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.start()));
  }

  /** Ends the links behind the lines and gives the devices back. */
  async stop(): Promise<void> {
    await Promise.all(this.#lines.map((line) => line.stop()));
  }
}
