/** JSON Schema (2020-12) of the JSON form of a body, as `toJson` gives it. */
import { allBitNames } from './bits.ts';
import type { Message } from './message.ts';
import {
  type Doc,
  docAt,
  fieldsAt,
  type ItemsNode,
  type Node,
  nodeAt,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import type { Revision } from './revision.ts';

/** A JSON Schema. */
export type JsonSchema = { readonly [keyword: string]: unknown };

type PlainNode = Exclude<Node, RevisedNode>;

const HEX: JsonSchema = { type: 'string', pattern: '^([0-9a-f]{2})*$' };
const TIME = '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?\\+08:00$';

/** The standard's own term, what an English reader should know, and the unit. */
function words({ zh, en, unit }: Doc): JsonSchema {
  return {
    ...(zh === undefined ? {} : { title: zh }),
    ...(en === undefined ? {} : { description: en }),
    ...(unit === undefined ? {} : { 'x-unit': unit }),
  };
}

const whole = (most: number): JsonSchema => ({ type: 'integer', minimum: 0, maximum: most });
function named(names: Readonly<Record<string, number>>, most: number): JsonSchema {
  const list = Object.keys(names);
  return list.length === 0 ? whole(most) : { anyOf: [{ enum: list }, whole(most)] };
}
const object = (properties: Record<string, JsonSchema>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

function schemaOf(node: PlainNode, revision: Revision): JsonSchema {
  switch (node.kind) {
    case 'uint': {
      const most = (256 ** node.size - 1) / node.divisor;
      return node.divisor === 1 ? whole(most) : { type: 'number', minimum: 0, maximum: most };
    }
    case 'signed':
      return { type: 'integer', minimum: -0x7fff, maximum: 0x7fff };
    case 'coordinate':
      return { type: 'number', minimum: -(2 ** 31) / node.divisor, maximum: (2 ** 31 - 1) / node.divisor };
    case 'flags':
      return { type: 'array', uniqueItems: true, items: { enum: allBitNames(node.bits, node.size) } };
    case 'packed': {
      const parts = Object.entries(node.parts).map(([name, part]): [string, JsonSchema] => [
        name,
        named(part.names ?? {}, 2 ** part.width - 1),
      ]);
      return object({ ...Object.fromEntries(parts), reserved: whole(0xffff_ffff) }, Object.keys(node.parts));
    }
    case 'enumeration':
      return named(node.names, 256 ** node.size - 1);
    case 'bcd':
      return { type: 'string', pattern: `^[0-9a-f]{${2 * node.size}}$` };
    case 'time':
      return { type: ['string', 'null'], pattern: TIME };
    case 'text':
      return { type: 'string' };
    case 'octets':
      return HEX;
    case 'struct':
      return structSchema(node.shape, revision, {});
    case 'list':
      return { type: 'array', items: schemaOf(nodeAt(node.of, revision)!, revision) };
    case 'sized':
      return { anyOf: [schemaOf(nodeAt(node.of, revision)!, revision), object({ hex: HEX }, ['hex'])] };
    case 'items':
      return itemsSchema(node, revision);
    case 'when':
    case 'optional':
      return schemaOf(nodeAt(node.of, revision)!, revision);
    case 'count':
      return whole(256 ** node.size - 1);
  }
}

/** Counts and lengths before a field are shown beside it. */
function prefixOf(node: PlainNode): { name: string; schema: JsonSchema } | undefined {
  const prefix =
    node.kind === 'text' || node.kind === 'octets'
      ? node.extent
      : node.kind === 'sized'
        ? node.prefix
        : node.kind === 'list' || node.kind === 'items'
          ? node.count
          : undefined;
  if (typeof prefix !== 'object' || !('size' in prefix)) return undefined;
  return { name: prefix.name, schema: whole(256 ** prefix.size - 1) };
}

function structSchema(shape: ShapeLike, revision: Revision, more: Record<string, JsonSchema>): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const { name, node, doc } of fieldsAt(shape, revision)) {
    const absent = node.kind === 'when' || node.kind === 'optional';
    const prefix = prefixOf(absent ? nodeAt(node.of, revision)! : node);
    if (prefix !== undefined) properties[prefix.name] = prefix.schema;
    properties[name] = { ...schemaOf(node, revision), ...words(doc) };
    if (!absent) required.push(...(prefix === undefined ? [name] : [prefix.name, name]));
  }
  return object({ ...properties, ...more }, required);
}

function itemsSchema(node: ItemsNode, revision: Revision): JsonSchema {
  const raw = object({ id: { type: 'string', pattern: '^0x[0-9A-F]{2,8}$' }, hex: HEX }, ['id', 'hex']);
  const known = Object.entries(node.items).flatMap(([name, { field }]): [string, JsonSchema][] => {
    const of = nodeAt(field, revision);
    return of === undefined ? [] : [[name, { ...schemaOf(of, revision), ...words(docAt(field, revision)) }]];
  });
  return object({ ...Object.fromEntries(known), unknown: { type: 'array', items: raw }, trailing: HEX });
}

/** The schema of a message's body under a revision. */
export function jsonSchema(message: Message, revision: Revision): JsonSchema {
  const { zh, en } = message.about;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${message.name} ${zh}`,
    description: `${en}, JT/T 808-${revision}`,
    ...structSchema(message.body, revision, { trailing: HEX }),
  };
}
