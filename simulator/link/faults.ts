/** What can go wrong on a link, as probabilities, and the text form of `--faults`. */

/** Probabilities are per chunk and direction; times are in milliseconds, lengths in octets. */
export interface Faults {
  /** The chunk never arrives. */
  readonly loss: number;
  /** Every chunk arrives this much later at most, drawn evenly; order is kept. */
  readonly delay: number;
  /** The chunk arrives after the one that follows it, or `HOLD_MS` later where none does. */
  readonly reorder: number;
  /** The chunk arrives twice. */
  readonly duplicate: number;
  /** One bit of the chunk is turned over. */
  readonly flip: number;
  /** The chunk arrives in two pieces, cut anywhere, the second a moment later. */
  readonly split: number;
  /** The chunk waits for the next one and arrives in one piece with it. */
  readonly join: number;
  /** From here on nothing arrives in either direction, and nobody is told. */
  readonly halfOpen: number;
  /** The link breaks (RST). */
  readonly reset: number;
  /** The network forgets the address: the next octets are answered by a reset, and the platform hears of nothing. */
  readonly rebind: number;
  /** Every longer chunk is cut after so many octets; 0: none is. */
  readonly splitAt: number;
  /** Chunks gather until they are so many octets, or none follows within `HOLD_MS`; 0: they do not. */
  readonly joinTo: number;
}

export type FaultName = keyof Faults;

/** An ordinary link. */
export const NO_FAULTS: Faults = {
  loss: 0,
  delay: 0,
  reorder: 0,
  duplicate: 0,
  flip: 0,
  split: 0,
  join: 0,
  halfOpen: 0,
  reset: 0,
  rebind: 0,
  splitAt: 0,
  joinTo: 0,
};

/** Whether anything goes wrong at all. */
export function isFaulty(faults: Faults): boolean {
  return Object.values(faults).some((share) => share > 0);
}

/** Longest delay that may be asked for: a minute is already an outage. */
const MAX_DELAY_MS = 60_000;
/** No chunk is longer than a datagram can be. */
const MAX_OCTETS = 65_535;

/**
 * Reads `loss=0.01,delay=50ms,split=0.2,splitAt=7`.
 *
 * @returns the faults, or one sentence for every part that is wrong.
 */
export function parseFaults(text: string): { faults: Faults } | { wrong: string[] } {
  const faults: Record<FaultName, number> = { ...NO_FAULTS };
  const wrong: string[] = [];
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((side) => side.trim());
    if (!isFaultName(name)) {
      wrong.push(`--faults: '${name}' is no fault; there are ${Object.keys(NO_FAULTS).join(', ')}`);
    } else if (name === 'delay') {
      const match = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(value);
      const ms = match === null ? Number.NaN : Number(match[1]) * (match[2] === 's' ? 1000 : 1);
      if (ms <= MAX_DELAY_MS) faults.delay = ms;
      else wrong.push(`--faults: delay is '${value}', expected a time up to 60s such as 50ms`);
    } else if (name === 'splitAt' || name === 'joinTo') {
      const octets = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (octets <= MAX_OCTETS) faults[name] = octets;
      else wrong.push(`--faults: ${name} is '${value}', expected octets from 0 to ${MAX_OCTETS}`);
    } else {
      const share = value === '' ? Number.NaN : Number(value);
      if (share >= 0 && share <= 1) faults[name] = share;
      else wrong.push(`--faults: ${name} is '${value}', expected a probability from 0 to 1`);
    }
  }
  return wrong.length > 0 ? { wrong } : { faults };
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(NO_FAULTS, name);
}
