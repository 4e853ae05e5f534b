/** Makes an input smaller as long as something holds of it: pieces away, then octets to zero. */

/** Most runs that are spent on one input. */
const MOST_RUNS = 3000;

/** The smallest input found of which `holds` still is true. */
export function minimise(input: Uint8Array, holds: (smaller: Uint8Array) => boolean): Uint8Array {
  let best = input;
  let runs = 0;
  const better = (candidate: Uint8Array): boolean => {
    if (runs++ >= MOST_RUNS || !holds(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = Math.max(1, best.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = 0; at < best.length; ) if (!better(without(best, at, at + size))) at += size;
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] === 0) continue;
    const zeroed = Uint8Array.from(best);
    zeroed[at] = 0;
    better(zeroed);
  }
  return best;
}

function without(octets: Uint8Array, from: number, to: number): Uint8Array {
  return Uint8Array.from([...octets.subarray(0, from), ...octets.subarray(to)]);
}
