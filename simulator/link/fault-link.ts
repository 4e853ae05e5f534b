/**
 * A link that fails on purpose: wraps any link and does to its chunks, in both directions, what
 * `Faults` says, drawn from a seeded stream so that a failing run can be run again.
 *
 * One chunk is one `write` and one `receive`. On a stream that is a whole frame or a few; a lost chunk leaves
 * the stream in frame order, as when a modem drops its queue. Datagrams are neither split nor joined.
 */
import type { Clock, CloseKind, Link, LinkSink, Random } from '../../protocol/index.ts';
import { FaultLane } from './fault-lane.ts';
import type { Faults } from './faults.ts';

/** Wraps `inner`; it is opened when the wrapper is. */
export function faultLink(inner: Link, faults: Faults, { clock, random }: { clock: Clock; random: Random }): Link {
  return new FaultLink(inner, faults, clock, random);
}

class FaultLink implements Link {
  readonly #inner: Link;
  readonly #up: FaultLane;
  readonly #down: FaultLane;
  #sink: LinkSink | undefined;
  #over = false;
  #silent = false;
  #forgotten = false;
  /** How the inner link ended while nobody was to hear of it. */
  #unheard: CloseKind | undefined;

  constructor(inner: Link, asked: Faults, clock: Clock, random: Random) {
    this.#inner = inner;
    // A datagram arrives whole and alone or not at all.
    const faults = inner.datagram ? { ...asked, split: 0, join: 0, splitAt: 0, joinTo: 0 } : asked;
    const fate = { silence: () => this.#fallSilent(), reset: () => this.#break(), forget: () => this.#fallForgotten() };
    this.#up = new FaultLane({ faults, clock, random: random.fork('up'), fate, pass: (chunk) => inner.write(chunk) });
    this.#down = new FaultLane({
      faults,
      clock,
      random: random.fork('down'),
      fate,
      pass: (chunk) => this.#sink?.receive(chunk),
    });
  }

  get peer(): string {
    return this.#inner.peer;
  }

  get datagram(): boolean {
    return this.#inner.datagram;
  }

  get backlog(): number {
    return this.#inner.backlog + this.#up.octets;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
    this.#inner.open({
      receive: (chunk) => {
        if (!this.#silent) this.#down.offer(chunk);
      },
      closed: (kind) => {
        if (this.#silent && !this.#over) this.#unheard = kind;
        else this.#end(kind);
      },
      drained: () => sink.drained?.(),
    });
  }

  write(octets: Uint8Array): boolean {
    if (this.#forgotten && !this.#over) {
      this.#end('reset');
      return false;
    }
    if (this.#over || this.#silent) return true;
    this.#up.offer(octets);
    return true;
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#unheard !== undefined) return this.#end(kind);
    if (kind === 'local') this.#up.flush();
    this.#inner.close(kind);
  }

  #fallSilent(): void {
    this.#silent = true;
    this.#up.drop();
    this.#down.drop();
  }

  /** As `#fallSilent`, but that the next octets of this side come back as a reset. */
  #fallForgotten(): void {
    this.#forgotten = true;
    this.#fallSilent();
  }

  #break(): void {
    this.#over = true;
    this.#inner.close('reset');
  }

  #end(kind: CloseKind): void {
    if (this.#sink === undefined) return;
    const sink = this.#sink;
    if (kind === 'ended') this.#down.flush();
    this.#sink = undefined;
    this.#over = true;
    this.#up.drop();
    this.#down.drop();
    sink.closed(kind);
  }
}
