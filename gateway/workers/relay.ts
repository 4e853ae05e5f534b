/**
 * A link whose socket cannot be handed over, as this process has its keys: what comes goes on to the worker through its door, and
 * what the worker says goes back. Either side feels the pace of the other.
 */
import { connect, type Socket } from 'node:net';
import type { Clock, CloseKind, Link, LinkSink } from '../../protocol/index.ts';
import type { IntakeCounters } from '../intake/counters.ts';
import { introduction } from './door.ts';
import type { Arrival } from './reception.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A link that takes nothing is looked at again after so long: not every kind says when it does. */
const LOOK_MS = 20;

export class RelayedArrival implements Arrival, LinkSink {
  readonly #link: Link;
  readonly #transport: keyof IntakeCounters['opened'];
  readonly #clock: Clock;
  #data: ((chunk: Uint8Array) => void) | undefined;
  #gone: (() => void) | undefined;
  #worker: Socket | undefined;
  /** What came while the worker was down. */
  #early: Uint8Array[] | undefined;
  #opened = false;
  #closed = false;

  constructor(link: Link, transport: keyof IntakeCounters['opened'], clock: Clock) {
    this.#link = link;
    this.#transport = transport;
    this.#clock = clock;
  }

  get peer(): string {
    return this.#link.peer;
  }

  hear(data: (chunk: Uint8Array) => void, gone: () => void): void {
    this.#data = data;
    this.#gone = gone;
    this.#open();
  }

  leadTo(worker: WorkerProcess, octets: Uint8Array): boolean {
    if (!worker.admit(this)) return false;
    this.#data = undefined;
    // One that waits for its worker is not read meanwhile.
    if (this.#worker === undefined) this.#link.pause();
    this.#say(octets);
    return true;
  }

  /** Goes on at a worker's door; false where the peer has gone. */
  goOn(door: string): boolean {
    if (this.#closed) return false;
    const { identity } = this.#link;
    const worker = connect(door);
    this.#worker = worker;
    worker.write(introduction({ transport: this.#transport, peer: this.peer, ...(identity && { identity }) }));
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const octets of early) this.#say(octets);
    this.#link.resume();
    worker.on('data', (octets) => {
      if (this.#link.write(octets)) return;
      worker.pause();
      this.#look();
    });
    worker.on('drain', () => this.#link.resume());
    worker.on('error', () => undefined);
    worker.on('close', () => this.#link.close('local'));
    return true;
  }

  refuse(): void {
    this.#open();
    this.#link.close('reset');
  }

  receive(chunk: Uint8Array): void {
    // The chunk is another's when this returns.
    const octets = new Uint8Array(chunk);
    if (this.#data === undefined) this.#say(octets);
    else this.#data(octets);
  }

  closed(_kind: CloseKind): void {
    this.#closed = true;
    if (this.#data !== undefined) this.#gone?.();
    this.#worker?.destroySoon();
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.#link.open(this);
  }

  #say(octets: Uint8Array): void {
    if (this.#worker === undefined) (this.#early ??= []).push(octets);
    else if (!this.#worker.write(octets)) this.#link.pause();
  }

  #look(): void {
    this.#clock.wake(this.#clock.monotonic() + LOOK_MS, () => {
      if (this.#link.backlog === 0) this.#worker?.resume();
      else if (!this.#closed) this.#look();
    });
  }
}
