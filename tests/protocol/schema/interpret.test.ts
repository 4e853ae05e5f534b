/** The codec that walks the descriptor and the compiled one cannot be told apart but by their speed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Codec, interpret, ProtocolError } from '../../../protocol/index.ts';
import { anyBody, CASES, encode } from './arbitrary.ts';

/** What is written before it is known to fit. */
const ROOM = 16_384;

/** Quirks of single values. */
const OF_VALUES = new Set(['signed-coordinate', 'sign-magnitude', 'time-unit', 'text']);

/** How far an entry was read that was then given up, and what was said of it on the way, is nobody's business. */
function comparable(quirks: ReadonlySet<string>): string[] {
  const givenUp = ['count', 'broken-item', 'length'].some((name) => quirks.has(name));
  return [...quirks].filter((name) => !givenUp || !OF_VALUES.has(name)).toSorted();
}

function decoded(codec: Codec<unknown>, octets: Uint8Array): unknown {
  const quirks = new Set<string>();
  try {
    const value = codec.decode(octets, 0, octets.length, { quirk: (name) => quirks.add(name) });
    return { value, quirks: comparable(quirks) };
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

function encoded(codec: Codec<unknown>, value: unknown): unknown {
  try {
    return encode(codec, value);
  } catch (error) {
    if (error instanceof ProtocolError) return [error.code, error.at, error.message];
    throw error;
  }
}

/** A value like another with one of its scalars, at any depth, made into something else. */
function spoilt(value: unknown, at: { left: number }, other: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array)
    return at.left-- === 0 ? other : value;
  if (Array.isArray(value)) return value.map((one) => spoilt(one, at, other));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(one, at, other)]));
}

const ANYTHING = fc.constantFrom(-1, 0.5, 256, 65_536, 2 ** 32, Number.NaN, 'x'.repeat(300), '?', null, {}, [], true);

describe.each(CASES)('$name', ({ message, revision, codec }) => {
  const walked: Codec<unknown> = interpret(message, revision);
  const body = anyBody(message, revision);

  it('writes the same octets', () => {
    fc.assert(
      fc.property(body, fc.nat(7), (value, shift) => {
        const room = new Uint8Array(ROOM + shift);
        const end = walked.encode(value, room, shift);
        expect(room.slice(shift, end)).toEqual(encode(codec, value));
        const short = new Uint8Array(3);
        expect(walked.encode(value, short, 0)).toBe(codec.encode(value, short, 0));
      }),
      { numRuns: 40 },
    );
  });

  it('reads the same, and says the same quirks, whatever the octets', () => {
    const damaged = fc.tuple(body, fc.nat(), fc.nat(255), fc.nat(20)).map(([value, at, octet, cut]) => {
      const octets = encode(codec, value);
      if (octets.length > 0) octets[at % octets.length] = octet;
      return octets.slice(0, Math.max(0, octets.length - cut));
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 120 })), (octets) => {
        expect(decoded(walked, octets)).toEqual(decoded(codec, octets));
      }),
      { numRuns: 80 },
    );
  });

  it('refuses the same values in the same words', () => {
    fc.assert(
      fc.property(body, fc.nat(30), ANYTHING, (value, at, other) => {
        const wrong = spoilt(value, { left: at }, other);
        expect(encoded(walked, wrong)).toEqual(encoded(codec, wrong));
      }),
      { numRuns: 60 },
    );
  });
});
