/**
 * Who guesses authentication codes is not heard for a while: a source that gave too many wrong ones for a terminal, for that terminal;
 * one that did so for many, for all. The terminal itself is not locked, or anybody could lock it out from anywhere.
 */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';

export interface LockoutOptions {
  /** Wrong codes for one terminal; ten times as many from one source. */
  readonly wrongCodes: number;
  /** How long it then lasts, and how long wrong codes are remembered. */
  readonly lockMs: number;
}

export const LOCKOUT: LockoutOptions = { wrongCodes: 5, lockMs: 15 * 60_000 };

/** Told once when somebody is locked. `terminal`: whose code was tried last. */
export type GuessingAlarm = (guess: {
  readonly source: string;
  readonly terminal: string;
  readonly wrong: number;
  /** Epoch ms. */
  readonly until: number;
}) => void;

interface Tally {
  wrong: number;
  /** The first of them. */
  since: MonotonicMs;
  lockedUntil: MonotonicMs;
}

/** Many terminals share an address behind a carrier's NAT, so the source as a whole has more patience. */
const SOURCE_FACTOR = 10;
/** So many are an old code that the terminal tries before it registers again: a fleet behind one address does so after a restore. */
const STALE = 2;
/** Tallies remembered; beyond it the one that was added to longest ago is forgotten. */
const REMEMBERED = 20_000;

export class Lockout {
  readonly #clock: Clock;
  readonly #options: LockoutOptions;
  readonly #alarm: GuessingAlarm;
  /** By source, and by source and terminal; the one added to longest ago first. */
  readonly #tallies = new Map<string, Tally>();

  constructor(clock: Clock, options: LockoutOptions, alarm: GuessingAlarm) {
    this.#clock = clock;
    this.#options = options;
    this.#alarm = alarm;
  }

  /** Whether codes for a terminal from a source are not looked at now. */
  locked(source: string, terminal: string): boolean {
    if (this.#tallies.size === 0) return false;
    const now = this.#clock.monotonic();
    return this.#isLocked(source, now) || this.#isLocked(pair(source, terminal), now);
  }

  wrong(source: string, terminal: string): void {
    const { wrongCodes, lockMs } = this.#options;
    const ofPair = this.#count(pair(source, terminal), wrongCodes);
    const ofSource = ofPair.wrong > STALE ? this.#count(source, wrongCodes * SOURCE_FACTOR) : undefined;
    const locked = [ofPair, ofSource].find((tally) => tally?.lockedNow === true);
    if (locked === undefined) return;
    this.#alarm({ source, terminal, wrong: locked.wrong, until: this.#clock.now() + lockMs });
  }

  /** The right code was given: what went before was a slip. */
  right(source: string, terminal: string): void {
    if (this.#tallies.size > 0) this.#tallies.delete(pair(source, terminal));
  }

  #isLocked(key: string, now: MonotonicMs): boolean {
    const tally = this.#tallies.get(key);
    return tally !== undefined && tally.lockedUntil > now;
  }

  /** Adds one; `lockedNow`: it was the last that is borne. */
  #count(key: string, limit: number): { readonly wrong: number; readonly lockedNow: boolean } {
    const { lockMs } = this.#options;
    const now = this.#clock.monotonic();
    let tally = this.#tallies.get(key);
    if (tally === undefined || now - tally.since >= lockMs) tally = { wrong: 0, since: now, lockedUntil: 0 };
    tally.wrong++;
    this.#tallies.delete(key);
    this.#tallies.set(key, tally);
    if (this.#tallies.size > REMEMBERED) this.#tallies.delete(this.#tallies.keys().next().value!);
    const lockedNow = tally.wrong === limit;
    if (lockedNow) tally.lockedUntil = now + lockMs;
    return { wrong: tally.wrong, lockedNow };
  }
}

function pair(source: string, terminal: string): string {
  return `${source} ${terminal}`;
}
