/**
 * Noise that is a function, not a stream: the same arguments give the same value in any order, so a
 * vehicle's position at an instant does not depend on who asked before.
 */

/** Thirty-two well-mixed bits of three whole numbers (the finaliser of MurmurHash3 after each). */
export function mix(seed: number, a: number, b: number): number {
  let h = seed ^ Math.imul(a | 0, 0xcc9e2d51);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h ^= Math.imul(b | 0, 0x1b873593);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A float in [0, 1). */
export function unit(seed: number, a: number, b: number): number {
  return mix(seed, a, b) / 0x1_0000_0000;
}

/** A value in [-1, 1] that drifts smoothly: `x` is in steps of the drift. */
export function drift(seed: number, a: number, x: number): number {
  const step = Math.floor(x);
  const part = x - step;
  const from = unit(seed, a, step);
  const to = unit(seed, a, step + 1);
  const eased = part * part * (3 - 2 * part);
  return 2 * (from + (to - from) * eased) - 1;
}
