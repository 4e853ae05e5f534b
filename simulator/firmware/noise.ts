/** Errors of measurement: functions of what is measured and when, so that they do not depend on who asked before. */
import { drift, unit } from '../world/noise.ts';

/** Names the quantities, so that no two of them err alike. */
export const NOISE = {
  csq: 101,
  cn0: 102,
  supply: 103,
  north: 104,
  east: 105,
  jitter: 106,
  replay: 107,
  serial: 108,
  base: 110,
  cell: 111,
} as const;

/**
 * A value of mean 0 and standard deviation 1, the same for the same arguments: the sum of three even ones, which never
 * leaves ±3.
 */
export function gaussian(seed: number, what: number, step: number): number {
  const sum = unit(seed, what, step) + unit(seed, what + 1000, step) + unit(seed, what + 2000, step);
  return (sum - 1.5) * 2;
}

/** A smooth error of standard deviation 1: it changes its mind every `everyMs`. */
export function wander(seed: number, what: number, at: number, everyMs: number): number {
  return 2 * drift(seed, what, at / everyMs);
}
