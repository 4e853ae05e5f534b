/**
 * Two ends of a pipe in memory that behave as a TCP connection does above `Link`: octets arrive in order on later turns
 * of the clock, backlog builds up while the other end does not read, and ends differ in how they come about.
 */
import type { Clock } from './clock.ts';
import type { CloseKind, Link, LinkSink } from './link.ts';

/** How a pair of memory links behaves. */
export interface MemoryLinkOptions {
  readonly clock: Clock;
  /** How long octets travel; 0 unless given, which is the next turn of the clock. */
  readonly latencyMs?: number;
  /** `write` says false from this many octets of backlog on; 16 KiB unless given. Nothing is dropped above it. */
  readonly highWater?: number;
  readonly datagram?: boolean;
  /** What each end is told about its peer. */
  readonly peers?: readonly [string, string];
}

/** One end, with the fault that no program can ask a socket for. */
export interface MemoryLink extends Link {
  /**
   * Cuts the cable: nothing passes any more in either direction and neither end is told, as when a modem loses its
   * network. Octets on the way are lost; either end notices only by closing.
   */
  cut(): void;
}

/** Both ends of a new pipe: what one writes, the other receives, in chunks as written. */
export function memoryLink(options: MemoryLinkOptions): [MemoryLink, MemoryLink] {
  const peers = options.peers ?? ['memory:a', 'memory:b'];
  const a = new End(options, peers[0]);
  const b = new End(options, peers[1]);
  a.connect(b);
  b.connect(a);
  return [a, b];
}

class End implements MemoryLink {
  readonly peer: string;
  readonly datagram: boolean;
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #highWater: number;
  #other: End | undefined;
  #sink: LinkSink | undefined;
  /** Arrived or on the way, in order; `undefined` stands for the other end's orderly close. */
  readonly #incoming: (Uint8Array | undefined)[] = [];
  /** How many of them have arrived and wait only for being read. */
  #arrived = 0;
  #paused = false;
  #closed = false;
  #cut = false;
  #full = false;
  #backlog = 0;

  constructor(options: MemoryLinkOptions, peer: string) {
    this.peer = peer;
    this.datagram = options.datagram ?? false;
    this.#clock = options.clock;
    this.#latencyMs = options.latencyMs ?? 0;
    this.#highWater = options.highWater ?? 16 * 1024;
  }

  connect(other: End): void {
    this.#other = other;
  }

  get backlog(): number {
    return this.#backlog;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
    this.#later(() => this.#read());
  }

  write(octets: Uint8Array): boolean {
    if (this.#closed) return false;
    if (octets.length > 0) {
      this.#backlog += octets.length;
      if (!this.#cut) this.#other!.#send(new Uint8Array(octets));
    }
    this.#full = this.#backlog >= this.#highWater;
    return !this.#full;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#later(() => this.#read());
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#closed) return;
    const other = this.#other!;
    if (!this.#cut) {
      if (kind === 'local') other.#send(undefined);
      else other.#later(() => other.#finish('reset'));
    }
    this.#end();
    this.#later(() => this.#sink?.closed(kind));
  }

  cut(): void {
    for (const end of [this, this.#other!]) {
      end.#cut = true;
      end.#incoming.length = 0;
      end.#arrived = 0;
    }
  }

  #send(octets: Uint8Array | undefined): void {
    if (this.#closed) return;
    this.#incoming.push(octets);
    this.#later(() => {
      if (this.#arrived === this.#incoming.length) return;
      this.#arrived++;
      this.#read();
    });
  }

  /** Hands over what has arrived, as long as the sink reads. */
  #read(): void {
    while (this.#arrived > 0 && !this.#paused && !this.#closed && this.#sink !== undefined) {
      this.#arrived--;
      const octets = this.#incoming.shift();
      if (octets === undefined) return this.#finish('ended');
      this.#other!.#taken(octets.length);
      this.#sink.receive(octets);
    }
  }

  #taken(octets: number): void {
    if (this.#closed) return;
    this.#backlog -= octets;
    if (!this.#full || this.#backlog >= this.#highWater / 2) return;
    this.#full = false;
    this.#later(() => {
      if (!this.#closed) this.#sink?.drained?.();
    });
  }

  #finish(kind: CloseKind): void {
    if (this.#closed || this.#cut) return;
    this.#end();
    this.#sink?.closed(kind);
  }

  #end(): void {
    this.#closed = true;
    this.#incoming.length = 0;
    this.#arrived = 0;
    this.#backlog = 0;
  }

  #later(call: () => void): void {
    this.#clock.wake(this.#clock.monotonic() + this.#latencyMs, call);
  }
}
