/**
 * The live stream: what leaves for the platforms, told to browsers as server-sent events, each with an id from which the stream
 * goes on after a break. A reader that is too slow loses its stream, never the gateway its memory; nothing here holds up
 * anything else.
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
  /** Positions a second at most; further ones are left out. States and events never are, nor is what is told after a break. */
  readonly maxRate: number;
  /** Whether who reads it still may; looked at once a second. */
  readonly stands: () => boolean;
}

export interface StreamOptions {
  readonly sources: Pick<ApiSources, 'live' | 'health'>;
  readonly clock: Clock;
  readonly counters: HttpCounters;
  /** Streams at a time. */
  readonly maxStreams: number;
  /** Octets that may wait for one reader; beyond it its stream is ended. */
  readonly backlog: number;
}

/** Why what was missed cannot be told: what is shown is to be read anew. */
export type ResetReason = 'unknown' | 'tooOld' | 'failed';

/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
const HEALTH_MS = 1000;
const STATES_AT_ONCE = 200;
/** A reader that takes nothing of what it missed for so long is let go. */
const STALLED_MS = 30_000;

interface Reader {
  readonly response: ServerResponse;
  readonly filter: StreamFilter;
  /** False while it is still told what it missed. */
  live: boolean;
  /** Written at the end of the turn, so that a burst is one write. */
  pending: string[];
  /** Second in which `positions` were let through. */
  second: number;
  positions: number;
}

function format(kind: StreamKind | 'reset', payload: unknown, place?: string): string {
  return `event: ${kind}\n${place === undefined ? '' : `id: ${place}\n`}data: ${JSON.stringify(payload)}\n\n`;
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

  /** Takes over a response whose head is written. `after`: the id of the last event that the reader has had. */
  open(response: ServerResponse, filter: StreamFilter, after?: string): void {
    const { counters, sources } = this.#options;
    const reader: Reader = { response, filter, live: after === undefined, pending: [], second: 0, positions: 0 };
    this.#readers.add(reader);
    counters.streams = this.#readers.size;
    response.on('close', () => this.#forget(reader));
    response.on('error', () => this.#forget(reader));
    if (this.#readers.size === 1) this.#start();
    // An id without data moves the reader's place and is no event.
    this.#send(reader, `retry: 3000\n${after === undefined ? `id: ${sources.live.place}\n` : ''}\n`);
    if (filter.kinds.has('health')) this.#send(reader, format('health', sources.health()));
    if (after !== undefined) void this.#catchUp(reader, after);
  }

  /** Ends every stream. */
  close(): void {
    for (const reader of this.#readers) {
      this.#flush(reader);
      const { response } = reader;
      const { socket } = response;
      // Else the connection is kept for a next request, and a server that closes waits for that.
      response.end(() => socket?.destroySoon());
      this.#forget(reader);
    }
  }

  #start(): void {
    this.#unsubscribe = this.#options.sources.live.subscribe((envelope, place) => this.#publish(envelope, place));
    this.#every(0, HEARTBEAT_MS, () => {
      // With the place, so that who hears of little has not far to go back.
      const { place } = this.#options.sources.live;
      for (const reader of this.#readers) this.#send(reader, reader.live ? `:\nid: ${place}\n\n` : ':\n\n');
    });
    this.#every(1, HEALTH_MS, () => {
      this.#endFallen();
      this.#publishHealth();
    });
  }

  #every(slot: number, period: number, call: () => void): void {
    const { clock } = this.#options;
    this.#cancels[slot] = clock.wake(clock.monotonic() + period, () => {
      call();
      if (this.#readers.size > 0) this.#every(slot, period, call);
    });
  }

  #publish(envelope: Envelope, place: string): void {
    let payload: Envelope['payload'] | undefined;
    let text: string | undefined;
    for (const reader of this.#readers) {
      const { live, filter } = reader;
      if (!live || !covers(filter, envelope)) continue;
      payload ??= envelope.payload;
      if (!isOf(filter, payload) || !this.#mayPass(reader, envelope)) continue;
      text ??= format(envelope.kind, payload, place);
      this.#send(reader, text);
    }
  }

  /** Ends the streams of accounts and sessions that are over. */
  #endFallen(): void {
    for (const reader of this.#readers) {
      if (reader.filter.stands()) continue;
      reader.response.end();
      this.#forget(reader);
    }
  }

  #publishHealth(): void {
    const interested = [...this.#readers].filter((reader) => reader.filter.kinds.has('health'));
    if (interested.length === 0) return;
    const text = format('health', this.#options.sources.health());
    for (const reader of interested) this.#send(reader, text);
  }

  /** Tells a reader what it missed, a piece at a time as fast as it takes them, then how the terminals of it stand, then goes live. */
  async #catchUp(reader: Reader, after: string): Promise<void> {
    const { live } = this.#options.sources;
    const { filter } = reader;
    const touched = new Set<string>();
    let place = after;
    let reset: ResetReason | undefined;
    while (reset === undefined && (place !== live.place || touched.size > 0) && this.#readers.has(reader)) {
      if (place === live.place) {
        await this.#taken(reader, this.#states(touched, filter));
        continue;
      }
      const told = await live.since(place).catch(() => 'failed' as const);
      if (typeof told === 'string') reset = told;
      else {
        if (filter.kinds.has('state')) for (const terminal of told.terminals) touched.add(terminal);
        const texts = told.envelopes.map((each) => textFor(filter, each.envelope, each.place));
        await this.#taken(reader, texts.join(''));
        place = told.next;
      }
    }
    reader.live = true;
    if (reset !== undefined) this.#send(reader, format('reset', { reason: reset }, live.place));
  }

  /** How some of the terminals stand, which are taken off the set. */
  #states(touched: Set<string>, filter: StreamFilter): string {
    const { live } = this.#options.sources;
    const texts: string[] = [];
    for (const terminal of touched) {
      touched.delete(terminal);
      const state = live.state(terminal);
      const text = state === undefined ? '' : textFor(filter, state, live.place);
      if (text !== '') texts.push(text);
      if (texts.length === STATES_AT_ONCE) break;
    }
    return texts.join('');
  }

  /** Resolves when the reader has taken it; one that takes nothing is let go. */
  #taken(reader: Reader, text: string): Promise<void> {
    const { clock } = this.#options;
    this.#flush(reader);
    return new Promise((resolve) => {
      const cancel = clock.wake(clock.monotonic() + STALLED_MS, () => {
        this.#drop(reader);
        resolve();
      });
      // An empty piece is a heartbeat: that it was taken lets others have their turn.
      reader.response.write(text === '' ? ':\n\n' : text, () => {
        cancel();
        resolve();
      });
    });
  }

  #mayPass(reader: Reader, { kind }: Envelope): boolean {
    if (kind !== 'position') return true;
    const second = Math.floor(this.#options.clock.monotonic() / 1000);
    if (second !== reader.second) [reader.second, reader.positions] = [second, 0];
    reader.positions++;
    return reader.positions <= reader.filter.maxRate;
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
    if (reader.live && response.writableLength > this.#options.backlog) this.#drop(reader);
  }

  #drop(reader: Reader): void {
    this.#options.counters.streamsDropped++;
    reader.response.destroy();
    this.#forget(reader);
  }

  #forget(reader: Reader): void {
    if (!this.#readers.delete(reader)) return;
    this.#options.counters.streams = this.#readers.size;
    if (this.#readers.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    for (const cancel of this.#cancels) cancel();
    this.#cancels = [];
  }
}

/** What can be said without making the payload. */
function covers({ kinds, division }: StreamFilter, envelope: Envelope): boolean {
  return kinds.has(envelope.kind) && envelope.division.startsWith(division);
}

function isOf({ terminal }: StreamFilter, payload: Envelope['payload']): boolean {
  return terminal === undefined || payload.terminal === terminal;
}

/** Nothing where the filter does not want it. */
function textFor(filter: StreamFilter, envelope: Envelope, place: string): string {
  if (!covers(filter, envelope)) return '';
  const { payload } = envelope;
  return isOf(filter, payload) ? format(envelope.kind, payload, place) : '';
}
