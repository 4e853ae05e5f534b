/** The messages against a table of the standard's fields, and what holds for each of them. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatId,
  fromJson,
  JT809_CATALOGUE,
  JT809_EDITIONS,
  jt809ById,
  jt809ByName,
  type Jt809Edition,
  type Message,
  readGeneric,
  toJson,
} from '../../../protocol/index.ts';
import { codecOf } from '../../../protocol/jt809/catalogue.ts';
import { envelopeOf } from '../../../protocol/jt809/message.ts';
import { fieldsAt } from '../../../protocol/schema/node.ts';
import { boundsOf } from '../../../protocol/schema/size.ts';
import { anyBody, encode } from '../schema/arbitrary.ts';

/**
 * Octets of each field, in the order of the wire: `+` as many as a length says or as are left. From the tables of the
 * standard; where captures show another layout, from those (in 2019: alarms, their supervision).
 */
const FIELDS: Readonly<Record<string, string>> = {
  '1001/2011': '4 8 32 2',
  '1001/2019': '4 8 4 32 2',
  '1002': '1 4',
  '1003': '4 8',
  '1004': '',
  '1005': '',
  '1006': '',
  '1007': '1',
  '1008': '1',
  '9001': '4',
  '9002': '1',
  '9003': '4',
  '9004': '',
  '9005': '',
  '9006': '',
  '9007': '1',
  '9008': '1',
  '1101/2019': '4 8 8',
  '1102/2019': '11 8 8 4 1 4',
  '1103/2019': '+',
  '9101': '4 8 8',
  '9102/2019': '11 8 8',
  '9103/2019': '+',
  '1201/2011': '11 11 20 7 12',
  '1201/2019': '11 11 30 15 30 13',
  '1202/2011': '1 7 4 4 2 2 4 2 2 4 4',
  '1202/2019': '1 + 11 4 11 4 11 4',
  '1203': '+',
  '1205/2011': '',
  '1205/2019': '2 4',
  '1206/2011': '',
  '1206/2019': '2 4',
  '1207': '8 8',
  '1208': '',
  '1209': '8 8',
  '120a/2011': '16 20 40 200',
  '120a/2019': '2 4 16 20 40 200 8',
  '120b/2011': '+',
  '120b/2019': '2 4 +',
  '120c/2011': '16 20 40 200',
  '120c/2019': '16 20 40 200 8',
  '120d': '+',
  '120e/2019': '+',
  '9201/2019': '2 4 1',
  '9202/2011': '1 7 4 4 2 2 4 2 2 4 4',
  '9202/2019': '1 + 11 4 11 4 11 4',
  '9203': '+',
  '9204': '+',
  '9205': '1',
  '9206': '1',
  '9207/2011': '1',
  '9207/2019': '2 4 1',
  '9208/2011': '1',
  '9208/2019': '2 4 1',
  '9209/2011': '1',
  '9209/2019': '2 4 1',
  '920a/2011': '',
  '920a/2019': '1?',
  '920b': '',
  '920c/2019': '',
  '920d/2019': '4 1 +',
  '1301/2011': '1 12 4 +',
  '1301/2019': '1 16 20 20 2 4 +',
  '1302/2011': '4',
  '1302/2019': '2 4',
  '1303/2019': '2 1 4 4 8',
  '9301/2011': '1 12 4 +',
  '9301/2019': '1 20 1 4 +',
  '9302': '1 12 4 +',
  '9303/2019': '2 1 4 4 8',
  '1401/2011': '4 1',
  '1401/2019': '4 2 4 1',
  '1402/2011': '1 2 8 4 +',
  '1402/2019': '11 2 8 8 21 1 11 4 +',
  '1403/2011': '4 1',
  '1403/2019': '11 2 8 8 21 1 11 4 +',
  '1411/2019': '2 4 1',
  '1412/2019': '2 4 1',
  '1413/2019': '11 8 2 4 8 1 16 20 32',
  '9401': '1 2 8 4 8 1 16 20 32',
  '9402/2011': '1 2 8 +',
  '9402/2019': '11 2 8 8 21 1 11 4 +',
  '9403/2011': '1 2 8 +',
  '9403/2019': '11 2 8 8 21 1 11 4 +',
  '1501/2011': '1',
  '1501/2019': '2 4 1',
  '1502/2011': '1 36 1 4 1 1 +',
  '1502/2019': '2 4 1 + 1 4 1 1 +',
  '1503/2011': '4 1',
  '1503/2019': '2 4 1',
  '1504/2011': '1 +',
  '1504/2019': '2 4 1 +',
  '1505/2011': '1',
  '1505/2019': '2 4 1',
  '9501': '20',
  '9502': '1 1',
  '9503': '4 1 +',
  '9504/2011': '1',
  '9504/2019': '8 8 1',
  '9505': '10 20 49 22 32 2 2 8',
  '1601/2011': '+',
  '1601/2019': '2 4 +',
  '1602/2019': '+',
  '9601': '',
  '1701': '11 64 64',
  '1702': '',
  '9702': '',
  '1801': '1 32 2',
  '1802': '1',
  '9801': '1 1 64 36?',
  '9802': '1 1',
  '1901': '4 +',
  '1902': '1 4 +',
  '9901': '1 1',
  '9902': '1 8 8 4 4 1 1 1 64 36?',
  '1a01': '1 32 2',
  '1a02': '1',
  '9a01': '1 1 1 1 8 8 64 36?',
  '9a02': '1 1 8',
  '1b01': '1 2',
  '1b02': '1 2 32 2 49 22 200',
  '1b03': '1',
  '9b01': '1 8 8 4 4 1 1 1 4 64 36?',
  '9b02': '1 2',
  '9b03': '2 1',
};

function fieldSizes(body: Message, edition: Jt809Edition): string {
  return fieldsAt(body.body, edition)
    .map(({ node }) => {
      const { least, most } = boundsOf(node, edition);
      if (least === most) return String(least);
      return most === Infinity ? '+' : `${most}?`;
    })
    .join(' ');
}

describe('the catalogue', () => {
  it('has the fields of the standard, each of its width, and no other message', () => {
    const ours: Record<string, string> = {};
    for (const { id, bodies } of JT809_CATALOGUE) {
      const of = JT809_EDITIONS.map((edition) => {
        const [first] = bodies[edition];
        return first === undefined ? undefined : fieldSizes(first, edition);
      });
      const key = id.toString(16);
      if (of[0] === of[1]) ours[key] = of[0]!;
      else
        for (const [i, edition] of JT809_EDITIONS.entries()) if (of[i] !== undefined) ours[`${key}/${edition}`] = of[i];
    }
    expect(ours).toEqual(FIELDS);
  });

  it('finds every message by its id and by its name, which no two share', () => {
    for (const message of JT809_CATALOGUE) {
      expect(jt809ById(message.id)).toBe(message);
      expect(jt809ByName(message.name)).toBe(message);
    }
    expect(jt809ById(0x1204)).toBe(undefined);
    expect(jt809ByName('')).toBe(undefined);
  });

  it('answers each request with a message that goes the other way', () => {
    const answered = JT809_CATALOGUE.filter(({ about }) => 'reply' in about);
    expect(answered.length).toBeGreaterThan(20);
    for (const { id, about } of answered) {
      const reply = 'reply' in about ? about.reply : 0;
      expect(jt809ById(reply)).toBeDefined();
      // On a link of its own, login and keep-alive are answered by the next id.
      if (id >> 8 !== 0x10 && id >> 8 !== 0x90) expect(reply >> 15).not.toBe(id >> 15);
    }
  });

  it('puts the vehicle before the data, but not of links, of platforms, and of alarms since 2019', () => {
    expect(envelopeOf(0x1001, 2011, undefined)).toBe('none');
    expect(envelopeOf(0x9101, 2019, undefined)).toBe('none');
    expect(envelopeOf(0x1202, 2019, undefined)).toBe('vehicle');
    expect(envelopeOf(0x9301, 2011, undefined)).toBe('platform');
    expect(envelopeOf(0x1402, 2011, undefined)).toBe('vehicle');
    expect(envelopeOf(0x9403, 2019, undefined)).toBe('platform');
  });
});

const LAYOUTS = JT809_CATALOGUE.flatMap(({ name, bodies }) =>
  JT809_EDITIONS.flatMap((edition) =>
    bodies[edition].map((body: Message, layout) => ({ name: `${name} ${edition} layout ${layout}`, body, edition })),
  ),
);

describe.each(LAYOUTS)('$name', ({ body, edition }) => {
  it('comes back from octets and from JSON, and is read alike twice', () => {
    const codec = codecOf(body, edition);
    fc.assert(
      fc.property(anyBody(body, edition), (value) => {
        const wire = encode(codec, value);
        expect(codec.decode(wire, 0, wire.length, { quirk: () => {} })).toEqual(value);
        expect(readGeneric(body, edition, wire).value).toEqual(value);
        const json: unknown = JSON.parse(JSON.stringify(toJson(body, edition, value)));
        expect(fromJson(body, edition, json)).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the page of messages', () => {
  it('lists each of them with what is known of it', () => {
    const rows = readFileSync(new URL('../../../docs/jt809.md', import.meta.url), 'utf8').split('\n');
    for (const { id, name, about, bodies } of JT809_CATALOGUE) {
      const editions = JT809_EDITIONS.filter((edition) => bodies[edition].length > 0).join(', ');
      const reply = 'reply' in about ? formatId(about.reply, 4) : '';
      const { zh, constant } = about;
      expect(rows).toContain(`| ${formatId(id, 4)} | \`${name}\` | ${zh} | ${constant} | ${editions} | ${reply} |`);
    }
  });
});
