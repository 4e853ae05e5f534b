/**
 * Values as the JSON of the contract, and back: `fromJson(toJson(value))` is the value.
 *
 * Bits are lists of names, enumerations names (the number where there is none), times ISO 8601 in UTC+8 or null,
 * octets lower-case hex. Counts and lengths that the wire carries are shown, and need not be given. Numbers come out
 * as decimals without noise because decoding divides once.
 */
import { ProtocolError } from '../errors.ts';
import { buildFunction, canBuild } from './build-function.ts';
import { member } from './emitter.ts';
import { formatId } from '../text/hex.ts';
import { jsonOfOctets, jsonOfScalar, type Json, type Mapping, refuse, same, type Scalar } from './json-scalar.ts';
import { contentSize, itemCount, measure } from './measure.ts';
import { type BodyOf, type Layered, layoutOf, type Message, otherLayouts } from './message.ts';
import {
  type CountNode,
  fieldsAt,
  isDerived,
  type ItemsNode,
  type LayoutsNode,
  type LengthNode,
  type ListNode,
  type Node,
  nodeAt,
  prefixOf,
  type RevisedNode,
  type ShapeLike,
  type SizedNode,
} from './node.ts';
import type { Revision } from './revision.ts';

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Readonly<Record<string, unknown>>;
type JsonObject = Readonly<Record<string, Json>>;

/** A number that the JSON shows and the value does not hold. */
interface Derived {
  readonly name: string;
  /** Undefined where the field that it follows from is not there. */
  of(values: Values): number | undefined;
}

interface Named {
  readonly name: string;
  readonly mapping: Mapping;
}

interface Member extends Named {
  readonly missing: 'refused' | 'left out' | 'empty';
}

function expectObject(json: Json, path: string): JsonObject {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as JsonObject;
  return refuse(path, json, 'an object');
}

function refuseUnknown(given: JsonObject, known: ReadonlySet<string>, path: string): void {
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    const names = known.size === 0 ? 'none' : [...known].join(', ');
    throw new ProtocolError('SHAPE', `${path}.${name}`, `no such field; there are: ${names}`);
  }
}

function mapping(node: PlainNode, revision: Revision): Mapping {
  switch (node.kind) {
    case 'struct':
      return structMapping(node.shape, revision, false);
    case 'list':
      return listMapping(node, revision);
    case 'sized':
      return sizedMapping(node, revision);
    case 'items':
      return itemsMapping(node, revision);
    case 'layouts':
      return layoutsMapping(node, revision);
    case 'when':
    case 'optional':
      return mapping(nodeAt(node.of, revision)!, revision);
    case 'count':
    case 'length':
    case 'check':
      throw new Error('what follows from other fields is no part of a value');
    default:
      return jsonOfScalar(node satisfies Scalar);
  }
}

/** The length or count that stands before a field, if one does. */
function derivedOf(name: string, node: PlainNode, revision: Revision, shape: ShapeLike): Derived | undefined {
  if (node.kind === 'count' || node.kind === 'length') return derivedOfLater(name, node, revision, shape);
  const absent = node.kind === 'when' || node.kind === 'optional';
  const derived = derivedFrom(name, absent ? nodeAt(node.of, revision)! : node, revision);
  if (!absent || derived === undefined) return derived;
  return { name: derived.name, of: (values) => (values[name] === undefined ? undefined : derived.of(values)) };
}

/** A count or a length of the one of several fields that is there; 0 where none is. */
function derivedOfLater(
  name: string,
  { kind, of }: CountNode | LengthNode,
  revision: Revision,
  shape: ShapeLike,
): Derived {
  return {
    name,
    of(values) {
      const there = of.find((field) => values[field] !== undefined);
      if (there === undefined) return 0;
      const value = values[there];
      return kind === 'count' ? (value as readonly unknown[]).length : measure(shape[there]!.node, revision, value);
    },
  };
}

function derivedFrom(name: string, inner: PlainNode, revision: Revision): Derived | undefined {
  const prefix = prefixOf(inner);
  if (prefix === undefined) return undefined;
  switch (inner.kind) {
    case 'text':
    case 'octets':
      return { name: prefix.name, of: (values) => contentSize(inner, values[name]) };
    case 'sized':
      return { name: prefix.name, of: (values) => measure(inner, revision, values[name]) - prefix.size };
    case 'items':
      return { name: prefix.name, of: (values) => itemCount(inner, values[name]) };
    default:
      return { name: prefix.name, of: (values) => (values[name] as readonly unknown[]).length };
  }
}

/**
 * A function that makes the JSON object of a value, member by member. Built from source like the codecs, because a
 * position goes through it on its way to every outlet: looking members up by name costs three times as much.
 */
function objectWriter(steps: readonly (Named | Derived)[]): Mapping['to'] {
  if (!canBuild()) return (values) => objectOf(steps, values as Values);
  const context: Record<string, Mapping['to']> = {};
  const lines = steps.map((step, i) => {
    const derived = 'of' in step;
    context[`f${i}`] = derived ? (values) => step.of(values as Values) as Json : step.mapping.to;
    const value = derived ? `f${i}(x)` : member('x', step.name);
    const json = derived || step.mapping.to === same ? `v${i}` : `f${i}(v${i})`;
    return `const v${i} = ${value};\nif (v${i} !== undefined) ${member('json', step.name)} = ${json};`;
  });
  return buildFunction<Mapping['to']>('x', ['const json = {};', ...lines, 'return json;'], context);
}

/** The same without a function of its own. */
function objectOf(steps: readonly (Named | Derived)[], values: Values): Json {
  const json: Record<string, Json> = {};
  for (const step of steps) {
    const value = 'of' in step ? step.of(values) : values[step.name];
    if (value !== undefined) json[step.name] = 'of' in step ? (value as Json) : step.mapping.to(value);
  }
  return json;
}

function structMapping(shape: ShapeLike, revision: Revision, body: boolean): Mapping {
  const steps: (Member | Derived)[] = [];
  for (const { name, node } of fieldsAt(shape, revision)) {
    const derived = derivedOf(name, node, revision, shape);
    if (derived !== undefined) steps.push(derived);
    if (isDerived(node)) continue;
    const absent = node.kind === 'when' || node.kind === 'optional';
    const missing = absent ? 'left out' : node.kind === 'items' ? 'empty' : 'refused';
    steps.push({ name, mapping: mapping(node, revision), missing });
  }
  if (body) steps.push({ name: 'trailing', mapping: jsonOfOctets(undefined), missing: 'left out' });
  const known = new Set(steps.map(({ name }) => name));
  return {
    to: objectWriter(steps),
    from(json, path) {
      const given = expectObject(json, path);
      refuseUnknown(given, known, path);
      const values: Record<string, unknown> = {};
      for (const step of steps) {
        if ('of' in step) continue;
        const at = `${path}.${step.name}`;
        const one = given[step.name];
        if (one !== undefined) values[step.name] = step.mapping.from(one, at);
        else if (step.missing === 'empty') values[step.name] = {};
        else if (step.missing === 'refused') throw new ProtocolError('SHAPE', at, 'is missing');
      }
      for (const step of steps) {
        const stated = 'of' in step ? given[step.name] : undefined;
        if (stated === undefined || !('of' in step) || stated === step.of(values)) continue;
        throw new ProtocolError(
          'RANGE',
          `${path}.${step.name}`,
          `${JSON.stringify(stated)} is not ${step.of(values)}, which follows`,
        );
      }
      return values;
    },
  };
}

function listMapping(node: ListNode, revision: Revision): Mapping {
  const of = mapping(nodeAt(node.of, revision)!, revision);
  return {
    to: (value) => (value as readonly unknown[]).map((entry) => of.to(entry)),
    from(json, path) {
      if (!Array.isArray(json)) return refuse(path, json, 'a list');
      return json.map((entry: Json, i) => of.from(entry, `${path}[${i}]`));
    },
  };
}

/** A struct in one of several layouts, which it names where it is not the first. */
function layoutsMapping(node: LayoutsNode, revision: Revision): Mapping {
  const own = mapping(nodeAt(node.of, revision)!, revision);
  const others = new Map(
    Object.entries(node.others).map(([name, other]) => [name, mapping(nodeAt(other, revision)!, revision)]),
  );
  return {
    to(value) {
      const { layout } = value as { readonly layout?: string };
      if (layout === undefined) return own.to(value);
      return { ...((others.get(layout) ?? own).to(value) as JsonObject), layout };
    },
    from(json, path) {
      const { layout, ...rest } = expectObject(json, path);
      if (layout === undefined) return own.from(json, path);
      const other = typeof layout === 'string' ? others.get(layout) : undefined;
      if (other === undefined) return refuse(`${path}.layout`, layout, `one of ${[...others.keys()].join(', ')}`);
      return { ...(other.from(rest, path) as object), layout };
    },
  };
}

/** Octets in place of a body are `{"hex":"…"}`, so that they cannot be taken for one. */
function sizedMapping(node: SizedNode, revision: Revision): Mapping {
  const of = mapping(nodeAt(node.of, revision)!, revision);
  const raw = jsonOfOctets(undefined);
  return {
    to: (value) => (value instanceof Uint8Array ? { hex: raw.to(value) } : of.to(value)),
    from(json, path) {
      if (typeof json !== 'object' || json === null || Array.isArray(json)) return of.from(json, path);
      const given = expectObject(json, path);
      if (given['hex'] === undefined) return of.from(json, path);
      refuseUnknown(given, new Set(['hex']), path);
      return raw.from(given['hex'], `${path}.hex`);
    },
  };
}

function itemsMapping(node: ItemsNode, revision: Revision): Mapping {
  const members = Object.entries(node.items).flatMap(([name, { field }]) => {
    const of = nodeAt(field, revision);
    return of === undefined ? [] : [{ name, mapping: mapping(of, revision) }];
  });
  for (const [name, { first, last, field }] of Object.entries(node.ranges)) {
    members.push({ name, mapping: rangeMapping(mapping(nodeAt(field, revision)!, revision), first, last) });
  }
  members.push({ name: 'unknown', mapping: unknownMapping(node.idSize) });
  members.push({ name: 'trailing', mapping: jsonOfOctets(undefined) });
  const byName = new Map(members.map((member) => [member.name, member.mapping]));
  const known = new Set(byName.keys());
  return {
    to: objectWriter(members),
    from(json, path) {
      const given = expectObject(json, path);
      refuseUnknown(given, known, path);
      return Object.fromEntries(
        Object.entries(given).map(([name, one]) => [name, byName.get(name)!.from(one, `${path}.${name}`)]),
      );
    },
  };
}

/** Items of a range: each with its id, since the name is that of all. */
function rangeMapping(of: Mapping, first: number, last: number): Mapping {
  const keys = new Set(['id', 'value']);
  return {
    to: (value) =>
      (value as readonly { id: number; value: unknown }[]).map((entry) => ({
        id: formatId(entry.id, 4),
        value: of.to(entry.value),
      })),
    from(json, path) {
      if (!Array.isArray(json)) return refuse(path, json, 'a list');
      return json.map((entry: Json, i) => {
        const at = `${path}[${i}]`;
        const given = expectObject(entry, at);
        refuseUnknown(given, keys, at);
        const id = idIn(given['id']);
        if (!(id >= first && id <= last))
          return refuse(`${at}.id`, given['id'], `an id from ${formatId(first, 4)} to ${formatId(last, 4)}`);
        return { id, value: of.from(given['value'] ?? null, `${at}.value`) };
      });
    },
  };
}

const idIn = (id: Json | undefined): number =>
  typeof id === 'string' && /^0x[0-9a-fA-F]{1,8}$/.test(id) ? Number(id) : Number.NaN;

/** Ids as documents write them: two digits of an item, four of a parameter. */
function unknownMapping(idSize: 1 | 4): Mapping {
  const digits = idSize === 1 ? 2 : 4;
  const most = 256 ** idSize - 1;
  const raw = jsonOfOctets(undefined);
  const keys = new Set(['id', 'hex']);
  const one = (json: Json, path: string): unknown => {
    const given = expectObject(json, path);
    refuseUnknown(given, keys, path);
    const id = given['id'];
    const number = idIn(id);
    if (!(number <= most)) return refuse(`${path}.id`, id ?? null, `an id such as ${formatId(0xe4, digits)}`);
    return { id: number, bytes: raw.from(given['hex'] ?? null, `${path}.hex`) };
  };
  return {
    to: (value) =>
      (value as readonly { id: number; bytes: Uint8Array }[]).map(({ id, bytes }) => ({
        id: formatId(id, digits),
        hex: raw.to(bytes),
      })),
    from(json, path) {
      if (!Array.isArray(json)) return refuse(path, json, 'a list');
      return json.map((entry: Json, i) => one(entry, `${path}[${i}]`));
    },
  };
}

interface Mappings {
  readonly own: Mapping;
  readonly others: ReadonlyMap<string, Mapping>;
}

const cache = new WeakMap<Message, Partial<Record<Revision, Mappings>>>();

function mappingsOf(message: Message, revision: Revision): Mappings {
  let row = cache.get(message);
  if (row === undefined) cache.set(message, (row = {}));
  const body = ({ shape, revision: by }: Layered): Mapping => structMapping(shape, by, true);
  return (row[revision] ??= {
    own: body(layoutOf(message, revision)),
    others: new Map(otherLayouts(message, revision).map((layout) => [layout.name, body(layout)])),
  });
}

/** The JSON form of a body. */
export function toJson<M extends Message>(message: M, revision: Revision, body: BodyOf<M>): JsonObject {
  const { own, others } = mappingsOf(message, revision);
  const { layout } = body as { readonly layout?: string };
  if (layout === undefined) return own.to(body) as JsonObject;
  return { ...((others.get(layout) ?? own).to(body) as JsonObject), layout };
}

/**
 * The body of a JSON form. Throws ProtocolError SHAPE (wrong type, a field that is missing or that nobody knows) or
 * RANGE (a number that does not fit), with the path of the field and what was expected.
 */
export function fromJson<M extends Message>(message: M, revision: Revision, json: unknown): BodyOf<M> {
  const { own, others } = mappingsOf(message, revision);
  const given = expectObject(json as Json, message.name);
  if (others.size === 0 || given['layout'] === undefined) return own.from(given, message.name) as BodyOf<M>;
  const { layout, ...rest } = given;
  const other = typeof layout === 'string' ? others.get(layout) : undefined;
  if (other === undefined) return refuse(`${message.name}.layout`, layout, `one of ${[...others.keys()].join(', ')}`);
  return { ...(other.from(rest, message.name) as object), layout } as BodyOf<M>;
}
