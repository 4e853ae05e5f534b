/**
 * The descriptors against `tests/vectors/catalogue-facts.json`, a table of the standard's fields written by hand:
 * names, order, offsets, lengths, types, units, enumerations, bits, conditions, replies. Every fact is walked, and
 * every difference has its reason here.
 */
import { describe, expect, it } from 'vitest';
import {
  ALARM_BITS,
  type BitTable,
  CATALOGUE,
  type Message,
  replyTo,
  type Revision,
  STATUS_BITS,
} from '../../../protocol/index.ts';
import { layoutOf } from '../../../protocol/schema/message.ts';
import {
  fieldsAt,
  isDerived,
  type ItemsNode,
  type Node,
  nodeAt,
  prefixOf,
  type ShapeLike,
} from '../../../protocol/schema/node.ts';
import { boundsOf, fixedSize, lengthsOf } from '../../../protocol/schema/size.ts';
import { camel, conditionIn, facts, type FieldFact, sizeIn, unnamed } from './facts.ts';

const messages: readonly Message[] = CATALOGUE;

/** Names of values that are said shorter, or that are numbers in the table. */
const SPOKEN: Readonly<Record<string, string>> = {
  'agricultural green (ext.)': 'agriculturalGreen',
  'road-transport-certificate IC card reader': 'icCardReader',
  'BeiDou/GNSS module': 'gnssModule',
  'IC card inserted (driver on duty)': 'inserted',
  'IC card removed (driver off duty)': 'removed',
  'failed: key authentication not passed': 'keyNotAuthenticated',
  'failed: card locked': 'cardLocked',
  'failed: card removed': 'cardRemoved',
  'failed: data check error': 'dataCheckError',
  'collision/rollover alarm': 'collisionRolloverAlarm',
  'photo on door open': 'doorOpen',
  'photo on door close': 'doorClose',
  'door went open->closed and speed rose from below 20 km/h to above 20 km/h': 'speedAboveDoorClosed',
  'fixed-distance photo': 'fixedDistance',
  'GNSS module detailed positioning data': 'gnssData',
  'road-transport-certificate IC card (64 bytes up, 24 bytes down; 30 s timeout, no resend)': 'icCard',
  'connect to a given server (has parameters)': 'connectToServer',
  'lowest supported': 'lowest',
  'highest supported': 'highest',
};
/** Names that are numbers with a unit. */
const MEASURED: readonly (readonly [RegExp, (match: RegExpMatchArray) => string])[] = [
  [/^(\d+x\d+)/, ([, size]) => size!],
  [/^(\d+) kHz$/, ([, rate]) => `${rate}kHz`],
  [/^(\d+) ms$/, ([, time]) => `every${time}Ms`],
  [/^(\d{4,6})$/, ([, rate]) => `baud${rate}`],
];

function spoken(phrase: string): string {
  for (const [pattern, name] of MEASURED) {
    const match = phrase.match(pattern);
    if (match !== null) return name(match);
  }
  return SPOKEN[phrase] ?? camel(phrase, /[(/,]/);
}

/** What is otherwise than in the table, and why. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  '0x0104.params': 'items keyed by name; id, length and value are those of the parameter table',
  '0x8103.params': 'items keyed by name; id, length and value are those of the parameter table',
  '0x0200.items': 'items keyed by name, as the table of additional items says',
  '0x0608.data': 'typed: circles, rectangles, polygons or routes, by queryType',
  '0x0700.data': 'typed: a frame of the driving recorder; octets where it is none',
  '0x0900.data': 'typed for peripherals of active safety, whose types are users’ own; octets else',
  '0x8900.data': 'typed for peripherals of active safety, whose types are users’ own; octets else',
  '0x8700.data': 'typed: a frame of the driving recorder; octets where it is none',
  '0x8701.data': 'typed: a frame of the driving recorder; octets where it is none',
};
const TYPED: Readonly<Record<string, readonly string[]>> = {
  '0x0608.data': ['circles', 'rectangles', 'polygons', 'routes'],
  '0x0900.data': ['data', 'peripheralStatus', 'peripheralIdentity'],
  '0x8900.data': ['data', 'peripherals'],
};
/** In editions before 2019, colours that JT/T 697.7-2014 adds are read by name too: a plate is green whatever the edition. */
const WIDER = new Set(['plateColor']);

interface Ours {
  readonly name: string;
  readonly offset: number | undefined;
  readonly node: Node | undefined;
  readonly size: number | undefined;
  readonly zh: string | undefined;
  readonly unit: string | undefined;
}

/** Fields and the lengths or counts in front of them, in wire order. */
function rowsOf(shape: ShapeLike, revision: Revision): Ours[] {
  const rows: Ours[] = [];
  let offset: number | undefined = 0;
  for (const { name, node, doc } of fieldsAt(shape, revision)) {
    const prefix = prefixOf(node);
    if (prefix !== undefined) {
      const { size } = prefix;
      rows.push({ name: prefix.name, offset, node: undefined, size, zh: undefined, unit: undefined });
      // What may be missing takes its prefix with it, so that nothing behind has a fixed place.
      offset = node.kind === 'when' || node.kind === 'optional' || offset === undefined ? undefined : offset + size;
    }
    const inner = innerOf(node);
    rows.push({ name, offset, node, size: fixedSize(inner, revision), zh: doc.zh, unit: doc.unit });
    const size: number | undefined = fixedSize(node, revision);
    offset = offset === undefined || size === undefined ? undefined : offset + size;
  }
  return rows;
}

const innerOf = (node: Node): Node => (node.kind === 'when' || node.kind === 'optional' ? innerOf(node.of.node) : node);

/** Facts that a revision has, with those that are typed further in our shape under our names. */
function expectedNames(path: string, fields: readonly FieldFact[]): string[] {
  return fields.flatMap(({ name }) => TYPED[`${path}.${name}`] ?? [name]);
}

function checkEnumeration(name: string, node: Node, fact: NonNullable<FieldFact['enum']>): void {
  expect(node.kind, name).toBe('enumeration');
  if (node.kind !== 'enumeration') return;
  const named = Object.fromEntries(Object.entries(fact).map(([value, phrase]) => [spoken(phrase), Number(value)]));
  if (WIDER.has(name.split('.').at(-1)!)) expect(node.names, name).toMatchObject(named);
  else expect(node.names, name).toEqual(named);
}

function checkBits(name: string, node: Node, fact: NonNullable<FieldFact['bits']>): void {
  const table: Record<string, unknown> = {};
  if (node.kind === 'packed') {
    for (const [part, { bit, width }] of Object.entries(node.parts)) {
      table[part] = width === 1 ? bit : `${bit}-${bit + width - 1}`;
    }
  } else {
    expect(node.kind, name).toBe('flags');
    if (node.kind !== 'flags') return;
    for (const [bitName, at] of Object.entries(node.bits)) {
      table[bitName] = typeof at === 'number' ? at : `${at.bit}-${at.bit + at.width - 1}`;
    }
  }
  expect(table, name).toMatchObject(Object.fromEntries(fact.map(({ bit, name: bitName }) => [bitName, bit])));
  // The bits that 2013 added to areas are read by name in 2011 too.
  const more = Object.keys(table).filter((key) => !fact.some(({ name: known }) => known === key));
  expect(
    more.every((key) => ['doorForbidden', 'enterCommOff', 'enterCollectGnss'].includes(key)),
    name,
  ).toBe(true);
}

function checkList(path: string, node: Node, fact: FieldFact, revision: Revision): void {
  if (node.kind !== 'list' || fact.item === undefined) return;
  const of = nodeAt(node.of, revision)!;
  const fields = fact.item.filter(({ revisions }) => revisions.includes(revision));
  if (of.kind === 'struct') {
    checkStruct(path, of.shape, fields, revision);
    return;
  }
  // A list of one field each is a list of plain values.
  expect(fields, path).toHaveLength(1);
  expect(fixedSize(of, revision), path).toBe(fields[0]!.length);
}

function checkField(path: string, ours: Ours, fact: FieldFact, revision: Revision): void {
  const node = ours.node!;
  const inner = innerOf(node);
  expect(ours.offset ?? null, `${path} offset`).toBe(fact.offset);
  if (!isDerived(inner) || ours.zh !== undefined) expect(ours.zh, `${path} term`).toBe(fact.zh);
  if (fact.length !== null) expect(ours.size, `${path} length`).toBe(fact.length);
  const size = sizeIn(fact.type);
  if (size !== undefined) expect(ours.size, `${path} ${fact.type}`).toBe(size);
  if (fact.type.startsWith('BCD')) expect(['bcd', 'time'], path).toContain(inner.kind);
  if (fact.type.startsWith('STRING')) expect(inner, path).toMatchObject({ kind: 'text', charset: 'gbk' });
  if (fact.enum !== undefined) checkEnumeration(path, inner, fact.enum);
  if (fact.bits !== undefined) checkBits(path, inner, fact.bits);
  if (fact.scale !== undefined) {
    expect(1 / (inner as { divisor: number }).divisor, `${path} scale`).toBeCloseTo(fact.scale, 12);
  }
  if (fact.unit !== undefined) expect(ours.unit, `${path} unit`).toBe(fact.unit);
  if (fact.lengthFrom !== undefined && fact.lengthFrom !== 'rest')
    expect(prefixOf(node)?.name, path).toBe(fact.lengthFrom);
  if (fact.countFrom !== undefined && fact.countFrom !== 'rest' && inner.kind === 'list') {
    const { count } = inner;
    const from = typeof count !== 'object' ? undefined : 'size' in count ? count.name : count.from;
    expect(from, `${path} count`).toBe(fact.countFrom);
  }
  const condition = conditionIn(fact.condition);
  if (condition !== undefined) {
    const own = node.kind === 'when' ? node.condition : node.kind === 'optional' ? node.due : undefined;
    expect(own, `${path} condition`).toEqual(condition);
  } else if (fact.optional === true) {
    expect(node.kind, `${path} optional`).toBe('optional');
  } else {
    expect(node.kind, `${path} is always there`).not.toBe('when');
  }
  if (fact.ref !== undefined) checkEmbedded(path, inner, fact, revision);
  checkList(path, inner, fact, revision);
}

/** A body inside another one has the fields of that body, all of them or those of a fixed size. */
function checkEmbedded(path: string, node: Node, fact: FieldFact, revision: Revision): void {
  const struct = node.kind === 'sized' ? nodeAt(node.of, revision)! : node;
  expect(struct.kind, path).toBe('struct');
  if (struct.kind !== 'struct') return;
  const whole = facts.messages.find(({ id }) => id === fact.ref)!.fields.map(({ name }) => name);
  expect(Object.keys(struct.shape), path).toEqual(fact.length === null ? whole : whole.slice(0, -1));
}

function checkStruct(path: string, shape: ShapeLike, fields: readonly FieldFact[], revision: Revision): void {
  const rows = rowsOf(shape, revision);
  expect(
    rows.map(({ name }) => name),
    path,
  ).toEqual(expectedNames(path, fields));
  for (const fact of fields) {
    const at = `${path}.${fact.name}`;
    if (at in DEVIATIONS) continue;
    const ours = rows.find(({ name }) => name === fact.name)!;
    if (ours.node !== undefined) {
      checkField(at, ours, fact, revision);
      continue;
    }
    // A length or a count in front of its field.
    expect(ours.offset ?? null, at).toBe(fact.offset);
    expect(ours.size, at).toBe(fact.length);
  }
}

/** Least octets that the table has otherwise, and why. */
const LEAST: Readonly<Record<string, readonly [octets: number, why: string]>> = {
  '0x8800 2011': [5, 'the count is always there in 2011, as the notes of the table say'],
};

/** Least octets of a body that follows the standard: what some leave off counts. */
function leastOf(shape: ShapeLike, revision: Revision): number {
  return fieldsAt(shape, revision).reduce((sum, { node }) => {
    const always = node.kind === 'optional' && node.due === 'always' ? nodeAt(node.of, revision)! : node;
    return sum + boundsOf(always, revision).least;
  }, 0);
}

it('the catalogue has the messages of the table', () => {
  const ours = messages.filter(({ id }) => facts.messages.some((fact) => Number(fact.id) === id));
  expect(ours.map(({ id }) => id)).toEqual(facts.messages.map(({ id }) => Number(id)));
  expect(facts.messages).toHaveLength(71);
});

describe.each(facts.messages)('$id $en', (fact) => {
  const message = messages.find(({ id }) => id === Number(fact.id))!;

  it('is in the catalogue under its names and its side', () => {
    expect(message.about).toMatchObject({ zh: fact.zh, en: fact.en, from: fact.from, revisions: fact.revisions });
    expect(message.name).toBe(unnamed[fact.id] ?? camel(fact.en, /[(/,]/));
  });

  it('is answered by what the table says, and answers what it says', () => {
    expect(message.about.replies ?? []).toEqual(fact.replies.map(Number));
    for (const request of fact.replyTo) expect(Object.values(replyTo(Number(request))), request).toContain(message.id);
  });

  it.each(fact.revisions)('has the fields of %i, one by one', (revision) => {
    const { shape } = layoutOf(message, revision);
    const fields = fact.fields.filter(({ revisions }) => revisions.includes(revision));
    checkStruct(fact.id, shape, fields, revision);
    // The table counts a whole body inside another one as nothing, which is at least its fixed part.
    const embedded = fields.filter(({ ref, length }) => ref !== undefined && length === null).length * 28;
    const [least] = LEAST[`${fact.id} ${revision}`] ?? [fact.lengths[revision]!.min + embedded];
    expect(leastOf(shape, revision)).toBe(least);
  });
});

describe('bits of the location report', () => {
  it('have the names and places of the table', () => {
    expect(ALARM_BITS).toEqual(Object.fromEntries(facts.alarmBits.map(({ bit, name }) => [name, bit])));
    for (const { bit, width, name } of facts.statusBits) {
      const at = (STATUS_BITS as BitTable)[name];
      expect(typeof at === 'object' ? [at.bit, at.width] : [at, 1], name).toEqual([bit, width]);
    }
    expect(Object.keys(STATUS_BITS)).toHaveLength(facts.statusBits.length);
  });
});

function itemsOf(messageName: string, field: string): ItemsNode {
  return messages.find(({ name }) => name === messageName)!.body[field]!.node as ItemsNode;
}

describe('additional items', () => {
  const ours = Object.entries(itemsOf('locationReport', 'items').items);
  /** Another layout of 0x2B, for lengths that the table does not have. */
  const OWN = new Set(['analogChannels']);
  const NEIGHBOURS = new Set(ours.filter(([, { id }]) => id >= 0x64 && id <= 0x70).map(([name]) => name));

  it('are those of the table, and of active safety', () => {
    const standard = ours.filter(([name]) => !OWN.has(name) && !NEIGHBOURS.has(name));
    expect(standard.map(([, { id }]) => id)).toEqual(facts.items.map(({ id }) => Number(id)).toSorted((a, b) => a - b));
  });

  it.each(facts.items)('$id $zh has its length and its fields', (fact) => {
    const [name, { field }] = ours.find(([, { id }]) => id === Number(fact.id))!;
    expect(field.doc.zh).toBe(fact.zh);
    // Wheels are as many as a vehicle has: any length is taken.
    const length = typeof fact.length === 'string' ? fact.length.split(' or ').map(Number) : [fact.length];
    if (name !== 'tyrePressure' && fact.length !== null) expect(lengthsOf(field, 2019)).toEqual(length);
    const node = nodeAt(field, 2019)!;
    const own = node.kind === 'struct' ? fieldsAt(node.shape, 2019) : [{ name, node, doc: field.doc }];
    expect(own).toHaveLength(fact.fields.length);
    for (const [i, one] of own.entries()) {
      const { enum: names, bits, scale, unit, ...field } = fact.fields[i]!;
      if (node.kind === 'struct') expect(one.name).toBe(field.name);
      const inner = innerOf(one.node);
      if (names !== undefined) checkEnumeration(field.name, inner, names);
      if (bits !== undefined) checkBits(field.name, inner, bits);
      if (scale !== undefined) expect(1 / (inner as { divisor: number }).divisor).toBeCloseTo(scale, 12);
      // One unit is in doubt in the standard itself, one is stated in words.
      if (unit !== undefined && name !== 'tyrePressure' && name !== 'carriageTemperature')
        expect(one.doc.unit).toBe(unit);
    }
  });
});

describe('parameters', () => {
  const { items, ranges } = itemsOf('setTerminalParameters', 'params');
  const ours = Object.entries(items);

  it('are those of the table, and users’ own', () => {
    const standard = ours.filter(([, { id }]) => id < 0xf000);
    expect(standard.map(([, { id }]) => id)).toEqual(facts.parameters.map(({ id }) => Number(id)));
  });

  it('have the layout of one for a whole range', () => {
    for (const fact of facts.parameterRanges) {
      const range = Object.values(ranges).find(({ first }) => first === Number(fact.first))!;
      expect(range.last).toBe(Number(fact.last));
      expect(range.field.doc.zh).toBe(fact.zh);
      expect(range.field.node).toEqual(ours.find(([, { id }]) => id === Number(fact.as))![1].field.node);
    }
  });

  it.each(facts.parameters)('$id $en has its name, type and unit', (fact) => {
    const [name, { field }] = ours.find(([, { id }]) => id === Number(fact.id))!;
    // The field of the same meaning in 0x0100 is spelt so.
    const plateColor = fact.id === '0x0084';
    expect(name).toBe(plateColor ? 'plateColor' : camel(fact.en.replace('/', ' '), /\(/));
    expect(field.doc.zh).toBe(fact.zh);
    const node = nodeAt(field, 2019)!;
    const size = sizeIn(fact.type) ?? (fact.type.startsWith('BYTE[') ? fact.length : undefined);
    if (size !== undefined) expect(fixedSize(node, 2019)).toBe(size);
    if (fact.type === 'STRING') expect(node).toMatchObject({ kind: 'text', charset: 'gbk', extent: 'rest' });
    if (fact.enum !== undefined) checkEnumeration(name, node, fact.enum);
    if (fact.scale !== undefined) expect(1 / (node as { divisor: number }).divisor).toBeCloseTo(fact.scale, 12);
    if (fact.unit !== undefined) expect(field.doc.unit).toBe(fact.unit);
    for (const { name: part } of fact.bits ?? []) expect(JSON.stringify(node), part).toContain(`"${part}":`);
  });
});

it('every deviation is one of the table', () => {
  const paths = facts.messages.flatMap(({ id, fields }) => fields.map(({ name }) => `${id}.${name}`));
  for (const path of Object.keys(DEVIATIONS)) expect(paths).toContain(path);
});
