/**
 * Whether anybody would hear what workers publish at the embedded broker, so that they need not send it when nobody does. Whoever comes is waited
 * for until every worker knows: from its subscription on it misses nothing.
 */
import type { Broker } from '../../bridge/index.ts';
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { WorkerProcess } from './worker-process.ts';

const LOOK_EVERY_MS = 1000;
/** Whoever was let in may take so long to be counted. */
const COMING_MS = 15_000;

export class Audience {
  readonly #clock: Clock;
  readonly #workers: () => readonly WorkerProcess[];
  #deaf = false;
  #lastCame: number;

  constructor(clock: Clock, workers: () => readonly WorkerProcess[]) {
    this.#clock = clock;
    this.#workers = workers;
    this.#lastCame = clock.monotonic() - COMING_MS;
  }

  /** Somebody is about to listen; resolves when every worker that runs publishes. */
  async comes(): Promise<void> {
    this.#lastCame = this.#clock.monotonic();
    if (!this.#deaf) return;
    this.#deaf = false;
    await this.#tellAll();
  }

  /** Looks now and then whether everybody has gone; returns how to stop. */
  watch(broker: Broker): Cancel {
    let cancel: Cancel;
    const look = (): void => {
      const quiet = this.#clock.monotonic() - this.#lastCame > COMING_MS && broker.deaf === true;
      if (quiet && !this.#deaf) {
        this.#deaf = true;
        void this.#tellAll();
      }
      cancel = this.#clock.wake(this.#clock.monotonic() + LOOK_EVERY_MS, look);
    };
    cancel = this.#clock.wake(this.#clock.monotonic() + LOOK_EVERY_MS, look);
    return () => cancel();
  }

  /** A worker has started and does not know. */
  tell(worker: WorkerProcess): void {
    if (this.#deaf) void this.#say(worker);
  }

  async #tellAll(): Promise<void> {
    const running = this.#workers().filter(({ http }) => http !== undefined);
    await Promise.all(running.map((worker) => this.#say(worker)));
  }

  #say(worker: WorkerProcess): Promise<void> {
    // One that ends meanwhile is told when it is back.
    return worker.call<void>('deaf', this.#deaf).catch(() => undefined);
  }
}
