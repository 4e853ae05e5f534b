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
  calendar,
  coordinate,
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
  utc,
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

/** As platforms report a position: numbers of the calendar, and the word with the signs behind what it signs. */
const fix: Message = message(0x0f08, 'fix', about, {
  time: calendar,
  longitude: coordinate('state', 3),
  latitude: coordinate('state', 2),
  speed: u16.unit('km/h'),
  state: flags(4, { southLatitude: 2, westLongitude: 3 }),
  validUntil: utc('seconds'),
  raisedAt: utc('milliseconds'),
});

describe('a coordinate before its signs, and times that are numbers', () => {
  const codec = compile(fix, 2013);
  const value = {
    time: Date.parse('2012-07-19T15:15:15+08:00'),
    longitude: -133.123456,
    latitude: -24.123456,
    speed: 53,
    state: 0b1100,
    validUntil: Date.parse('2020-04-23T22:22:22+08:00'),
    raisedAt: Date.parse('2025-08-15T11:01:03.502+08:00'),
  };
  const wire = octetsOf('130707dc0f0f0f 07ef4d80 01701840 0035 0000000c 000000005ea1a49e 00000198abac778e');

  it('come back from octets and from JSON, and are read alike twice', () => {
    fc.assert(
      fc.property(anyBody(fix, 2013), (value) => {
        const wire = encode(codec, value);
        expect(codec.decode(wire, 0, wire.length, { quirk: (name) => expect.fail(name) })).toEqual(value);
        expect(readGeneric(fix, 2013, wire).value).toEqual(value);
        expect(fromJson(fix, 2013, JSON.parse(JSON.stringify(toJson(fix, 2013, value))))).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it('are read alike twice whatever the octets', () => {
    const octet = fc.oneof(fc.constantFrom(0, 1, 7, 0xdc, 12, 31), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(octet, { minLength: 37, maxLength: 37 }), (octets) => {
        const wire = Uint8Array.from(octets);
        expect(readGeneric(fix, 2013, wire).value).toEqual(codec.decode(wire, 0, 37, IGNORE_QUIRKS));
      }),
      { numRuns: 500 },
    );
  });

  it('stand in the octets where the table says', () => {
    expect(codec.decode(wire, 0, wire.length, { quirk: (name) => expect.fail(name) })).toEqual(value);
    expect(encode(codec, { ...value, state: 0 })).toEqual(wire);
    expect(toJson(fix, 2013, value)).toMatchObject({
      time: '2012-07-19T15:15:15+08:00',
      longitude: -133.123456,
      raisedAt: '2025-08-15T11:01:03.502+08:00',
    });
  });

  it('are read in the other unit too, which is noted', () => {
    const quirks: string[] = [];
    const swapped = octetsOf('130707dc0f0f0f 07ef4d80 01701840 0035 0000000c 00000198abac778e 000000005ea1a49e');
    const read = codec.decode(swapped, 0, swapped.length, { quirk: (name) => quirks.push(name) });
    expect(read).toMatchObject({ validUntil: value.raisedAt, raisedAt: value.validUntil });
    expect(quirks).toEqual(['time-unit', 'time-unit']);
  });

  it('that name no moment are none', () => {
    const none = octetsOf('1f0407dc0f0f0f 00000000 00000000 0000 00000000 0000000000000000 ffffffffffffffff');
    const read = codec.decode(none, 0, none.length, IGNORE_QUIRKS);
    expect(read).toMatchObject({ time: Number.NaN, validUntil: Number.NaN, raisedAt: Number.NaN });
    expect(encode(codec, read as typeof value).every((octet) => octet === 0)).toBe(true);
    expect(() => encode(codec, { ...value, time: -1 })).toThrow('fix.time: -1 is not a time of the years 1970 to 9999');
    expect(() => fromJson(fix, 2013, { ...toJson(fix, 2013, value), raisedAt: '1999-01-01T00:00:00+08:00' })).toThrow(
      /fix.raisedAt: .* is not a time of the years 2000 to 9999/,
    );
  });

  it('cannot stand before flags at no fixed distance', () => {
    const loose = message(0x0f09, 'loose', about, {
      longitude: coordinate('state', 3),
      name: text(prefix(1, 'nameLength')),
      state: flags(4, { westLongitude: 3 }),
    });
    expect(() => compile(loose, 2013)).toThrow('loose.longitude: no field state at a fixed distance');
  });

  it('are told in the reference', () => {
    expect(markdown(fix)).toContain('| UTC u64, milliseconds |');
  });
});
