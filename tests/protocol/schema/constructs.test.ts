/** Constructs of the vocabulary that the messages so far do not show, in messages made up for the purpose. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compile,
  fromJson,
  IGNORE_QUIRKS,
  markdown,
  type Message,
  parseHex,
  readGeneric,
  toJson,
} from '../../../protocol/index.ts';
import {
  bcd,
  both,
  countOf,
  differs,
  enumeration,
  equal,
  flags,
  hasBit,
  list,
  octets,
  optional,
  packed,
  prefix,
  sized,
  struct,
  text,
  u8,
  u16,
  u32,
  when,
} from '../../../protocol/schema/field.ts';
import { message } from '../../../protocol/schema/message.ts';
import { anyBody, encode } from './arbitrary.ts';

/** Octets from hex, with spaces where fields meet. */
const octetsOf = (text: string): Uint8Array => parseHex(text.replaceAll(' ', ''))!;

const about = { zh: '试验', en: 'Made up', from: 'terminal', revisions: [2013] } as const;

/** As areas are set: fields by bits of a word, a list in the middle, a name of its own length behind. */
const area = message(0x0f01, 'area', about, {
  id: u32,
  attributes: flags(2, { time: 0, speedLimit: 1 }),
  startTime: when(hasBit('attributes', 0), bcd(6)),
  maxSpeed: when(hasBit('attributes', 1), u16.unit('km/h')),
  vertices: list(prefix(2, 'vertexCount'), struct({ x: u32, y: u32 })),
  nightMaxSpeed: when(hasBit('attributes', 1), u16.unit('km/h')),
  name: text(prefix(2, 'nameLength')),
});

/** As a driver's card is reported: a field whose being there depends on one that may itself not be there. */
const card = message(0x0f02, 'card', about, {
  status: enumeration(1, { inserted: 1, pulled: 2 }),
  result: when(equal('status', 1), enumeration(1, { read: 0, failed: 1 })),
  name: when(both(equal('status', 1), equal('result', 0)), text(prefix(1, 'nameLength'))),
  idCard: optional(text(20), both(equal('status', 1), equal('result', 0))),
});

/** Lists of bodies with their lengths, of what is left, and counted further in front. */
const mixture = message(0x0f03, 'mixture', about, {
  total: countOf(1, 'bodies'),
  kind: u8,
  bodies: list({ from: 'total' }, sized(prefix(4, 'length'), struct({ a: u16, rest: text('rest') }))),
  word: packed(2, { low: { bit: 0, width: 3 }, mode: { bit: 4, width: 2, names: { off: 0, on: 1 } } }),
  opaque: octets(prefix(1, 'opaqueLength')),
  code: when(differs('kind', 0), u8),
  ids: list('rest', u16),
});

const MADE_UP: readonly (readonly [string, Message])[] = [area, card, mixture].map((one: Message) => [one.name, one]);

describe.each(MADE_UP)('%s', (_, made) => {
  const codec = compile(made, 2013);

  it('comes back from octets and from JSON, and is read alike twice', () => {
    fc.assert(
      fc.property(anyBody(made, 2013), (value) => {
        const wire = encode(codec, value);
        expect(codec.decode(wire, 0, wire.length, { quirk: (name) => expect.fail(name) })).toEqual(value);
        expect(readGeneric(made, 2013, wire).value).toEqual(value);
        expect(fromJson(made, 2013, JSON.parse(JSON.stringify(toJson(made, 2013, value))))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a condition', () => {
  const codec = compile(area, 2013);
  const base = { id: 7, vertices: [], name: '' };

  it('rules a field in and out', () => {
    expect(encode(codec, { ...base, attributes: 0 })).toEqual(octetsOf('00000007 0000 0000 0000'));
    const both = { ...base, attributes: 3, startTime: '000000120000', maxSpeed: 80, nightMaxSpeed: 60 };
    expect(encode(codec, both)).toEqual(octetsOf('00000007 0003 000000120000 0050 0000 003c 0000'));
    expect(() => encode(codec, { ...base, attributes: 2, maxSpeed: 80 })).toThrow('area.nightMaxSpeed: is missing');
    expect(() => encode(codec, { ...base, attributes: 0, maxSpeed: 80 })).toThrow(
      'area.maxSpeed: is not part of this message',
    );
  });

  it('on a field that is not there does not hold', () => {
    const card2013 = compile(card, 2013);
    const pulled = Uint8Array.of(2);
    expect(card2013.decode(pulled, 0, 1, IGNORE_QUIRKS)).toEqual({ status: 'pulled' });
    expect(readGeneric(card, 2013, pulled).value).toEqual({ status: 'pulled' });
  });
});

describe('a list', () => {
  it('that other fields follow must hold what its count says', () => {
    const codec = compile(area, 2013);
    const cut = octetsOf('00000007 0000 0002 0000000100000002');
    expect(() => codec.decode(cut, 0, cut.length, IGNORE_QUIRKS)).toThrow(
      /area.vertices\[\].x: needs 8 octets, 0 left/,
    );
    expect(() => readGeneric(area, 2013, cut)).toThrow(/needs 4 octets, 0 left/);
  });

  it('does not grow by its count alone', () => {
    const codec = compile(
      message(0x0f04, 'counted', about, { entries: list(prefix(4, 'count'), struct({ a: u8 })) }),
      2013,
    );
    const quirks: string[] = [];
    const value = codec.decode(octetsOf('ffffffff 0102'), 0, 6, { quirk: (name) => quirks.push(name) });
    expect(value).toEqual({ entries: [{ a: 1 }, { a: 2 }] });
    expect(quirks).toEqual(['count']);
  });
});

describe('the reference', () => {
  it('says when a field is there, and what lies inside', () => {
    const section = markdown(card);
    expect(section).toContain('| `result` |  | BYTE |  | there if `status` is 1; 0 read, 1 failed |');
    expect(markdown(area)).toContain('| `vertices[].x` |');
    expect(markdown(mixture)).toContain('bits 0–2 low; 4–5 mode');
  });

  it('shares a table among revisions that agree', () => {
    expect(markdown(card)).not.toContain('**2011');
    expect(markdown(message(0x0f05, 'none', about, {}))).toContain('The body is empty.');
  });
});

it('a field of a name that is no identifier is refused at once', () => {
  expect(() => compile(message(0x0f06, 'bad', about, { 'a-b': u8 }), 2013)).toThrow('a-b is no field name');
});

it('a condition on a later field is refused at once', () => {
  expect(() => compile(message(0x0f07, 'bad', about, { a: when(equal('b', 1), u8), b: u8 }), 2013)).toThrow(
    'bad.a: no earlier field b',
  );
});
