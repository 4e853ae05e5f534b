/** The highest rate that a platform sustains: doubled until it does not, then closed in on. */

export interface SearchOptions {
  /** Tried first. */
  readonly from: number;
  /** No rate above it is tried. */
  readonly limit: number;
  /** The search ends when what holds and what does not are within this share of each other, such as 0.1. */
  readonly within: number;
}

/** What was found: the highest rate that held, 0 where not even a hundredth of the first did, and the lowest that did not. */
export interface Found {
  readonly held: number;
  /** Undefined: everything up to the limit held. */
  readonly failed: number | undefined;
}

/** Tries rates with `holds`, one after the other, a dozen or so. */
export async function highestRate(
  holds: (rate: number) => Promise<boolean>,
  { from, limit, within }: SearchOptions,
): Promise<Found> {
  let held = 0;
  let failed: number | undefined;
  for (let rate = Math.min(from, limit); ; ) {
    if (await holds(rate)) held = rate;
    else failed = rate;
    if (failed === undefined) {
      if (held >= limit) return { held, failed };
      rate = Math.min(2 * held, limit);
    } else if (held === 0) {
      if (failed <= from / 100) return { held, failed };
      rate = failed / 2;
    } else {
      if (failed - held <= within * held) return { held, failed };
      rate = (held + failed) / 2;
    }
  }
}
