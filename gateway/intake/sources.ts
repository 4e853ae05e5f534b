/**
 * Where links come from, as far as one place may do only so much: how many of its links have not authenticated, what those say together,
 * and whether it sent noise.
 */
import type { Clock, MonotonicMs } from '../../protocol/index.ts';

export interface SourceOptions {
  /** Links of one source that have not authenticated. */
  readonly unprovedPerSource: number;
  /** Frames a second that they say together; two seconds' worth at once. */
  readonly unprovedFramesPerSecond: number;
  /** Links of a source of noise that are let in a second. */
  readonly blamedLinksPerSecond: number;
}

const BURST_SECONDS = 2;
const BLAME_MS = 60_000;
const MAX_BLAMED = 4096;

/** A source with links that have not authenticated. */
interface Unproved {
  links: number;
  /** Frames that they may still say, as of `at`; below nothing where the last chunk held more. */
  left: number;
  at: MonotonicMs;
}

/** A source of noise. */
interface Blame {
  /** When it is forgotten. */
  until: MonotonicMs;
  /** When another of its links is let in. */
  nextAt: MonotonicMs;
}

export class Sources {
  readonly #clock: Clock;
  readonly #options: SourceOptions;
  readonly #unproved = new Map<string, Unproved>();
  /** The one blamed first is forgotten beyond `MAX_BLAMED`. */
  readonly #blamed = new Map<string, Blame>();

  constructor(clock: Clock, options: SourceOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** Whether one more link of this source may come. */
  admits(source: string): boolean {
    return (this.#unproved.get(source)?.links ?? 0) < this.#options.unprovedPerSource;
  }

  /** Counts a link in until `release`. */
  enter(source: string): void {
    const known = this.#unproved.get(source);
    if (known !== undefined) known.links++;
    else {
      const left = BURST_SECONDS * this.#options.unprovedFramesPerSecond;
      this.#unproved.set(source, { links: 1, left, at: this.#clock.monotonic() });
    }
  }

  /** The link has authenticated, or is gone. Once for each. */
  release(source: string): void {
    const known = this.#unproved.get(source);
    if (known !== undefined && --known.links <= 0) this.#unproved.delete(source);
  }

  /** Takes what an unproved link said from what its source may say; returns for how many ms none of it should be read, mostly 0. */
  spend(source: string, frames: number): number {
    const known = this.#unproved.get(source);
    if (known === undefined) return 0;
    known.left -= frames;
    if (known.left >= 0) return 0;
    const { unprovedFramesPerSecond: perSecond } = this.#options;
    const now = this.#clock.monotonic();
    // Earned back only when it is needed: most sources never come here.
    known.left = Math.min(perSecond * BURST_SECONDS, known.left + ((now - known.at) * perSecond) / 1000);
    known.at = now;
    return known.left >= 0 ? 0 : Math.ceil((-known.left * 1000) / perSecond);
  }

  /** A link of this source sent noise and never authenticated: the next ones are let in slowly. */
  blame(source: string): void {
    const now = this.#clock.monotonic();
    const known = this.#blamed.get(source);
    if (known !== undefined) {
      known.until = now + BLAME_MS;
      return;
    }
    if (this.#blamed.size >= MAX_BLAMED) this.#blamed.delete(this.#blamed.keys().next().value!);
    this.#blamed.set(source, { until: now + BLAME_MS, nextAt: now });
  }

  isBlamed(source: string): boolean {
    return this.#blameOf(source) !== undefined;
  }

  /** Whether a link of this source may be let in now; a source of noise has to wait for the next then. */
  isItsTurn(source: string): boolean {
    const blame = this.#blameOf(source);
    if (blame === undefined) return true;
    const now = this.#clock.monotonic();
    if (blame.nextAt > now) return false;
    blame.nextAt = now + 1000 / this.#options.blamedLinksPerSecond;
    return true;
  }

  clear(): void {
    this.#unproved.clear();
    this.#blamed.clear();
  }

  #blameOf(source: string): Blame | undefined {
    const blame = this.#blamed.get(source);
    if (blame === undefined || blame.until > this.#clock.monotonic()) return blame;
    this.#blamed.delete(source);
    return undefined;
  }
}
