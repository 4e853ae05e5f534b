/**
 * Which worker a terminal belongs to: the one that draws the highest lot for it. Every process comes to the same answer
 * without asking, and where a worker is added or taken away only the terminals that it wins or had change hands.
 */

/** Number of the worker, from 0, that owns a terminal (its number without leading zeros) among so many. */
export function ownerOf(terminal: string, workers: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < terminal.length; i++) hash = Math.imul(hash ^ terminal.charCodeAt(i), 0x01000193);
  let owner = 0;
  let highest = -1;
  for (let worker = 0; worker < workers; worker++) {
    const lot = mixed(hash ^ Math.imul(worker + 1, 0x9e3779b9));
    if (lot <= highest) continue;
    highest = lot;
    owner = worker;
  }
  return owner;
}

/** Every bit of the result hangs on every bit of `x`: terminals have consecutive numbers. */
function mixed(x: number): number {
  let y = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  y = Math.imul(y ^ (y >>> 13), 0xc2b2ae35);
  return (y ^ (y >>> 16)) >>> 0;
}
