/**
 * The live stream: what leaves for the platforms, told to browsers as server-sent events. A reader that is too slow
 * loses its stream, never the gateway its memory; nothing here holds up anything else.
 */
import type { ServerResponse } from 'node:http';
import type { Envelope, EnvelopeKind } from '../../bridge/index.ts';
import type { Cancel, Clock } from '../../protocol/index.ts';
import type { HttpCounters } from './counters.ts';
import type { ApiSources } from './sources.ts';

export type StreamKind = EnvelopeKind | 'health';

export interface StreamFilter {
  readonly kinds: ReadonlySet<StreamKind>;
  /** Leading digits of the division. */
  readonly division: string;
  readonly terminal: string | undefined;
  /** Positions a second at most; further ones are left out. States and events never are. */
  readonly maxRate: number;
}

export interface StreamOptions {
  readonly sources: ApiSources;
  readonly clock: Clock;
  readonly counters: HttpCounters;
  /** Streams at a time. */
  readonly maxStreams: number;
  /** Octets that may wait for one reader; beyond it its stream is ended. */
  readonly backlog: number;
}

/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const HEALTH_MS = 1000;

interface Reader {
  readonly response: ServerResponse;
  readonly filter: StreamFilter;
  /** Written at the end of the turn, so that a burst is one write. */
  pending: string[];
  /** Second in which `positions` were let through. */
  second: number;
  positions: number;
}

function format(kind: StreamKind, payload: unknown): string {
  return `event: ${kind}\ndata: ${JSON.stringify(payload)}\n\n`;
}

export class StreamHub {
  readonly #options: StreamOptions;
  readonly #readers = new Set<Reader>();
  #unsubscribe: (() => void) | undefined;
  #cancels: Cancel[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#readers.size >= this.#options.maxStreams;
  }

  /** Takes over a response whose head is written. */
  open(response: ServerResponse, filter: StreamFilter): void {
    const reader: Reader = { response, filter, pending: [], second: 0, positions: 0 };
    this.#readers.add(reader);
    this.#options.counters.streams = this.#readers.size;
    response.on('close', () => this.#forget(reader));
    response.on('error', () => this.#forget(reader));
    if (this.#readers.size === 1) this.#start();
    this.#send(reader, 'retry: 3000\n\n');
    if (filter.kinds.has('health')) this.#send(reader, format('health', this.#options.sources.health()));
  }

  /** Ends every stream. */
  close(): void {
    for (const reader of this.#readers) {
      this.#flush(reader);
      reader.response.end();
      this.#forget(reader);
    }
  }

  #start(): void {
    this.#unsubscribe = this.#options.sources.subscribe((envelope) => this.#publish(envelope));
    this.#every(0, HEARTBEAT_MS, () => {
      for (const reader of this.#readers) this.#send(reader, ':\n\n');
    });
    this.#every(1, HEALTH_MS, () => this.#publishHealth());
  }

  #every(slot: number, period: number, call: () => void): void {
    const { clock } = this.#options;
    this.#cancels[slot] = clock.wake(clock.monotonic() + period, () => {
      call();
      if (this.#readers.size > 0) this.#every(slot, period, call);
    });
  }

  #publish(envelope: Envelope): void {
    let text: string | undefined;
    for (const reader of this.#readers) {
      if (!this.#wants(reader, envelope)) continue;
      text ??= format(envelope.kind, envelope.payload);
      this.#send(reader, text);
    }
  }

  #publishHealth(): void {
    const interested = [...this.#readers].filter((reader) => reader.filter.kinds.has('health'));
    if (interested.length === 0) return;
    const text = format('health', this.#options.sources.health());
    for (const reader of interested) this.#send(reader, text);
  }

  #wants(reader: Reader, envelope: Envelope): boolean {
    const { kinds, division, terminal, maxRate } = reader.filter;
    if (!kinds.has(envelope.kind) || !envelope.division.startsWith(division)) return false;
    if (terminal !== undefined && envelope.payload.terminal !== terminal) return false;
    if (envelope.kind !== 'position') return true;
    const second = Math.floor(this.#options.clock.monotonic() / 1000);
    if (second !== reader.second) [reader.second, reader.positions] = [second, 0];
    reader.positions++;
    return reader.positions <= maxRate;
  }

  #send(reader: Reader, text: string): void {
    reader.pending.push(text);
    if (reader.pending.length === 1) queueMicrotask(() => this.#flush(reader));
  }

  #flush(reader: Reader): void {
    const { response, pending } = reader;
    if (pending.length === 0 || response.destroyed) return;
    reader.pending = [];
    response.write(pending.join(''));
    if (response.writableLength <= this.#options.backlog) return;
    this.#options.counters.streamsDropped++;
    response.destroy();
    this.#forget(reader);
  }

  #forget(reader: Reader): void {
    this.#readers.delete(reader);
    this.#options.counters.streams = this.#readers.size;
    if (this.#readers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }
}
