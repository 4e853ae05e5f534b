/** The embedded broker as a worker has it: in another process, which confirms every publish. */
import { DeliveryError, type MqttChannel, type Publication, type Settled } from '../../bridge/index.ts';

interface Waiting {
  readonly publication: Publication;
  readonly settled: Settled;
}

/** Asks the process that has the broker. Rejects when that is gone. */
type Ask = <T>(method: string, argument: unknown) => Promise<T>;

export class RemoteBroker implements MqttChannel {
  readonly connected = true;
  readonly #ask: Ask;
  #waiting: Waiting[] = [];
  #heard = true;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Nobody would hear what is not retained. */
  get deaf(): boolean {
    return !this.#heard;
  }

  /** The broker says whether anybody listens. */
  hear(heard: boolean): void {
    this.#heard = heard;
  }

  publish({ topic, payload, retain }: Publication, settled: Settled): void {
    const publication = { topic, payload, retain };
    // An outlet publishes many in one turn: they are one message to the other process.
    if (this.#waiting.push({ publication, settled }) === 1) queueMicrotask(() => void this.#flush());
  }

  // The broker lives and dies with the primary, and we with it.
  reset(): void {}

  onConnected(listener: () => void): () => void {
    listener();
    return () => undefined;
  }

  subscribe(filters: readonly string[]): void {
    void this.#ask('subscribe', filters);
  }

  async #flush(): Promise<void> {
    const sent = this.#waiting;
    this.#waiting = [];
    const stopped = (detail: string): DeliveryError => new DeliveryError('BROKER_STOPPED', detail, { retry: true });
    try {
      const faults = await this.#ask<readonly (string | null)[]>(
        'publish',
        sent.map(({ publication }) => publication),
      );
      for (const [i, { settled }] of sent.entries()) {
        const fault = faults[i];
        settled(fault === null ? undefined : stopped(fault ?? 'no answer'));
      }
    } catch (error) {
      const fault = stopped((error as Error).message);
      for (const { settled } of sent) settled(fault);
    }
  }
}
