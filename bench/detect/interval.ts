/** How sure a share or a rate is: intervals of 95 %. */

const Z = 1.959964;

export interface Share {
  readonly passed: number;
  readonly of: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Wilson's interval: right also near 0 and 1, and for few runs. */
export function shareOf(passed: number, of: number): Share {
  if (of === 0) return { passed, of, share: 0, low: 0, high: 1 };
  const share = passed / of;
  const denominator = 1 + (Z * Z) / of;
  const middle = share + (Z * Z) / (2 * of);
  const half = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return {
    passed,
    of,
    share: rounded(share),
    low: rounded(Math.max(0, (middle - half) / denominator)),
    high: rounded(Math.min(1, (middle + half) / denominator)),
  };
}

export interface Rate {
  readonly events: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Events in so much exposure, with the exact Poisson interval (by the chi-square's Wilson–Hilferty form; exact to 1 %). */
export function rateOf(events: number, exposure: number): Rate {
  const low = events === 0 ? 0 : chiSquare(0.025, 2 * events) / 2;
  const high = events === 0 ? -Math.log(0.05) : chiSquare(0.975, 2 * (events + 1)) / 2;
  return { events, rate: rounded(events / exposure), low: rounded(low / exposure), high: rounded(high / exposure) };
}

function chiSquare(quantile: number, degrees: number): number {
  const z = quantile < 0.5 ? -Z : Z;
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + z * Math.sqrt(part)) ** 3;
}

/** The value below which a share of the values lies; NaN of none. Sorts a copy. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}
