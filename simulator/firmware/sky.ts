/** The satellites over a receiver: the same few for everybody, each with a strength of its own. */
import type { EpochMs } from '../../protocol/index.ts';
import { unit } from '../world/noise.ts';
import { gaussian, NOISE } from './noise.ts';

/** A satellite as NMEA numbers it within its system. */
export interface SkyBody {
  readonly system: 'beidou' | 'gps' | 'glonass' | 'galileo';
  readonly number: number;
}

const many = (system: SkyBody['system'], ...numbers: number[]): SkyBody[] =>
  numbers.map((number) => ({ system, number }));

export const SKY: readonly SkyBody[] = [
  ...many('beidou', 6, 7, 9, 10, 13, 16, 22, 25, 34, 35, 44),
  ...many('gps', 2, 5, 12, 15, 18, 24, 25, 29),
  ...many('glonass', 3, 4, 19),
  ...many('galileo', 5, 13),
];

/** dBHz: strengths lie between the first and the first plus the second. */
const WEAKEST = 37;
const SPREAD = 10;
/** A signal below this is not used. */
export const USABLE_DBHZ = 28;
const NOISE_DB = 1.5;
const SLOT_MS = 30_000;
const ORBIT_MS = 43_080_000;

/** C/N0 of each satellite under an open sky, measured anew every 30 s. */
export class Sky {
  readonly #seed: number;
  readonly #clear = new Float32Array(SKY.length);
  #slot = Number.NaN;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** dBHz of satellite `index` before anything is taken from it. */
  strength(index: number, now: EpochMs): number {
    this.#measure(now);
    return this.#clear[index] as number;
  }

  /** How many are usable with `loss` dB taken from all. `systems`: those that the receiver is told to use. */
  usable(now: EpochMs, loss: number, systems: ReadonlySet<SkyBody['system']>): number {
    if (loss > WEAKEST + SPREAD + 3 * NOISE_DB - USABLE_DBHZ) return 0;
    this.#measure(now);
    let count = 0;
    for (let i = 0; i < SKY.length; i++)
      if ((this.#clear[i] as number) - loss >= USABLE_DBHZ && systems.has((SKY[i] as SkyBody).system)) count++;
    return count;
  }

  #measure(now: EpochMs): void {
    const slot = Math.floor(now / SLOT_MS);
    if (slot === this.#slot) return;
    this.#slot = slot;
    for (let i = 0; i < SKY.length; i++) {
      const base = WEAKEST + SPREAD * unit(this.#seed, NOISE.base, i);
      this.#clear[i] = base + NOISE_DB * gaussian(this.#seed, NOISE.cn0 + 16 * i, slot);
    }
  }
}

/** Degrees: where satellite `index` stands at `now`. Twelve hours bring it round. */
export function placeOf(index: number, now: EpochMs): { readonly elevation: number; readonly azimuth: number } {
  const turn = (now % ORBIT_MS) / ORBIT_MS;
  const phase = unit(NOISE.base, 1, index);
  return {
    elevation: Math.round(12 + 70 * Math.abs(Math.sin(Math.PI * (turn + phase)))),
    azimuth: Math.round(360 * (turn + unit(NOISE.base, 2, index))) % 360,
  };
}
