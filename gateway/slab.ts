/**
 * A few octets for each of many: cut from arrays that they share, as an array of its own takes ten times as much. An array goes when all
 * that was cut from it has gone.
 */
export class Slab {
  readonly #size: number;
  #octets = new Uint8Array(0);
  #used = 0;

  /** `size`: octets of an array, of which the longest that is asked for should be a small part. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Zeros, nobody else's. */
  take(length: number): Uint8Array {
    if (this.#used + length > this.#octets.length) {
      this.#octets = new Uint8Array(Math.max(this.#size, length));
      this.#used = 0;
    }
    return this.#octets.subarray(this.#used, (this.#used += length));
  }
}
