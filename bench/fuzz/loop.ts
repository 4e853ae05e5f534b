/**
 * The loop: take an input that is worth keeping, change it, run it, keep it where it reached code that none before it
 * reached. What makes a target throw anything but its own errors is a crash, cut down to the smallest that still does.
 */
import type { Random } from '../../protocol/index.ts';
import type { Coverage } from './coverage.ts';
import { minimise } from './minimise.ts';
import { mutate } from './mutate.ts';
import type { Watch } from './watch.ts';

/** Something that takes any octets. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with. */
  seeds(): readonly Uint8Array[];
  /** Turns a changed input into one that gets past the first gate, such as a check code; itself unless given. */
  mend?(input: Uint8Array, random: Random): Uint8Array;
  /** Throws where anything is wrong: an invariant (Violation), or what should not be thrown at all. */
  run(input: Uint8Array): void;
}

export interface Crash {
  readonly target: string;
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface FuzzOptions {
  readonly target: Target;
  /** Inputs worth keeping from before. */
  readonly corpus: readonly Uint8Array[];
  readonly coverage: Coverage;
  readonly random: Random;
  /** What one input may cost; without it that is not looked at. */
  readonly watch?: Watch;
  /** Asked before every batch. */
  goOn(executions: number): boolean;
}

export interface FuzzResult {
  readonly executions: number;
  readonly kept: readonly Uint8Array[];
  readonly crashes: readonly Crash[];
}

/** Counters are read once for so many inputs: reading them costs as much as fifty runs. */
const BATCH = 32;
/** Crashes of a run; then it ends. */
const MOST_CRASHES = 5;
/** A changed input is mended this often; else the first gates would never be tried. */
const MENDED = 0.7;

/** Runs a target. The same random, corpus and number of executions give the same inputs. */
export function fuzz({ target, corpus, coverage, random, watch, goOn }: FuzzOptions): FuzzResult {
  const crashes = new Map<string, Crash>();
  let executions = 0;

  const run = (input: Uint8Array): void => {
    executions++;
    const error = attempt(target, input, watch);
    if (error === undefined) return;
    const key = signatureOf(error);
    if (crashes.has(key)) return;
    const smallest = minimise(input, (smaller) => signatureOf(attempt(target, smaller, watch)) === key);
    crashes.set(key, { target: target.name, input: smallest, error: attempt(target, smallest, watch) ?? error });
  };
  /** Runs inputs and gives those that reached something new: halves of a half that did, down to one. */
  const fresh = (inputs: readonly Uint8Array[]): readonly Uint8Array[] => {
    for (const input of inputs) run(input);
    const met = coverage.take();
    if (met.size === 0) return [];
    if (inputs.length === 1) {
      coverage.know(met);
      return inputs;
    }
    const half = inputs.length >> 1;
    const kept = [...fresh(inputs.slice(0, half)), ...fresh(inputs.slice(half))];
    // Counts add up: what a batch met together, none of it may have met alone.
    coverage.know(met);
    return kept;
  };

  const pool: Uint8Array[] = [...target.seeds(), ...corpus];
  for (const input of pool) run(input);
  coverage.know(coverage.take());
  if (pool.length === 0) pool.push(new Uint8Array(0));
  const kept: Uint8Array[] = [];
  while (crashes.size < MOST_CRASHES && goOn(executions)) {
    const inputs = Array.from({ length: BATCH }, () => {
      const changed = mutate(pick(pool, random), pick(pool, random), random);
      return target.mend !== undefined && random.next() < MENDED ? target.mend(changed, random) : changed;
    });
    const found = fresh(inputs);
    pool.push(...found);
    kept.push(...found);
  }
  return { executions, kept, crashes: [...crashes.values()] };
}

/** The inputs without which less would be reached than with all of them, short ones first: what is worth keeping. */
export function distil(target: Target, inputs: readonly Uint8Array[], coverage: Coverage): Uint8Array[] {
  coverage.forget();
  for (const seed of target.seeds()) attempt(target, seed);
  coverage.know(coverage.take());
  return inputs
    .toSorted((a, b) => a.length - b.length)
    .filter((input) => {
      attempt(target, input);
      const met = coverage.take();
      coverage.know(met);
      return met.size > 0;
    });
}

/** The younger half of the pool is drawn as often as all of it: what is new is near what is newer. */
function pick(pool: readonly Uint8Array[], random: Random): Uint8Array {
  const from = random.int(0, 1) === 0 ? 0 : Math.floor(pool.length / 2);
  return pool[random.int(from, pool.length - 1)]!;
}

/** What came of a run: undefined where nothing was thrown. */
function attempt(target: Target, input: Uint8Array, watch?: Watch): unknown {
  try {
    watch?.begin();
    target.run(input);
    return watch?.end();
  } catch (error) {
    return error;
  }
}

/** Crashes of one signature are one crash: the words without their numbers, and where it was thrown. */
function signatureOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split('\n').find((line) => line.includes('    at ')) ?? '';
  return `${error.name} ${error.message.split(':')[0]?.replaceAll(/\d+/g, '#')} ${place}`;
}
