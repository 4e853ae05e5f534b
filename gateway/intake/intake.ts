/**
 * Takes links in, gives each its connection, and watches over their silence.
 *
 * Bounds: `maxConnections` links at a time, a further one takes the place of a datagram peer that has proved nothing, or is closed at
 * once; a link that does not authenticate within `authTimeoutMs` is closed; one that says nothing for `idleTimeoutMs` is closed. How
 * many links a source may have, and how fast they are read, is `admission.ts`.
 */
import type { Link, MonotonicMs } from '../../protocol/index.ts';
import { Admission, ADMISSION, type AdmissionOptions, Gate } from './admission.ts';
import { Connection } from './connection.ts';
import type { IntakeContext } from './context.ts';
import type { IntakeCounters } from './counters.ts';
import { DueLists } from './due-lists.ts';
import { sourceOf } from './source.ts';

export interface IntakeOptions {
  readonly maxConnections: number;
  readonly authTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** As `ADMISSION` where it says nothing. */
  readonly admission?: Partial<AdmissionOptions>;
}

/** Wake-ups of all connections are rounded to this: nobody minds being cut off a little later. */
const GRAIN_MS = 250;
/** Recent frames of a terminal that left are remembered for so long. */
const REMEMBER_MS = 30 * 60_000;

export class Intake {
  readonly #context: IntakeContext;
  readonly #options: IntakeOptions;
  readonly #admission: Admission;
  readonly #connections = new Set<Connection>();
  readonly #deadlines: DueLists<Connection>;
  readonly #emptied: (() => void)[] = [];
  /** The link of a connection is read from now on. */
  readonly #begun = (connection: Connection): void => {
    const { authTimeoutMs, idleTimeoutMs } = this.#options;
    // Looked at when the first of the two can be due: which it is shows then.
    this.#deadlines.set(connection, this.#context.clock.monotonic() + Math.min(authTimeoutMs, idleTimeoutMs));
  };
  #numbers = 0;
  #closing = false;
  #sweep: (() => void) | undefined;

  /** The context is made by whoever owns the journal; `disconnected` must come back to `forget`. */
  constructor(context: IntakeContext, options: IntakeOptions) {
    this.#context = context;
    this.#options = options;
    this.#deadlines = new DueLists(context.clock, (connection) => this.#overdue(connection), { grainMs: GRAIN_MS });
    const { clock, counters, journal } = context;
    this.#admission = new Admission(clock, counters, journal, { ...ADMISSION, ...options.admission });
    this.#scheduleSweep();
  }

  /** Links that are open now. */
  get size(): number {
    return this.#connections.size;
  }

  /** Takes a link over; false where it was turned away. */
  accept(link: Link, transport: keyof IntakeCounters['opened']): boolean {
    const { counters } = this.#context;
    const bySource = !this.#admission.admits(sourceOf(link.peer));
    if (bySource || !this.#hasRoom()) {
      counters.turnedAway++;
      if (bySource) counters.turnedAwayBySource++;
      link.open(NOBODY);
      link.close('reset');
      return false;
    }
    counters.opened[transport]++;
    this.#numbers = (this.#numbers + 1) >>> 0;
    const connection = new Connection(link, this.#numbers, this.#context);
    this.#connections.add(connection);
    const gate = new Gate(connection, this.#admission, this.#begun);
    link.open(gate);
    this.#admission.enter(gate);
    return true;
  }

  /** The connection's link is gone. */
  forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) for (const resolve of this.#emptied.splice(0)) resolve();
    this.#deadlines.cancel(connection);
  }

  /** Resolves when no link is open. */
  emptied(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#connections.size === 0) resolve();
      else this.#emptied.push(resolve);
    });
  }

  /** Ends all links in order. What they had sent stays with the journal. */
  close(): void {
    this.#closing = true;
    this.#sweep?.();
    for (const connection of this.#connections) connection.close('local');
    this.#admission.close();
    this.#deadlines.clear();
  }

  #hasRoom(): boolean {
    if (this.#closing) return false;
    return this.#connections.size < this.#options.maxConnections || this.#admission.makeRoom();
  }

  #overdue(connection: Connection): void {
    const now = this.#context.clock.monotonic();
    const { authTimeoutMs, idleTimeoutMs } = this.#options;
    const proved = connection.session.phase === 'authenticated';
    const due: MonotonicMs = proved ? connection.lastHeard + idleTimeoutMs : connection.openedAt + authTimeoutMs;
    if (due > now) {
      this.#deadlines.set(connection, due);
      return;
    }
    if (!proved) this.#context.counters.unproved.deadline++;
    connection.close('timeout');
  }

  #scheduleSweep(): void {
    const { clock, slots } = this.#context;
    this.#sweep = clock.wake(clock.monotonic() + REMEMBER_MS / 10, () => {
      slots.forget(clock.monotonic() - REMEMBER_MS);
      this.#scheduleSweep();
    });
  }
}

const NOBODY = { receive(): void {}, closed(): void {} };
