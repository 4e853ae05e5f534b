/**
 * Leads datagrams to the workers that own their terminals, a few at a time, and answers out of the port they came in by.
 *
 * Bound: `MAX_GATHERED` octets for a worker that does not take them; what exceeds it is dropped, and the terminal sends it again.
 */
import type { Clock } from '../../protocol/index.ts';
import type { DatagramSource } from '../intake/udp.ts';
import { terminalOfDatagram } from './first-frame.ts';
import type { Datagram } from './messages.ts';
import { ownerOf } from './owner.ts';

const GATHER_MS = 1;
const MAX_GATHERED = 4 << 20;

export class DatagramRouter {
  readonly #workers: number;
  readonly #clock: Clock;
  /** False where the worker takes nothing now. */
  readonly #lead: (worker: number, datagrams: readonly Datagram[]) => boolean;
  readonly #gathered: { readonly datagrams: Datagram[]; octets: number }[];
  #awake = false;
  /** Datagrams whose worker was down or behind. */
  dropped = 0;

  constructor(options: {
    readonly workers: number;
    readonly clock: Clock;
    readonly lead: (worker: number, datagrams: readonly Datagram[]) => boolean;
  }) {
    this.#workers = options.workers;
    this.#clock = options.clock;
    this.#lead = options.lead;
    this.#gathered = Array.from({ length: options.workers }, () => ({ datagrams: [], octets: 0 }));
  }

  receive(octets: Uint8Array, { address, port }: DatagramSource): void {
    const worker = this.#gathered[ownerOf(terminalOfDatagram(octets) ?? address, this.#workers)]!;
    if (worker.octets + octets.length > MAX_GATHERED) {
      this.dropped++;
      return;
    }
    worker.datagrams.push({ octets, address, port });
    worker.octets += octets.length;
    if (this.#awake) return;
    this.#awake = true;
    this.#clock.wake(this.#clock.monotonic() + GATHER_MS, () => this.#flush());
  }

  #flush(): void {
    this.#awake = false;
    for (const [worker, gathered] of this.#gathered.entries()) {
      if (gathered.datagrams.length === 0) continue;
      const datagrams = gathered.datagrams.splice(0);
      gathered.octets = 0;
      if (!this.#lead(worker, datagrams)) this.dropped += datagrams.length;
    }
  }
}
