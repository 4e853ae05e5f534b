/** The terminal behind a serial line that speaks JT/T 808. */
import type { Link, LinkSink } from '../../../protocol/index.ts';
import type { Port } from './port.ts';

/** A link over a port which outlives it: the next frame after its end opens another. */
export class SerialLink implements Link {
  readonly peer: string;
  readonly datagram = false;
  readonly #port: Port;
  readonly #gone: (link: SerialLink) => void;
  #sink: LinkSink | undefined;
  #paused = false;

  constructor(peer: string, port: Port, gone: (link: SerialLink) => void) {
    this.peer = peer;
    this.#port = port;
    this.#gone = gone;
  }

  open(sink: LinkSink): void {
    this.#sink = sink;
  }

  /** A frame; what comes after the end of the link is not heard. */
  receive(frame: Uint8Array): void {
    this.#sink?.receive(frame);
  }

  get backlog(): number {
    return this.#port.backlog;
  }

  write(octets: Uint8Array): boolean {
    return this.#sink !== undefined && this.#port.write(octets);
  }

  pause(): void {
    this.#paused = true;
    this.#port.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#port.resume();
  }

  close(kind: 'local' | 'timeout' | 'reset'): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    this.#sink = undefined;
    // Whatever else is on the line goes on being read.
    if (this.#paused) this.resume();
    this.#gone(this);
    sink.closed(kind);
  }
}
