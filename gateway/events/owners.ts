/**
 * Which alarm bits the detector has a say in: a cut antenna is its T201, lost power its T101 to T105 or a fault. While it
 * has an event open there, the bit raises none of its own, so that nobody is told the same twice.
 */
const OWNERS: Readonly<Record<number, readonly string[]>> = {
  4: ['gnss', 'F501'],
  5: ['gnss', 'F502'],
  6: ['gnss', 'F502'],
  7: ['power', 'F503', 'F504', 'F505'],
  8: ['power', 'F503', 'F504', 'F505'],
  27: ['mount', 'place'],
  28: ['mount', 'place', 'T305'],
  29: ['mount'],
};
const NOBODY: readonly string[] = [];

/** Axes and codes of the detector that speak of what an alarm bit says. */
export function ownersOf(bit: number): readonly string[] {
  return OWNERS[bit] ?? NOBODY;
}
