/** Noise with a memory: what is high now is likely to be high in a second. */
import type { Random } from '../../../protocol/index.ts';

/** First-order autoregressive noise; `sigma` is its standard deviation, `tau` the seconds in which it forgets. */
export class SlowNoise {
  readonly #random: Random;
  readonly #keep: number;
  readonly #fresh: number;
  #value: number;

  constructor(random: Random, sigma: number, tau: number) {
    this.#random = random;
    this.#keep = Math.exp(-1 / tau);
    this.#fresh = sigma * Math.sqrt(1 - this.#keep ** 2);
    this.#value = sigma * gauss(random);
  }

  /** A second later. */
  next(): number {
    this.#value = this.#keep * this.#value + this.#fresh * gauss(this.#random);
    return this.#value;
  }
}

/** A draw of the standard normal distribution. */
export function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** A draw of the exponential distribution. */
export function waiting(random: Random, mean: number): number {
  return -mean * Math.log(1 - random.next());
}
