/**
 * Values as the JSON of the contract, and back: `fromJson(toJson(value))` is the value.
 *
 * Bits are lists of names, enumerations names (the number where there is none), times ISO 8601 in UTC+8 or null,
 * octets lower-case hex. Counts and lengths that the wire carries are shown, and need not be given. Numbers come out
 * as decimals without noise because decoding divides once.
 */
import { ProtocolError } from '../errors.ts';
import { buildFunction } from './compile.ts';
import { member } from './emitter.ts';
import { formatId } from '../text/hex.ts';
import { jsonOfOctets, jsonOfScalar, type Json, type Mapping, refuse, same, type Scalar } from './json-scalar.ts';
import { contentSize, itemCount, measure } from './measure.ts';
import type { BodyOf, Message } from './message.ts';
import {
  fieldsAt,
  type ItemsNode,
  type ListNode,
  type Node,
  nodeAt,
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
    case 'when':
    case 'optional':
      return mapping(nodeAt(node.of, revision)!, revision);
    case 'count':
      throw new Error('a count is no part of a value');
    default:
      return jsonOfScalar(node satisfies Scalar);
  }
}

/** The length or count that stands before a field, if one does. */
function derivedOf(name: string, node: PlainNode, revision: Revision): Derived | undefined {
  const absent = node.kind === 'when' || node.kind === 'optional';
  const derived = derivedFrom(name, absent ? nodeAt(node.of, revision)! : node, revision);
  if (!absent || derived === undefined) return derived;
  return { name: derived.name, of: (values) => (values[name] === undefined ? undefined : derived.of(values)) };
}

function derivedFrom(name: string, inner: PlainNode, revision: Revision): Derived | undefined {
  switch (inner.kind) {
    case 'count':
      return { name, of: (values) => (values[inner.of] as readonly unknown[]).length };
    case 'list':
      if (typeof inner.count !== 'object' || !('size' in inner.count)) return undefined;
      return { name: inner.count.name, of: (values) => (values[name] as readonly unknown[]).length };
    case 'text':
    case 'octets':
      if (typeof inner.extent !== 'object') return undefined;
      return { name: inner.extent.name, of: (values) => contentSize(inner, values[name]) };
    case 'sized':
      return { name: inner.prefix.name, of: (values) => measure(inner, revision, values[name]) - inner.prefix.size };
    case 'items':
      if (inner.count === undefined) return undefined;
      return { name: inner.count.name, of: (values) => itemCount(Object.keys(inner.items), values[name]) };
    default:
      return undefined;
  }
}

/**
 * A function that makes the JSON object of a value, member by member. Built from source like the codecs, because a
 * position goes through it on its way to every outlet: looking members up by name costs three times as much.
 */
function objectWriter(steps: readonly (Named | Derived)[]): Mapping['to'] {
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

function structMapping(shape: ShapeLike, revision: Revision, body: boolean): Mapping {
  const steps: (Member | Derived)[] = [];
  for (const { name, node } of fieldsAt(shape, revision)) {
    const derived = derivedOf(name, node, revision);
    if (derived !== undefined) steps.push(derived);
    if (node.kind === 'count') continue;
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

/** Octets in place of a body are `{"hex":"…"}`, so that they cannot be taken for one. */
function sizedMapping(node: SizedNode, revision: Revision): Mapping {
  const of = mapping(nodeAt(node.of, revision)!, revision);
  const raw = jsonOfOctets(undefined);
  return {
    to: (value) => (value instanceof Uint8Array ? { hex: raw.to(value) } : of.to(value)),
    from(json, path) {
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
    const number = typeof id === 'string' && /^0x[0-9a-fA-F]{1,8}$/.test(id) ? Number(id) : Number.NaN;
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

const cache = new WeakMap<Message, Partial<Record<Revision, Mapping>>>();

function mappingOf(message: Message, revision: Revision): Mapping {
  let row = cache.get(message);
  if (row === undefined) cache.set(message, (row = {}));
  return (row[revision] ??= structMapping(message.body, revision, true));
}

/** The JSON form of a body. */
export function toJson<M extends Message>(message: M, revision: Revision, body: BodyOf<M>): JsonObject {
  return mappingOf(message, revision).to(body) as JsonObject;
}

/**
 * The body of a JSON form. Throws ProtocolError SHAPE (wrong type, a field that is missing or that nobody knows) or
 * RANGE (a number that does not fit), with the path of the field and what was expected.
 */
export function fromJson<M extends Message>(message: M, revision: Revision, json: unknown): BodyOf<M> {
  return mappingOf(message, revision).from(json as Json, message.name) as BodyOf<M>;
}
