/**
 * Randomness from a seed: xoshiro128** (Blackman, Vigna 2018) over a state hashed from the seed's text.
 * The same seed gives the same draws on every machine. Not for secrets.
 */
import type { Random } from './random.ts';

/** A stream of draws that depends on `seed` alone. */
export function seededRandom(seed: string | number): Random {
  return new Xoshiro(String(seed));
}

class Xoshiro implements Random {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: string) {
    this.#seed = seed;
    const [a, b, c, d] = hash128(seed);
    this.#a = a;
    this.#b = b;
    // A state of zeros would stay there.
    this.#c = c;
    this.#d = a | b | c | d ? d : 1;
  }

  next(): number {
    return ((this.#word() >>> 5) * 0x4000000 + (this.#word() >>> 6)) / 0x20000000000000;
  }

  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  bytes(n: number): Uint8Array {
    const octets = new Uint8Array(n);
    for (let i = 0; i < n; i += 4) {
      const word = this.#word();
      for (let j = 0; j < 4 && i + j < n; j++) octets[i + j] = word >>> (8 * j);
    }
    return octets;
  }

  fork(name: string): Random {
    // The length keeps apart a fork 'a' of 'b/c' and a fork 'c' of 'b' named the same when joined.
    return new Xoshiro(`${this.#seed.length}:${this.#seed}/${name}`);
  }

  #word(): number {
    const b = this.#b;
    const times5 = Math.imul(b, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    this.#c ^= this.#a;
    this.#d ^= b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= b << 9;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }
}

/** Four words from a text: MurmurHash3's mixing, one lane a word. */
function hash128(text: string): [number, number, number, number] {
  const lanes: [number, number, number, number] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93 | 0];
  for (let lane = 0; lane < 4; lane++) {
    let hash = lanes[lane]!;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0xcc9e2d51);
      hash = (hash << 13) | (hash >>> 19);
      hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    lanes[lane] = hash ^ (hash >>> 16);
  }
  return lanes;
}
