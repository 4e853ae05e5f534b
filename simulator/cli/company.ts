/**
 * A fleet of any size: in this process as far as its descriptors reach, and beyond that in
 * as many further processes as it takes, started by itself. Each terminal is the same wherever it runs.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../protocol/index.ts';
import { Tally, type TallySnapshot } from '../fleet/tally.ts';
import {
  type Company,
  playShare,
  RECORDS,
  type Share,
  type ShareOrder,
  type ShareReport,
  type ShareSink,
} from './share.ts';

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
  const { terminals } = settings;
  const count = Math.ceil(terminals / most);
  const each = Math.ceil(terminals / count);
  return Array.from({ length: count }, (_, place) => ({
    settings,
    from: place * each,
    terminals: Math.min(each, terminals - place * each),
  }));
}

/** Plays a fleet, in this process where it has room and in further ones where it has not. */
export function play(settings: Share['settings'], clock: Clock, sink?: ShareSink): Company {
  const shares = sharesOf(settings, settings.perProcess ?? mostInOne());
  const [only, another] = shares;
  return only === undefined || another !== undefined
    ? new Processes(shares, clock, sink)
    : playShare(only, clock, sink);
}

/** Many processes, each with a share. */
class Processes implements Company {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #children: ChildProcess[] = [];
  readonly #latest: (TallySnapshot | undefined)[] = [];
  readonly #gone: Promise<void>[] = [];

  constructor(shares: readonly Share[], clock: Clock, sink?: ShareSink) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    for (const [place, share] of shares.entries()) this.#start(share, place, sink);
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

  #start(share: Share, place: number, sink: ShareSink | undefined): void {
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
        sink?.stored(report.stored[i] as number, report.stored[i + 1] as number);
      for (const name of RECORDS) if (report.lines[name] !== '') sink?.lines(name, report.lines[name]);
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
