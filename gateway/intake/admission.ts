/**
 * Who is read, and when. A link waits for its turn while a fleet comes back at once, one that says more than terminals do is read
 * no faster than its budget, and none is read while the disk is behind: what we do not read waits with the peer, not
 * in our memory. Datagrams cannot wait: beyond the budget they are dropped, and the terminal sends them again.
 */
import type { Cancel, Clock, CloseKind, Link, LinkSink, MonotonicMs } from '../../protocol/index.ts';
import type { Journal } from '../journal/journal.ts';
import type { Connection } from './connection.ts';
import type { IntakeCounters } from './counters.ts';
import { Sources } from './sources.ts';

export interface AdmissionOptions {
  /** Links of one source (an IPv4 address, an IPv6 /64) that have not authenticated; a further one is closed at once. */
  readonly unprovedPerSource: number;
  /** TCP links that begin to be read in a second; further ones wait unread, one of each source in turn, and their time to authenticate waits too. */
  readonly linksPerSecond: number;
  /**
   * Of these, so many of one source whose links lately sent noise, or frames beyond their budget, and never authenticated. A source is
   * one of those for a minute after the last such link; 4096 are remembered, then the one blamed first is forgotten.
   */
  readonly blamedLinksPerSecond: number;
  /**
   * Frames a second from one link, a KiB of anything counting as one; two seconds' worth at once. A tenth before it has authenticated, and
   * ten times as many from all links of a source together that have not.
   */
  readonly framesPerSecond: number;
  /** While more octets than this wait for the disk, links that send are not read; from half of it on they are. */
  readonly lagBytes: number;
}

export const ADMISSION: AdmissionOptions = {
  unprovedPerSource: 15_000,
  linksPerSecond: 2000,
  blamedLinksPerSecond: 20,
  framesPerSecond: 500,
  lagBytes: 32 << 20,
};

const BURST_SECONDS = 2;
const UNPROVED_SHARE = 0.1;
/** Budgets of a link that all of a source have before they authenticate: a fleet behind one address comes back with two frames each. */
const SOURCE_SHARE = 10;
const OCTETS_A_FRAME = 1024;
/** Waiting links are let in so often. */
const TURN_MS = 50;

type Why = 'turn' | 'budget' | 'lag';
const BIT: Readonly<Record<Why, number>> = { turn: 1, budget: 2, lag: 4 };

export class Admission {
  readonly clock: Clock;
  readonly counters: IntakeCounters;
  readonly options: AdmissionOptions;
  readonly sources: Sources;
  readonly #journal: Journal;
  /** By source, and in their order there. */
  readonly #waiting = new Map<string, Set<Gate>>();
  readonly #lagging = new Set<Gate>();
  /** Datagram peers that have proved nothing, in their order: each may be somebody who forges the sources of datagrams. */
  readonly #peers = new Set<Gate>();
  readonly #unsubscribe: () => void;
  #turns: number;
  #turnsAt: MonotonicMs;
  #wake: Cancel | undefined;

  constructor(clock: Clock, counters: IntakeCounters, journal: Journal, options: AdmissionOptions) {
    this.clock = clock;
    this.counters = counters;
    this.options = options;
    this.sources = new Sources(clock, { ...options, unprovedFramesPerSecond: SOURCE_SHARE * options.framesPerSecond });
    this.#journal = journal;
    this.#turns = options.linksPerSecond;
    this.#turnsAt = clock.monotonic();
    const caughtUp = (): void => this.#caughtUp();
    this.#unsubscribe = journal.subscribe({ committed: caughtUp, changed: caughtUp });
  }

  /** Whether one more link of this source may come. */
  admits(source: string): boolean {
    return this.sources.admits(source);
  }

  /**
   * Ends the datagram peer that has proved nothing for the longest, so that forged sources keep nobody out: whoever it was begins anew with
   * its next datagram. False where there is none.
   */
  makeRoom(): boolean {
    const [oldest] = this.#peers;
    if (oldest === undefined) return false;
    this.counters.peersYielded++;
    oldest.link.close('reset');
    return true;
  }

  /** Counts the link in until `proved` or `left`, and has it read when its turn comes: `begun` says so. */
  enter(gate: Gate): void {
    this.sources.enter(gate.source);
    this.#earnTurns();
    if (gate.link.datagram) {
      this.#peers.add(gate);
      return gate.begin();
    }
    if (this.#waiting.size === 0 && this.#turns >= 1 && !this.sources.isBlamed(gate.source)) {
      this.#turns--;
      return gate.begin();
    }
    gate.hold('turn');
    const queue = this.#waiting.get(gate.source);
    if (queue === undefined) this.#waiting.set(gate.source, new Set([gate]));
    else queue.add(gate);
    this.#wake ??= this.clock.wake(this.clock.monotonic() + TURN_MS, () => this.#letIn());
  }

  /** The link has authenticated, or is gone: its source may have another. Once for each. */
  release(gate: Gate): void {
    this.sources.release(gate.source);
    this.#peers.delete(gate);
  }

  forget(gate: Gate): void {
    const queue = this.#waiting.get(gate.source);
    queue?.delete(gate);
    if (queue?.size === 0) this.#waiting.delete(gate.source);
    this.#lagging.delete(gate);
  }

  /** Not to be read until the disk has caught up. */
  lags(gate: Gate): boolean {
    if (this.#journal.state.pendingBytes <= this.options.lagBytes) return false;
    this.#lagging.add(gate);
    return true;
  }

  close(): void {
    this.#unsubscribe();
    this.#wake?.();
    this.#wake = undefined;
    this.#waiting.clear();
    this.#lagging.clear();
    this.#peers.clear();
    this.sources.clear();
  }

  #caughtUp(): void {
    if (this.#lagging.size === 0 || this.#journal.state.pendingBytes > this.options.lagBytes / 2) return;
    const gates = [...this.#lagging];
    this.#lagging.clear();
    for (const gate of gates) gate.free('lag');
  }

  #earnTurns(): void {
    const now = this.clock.monotonic();
    const { linksPerSecond } = this.options;
    this.#turns = Math.min(linksPerSecond, this.#turns + ((now - this.#turnsAt) * linksPerSecond) / 1000);
    this.#turnsAt = now;
  }

  #letIn(): void {
    this.#wake = undefined;
    this.#earnTurns();
    // One of each source in turn, as a source with links left goes to the end: a flood from one keeps no other out.
    // A blamed source that must wait is passed over once.
    let passed = 0;
    for (const [source, queue] of this.#waiting) {
      if (this.#turns < 1 || passed > this.#waiting.size) break;
      if (!this.sources.isItsTurn(source)) {
        passed++;
        this.#waiting.delete(source);
        this.#waiting.set(source, queue);
        continue;
      }
      passed = 0;
      this.#waiting.delete(source);
      const gate = queue.values().next().value!;
      this.#turns--;
      queue.delete(gate);
      gate.begin();
      gate.free('turn');
      if (queue.size > 0) this.#waiting.set(source, queue);
    }
    if (this.#waiting.size > 0) this.#wake = this.clock.wake(this.clock.monotonic() + TURN_MS, () => this.#letIn());
  }
}

/** Stands before a connection and passes on what it may have. */
export class Gate implements LinkSink {
  readonly link: Link;
  readonly source: string;
  readonly #connection: Connection;
  readonly #admission: Admission;
  readonly #begun: (connection: Connection) => void;
  #held = 0;
  #unproved = true;
  #overspent = false;
  /** Frames that may still come, as of `#at`; below nothing where the last chunk held more. */
  #left: number;
  #at: MonotonicMs;
  #wake: Cancel | undefined;

  constructor(connection: Connection, admission: Admission, begun: (connection: Connection) => void) {
    this.link = connection.link;
    this.source = connection.session.source;
    this.#connection = connection;
    this.#admission = admission;
    this.#begun = begun;
    this.#at = Math.floor(admission.clock.monotonic());
    this.#left = admission.options.framesPerSecond * BURST_SECONDS * UNPROVED_SHARE;
  }

  begin(): void {
    this.#begun(this.#connection);
  }

  receive(chunk: Uint8Array): void {
    const { counters } = this.#admission;
    if (this.link.datagram && (this.#held & BIT.budget) !== 0) {
      counters.datagramsDropped++;
      return;
    }
    const before = counters.packets;
    this.#connection.receive(chunk);
    if (!this.#connection.open) return;
    if (this.#unproved && this.#connection.session.phase === 'authenticated') this.#proved();
    this.#spend(Math.max(counters.packets - before, chunk.length / OCTETS_A_FRAME));
    if (this.#admission.lags(this)) this.hold('lag');
  }

  closed(kind: CloseKind): void {
    this.#wake?.();
    if (this.#unproved) {
      this.#admission.release(this);
      if (this.#overspent || this.#connection.noisy) this.#admission.sources.blame(this.source);
      if (this.#connection.noisy) this.#admission.counters.unproved.noise++;
    }
    this.#unproved = false;
    this.#admission.forget(this);
    this.#connection.closed(kind);
  }

  hold(why: Why): void {
    if ((this.#held & BIT[why]) !== 0) return;
    this.#admission.counters.held[why]++;
    if (this.#held === 0 && !this.link.datagram) this.link.pause();
    this.#held |= BIT[why];
  }

  free(why: Why): void {
    if ((this.#held & BIT[why]) === 0) return;
    this.#held &= ~BIT[why];
    if (this.#held === 0 && !this.link.datagram) this.link.resume();
  }

  #proved(): void {
    this.#unproved = false;
    this.#admission.release(this);
  }

  get #perSecond(): number {
    return this.#admission.options.framesPerSecond * (this.#unproved ? UNPROVED_SHARE : 1);
  }

  #spend(frames: number): void {
    const { clock, sources } = this.#admission;
    let waitMs = this.#unproved ? sources.spend(this.source, frames) : 0;
    this.#left -= frames;
    if (this.#left < 0) {
      const perSecond = this.#perSecond;
      const now = clock.monotonic();
      // Earned back only when it is needed: most links never come here.
      this.#left = Math.min(perSecond * BURST_SECONDS, this.#left + ((now - this.#at) * perSecond) / 1000);
      this.#at = now;
      if (this.#left < 0) {
        this.#overspent = true;
        waitMs = Math.max(waitMs, Math.ceil((-this.#left * 1000) / perSecond));
      }
    }
    if (waitMs === 0 || this.#wake !== undefined) return;
    this.hold('budget');
    this.#wake = clock.wake(clock.monotonic() + waitMs, () => {
      this.#wake = undefined;
      this.free('budget');
    });
  }
}
