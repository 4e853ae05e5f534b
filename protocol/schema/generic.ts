/**
 * A second, independent reading of a message: its descriptor walked field by field, the numbers read by
 * buffer-layout. It shares no reading code with the compiled decoder, so that an error in either is a
 * difference between the two; and it says which octets each field came from. Some thirty times slower.
 * Where functions may not be made from source, it is the decoder (`compile.ts`).
 */
import BL from 'buffer-layout';
import { ProtocolError } from '../errors.ts';
import { hexOf, textOf, timeOf, wrapped } from './generic-scalar.ts';
import type { BodyOf, Message } from './message.ts';
import {
  type Condition,
  type Count,
  type Doc,
  docAt,
  type Extent,
  fieldsAt,
  type FieldLike,
  type ItemsNode,
  type Node,
  nodeAt,
  type Prefix,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import { IGNORE_QUIRKS, type QuirkSink } from './quirk.ts';
import type { Revision } from './revision.ts';
import { boundsOf, distance, lengthsOf } from './size.ts';

/** A field with the octets that it was read from, offsets from the start of the body. */
export interface Span {
  /** Dotted, e.g. `items.mileage`; counts and lengths too. Of an item also `items.mileage#id` and `…#length`. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** As the decoder gives it. */
  readonly value: unknown;
  readonly doc: Doc;
  /** What the octets are read as, behind conditions and revisions. */
  readonly node: PlainNode;
}

/** A body and where each part of it stands. */
export interface Reading<T> {
  readonly value: T;
  /** In the order of the octets; a struct or item comes before the fields inside it. */
  readonly spans: readonly Span[];
}

/** A body as far as it can be read. */
export interface PartialReading {
  readonly spans: readonly Span[];
  /** What stopped the reading, and where. */
  readonly fault: ProtocolError | undefined;
}

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Record<string, unknown>;
/** Marks that a field is not there. */
const ABSENT = Symbol('absent');
const OPAQUE: PlainNode = { kind: 'octets', extent: 'rest' };

const NUMBER = { 1: BL.u8(), 2: BL.u16be(), 4: BL.u32be() } as const;

class Reader {
  readonly spans: Span[] = [];
  readonly #b: Uint8Array;
  readonly #revision: Revision;
  readonly #quirks: QuirkSink;
  /** Octets up to which the reader at hand may go. */
  #end: number;
  #p = 0;
  /** Wire numbers of the struct at hand. */
  #wire: Record<string, number> = {};

  constructor(b: Uint8Array, revision: Revision, quirks: QuirkSink) {
    this.#b = b;
    this.#end = b.length;
    this.#revision = revision;
    this.#quirks = quirks;
  }

  body(shape: ShapeLike, path: string): Values {
    const value = this.#struct(shape, path, true);
    if (this.#p < this.#end) value['trailing'] = this.#trailing(path);
    return value;
  }

  #fail(path: string, need: number): never {
    throw new ProtocolError('TRUNCATED', path, `needs ${need} octets, ${this.#end - this.#p} left`, this.#p);
  }

  #take(n: number, path: string): Uint8Array {
    if (this.#p + n > this.#end) return this.#fail(path, n);
    const octets = Uint8Array.from(BL.blob(n).decode(this.#b, this.#p));
    this.#p += n;
    return octets;
  }

  #number(size: 1 | 2 | 4, path: string): number {
    if (this.#p + size > this.#end) return this.#fail(path, size);
    const value = NUMBER[size].decode(this.#b, this.#p);
    this.#p += size;
    return value;
  }

  /** Octets that nothing is known of. */
  #trailing(path: string): Uint8Array {
    this.#quirks.quirk('trailing');
    const start = this.#p;
    const octets = this.#take(this.#end - start, path);
    this.#note(`${path}.trailing`, start, octets, OPAQUE);
    return octets;
  }

  #note(path: string, start: number, value: unknown, node: PlainNode, doc: Doc = {}): void {
    this.spans.push({ path: path.slice(path.indexOf('.') + 1), start, end: this.#p, value, doc, node });
  }

  /** A length or a count in front of what it measures. */
  #prefix({ size, name }: Prefix, path: string): number {
    const start = this.#p;
    const value = this.#number(size, path);
    this.#note(`${path.slice(0, path.lastIndexOf('.') + 1)}${name}`, start, value, { kind: 'uint', size, divisor: 1 });
    return value;
  }

  #extent(extent: Extent, path: string): Uint8Array {
    if (typeof extent === 'number') return this.#take(extent, path);
    if (extent === 'rest') return this.#take(this.#end - this.#p, path);
    return this.#take(this.#prefix(extent, path), path);
  }

  #holds(condition: Condition): boolean {
    if ('all' in condition) return condition.all.every((one) => this.#holds(one));
    const wire = this.#wire[condition.field] ?? -1;
    if ('equals' in condition) return wire === condition.equals;
    if ('not' in condition) return wire !== condition.not;
    return Math.floor(wire / 2 ** condition.bit) % 2 === 1;
  }

  #struct(shape: ShapeLike, path: string, last: boolean): Values {
    const outer = this.#wire;
    this.#wire = {};
    const values: Values = {};
    const fields = fieldsAt(shape, this.#revision);
    for (const [i, { name, node, doc }] of fields.entries()) {
      if (node.kind === 'coordinate') this.#peek(shape, name, node.flags);
      const value = this.#field(node, name, { path: `${path}.${name}`, doc, last: last && i === fields.length - 1 });
      if (value !== ABSENT && node.kind !== 'count') values[name] = value;
    }
    this.#wire = outer;
    return values;
  }

  /** Flags that decide the sign of a coordinate may stand behind it. */
  #peek(shape: ShapeLike, coordinate: string, flags: string): void {
    if (this.#wire[flags] !== undefined) return;
    const { offset, size } = distance(shape, coordinate, flags, this.#revision)!;
    if (this.#p + offset + size > this.#end) return;
    this.#wire[flags] = NUMBER[size].decode(this.#b, this.#p + offset);
  }

  /** Reads a field and notes its span. */
  #field(node: PlainNode, name: string, at: { path: string; doc: Doc; last: boolean }): unknown {
    const start = this.#p;
    const index = this.spans.length;
    const value = this.#value(node, name, at.path, at.last);
    if (value === ABSENT) return value;
    const path = at.path.slice(at.path.indexOf('.') + 1);
    this.spans.splice(index, 0, { path, start, end: this.#p, value, doc: at.doc, node: this.#inner(node) });
    return value;
  }

  #inner(node: PlainNode): PlainNode {
    if (node.kind !== 'when' && node.kind !== 'optional') return node;
    return this.#inner(nodeAt(node.of, this.#revision)!);
  }

  #value(node: PlainNode, name: string, path: string, last: boolean): unknown {
    switch (node.kind) {
      case 'uint':
        return (this.#wire[name] = this.#number(node.size, path)) / node.divisor;
      case 'flags':
      case 'packed':
      case 'count':
        return (this.#wire[name] = this.#number(node.size, path));
      case 'enumeration': {
        const wire = (this.#wire[name] = this.#number(node.size, path));
        return Object.entries(node.names).find(([, n]) => n === wire)?.[0] ?? wire;
      }
      case 'signed': {
        const wire = this.#number(2, path);
        const signMagnitude = wire >= 0x8000 && wire < 0xc000;
        if (signMagnitude) this.#quirks.quirk('sign-magnitude');
        return signMagnitude ? 0x8000 - wire : wire < 0x8000 ? wire : wire - 0x10000;
      }
      case 'coordinate': {
        const wire = this.#number(4, path);
        if (wire >= 2 ** 31) {
          this.#quirks.quirk('signed-coordinate');
          return (wire - 2 ** 32) / node.divisor;
        }
        const negative = this.#holds({ field: node.flags, bit: node.bit });
        return wire === 0 ? 0 : ((negative ? -1 : 1) * wire) / node.divisor;
      }
      case 'bcd':
        return hexOf(this.#take(node.size, path));
      case 'time':
        return timeOf(node.form, this.#take(node.size, path), this.#quirks);
      case 'text':
        return textOf(this.#extent(node.extent, path), node.charset, typeof node.extent === 'number', this.#quirks);
      case 'octets':
        return this.#extent(node.extent, path);
      case 'struct':
        return this.#struct(node.shape, path, last);
      case 'list':
        return this.#list(node.of, node.count, path, last);
      case 'sized': {
        const length = this.#prefix(node.prefix, path);
        const end = this.#p + length;
        if (end > this.#end) return this.#fail(path, length);
        const value = this.#attempt(node.of, path, end);
        if (value !== ABSENT) return value;
        this.#quirks.quirk('broken-item');
        return this.#take(length, path);
      }
      case 'items':
        return this.#items(node, path);
      case 'when':
        return this.#holds(node.condition) ? this.#value(nodeAt(node.of, this.#revision)!, name, path, last) : ABSENT;
      case 'optional': {
        const of = nodeAt(node.of, this.#revision)!;
        const left = this.#end - this.#p;
        const there = left > 0 && left >= boundsOf(of, this.#revision).least;
        if (there) return this.#value(of, name, path, last);
        if (node.due === 'always' || (node.due !== 'never' && this.#holds(node.due))) this.#quirks.quirk('length');
        return ABSENT;
      }
    }
  }

  /** Reads octets up to `end` as exactly one value, or stays where it is. */
  #attempt(field: FieldLike, path: string, end: number): unknown {
    const start = this.#p;
    const outer = this.#end;
    const marks = this.spans.length;
    this.#end = end;
    try {
      const value = this.#value(nodeAt(field, this.#revision)!, '', path, false);
      if (this.#p === end) return value;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    } finally {
      this.#end = outer;
    }
    this.#p = start;
    this.spans.length = marks;
    return ABSENT;
  }

  #list(of: FieldLike, count: Count, path: string, last: boolean): unknown[] {
    const node = nodeAt(of, this.#revision)!;
    const list: unknown[] = [];
    const known = count === 'rest' ? Infinity : 'from' in count ? this.#wire[count.from]! : this.#prefix(count, path);
    while (list.length < known) {
      const start = this.#p;
      const marks = this.spans.length;
      try {
        list.push(this.#field(node, '', { path: `${path}[${list.length}]`, doc: of.doc, last: false }));
      } catch (error) {
        if (!(error instanceof ProtocolError) || (count !== 'rest' && !last)) throw error;
        this.#p = start;
        this.spans.length = marks;
        if (count !== 'rest') this.#quirks.quirk('count');
        break;
      }
    }
    return list;
  }

  #items(node: ItemsNode, path: string): Values {
    const byId = new Map(Object.entries(node.items).map(([name, item]) => [item.id, { name, field: item.field }]));
    const items: Values = {};
    let left = node.count === undefined ? Infinity : this.#prefix(node.count, path);
    const head = node.idSize + 1;
    for (; left > 0 && this.#end - this.#p >= head; left--) {
      const start = this.#p;
      const id = this.#number(node.idSize, path);
      const content = start + head;
      const end = content + this.#number(1, path);
      if (end > this.#end) {
        this.#p = start;
        break;
      }
      const known = byId.get(id);
      const here = `${path}.${known?.name ?? 'unknown'}`;
      const marks = this.spans.length;
      this.#itemHead(node.idSize, here, { start, id, length: end - content });
      const value = known === undefined ? ABSENT : this.#item(known, items, here, end);
      this.#p = end;
      if (value !== ABSENT) {
        items[known!.name] = value;
        const of = this.#inner(nodeAt(known!.field, this.#revision)!);
        this.#insert(marks, { path: here, start, value, doc: docAt(known!.field, this.#revision), node: of });
        continue;
      }
      this.#p = content;
      const kept = { id, bytes: this.#take(end - content, here) };
      ((items['unknown'] ??= []) as unknown[]).push(kept);
      this.#insert(marks, { path: here, start, value: kept.bytes, doc: {}, node: OPAQUE });
    }
    if (node.count === undefined && this.#p < this.#end) items['trailing'] = this.#trailing(path);
    else if (node.count !== undefined && left > 0) this.#quirks.quirk('count');
    return items;
  }

  /** The content of an item up to `end`, or nothing where it is to be kept raw. */
  #item(known: { readonly name: string; readonly field: FieldLike }, into: Values, path: string, end: number): unknown {
    if (nodeAt(known.field, this.#revision) === undefined) return ABSENT;
    const repeated = known.name in into;
    const lengths = lengthsOf(known.field, this.#revision);
    const fits = !repeated && (lengths === undefined || lengths.includes(end - this.#p));
    const value = fits ? this.#attempt(known.field, path, end) : ABSENT;
    if (value === ABSENT) this.#quirks.quirk(repeated ? 'repeated' : 'length');
    return value;
  }

  #itemHead(idSize: 1 | 4, path: string, at: { start: number; id: number; length: number }): void {
    const content = this.#p;
    this.#p = at.start + idSize;
    this.#note(`${path}#id`, at.start, at.id, { kind: 'uint', size: idSize, divisor: 1 });
    this.#p = content;
    this.#note(`${path}#length`, at.start + idSize, at.length, { kind: 'uint', size: 1, divisor: 1 });
  }

  /** Notes a span before those of what it holds. */
  #insert(index: number, { path, ...span }: Omit<Span, 'end'>): void {
    this.spans.splice(index, 0, { path: path.slice(path.indexOf('.') + 1), end: this.#p, ...span });
  }
}

/** Reads octets [start, end) as the body of a message. Throws ProtocolError TRUNCATED where they are none. */
export function readGeneric<M extends Message>(
  message: M,
  revision: Revision,
  b: Uint8Array,
  start = 0,
  end: number = b.length,
  quirks: QuirkSink = IGNORE_QUIRKS,
): Reading<BodyOf<M>> {
  const reader = new Reader(wrapped(b, start, end), revision, quirks);
  const value = reader.body(message.body, message.name);
  return { value: value as BodyOf<M>, spans: reader.spans };
}

/** Reads octets as far as they are the body of a message. */
export function readPartial(
  message: Message,
  revision: Revision,
  b: Uint8Array,
  quirks: QuirkSink = IGNORE_QUIRKS,
): PartialReading {
  const reader = new Reader(wrapped(b, 0, b.length), revision, quirks);
  try {
    reader.body(message.body, message.name);
    return { spans: reader.spans, fault: undefined };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { spans: reader.spans, fault: error };
  }
}
