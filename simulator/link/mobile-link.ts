/**
 * A link over a mobile network: without coverage octets wait, and a terminal that loses its power or its radio is gone
 * without a word; the network forgets addresses and answers the next octets with a reset.
 */
import type { CloseKind, Link, LinkSink } from '../../protocol/index.ts';

/** Octets that TCP keeps for sending while there is no coverage; beyond, the link counts as lost. */
const MAX_HELD = 64 * 1024;

export class MobileLink implements Link {
  readonly #inner: Link;
  readonly #reaches: () => boolean;
  #sink: LinkSink | undefined;
  #held: Uint8Array[] = [];
  #heldOctets = 0;
  #stranded = false;
  #forgotten = false;
  #over = false;

  /** @param reaches whether octets of the terminal get through now. */
  constructor(inner: Link, reaches: () => boolean) {
    this.#inner = inner;
    this.#reaches = reaches;
  }

  get peer(): string {
    return this.#inner.peer;
  }

  get datagram(): boolean {
    return this.#inner.datagram;
  }

  get backlog(): number {
    return this.#heldOctets + this.#inner.backlog;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
    this.#inner.open({
      receive: (chunk) => {
        // What comes while there is no coverage is sent again by the platform, or not at all.
        if (!this.#stranded && !this.#forgotten && this.#reaches()) this.#sink?.receive(chunk);
      },
      closed: (kind) => {
        if (!this.#stranded && !this.#forgotten) this.#end(kind);
      },
      drained: () => sink.drained?.(),
    });
  }

  write(octets: Uint8Array): boolean {
    if (this.#over || this.#stranded) return true;
    if (this.#forgotten) {
      this.#end('reset');
      return false;
    }
    if (!this.#reaches()) return this.#hold(octets);
    this.carryOn();
    return this.#inner.write(octets);
  }

  /** There is coverage again: what waited goes out. */
  carryOn(): void {
    if (this.#held.length === 0 || this.#stranded || this.#over || !this.#reaches()) return;
    const held = this.#held;
    this.#held = [];
    this.#heldOctets = 0;
    for (const octets of held) this.#inner.write(octets);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  /** From here on nothing passes in either direction, and neither side is told. */
  strand(): void {
    this.#stranded = true;
    this.#held = [];
    this.#heldOctets = 0;
  }

  /** The network has forgotten who this is: the terminal's next octets are answered by a reset, the platform hears nothing. */
  forget(): void {
    this.#forgotten = true;
  }

  /** The platform's side goes down: both ends are reset. */
  break(): void {
    if (this.#over) return;
    this.#inner.close('reset');
    this.#end('reset');
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#stranded || this.#forgotten || !this.#reaches()) this.#sink?.closed(kind);
    else this.#inner.close(kind);
  }

  #hold(octets: Uint8Array): boolean {
    this.#heldOctets += octets.length;
    if (this.#heldOctets > MAX_HELD) this.strand();
    else this.#held.push(new Uint8Array(octets));
    return !this.#stranded;
  }

  #end(kind: CloseKind): void {
    if (this.#over) return;
    this.#over = true;
    this.#sink?.closed(kind);
  }
}
