/**
 * A fleet of any size: in this process as far as its descriptors and the ports of one address reach, and beyond that in
 * as many further processes as it takes, started by itself. Each terminal is the same wherever it runs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Clock, seededRandom } from '../../protocol/index.ts';
import type { AcknowledgedReports } from '../firmware/effects.ts';
import type { Identity } from '../firmware/identity.ts';
import { Fleet } from '../fleet/fleet.ts';
import { Tally, type TallySnapshot } from '../fleet/tally.ts';
import { tcpDialer } from '../link/tcp.ts';
import { udpDialer } from '../link/udp.ts';
import type { SimulateSettings } from './settings.ts';

/** What is to be seen and done of a fleet that runs. */
export interface Company {
  readonly tally: Tally;
  readonly seconds: number;
  finish(): void;
  stop(): void;
  ended(): Promise<void>;
}

/** The part of a fleet that a process plays. */
export interface Share {
  readonly settings: SimulateSettings & { readonly startAt: number };
  readonly from: number;
  readonly terminals: number;
  /** Own address of its links, where one address has not ports enough. */
  readonly localAddress: string | undefined;
}

/** What a process that plays a share says: how things stand, once a second and at the end. */
export interface ShareReport {
  readonly tally: TallySnapshot;
  readonly over: boolean;
  /** Reports acknowledged since the last time: number of the terminal and second, in turns. */
  readonly stored: readonly number[];
}

export type ShareOrder =
  | { readonly kind: 'play'; readonly share: Share }
  | { readonly kind: 'finish' }
  | { readonly kind: 'stop' };

/** A report that the platform has, by its terminal's number in the fleet and its second since 1970. */
export type Stored = (index: number, second: number) => void;

/** Descriptors that a process needs for anything but terminals, and the most terminals that one plays. */
const SPARE = 500;
const MOST_IN_ONE = 18_000;

/** Terminals that a process can play here. */
export function mostInOne(): number {
  return Math.max(1, Math.min(MOST_IN_ONE, descriptorLimit() - SPARE));
}

function descriptorLimit(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    // No Linux: its own limit shows as failed calls.
    return Number.POSITIVE_INFINITY;
  }
}

/** The shares of a fleet of which a process plays at most `most` terminals. */
export function sharesOf(settings: Share['settings'], most: number): Share[] {
  const { terminals, target } = settings;
  const count = Math.ceil(terminals / most);
  const each = Math.ceil(terminals / count);
  const loopback = target.host.startsWith('127.') || target.host === 'localhost';
  return Array.from({ length: count }, (_, place) => ({
    settings,
    from: place * each,
    terminals: Math.min(each, terminals - place * each),
    localAddress: count > 1 && loopback ? `127.0.0.${10 + place}` : undefined,
  }));
}

/** Plays a share in this process. */
export function playShare(
  { settings, from, terminals, localAddress }: Share,
  clock: Clock,
  onStored?: (identity: Identity, stored: AcknowledgedReports) => void,
): Fleet {
  const { transport, host, port } = settings.target;
  const dialer = transport === 'tcp' ? tcpDialer(host, port, localAddress) : udpDialer(host, port);
  const { revision, firstPhone, firmware, rampPerSecond, durationMs, settleMs, startAt, faults, incidents } = settings;
  const options = { revision, firstPhone, firmware, rampPerSecond, durationMs, settleMs, startAt, faults, incidents };
  return new Fleet(
    { ...options, from, terminals, ...(onStored === undefined ? {} : { onStored }) },
    { clock, random: seededRandom(settings.seed), dialer },
  );
}

/** Many processes, each with a share. */
export class Processes implements Company {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #children: ChildProcess[] = [];
  readonly #latest: (TallySnapshot | undefined)[] = [];
  readonly #gone: Promise<void>[] = [];

  constructor(shares: readonly Share[], clock: Clock, stored?: Stored) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    for (const [place, share] of shares.entries()) this.#start(share, place, stored);
  }

  /** Of all together, added up anew. */
  get tally(): Tally {
    const all = new Tally();
    for (const one of this.#latest) if (one !== undefined) all.add(one);
    return all;
  }

  get seconds(): number {
    return (this.#clock.monotonic() - this.#startedAt) / 1000;
  }

  finish(): void {
    this.#order({ kind: 'finish' });
  }

  stop(): void {
    this.#order({ kind: 'stop' });
  }

  async ended(): Promise<void> {
    await Promise.all(this.#gone);
  }

  #order(order: ShareOrder): void {
    for (const child of this.#children) if (child.connected) child.send(order);
  }

  #start(share: Share, place: number, stored: Stored | undefined): void {
    // Sources run as .ts, the published package as .js.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const child = fork(fileURLToPath(new URL(`./share.worker${extension}`, import.meta.url)), {
      serialization: 'advanced',
      stdio: ['ignore', 2, 2, 'ipc'],
      // Ctrl-C is for the first process, which tells the others what is meant.
      detached: true,
    });
    this.#children.push(child);
    this.#latest.push(undefined);
    child.send({ kind: 'play', share } satisfies ShareOrder);
    child.on('message', (report: ShareReport) => {
      this.#latest[place] = report.tally;
      for (let i = 0; i < report.stored.length; i += 2)
        stored?.(report.stored[i] as number, report.stored[i + 1] as number);
    });
    this.#gone.push(
      new Promise((resolve) => {
        child.once('exit', (code) => {
          if (code !== 0) this.#lost(place, share);
          resolve();
        });
      }),
    );
  }

  /** A process that died: its terminals are gone, and that is no success. */
  #lost(place: number, { terminals }: Share): void {
    const tally = new Tally();
    const last = this.#latest[place];
    if (last !== undefined) tally.add(last);
    tally.made = Math.max(tally.made, tally.sent + terminals);
    tally.error('process died');
    this.#latest[place] = tally.snapshot();
  }
}
