/**
 * Walks a descriptor field by field over octets, the numbers read by buffer-layout, and notes what each octet is.
 */
import BL from 'buffer-layout';
import { ProtocolError } from '../errors.ts';
import type { Charset } from '../text/charset.ts';
import { hexOf, signedOf, textOf, timeOf } from './generic-scalar.ts';
import {
  type Condition,
  type Count,
  type Doc,
  docAt,
  type Extent,
  fieldsAt,
  type FieldLike,
  isDerived,
  type ItemsNode,
  type LayoutsNode,
  type Node,
  nodeAt,
  type Prefix,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import type { QuirkSink } from './quirk.ts';
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

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Record<string, unknown>;
/** Marks that a field is not there. */
const ABSENT = Symbol('absent');
const OPAQUE: PlainNode = { kind: 'octets', extent: 'rest' };

const NUMBER = { 1: BL.u8(), 2: BL.u16be(), 4: BL.u32be() } as const;

interface NamedField {
  readonly name: string;
  readonly field: FieldLike;
}
interface ReadItem extends NamedField {
  readonly value: unknown;
}

export class Reader {
  readonly spans: Span[] = [];
  readonly #b: Uint8Array;
  readonly #revision: Revision;
  readonly #charset: Charset;
  readonly #quirks: QuirkSink;
  /** Octets up to which the reader at hand may go. */
  #end: number;
  #p = 0;
  /** Wire numbers of the struct at hand, and of those around it. */
  #wire: Record<string, number> = {};
  /** Where the struct at hand begins. */
  #structAt = 0;

  constructor(b: Uint8Array, revision: Revision, quirks: QuirkSink, charset: Charset = 'gbk') {
    this.#charset = charset;
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
    return this.#take(typeof extent === 'number' ? extent : this.#lengthOf(extent, path), path);
  }

  #lengthOf(extent: Exclude<Extent, number>, path: string): number {
    if (extent === 'rest') return this.#end - this.#p;
    return 'from' in extent ? this.#wire[extent.from]! : this.#prefix(extent, path);
  }

  #holds(condition: Condition): boolean {
    if ('all' in condition) return condition.all.every((one) => this.#holds(one));
    const wire = this.#wire[condition.field] ?? -1;
    if ('equals' in condition) return wire === condition.equals;
    if ('among' in condition) return condition.among.includes(wire);
    if ('not' in condition) return wire !== condition.not;
    return Math.floor(wire / 2 ** condition.bit) % 2 === 1;
  }

  #struct(shape: ShapeLike, path: string, last: boolean): Values {
    const outer = this.#wire;
    const outerAt = this.#structAt;
    this.#wire = { ...outer };
    this.#structAt = this.#p;
    const values: Values = {};
    const fields = fieldsAt(shape, this.#revision);
    try {
      for (const [i, { name, node, doc }] of fields.entries()) {
        if (node.kind === 'coordinate') this.#peek(shape, name, node.flags);
        const value = this.#field(node, name, { path: `${path}.${name}`, doc, last: last && i === fields.length - 1 });
        if (value !== ABSENT && !isDerived(node)) values[name] = value;
      }
    } finally {
      // Whoever tried this struct in vain goes on in the one around it.
      this.#wire = outer;
      this.#structAt = outerAt;
    }
    return values;
  }

  /** Flags that decide the sign of a coordinate may stand behind it. */
  #peek(shape: ShapeLike, coordinate: string, flags: string): void {
    const order = Object.keys(shape);
    if (order.indexOf(flags) < order.indexOf(coordinate)) return;
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
    this.#insert(index, { path: at.path, start, value, doc: at.doc, node: this.#inner(node) });
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
      case 'length':
        return (this.#wire[name] = this.#number(node.size, path));
      case 'enumeration': {
        const wire = (this.#wire[name] = this.#number(node.size, path));
        return Object.entries(node.names).find(([, n]) => n === wire)?.[0] ?? wire;
      }
      case 'check': {
        const check = this.#b.subarray(this.#structAt, this.#p).reduce((xor, octet) => xor ^ octet, 0);
        if (this.#number(1, path) !== check) this.#quirks.quirk('inner-check');
        return check;
      }
      case 'signed':
        return signedOf(this.#number(2, path), this.#quirks);
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
        return textOf(this.#extent(node.extent, path), node, this.#charset, this.#quirks);
      case 'octets':
        return this.#extent(node.extent, path);
      case 'struct':
        return this.#struct(node.shape, path, last);
      case 'list':
        return this.#list(node.of, node.count, path, last);
      case 'sized': {
        const length = this.#lengthOf(node.extent, path);
        const end = this.#p + length;
        if (end > this.#end) return this.#fail(path, length);
        const value = this.#attempt(node.of, path, end);
        if (value !== ABSENT) return value;
        this.#quirks.quirk('broken-item');
        return this.#take(length, path);
      }
      case 'items':
        return this.#items(node, path);
      case 'layouts':
        return this.#layouts(node, path);
      case 'when':
        return this.#holds(node.condition) ? this.#value(nodeAt(node.of, this.#revision)!, name, path, last) : ABSENT;
      case 'optional': {
        const of = nodeAt(node.of, this.#revision)!;
        const left = this.#end - this.#p;
        const due = node.due === 'always' || (node.due !== 'never' && this.#holds(node.due));
        const there = (left > 0 || due) && left >= boundsOf(of, this.#revision).least;
        if (there) return this.#value(of, name, path, last);
        if (due) this.#quirks.quirk('length');
        return ABSENT;
      }
    }
  }

  /** The first layout that ends where the octets do. */
  #layouts({ of, quirk, others }: LayoutsNode, path: string): unknown {
    const end = this.#end;
    const own = this.#attempt(of, path, end);
    if (own !== ABSENT) return own;
    for (const [layout, other] of Object.entries(others)) {
      const value = this.#attempt(other, path, end);
      if (value !== ABSENT) this.#quirks.quirk(quirk);
      if (value !== ABSENT) return Object.assign(value as object, { layout });
    }
    return this.#fail(path, end - this.#p + 1);
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
    const known = this.#countOf(count, path);
    if (typeof count === 'object' && 'evenly' in count) return this.#evenly(of, known, path);
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

  #countOf(count: Count, path: string): number {
    if (typeof count === 'number') return count;
    if (count === 'rest') return Infinity;
    return 'from' in count ? this.#wire[count.from]! : this.#prefix(count, path);
  }

  /** Entries that share what is left in equal parts. */
  #evenly(of: FieldLike, count: number, path: string): unknown[] {
    const share = count === 0 ? 0 : Math.floor((this.#end - this.#p) / count);
    return Array.from({ length: count }, () => {
      const value = this.#attempt(of, `${path}[]`, this.#p + share);
      return value === ABSENT ? this.#fail(path, share + 1) : value;
    });
  }

  #items(node: ItemsNode, path: string): Values {
    const named = Object.entries(node.items).map(([name, item]) => ({ name, ...item }));
    const ranges = Object.entries(node.ranges).map(([name, range]) => ({ name, ...range }));
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
      const own = named.filter((item) => item.id === id);
      const ranged = own.length > 0 ? undefined : ranges.find(({ first, last }) => id >= first && id <= last);
      const marks = this.spans.length;
      const here = `${path}.${own[0]?.name ?? ranged?.name ?? 'unknown'}`;
      this.#itemHead(node.idSize, here, { start, id, length: end - content });
      const read = ranged === undefined ? this.#item(own, items, path, end) : this.#ranged(ranged, here, end);
      this.#p = end;
      if (read !== undefined) {
        const { name, field, value } = read;
        if (ranged === undefined) items[name] = value;
        else ((items[name] ??= []) as unknown[]).push({ id, value });
        const of = this.#inner(nodeAt(field, this.#revision)!);
        this.#insert(marks, { path: `${path}.${name}`, start, value, doc: docAt(field, this.#revision), node: of });
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

  /** The content of an item up to `end` by the first of its layouts that fits, or nothing where it is to be kept raw. */
  #item(own: readonly NamedField[], into: Values, path: string, end: number): ReadItem | undefined {
    const known = own.filter(({ field }) => nodeAt(field, this.#revision) !== undefined);
    for (const { name, field } of known) {
      const lengths = lengthsOf(field, this.#revision);
      if (name in into || (lengths !== undefined && !lengths.includes(end - this.#p))) continue;
      const value = this.#attempt(field, `${path}.${name}`, end);
      if (value === ABSENT) continue;
      if (name !== own[0]!.name) this.#quirks.quirk('length');
      return { name, field, value };
    }
    if (known.length > 0) this.#quirks.quirk(own.some(({ name }) => name in into) ? 'repeated' : 'length');
    return undefined;
  }

  #ranged({ name, field }: NamedField, path: string, end: number): ReadItem | undefined {
    const fits = lengthsOf(field, this.#revision)?.includes(end - this.#p);
    const value = fits === true ? this.#attempt(field, path, end) : ABSENT;
    if (value !== ABSENT) return { name, field, value };
    this.#quirks.quirk('length');
    return undefined;
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
