/** All serial lines of a gateway. */
import type { LineCounters } from './counters.ts';
import { type LineHost, SerialLine } from './line.ts';
import type { CardTable, PortSettings } from './settings.ts';

export class SerialIntake {
  readonly #lines: readonly SerialLine[];

  constructor(ports: readonly PortSettings[], cards: CardTable, host: Omit<LineHost, 'terminalOf'>) {
    const terminalOf = (card: string): string | undefined => cards.get(card);
    this.#lines = ports.map((settings) => new SerialLine(settings, { ...host, terminalOf }));
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
