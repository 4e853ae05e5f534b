/**
 * The descriptors against `tests/vectors/catalogue-facts.json`, a table of the standard's fields written by hand:
 * names, offsets, lengths, units, enumerations, bits. Every difference must have a reason here.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ALARM_BITS,
  type BitTable,
  CATALOGUE,
  type Message,
  type Revision,
  STATUS_BITS,
} from '../../../protocol/index.ts';
import { fieldsAt, type ItemLike, type ItemsNode, type Node, nodeAt } from '../../../protocol/schema/node.ts';
import { fixedSize, lengthsOf } from '../../../protocol/schema/size.ts';

interface FieldFact {
  readonly name: string;
  readonly zh: string | null;
  readonly type: string;
  readonly offset: number | null;
  readonly length: number | null;
  readonly revisions: readonly Revision[];
  readonly scale?: number;
  readonly unit?: string;
  readonly enum?: Readonly<Record<string, string>>;
  readonly bits?: readonly { readonly bit: number | string; readonly name: string }[];
  readonly lengthFrom?: string;
  readonly countFrom?: string;
  readonly item?: readonly FieldFact[];
}
interface Facts {
  readonly messages: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly from: string;
    readonly revisions: readonly Revision[];
    readonly replies: readonly string[];
    readonly fields: readonly FieldFact[];
  }[];
  readonly alarmBits: readonly { readonly bit: number; readonly name: string }[];
  readonly statusBits: readonly { readonly bit: number; readonly width: number; readonly name: string }[];
  readonly items: readonly {
    readonly id: string;
    readonly zh: string;
    readonly length: number | string | null;
    readonly fields: readonly FieldFact[];
  }[];
  readonly parameters: readonly {
    readonly id: string;
    readonly en: string;
    readonly zh: string;
    readonly type: string;
    readonly length?: number;
    readonly unit?: string;
    readonly scale?: number;
    readonly enum?: Readonly<Record<string, string>>;
    readonly bits?: readonly { readonly bit: number | string; readonly name: string }[];
  }[];
}
const facts = JSON.parse(readFileSync(new URL('../../vectors/catalogue-facts.json', import.meta.url), 'utf8')) as Facts;
const messages: readonly Message[] = CATALOGUE;

/** `Text message (urgent)` → `textMessage`: names are made from the words before a bracket, a slash or a comma. */
function camel(phrase: string, stop: RegExp): string {
  const words = phrase
    .split(stop)[0]!
    .replaceAll("'", '')
    .match(/[A-Za-z0-9]+/g)!;
  return words
    .map((word, i) => (i === 0 ? word.toLowerCase() : word[0]!.toUpperCase() + word.slice(1).toLowerCase()))
    .join('');
}

/** Values that are numbers in the table, which are no names. */
const SPEECH: Readonly<Record<string, (phrase: string) => string>> = {
  gnssBaudRate: (phrase) => `baud${phrase}`,
  gnssDetailedDataOutputRate: (phrase) => `every${phrase.replace(' ms', 'Ms')}`,
};

function checkNames(
  name: string,
  names: Readonly<Record<string, number>>,
  fact: Readonly<Record<string, string>>,
): void {
  const speak = SPEECH[name] ?? ((phrase: string) => camel(phrase, /[(/,]/));
  for (const [value, phrase] of Object.entries(fact))
    expect(names[speak(phrase)], `${name}: ${phrase}`).toBe(Number(value));
}

function checkBits(name: string, table: BitTable, fact: NonNullable<FieldFact['bits']>): void {
  for (const { bit, name: bitName } of fact) {
    const at = table[bitName];
    const shown = typeof at === 'object' ? `${at.bit}-${at.bit + at.width - 1}` : at;
    expect(shown, `${name}.${bitName}`).toBe(bit);
  }
}

function checkNode(
  name: string,
  given: Node,
  fact: Pick<FieldFact, 'enum' | 'bits' | 'scale' | 'unit' | 'type'>,
  unit?: string,
): void {
  const node = given.kind === 'when' || given.kind === 'optional' ? given.of.node : given;
  if (fact.enum !== undefined) {
    expect(node.kind, name).toBe('enumeration');
    if (node.kind === 'enumeration') checkNames(name, node.names, fact.enum);
  }
  if (fact.bits !== undefined && node.kind === 'flags') checkBits(name, node.bits, fact.bits);
  if (fact.scale !== undefined) expect(1 / (node as { divisor: number }).divisor, name).toBeCloseTo(fact.scale, 12);
  // One unit is in doubt in the standard itself, one is stated in words.
  if (fact.unit !== undefined && !name.startsWith('tyrePressure') && !name.startsWith('carriageTemperature')) {
    expect(unit, name).toBe(fact.unit);
  }
}

describe.each(facts.messages)('$id $en', (fact) => {
  const message = messages.find(({ id }) => id === Number(fact.id))!;

  it('is in the catalogue under its names and its side', () => {
    expect(message.about).toMatchObject({ zh: fact.zh, en: fact.en, from: fact.from, revisions: fact.revisions });
  });

  it('is answered by what the table says', () => {
    expect(message.about.replies ?? []).toEqual(fact.replies.map(Number));
  });

  it.each(fact.revisions)('has the fields of %i at their places', (revision) => {
    let checked = 0;
    let offset: number | undefined = 0;
    const derived = new Map<string, number | undefined>();
    const known = new Map<
      string,
      { offset: number | undefined; node: Node; zh: string | undefined; unit: string | undefined }
    >();
    for (const { name, node, doc } of fieldsAt(message.body, revision)) {
      const before: unknown = 'extent' in node ? node.extent : 'count' in node ? node.count : undefined;
      if (typeof before === 'object' && before !== null && 'size' in before) {
        const { name: prefix, size } = before as { name: string; size: number };
        derived.set(prefix, offset);
        offset = offset === undefined ? undefined : offset + size;
      }
      known.set(name, { offset, node, zh: doc.zh, unit: doc.unit });
      const size: number | undefined = fixedSize(node, revision);
      offset = offset === undefined || size === undefined ? undefined : offset + size;
    }
    for (const field of fact.fields.filter(({ revisions }) => revisions.includes(revision))) {
      checked++;
      if (derived.has(field.name)) {
        expect(derived.get(field.name), field.name).toBe(field.offset);
        continue;
      }
      const ours = known.get(field.name);
      expect(ours, field.name).toBeDefined();
      expect(ours!.offset ?? null, field.name).toBe(field.offset);
      if (ours!.node.kind !== 'count' && ours!.node.kind !== 'items')
        expect(ours!.zh?.length, field.name).toBeGreaterThan(0);
      if (field.length !== null) {
        const inner = ours!.node.kind === 'optional' ? ours!.node.of.node : ours!.node;
        expect(fixedSize(inner, revision), field.name).toBe(field.length);
      }
      checkNode(field.name, ours!.node, field, ours!.unit);
    }
    expect(known.size + derived.size).toBe(checked);
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

function itemsOf(messageName: string, field: string): readonly (readonly [string, ItemLike])[] {
  const message = messages.find(({ name }) => name === messageName)!;
  return Object.entries((message.body[field]!.node as ItemsNode).items);
}

describe('additional items', () => {
  const ours = itemsOf('locationReport', 'items');

  it('are those of the table, and no others', () => {
    expect(ours.map(([, { id }]) => id)).toEqual(facts.items.map(({ id }) => Number(id)).toSorted((a, b) => a - b));
  });

  it.each(facts.items)('$id $zh has its length and its fields', (fact) => {
    const [name, { field }] = ours.find(([, { id }]) => id === Number(fact.id))!;
    expect(field.doc.zh).toBe(fact.zh);
    // Wheels are as many as a vehicle has: any length is taken.
    const length = typeof fact.length === 'string' ? fact.length.split(' or ').map(Number) : [fact.length];
    if (name !== 'tyrePressure' && fact.length !== null) expect(lengthsOf(field, 2019)).toEqual(length);
    const node = nodeAt(field, 2019)!;
    if (node.kind !== 'struct') {
      expect(fact.fields).toHaveLength(1);
      checkNode(name, node, fact.fields[0]!, field.doc.unit);
      return;
    }
    const fields = fieldsAt(node.shape, 2019);
    expect(fields.map(({ name: own }) => own)).toEqual(fact.fields.map(({ name: own }) => own));
    for (const [i, own] of fields.entries()) checkNode(`${name}.${own.name}`, own.node, fact.fields[i]!, own.doc.unit);
  });
});

describe('parameters', () => {
  const ours = itemsOf('setTerminalParameters', 'params');
  const SIZES: Readonly<Record<string, number>> = { BYTE: 1, WORD: 2, DWORD: 4 };

  it('are those of the table, and no others', () => {
    expect(ours.map(([, { id }]) => id)).toEqual(facts.parameters.map(({ id }) => Number(id)));
  });

  it.each(facts.parameters)('$id $en has its name, type and unit', (fact) => {
    const [name, { field }] = ours.find(([, { id }]) => id === Number(fact.id))!;
    // The field of the same meaning in 0x0100 is spelt so.
    const plateColor = fact.id === '0x0084';
    expect(name).toBe(plateColor ? 'plateColor' : camel(fact.en.replace('/', ' '), /\(/));
    expect(field.doc.zh).toBe(fact.zh);
    const node = nodeAt(field, 2019)!;
    const size = SIZES[fact.type] ?? (fact.type.startsWith('BYTE[') ? fact.length : undefined);
    if (size !== undefined) expect(fixedSize(node, 2019)).toBe(size);
    if (fact.type === 'STRING') expect(node).toMatchObject({ kind: 'text', charset: 'gbk', extent: 'rest' });
    checkNode(name, node, fact, field.doc.unit);
    for (const { name: part } of fact.bits ?? []) expect(JSON.stringify(node), part).toContain(`"${part}":`);
  });
});
