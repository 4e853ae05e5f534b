/** JSON Schema (2020-12) of the JSON form of a body, as `toJson` gives it. */
import { allBitNames } from './bits.ts';
import { layoutOf, type Message, otherLayouts } from './message.ts';
import {
  type Doc,
  docAt,
  fieldsAt,
  type ItemsNode,
  type LayoutsNode,
  type Node,
  nodeAt,
  prefixOf,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import type { Revision } from './revision.ts';

/** A JSON Schema. */
export type JsonSchema = { readonly [keyword: string]: unknown };

type PlainNode = Exclude<Node, RevisedNode>;

const HEX: JsonSchema = { type: 'string', pattern: '^([0-9a-f]{2})*$' };
const ID: JsonSchema = { type: 'string', pattern: '^0x[0-9A-F]{2,8}$' };
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
      if (node.form !== undefined) return { type: 'string' };
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
    case 'layouts':
      return layoutsSchema(node, revision);
    case 'when':
    case 'optional':
      return schemaOf(nodeAt(node.of, revision)!, revision);
    case 'count':
    case 'length':
    case 'check':
      return whole(256 ** node.size - 1);
  }
}

function layoutsSchema({ of, others }: LayoutsNode, revision: Revision): JsonSchema {
  const named = Object.entries(others).map(([name, other]) => {
    const { properties, required, ...schema } = schemaOf(nodeAt(other, revision)!, revision);
    return {
      ...schema,
      properties: { ...(properties as object), layout: { const: name } },
      required: [...(required as readonly string[]), 'layout'],
    };
  });
  return { anyOf: [schemaOf(nodeAt(of, revision)!, revision), ...named] };
}

function structSchema(shape: ShapeLike, revision: Revision, more: Record<string, JsonSchema>): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const { name, node, doc } of fieldsAt(shape, revision)) {
    if (node.kind === 'check') continue;
    const absent = node.kind === 'when' || node.kind === 'optional';
    const prefix = prefixOf(absent ? nodeAt(node.of, revision)! : node);
    if (prefix !== undefined) properties[prefix.name] = whole(256 ** prefix.size - 1);
    properties[name] = { ...schemaOf(node, revision), ...words(doc) };
    if (!absent) required.push(...(prefix === undefined ? [name] : [prefix.name, name]));
  }
  return object({ ...properties, ...more }, required);
}

function itemsSchema(node: ItemsNode, revision: Revision): JsonSchema {
  const raw = object({ id: ID, hex: HEX }, ['id', 'hex']);
  const known = Object.entries(node.items).flatMap(([name, { field }]): [string, JsonSchema][] => {
    const of = nodeAt(field, revision);
    return of === undefined ? [] : [[name, { ...schemaOf(of, revision), ...words(docAt(field, revision)) }]];
  });
  const ranges = Object.entries(node.ranges).map(([name, { field }]): [string, JsonSchema] => {
    const entry = object({ id: ID, value: schemaOf(nodeAt(field, revision)!, revision) }, ['id', 'value']);
    return [name, { type: 'array', items: entry, ...words(docAt(field, revision)) }];
  });
  return object({
    ...Object.fromEntries([...known, ...ranges]),
    unknown: { type: 'array', items: raw },
    trailing: HEX,
  });
}

/** The schema of a message's body under a revision. */
export function jsonSchema(message: Message, revision: Revision): JsonSchema {
  const { zh, en } = message.about;
  const own = structSchema(layoutOf(message, revision).shape, revision, { trailing: HEX });
  const others = otherLayouts(message, revision).map((layout) => {
    const { required, ...schema } = structSchema(layout.shape, layout.revision, {
      trailing: HEX,
      layout: { const: layout.name },
    });
    return { ...schema, required: [...(required as readonly string[]), 'layout'] };
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `${message.name} ${zh}`,
    description: `${en}, JT/T 808-${revision}`,
    ...(others.length === 0 ? own : { anyOf: [own, ...others] }),
  };
}
