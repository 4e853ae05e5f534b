/**
 * Descriptors as Lua tables: what a revision makes of a message, with everything that can be known beforehand (sizes,
 * distances, lengths of items) worked out. Equal parts are written once.
 */
import type { Message } from '../schema/message.ts';
import { layoutOf, otherLayouts } from '../schema/message.ts';
import {
  type Doc,
  docAt,
  fieldsAt,
  type FieldLike,
  type Node,
  nodeAt,
  type RevisedNode,
  type ShapeLike,
} from '../schema/node.ts';
import { type Revision, REVISIONS } from '../schema/revision.ts';
import { boundsOf, distance, fixedSize, lengthsOf } from '../schema/size.ts';

type PlainNode = Exclude<Node, RevisedNode>;
/** Undefined members are left out. */
type Value = number | string | boolean | undefined | readonly Value[] | { readonly [name: string]: Value } | Reference;

/** A table that stands by itself. */
class Reference {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A text as a Lua literal. */
export function luaText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function literal(value: Value): string {
  if (value instanceof Reference) return value.text;
  if (typeof value === 'string') return luaText(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `{${(value as readonly Value[]).map(literal).join(',')}}`;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${members.map(([name, one]) => `${keyOf(name)}=${literal(one)}`).join(',')}}`;
}

/** Words that Lua has for itself. */
const RESERVED = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

function keyOf(name: string): string {
  if (/^-?\d+$/.test(name)) return `[${name}]`;
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? name : `[${luaText(name)}]`;
}

/** Gathers tables, equal ones once. */
class Tables {
  readonly lines: string[] = [];
  readonly #known = new Map<string, Reference>();

  share(value: Value): Reference {
    const text = literal(value);
    let known = this.#known.get(text);
    if (known === undefined) {
      known = new Reference(`N[${this.lines.length + 1}]`);
      this.#known.set(text, known);
      this.lines.push(`${known.text}=${text}`);
    }
    return known;
  }
}

/** The tables of messages, as lines of Lua, which fill `N` and `M`. */
export function messageTables(messages: readonly Message[]): string[] {
  const tables = new Tables();
  const rows = messages.map((message) => {
    const by = Object.fromEntries(REVISIONS.map((revision) => [revision, layouts(tables, message, revision)]));
    const { zh, en, from } = message.about;
    return `M[${message.id}]=${literal({ name: message.name, zh, en, from, by })}`;
  });
  return [...tables.lines, ...rows];
}

/** The layout that a revision defines, then those that are met. */
function layouts(tables: Tables, message: Message, revision: Revision): Value {
  return [layoutOf(message, revision), ...otherLayouts(message, revision)].map(({ shape, revision: by }) =>
    tables.share({ kind: 'struct', fields: fields(tables, shape, by) }),
  );
}

function fields(tables: Tables, shape: ShapeLike, revision: Revision): Value {
  return fieldsAt(shape, revision).map(({ name, node, doc }) => {
    const flags = node.kind === 'coordinate' ? node.flags : undefined;
    const ahead = flags === undefined ? undefined : aheadOf(shape, name, flags, revision);
    return tables.share({ name, ...said(doc), ahead, node: nodeTable(tables, node, revision) });
  });
}

/** Where the flags with the sign of a coordinate stand, if behind it. */
function aheadOf(shape: ShapeLike, name: string, flags: string, revision: Revision): Value {
  const order = Object.keys(shape);
  if (!order.includes(flags) || order.indexOf(flags) < order.indexOf(name)) return undefined;
  const ahead = distance(shape, name, flags, revision);
  return ahead === undefined ? undefined : { offset: ahead.offset, size: ahead.size, name: flags };
}

function said({ zh, en, unit }: Doc): { zh?: string; en?: string; unit?: string } {
  return {
    ...(zh === undefined ? {} : { zh }),
    ...(en === undefined ? {} : { en }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function named(names: Readonly<Record<string, number>>): Value {
  return Object.fromEntries(Object.entries(names).map(([name, value]) => [String(value), name]));
}

function nodeTable(tables: Tables, node: PlainNode, revision: Revision): Reference {
  const of = (field: FieldLike): Reference => nodeTable(tables, nodeAt(field, revision)!, revision);
  const { kind } = node;
  switch (node.kind) {
    case 'uint':
      return tables.share({ kind, size: node.size, divisor: node.divisor });
    case 'coordinate':
      return tables.share({ kind, size: 4, divisor: node.divisor, flags: node.flags, bit: node.bit });
    case 'flags': {
      const bits = Object.entries(node.bits).map(([name, at]) =>
        typeof at === 'number'
          ? { name, bit: at, width: 1 }
          : { name, bit: at.bit, width: at.width, names: named(at.names) },
      );
      return tables.share({ kind, size: node.size, bits: bits.filter(({ bit }) => bit < 8 * node.size) });
    }
    case 'packed': {
      const bits = Object.entries(node.parts).map(([name, { bit, width, names }]) => ({
        name,
        bit,
        width,
        names: named(names ?? {}),
      }));
      return tables.share({ kind, size: node.size, bits });
    }
    case 'enumeration':
      return tables.share({ kind, size: node.size, names: named(node.names) });
    case 'bcd':
    case 'signed':
    case 'count':
    case 'length':
    case 'check':
      return tables.share({ kind, size: node.size });
    case 'time':
      return tables.share({ kind, size: node.size, form: node.form });
    case 'text':
      return tables.share({ kind, extent: plain(node.extent), charset: node.charset });
    case 'octets':
      return tables.share({ kind, extent: plain(node.extent) });
    case 'struct':
      return tables.share({ kind, fields: fields(tables, node.shape, revision) });
    case 'list': {
      const inner = nodeAt(node.of, revision)!;
      const least = boundsOf(inner, revision).least;
      const evenly = typeof node.count === 'object' && 'evenly' in node.count ? true : undefined;
      return tables.share({
        kind,
        count: countOf(node.count),
        evenly,
        least,
        fixed: fixedSize(inner, revision),
        of: of(node.of),
      });
    }
    case 'sized':
      return tables.share({ kind, extent: plain(node.extent), of: of(node.of) });
    case 'layouts':
      return tables.share({ kind, of: [of(node.of), ...Object.values(node.others).map(of)] });
    case 'items':
      return tables.share({
        kind,
        idSize: node.idSize,
        count: plain(node.count),
        items: Object.entries(node.items).flatMap(([name, { id, field }]) => {
          if (nodeAt(field, revision) === undefined) return [];
          const lengths = lengthsOf(field, revision);
          return [tables.share({ id, name, ...said(docAt(field, revision)), lengths, node: of(field) })];
        }),
        ranges: Object.entries(node.ranges).map(([name, { first, last, field }]) =>
          tables.share({
            first,
            last,
            name,
            ...said(docAt(field, revision)),
            lengths: lengthsOf(field, revision),
            node: of(field),
          }),
        ),
      });
    case 'when':
      return tables.share({ kind, condition: conditionOf(node.condition), of: of(node.of) });
    case 'optional': {
      const { least } = boundsOf(nodeAt(node.of, revision)!, revision);
      const due = typeof node.due === 'string' ? node.due === 'always' : conditionOf(node.due);
      return tables.share({ kind, least, due, of: of(node.of) });
    }
  }
}

/** Interfaces have no index signature; what is in them is plain all the same. */
function plain(part: number | string | object | undefined): Value {
  return typeof part === 'object' ? { ...part } : part;
}

type ListCount = Extract<Node, { kind: 'list' }>['count'];

function countOf(count: ListCount): Value {
  if (typeof count !== 'object') return count;
  return 'from' in count ? { from: count.from } : { size: count.size, name: count.name };
}

type Condition = Extract<Node, { kind: 'when' }>['condition'];

function conditionOf(condition: Condition): Value {
  return 'all' in condition ? { all: condition.all.map(conditionOf) } : { ...condition };
}
