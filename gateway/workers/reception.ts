/**
 * Where links come in: each is read until its terminal is known, then it goes to the worker that owns the terminal, whole. One that is
 * nobody's goes by its source, so that what is wrong with it is counted and kept like anything else.
 *
 * Bounds: `maxWaiting` links that have not said who they are, `maxPerSource` of one source; a further one is closed at once. One that
 * says nothing for `timeoutMs` is closed.
 */
import type { Socket } from 'node:net';
import { type Clock, Deadlines } from '../../protocol/index.ts';
import { sourceOf } from '../intake/source.ts';
import { FirstFrame } from './first-frame.ts';
import { ownerOf } from './owner.ts';

export interface ReceptionOptions {
  readonly workers: number;
  readonly maxWaiting: number;
  readonly maxPerSource: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Takes a socket away; false where the worker is not there. */
  lead(worker: number, socket: Socket, octets: Uint8Array): boolean;
}

const GRAIN_MS = 250;

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #sources = new Map<string, number>();
  readonly #deadlines: Deadlines<Socket>;
  readonly #waiting = new Map<Socket, string>();
  /** Links closed at once, as a bound was reached, and those that did not speak in time or whose worker was down. */
  readonly counts = { turnedAway: 0, silent: 0, unled: 0 };

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, (socket) => this.#silent(socket), { grainMs: GRAIN_MS });
  }

  /** Links whose terminal is not known yet. */
  get size(): number {
    return this.#waiting.size;
  }

  accept(socket: Socket): void {
    const { maxWaiting, maxPerSource, timeoutMs, clock } = this.#options;
    const source = sourceOf(`tcp://${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`);
    const others = this.#sources.get(source) ?? 0;
    if (this.#waiting.size >= maxWaiting || others >= maxPerSource) {
      this.counts.turnedAway++;
      socket.resetAndDestroy();
      return;
    }
    this.#waiting.set(socket, source);
    this.#sources.set(source, others + 1);
    this.#deadlines.set(socket, clock.monotonic() + timeoutMs);
    const first = new FirstFrame();
    socket.on('data', (chunk) => {
      const terminal = first.feed(chunk);
      if (terminal === undefined) return;
      this.#forget(socket);
      const worker = ownerOf(terminal ?? source, this.#options.workers);
      if (this.#options.lead(worker, socket, first.octets)) return;
      this.counts.unled++;
      socket.resetAndDestroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#forget(socket));
  }

  /** Closes all that wait. */
  close(): void {
    for (const socket of this.#waiting.keys()) socket.destroy();
    this.#waiting.clear();
    this.#sources.clear();
    this.#deadlines.clear();
  }

  #silent(socket: Socket): void {
    this.counts.silent++;
    socket.resetAndDestroy();
  }

  #forget(socket: Socket): void {
    const source = this.#waiting.get(socket);
    if (source === undefined) return;
    this.#waiting.delete(socket);
    this.#deadlines.cancel(socket);
    const left = (this.#sources.get(source) ?? 0) - 1;
    if (left > 0) this.#sources.set(source, left);
    else this.#sources.delete(source);
  }
}
