/** What holds for every message under every revision, without a line of code per message. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromJson,
  IGNORE_QUIRKS,
  jsonSchema,
  markdown,
  ProtocolError,
  readGeneric,
  toJson,
} from '../../../protocol/index.ts';
import { anyBody, CASES, encode } from './arbitrary.ts';

const RUNS = { numRuns: 60 };
const ajv = new Ajv2020({ strict: true, keywords: ['x-unit'], allowUnionTypes: true });

/** The value, or the code of the error that stands for it. Other errors are not borne. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolError) return { code: error.code };
    throw error;
  }
}

describe.each(CASES)('$name', ({ message, revision, codec }) => {
  const body = anyBody(message, revision);
  const decode = (octets: Uint8Array): unknown => codec.decode(octets, 0, octets.length, IGNORE_QUIRKS);

  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(body, (value) => {
        expect(decode(encode(codec, value))).toEqual(value);
      }),
      RUNS,
    );
  });

  it('notes no quirk on a body without a cut-off item', () => {
    fc.assert(
      fc.property(body, (value) => {
        fc.pre(!JSON.stringify(toJson(message, revision, value)).includes('"trailing"'));
        const octets = encode(codec, value);
        codec.decode(octets, 0, octets.length, { quirk: (name) => expect.fail(name) });
      }),
      RUNS,
    );
  });

  it('reads the same as the generic reading, whatever the octets', () => {
    const damaged = fc.tuple(body, fc.nat(), fc.nat(255), fc.nat(20)).map(([value, at, octet, cut]) => {
      const octets = encode(codec, value);
      if (octets.length > 0) octets[at % octets.length] = octet;
      return octets.slice(0, Math.max(0, octets.length - cut));
    });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 120 })), (octets) => {
        const compiled = outcome(() => decode(octets));
        expect(outcome(() => readGeneric(message, revision, octets).value)).toEqual(compiled);
      }),
      { numRuns: 150 },
    );
  });

  it('reads at any place in a buffer and keeps no hold of it', () => {
    fc.assert(
      fc.property(body, fc.nat(9), (value, shift) => {
        const octets = encode(codec, value);
        const buffer = Buffer.alloc(octets.length + shift + 5, 0xa5);
        buffer.set(octets, shift);
        const read = codec.decode(buffer, shift, shift + octets.length, IGNORE_QUIRKS);
        buffer.fill(0x5a);
        expect(read).toEqual(value);
      }),
      RUNS,
    );
  });

  it('goes to JSON that its schema accepts, and back', () => {
    const validate = ajv.compile(jsonSchema(message, revision));
    fc.assert(
      fc.property(body, (value) => {
        const json: unknown = JSON.parse(JSON.stringify(toJson(message, revision, value)));
        expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
        expect(fromJson(message, revision, json)).toEqual(value);
      }),
      RUNS,
    );
  });

  it('says how much room it needs when the buffer is too short', () => {
    fc.assert(
      fc.property(body, fc.nat(), (value, cut) => {
        const { length } = encode(codec, value);
        const short = new Uint8Array(length === 0 ? 0 : cut % length);
        expect(codec.encode(value, short, 0)).toBe(length);
      }),
      RUNS,
    );
  });

  it('covers each octet with the spans of its fields', () => {
    fc.assert(
      fc.property(body, (value) => {
        const octets = encode(codec, value);
        const covered = new Set<number>();
        for (const { start, end } of readGeneric(message, revision, octets).spans) {
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThanOrEqual(octets.length);
          for (let i = start; i < end; i++) covered.add(i);
        }
        expect(covered.size).toBe(octets.length);
      }),
      RUNS,
    );
  });

  it('names every field in its section of the reference', () => {
    const section = markdown(message);
    for (const name of Object.keys(message.body)) expect(section).toContain(`\`${name}\``);
  });
});
