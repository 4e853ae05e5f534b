/** Bodies in several layouts, and fields that follow from others: constructs shown in messages made up for the purpose. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compile,
  fromJson,
  IGNORE_QUIRKS,
  jsonSchema,
  markdown,
  type Message,
  parseHex,
  readGeneric,
  saidIn,
  toJson,
} from '../../../protocol/index.ts';
import {
  among,
  ascii,
  coordinate,
  countOf,
  date,
  enumeration,
  equal,
  flags,
  item,
  items,
  lengthOf,
  list,
  moment,
  octets,
  prefix,
  range,
  sized,
  struct,
  text,
  u8,
  u16,
  until,
  utcDigits,
  when,
  xorCheck,
} from '../../../protocol/schema/field.ts';
import { message } from '../../../protocol/schema/message.ts';
import { anyBody, encode } from './arbitrary.ts';

const octetsOf = (text: string): Uint8Array => parseHex(text.replaceAll(' ', ''))!;
const about = { zh: '试验', en: 'Made up', from: 'terminal', revisions: [2013] } as const;
const ajv = new Ajv2020({ strict: true, keywords: ['x-unit'], allowUnionTypes: true });

/** As a recorder answers: a frame of its own inside the body. */
const recorder = message(0x0f11, 'recorder', about, {
  serial: u16,
  frame: sized(
    'rest',
    struct({
      command: u8,
      length: lengthOf(2, 'times', 'raw'),
      times: when(among('command', 1, 2), sized({ from: 'length' }, struct({ at: utcDigits, day: date }))),
      raw: when(equal('command', 9), octets({ from: 'length' })),
      check: xorCheck,
    }),
  ),
});

/** As areas are told: one word with the signs of all points. */
const polygon = message(0x0f12, 'polygon', about, {
  bits: flags(1, { south: 0, west: 1 }),
  kind: enumeration(1, { few: 1, many: 2 }),
  count: countOf(1, 'few', 'many'),
  few: when(equal('kind', 1), list({ from: 'count' }, u8)),
  many: when(equal('kind', 2), list({ from: 'count' }, u16)),
  points: list(prefix(1, 'pointCount'), struct({ latitude: coordinate('bits', 0), longitude: coordinate('bits', 1) })),
  three: list(3, u16),
  from: moment,
  old: until(2013, u8),
});

/** Slots, and an id that has another layout for another length. */
const slots = message(0x0f13, 'slots', about, {
  items: items(
    { id: 1, ranges: { slots: range(0x10, 0x1f, u16) } },
    {
      pair: item(0x2b, struct({ a: u16, b: u16 })),
      words: item(0x2b, list('rest', u16)),
      name: item(0x01, text('rest')),
    },
  ),
});

describe.each([recorder, polygon, slots].map((one: Message) => [one.name, one] as const))('%s', (_, made) => {
  const codec = compile(made, 2013);
  const validate = ajv.compile(jsonSchema(made, 2013));

  it('comes back from octets and from JSON, and is read alike twice', () => {
    fc.assert(
      fc.property(anyBody(made, 2013), (value) => {
        const wire = encode(codec, value);
        const quirks: string[] = [];
        expect(codec.decode(wire, 0, wire.length, { quirk: (name) => quirks.push(name) })).toEqual(value);
        expect(quirks.filter((name) => name !== 'trailing')).toEqual([]);
        expect(readGeneric(made, 2013, wire).value).toEqual(value);
        const json: unknown = JSON.parse(JSON.stringify(toJson(made, 2013, value)));
        expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
        expect(fromJson(made, 2013, json)).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a length and a check', () => {
  const codec = compile(recorder, 2013);
  const json = {
    serial: 7,
    frame: { command: 1, length: 10, times: { at: '2024-01-31T20:59:59+08:00', day: '2024-02-29' } },
  };
  const wire = octetsOf('0007 01 000a 240131125959 20240229 22');

  it('follow from the rest', () => {
    expect(encode(codec, fromJson(recorder, 2013, json))).toEqual(wire);
    expect(toJson(recorder, 2013, codec.decode(wire, 0, wire.length, IGNORE_QUIRKS))).toEqual(json);
    expect(() => fromJson(recorder, 2013, { ...json, frame: { ...json.frame, length: 9 } })).toThrow('9 is not 10');
  });

  it('that do not are noted; what is inside may be kept as octets alone', () => {
    const read = (text: string): unknown => {
      const quirks: string[] = [];
      const body = octetsOf(text);
      const value = codec.decode(body, 0, body.length, { quirk: (name) => quirks.push(name) });
      expect(readGeneric(recorder, 2013, body).value).toEqual(value);
      return { frame: value.frame, quirks };
    };
    expect(read('0007 09 0001 aa 00')).toEqual({
      frame: { command: 9, raw: Uint8Array.of(0xaa) },
      quirks: ['inner-check'],
    });
    expect(read('0007 01 0001 aa aa')).toMatchObject({
      frame: { times: Uint8Array.of(0xaa) },
      quirks: ['broken-item'],
    });
    expect(read('0007 01 00ff aa')).toEqual({ frame: octetsOf('01 00ff aa'), quirks: ['broken-item'] });
  });
});

describe('a moment', () => {
  const codec = compile(polygon, 2013);
  const body = { bits: 0, kind: 'few', few: [], points: [], three: [1, 2, 3], old: 0 } as const;
  const shown = (from: string): unknown => toJson(polygon, 2013, { ...body, from })['from'];

  it('is one of a day, or of every day, or digits that are neither', () => {
    expect(shown('240131125959')).toBe('2024-01-31T12:59:59+08:00');
    expect(shown('000000083000')).toBe('08:30:00');
    expect(shown('240231125959')).toBe('240231125959');
    expect(shown('000000240000')).toBe('000000240000');
    for (const digits of ['240131125959', '000000083000', '240231125959', 'ffffffffffff']) {
      const json = toJson(polygon, 2013, { ...body, from: digits });
      expect(fromJson(polygon, 2013, json)).toMatchObject({ from: digits });
    }
    expect(
      fromJson(polygon, 2013, { ...toJson(polygon, 2013, { ...body, from: '' }), from: '2024-01-31T04:59:59Z' }),
    ).toMatchObject({
      from: '240131125959',
    });
  });

  it('stands beside a list of a fixed number', () => {
    expect(() => encode(codec, { ...body, from: '', three: [1, 2] })).toThrow('polygon.three: 2 is not 3 entries');
  });
});

describe('signs of points', () => {
  const codec = compile(polygon, 2013);
  const body = { kind: 'few', few: [], three: [0, 0, 0], from: '', old: 0 } as const;

  it('set the bits of the word in front of them', () => {
    const wire = encode(codec, {
      ...body,
      bits: 0,
      points: [
        { latitude: -1, longitude: 2 },
        { latitude: -3, longitude: 4 },
      ],
    });
    expect(wire[0]).toBe(1);
    expect(codec.decode(wire, 0, wire.length, IGNORE_QUIRKS).points[1]).toEqual({ latitude: -3, longitude: 4 });
  });

  it('cannot differ, as there is one bit for all', () => {
    const points = [
      { latitude: -1, longitude: 2 },
      { latitude: 1, longitude: 2 },
    ];
    expect(() => encode(codec, { ...body, bits: 0, points })).toThrow('polygon.bits: -1, 1 is not on one side');
  });
});

describe('items', () => {
  const codec = compile(slots, 2013);
  const read = (text: string): unknown => {
    const body = octetsOf(text);
    const quirks: string[] = [];
    const value = codec.decode(body, 0, body.length, { quirk: (name) => quirks.push(name) });
    const again: string[] = [];
    expect(readGeneric(slots, 2013, body, 0, body.length, { quirk: (name) => again.push(name) }).value).toEqual(value);
    expect(again).toEqual(quirks);
    return { items: value.items, quirks };
  };

  it('of a run of ids are a list, in the order in which they come', () => {
    expect(read('12 02 0005 10 02 0006 12 02 0007')).toEqual({
      items: {
        slots: [
          { id: 0x12, value: 5 },
          { id: 0x10, value: 6 },
          { id: 0x12, value: 7 },
        ],
      },
      quirks: [],
    });
    expect(read('12 01 05')).toEqual({
      items: { unknown: [{ id: 0x12, bytes: Uint8Array.of(5) }] },
      quirks: ['length'],
    });
    expect(() => encode(codec, { items: { slots: [{ id: 0x20, value: 1 }] } })).toThrow(
      'slots.items.slots[].id: 32 is not an id from 0x0010 to 0x001F',
    );
    expect(() => fromJson(slots, 2013, { items: { slots: [{ id: '0x20', value: 1 }] } })).toThrow(/an id from 0x0010/);
  });

  it('of one id have the layout of their length', () => {
    expect(read('2b 04 00010002')).toEqual({ items: { pair: { a: 1, b: 2 } }, quirks: [] });
    expect(read('2b 06 000100020003')).toEqual({ items: { words: [1, 2, 3] }, quirks: ['length'] });
    expect(read('2b 03 000100')).toMatchObject({ items: { unknown: [{ id: 0x2b }] }, quirks: ['length'] });
  });

  it('of a run need one length', () => {
    const loose = message(0x0f14, 'loose', about, {
      items: items({ id: 1, ranges: { all: range(1, 9, text('rest')) } }, {}),
    });
    expect(() => compile(loose, 2013)).toThrow('loose.items.all: items of a range have one length');
  });
});

it('a body inside another one is told once', () => {
  const outer = message(0x0f16, 'outer', about, {
    inner: struct(polygon.body),
    rest: sized('rest', struct(slots.body)),
  });
  const said = saidIn([polygon, slots, outer]);
  const section = markdown(outer, said);
  expect(section).toContain('| `inner` |  | struct |  | as in `polygon` |');
  expect(section).not.toContain('`inner.bits`');
  expect(section).toContain('as in `slots`');
  expect(markdown(polygon, said)).toContain('| `points[].latitude` |');
});

/** A maker id of one width by the standard, of another from some; and entries that share what is left. */
const made = message(0x0f15, 'made', about, { maker: ascii(2), name: text(prefix(1, 'nameLength')) }, [
  {
    quirk: 'manufacturer-11',
    name: 'wide',
    revisions: [2013],
    body: { maker: ascii(4), name: text(prefix(1, 'nameLength')) },
  },
  {
    quirk: 'variable-location',
    revisions: [2013],
    body: {
      maker: ascii(2),
      entries: list({ size: 1, name: 'count', evenly: true }, struct({ a: u8, rest: octets('rest') })),
    },
  },
  { quirk: 'other-edition', revisions: [2019], as: 2011 },
  { revisions: [2011], body: { name: text('rest') } },
]);

describe('a body in several layouts', () => {
  const codec = compile(made, 2013);
  const read = (text: string): { value: unknown; quirks: string[] } => {
    const body = octetsOf(text);
    const quirks: string[] = [];
    const value = codec.decode(body, 0, body.length, { quirk: (name) => quirks.push(name) });
    expect(readGeneric(made, 2013, body).value).toEqual(value);
    expect(encode(codec, value)).toEqual(body);
    expect(fromJson(made, 2013, JSON.parse(JSON.stringify(toJson(made, 2013, value))))).toEqual(value);
    const validate = ajv.compile(jsonSchema(made, 2013));
    expect(validate(toJson(made, 2013, value)), JSON.stringify(validate.errors)).toBe(true);
    return { value, quirks };
  };

  it('is read as the standard has it where that fits', () => {
    expect(read('4142 01 43')).toEqual({ value: { maker: 'AB', name: 'C' }, quirks: [] });
  });

  it('is read as the first that fits exactly, and counted', () => {
    expect(read('41424344 01 45')).toEqual({
      value: { maker: 'ABCD', name: 'E', layout: 'wide' },
      quirks: ['manufacturer-11'],
    });
  });

  it('shares what is left evenly', () => {
    expect(read('4142 02 0a ff 0b ff')).toEqual({
      value: {
        maker: 'AB',
        entries: [
          { a: 10, rest: Uint8Array.of(255) },
          { a: 11, rest: Uint8Array.of(255) },
        ],
        layout: 'variable-location',
      },
      quirks: ['variable-location'],
    });
  });

  it('is read as the standard has it where none fits, with what is left over', () => {
    expect(read('4142 02 4344 00')).toEqual({
      value: { maker: 'AB', name: 'CD', trailing: Uint8Array.of(0) },
      quirks: ['trailing'],
    });
    expect(() => codec.decode(octetsOf('41'), 0, 1, IGNORE_QUIRKS)).toThrow('made.maker: needs 2 octets, 1 left');
  });

  it('may be defined otherwise in an edition, and met in that layout in another', () => {
    const old = compile(made, 2011);
    expect(old.decode(octetsOf('4142'), 0, 2, IGNORE_QUIRKS)).toEqual({ name: 'AB' });
    const quirks: string[] = [];
    const value = compile(made, 2019).decode(octetsOf('4142'), 0, 2, { quirk: (name) => quirks.push(name) });
    expect(value).toEqual({ name: 'AB', layout: 'other-edition' });
    expect(quirks).toEqual(['other-edition']);
  });

  it('of a layout that nobody knows is refused', () => {
    const json = { maker: 'AB', name: '', layout: 'narrow' };
    expect(() => fromJson(made, 2013, json)).toThrow(
      'made.layout: expected one of wide, variable-location, not "narrow"',
    );
  });

  it('has all of them in the reference', () => {
    const section = markdown(made);
    expect(section).toContain('Also met in 2013: `layout` wide, quirk manufacturer-11.');
    expect(section).toContain('Also met in 2019: `layout` other-edition, that of 2011.');
    expect(markdown(slots)).toContain('| 0x0010–0x001F | `items.slots[]` |');
  });
});
