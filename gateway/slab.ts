/**
 * A few octets for each of many: cut from arrays that they share, as an array of its own takes ten times as much. An array goes when all
 * that was cut from it has gone.
 */
export class Slab {
  readonly #size: number;
  #octets: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** `size`: octets of an array, of which the longest that is asked for should be a small part. */
  constructor(size: number) {
    this.#size = size;
  }

  /** The array that was cut from last. */
  get octets(): Uint8Array {
    return this.#octets;
  }

  /** Where in `octets`, as it is after the call, so many zeros are that are nobody else's. */
  reserve(length: number): number {
    if (this.#used + length > this.#octets.length) {
      this.#octets = new Uint8Array(Math.max(this.#size, length));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    return at;
  }
}
