/** Inputs made from inputs: what is changed is drawn, so that a seed gives the same run. */
import type { Random } from '../../protocol/index.ts';

/** Longest input. */
export const MAX_INPUT = 2200;

/** Octets at which decoders decide something. */
const INTERESTING = [0, 1, 2, 3, 0x7d, 0x7e, 0x7f, 0x80, 0xff, 0x24, 0x2a, 0x5b, 0x5d, 0x30, 0x31, 0x2c, 0x0d, 0x0a];

type Change = (octets: number[], random: Random, other: Uint8Array) => void;

const at = (octets: readonly number[], random: Random): number => random.int(0, Math.max(0, octets.length - 1));

const CHANGES: readonly Change[] = [
  (octets, random) => void (octets[at(octets, random)] = random.int(0, 255)),
  (octets, random) => void (octets[at(octets, random)] = INTERESTING[random.int(0, INTERESTING.length - 1)]!),
  (octets, random) => {
    const i = at(octets, random);
    octets[i] = (octets[i] ?? 0) ^ (1 << random.int(0, 7));
  },
  (octets, random) => {
    const i = at(octets, random);
    octets[i] = ((octets[i] ?? 0) + random.int(-4, 4)) & 0xff;
  },
  (octets, random) => void octets.splice(at(octets, random), 0, ...random.bytes(random.int(1, 8))),
  (octets, random) => void octets.splice(at(octets, random), random.int(1, 16)),
  (octets, random) => {
    const from = at(octets, random);
    octets.splice(at(octets, random), 0, ...octets.slice(from, from + random.int(1, 40)));
  },
  (octets, random, other) => {
    const from = random.int(0, Math.max(0, other.length - 1));
    octets.splice(at(octets, random), random.int(0, 20), ...other.subarray(from, from + random.int(1, 60)));
  },
  (octets, random) => void (octets.length = at(octets, random)),
];

/** An input like `input`, a few changes away; `other` lends pieces. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const octets = [...input];
  for (let n = random.int(1, 4); n > 0; n--) CHANGES[random.int(0, CHANGES.length - 1)]!(octets, random, other);
  return Uint8Array.from(octets.slice(0, MAX_INPUT));
}
