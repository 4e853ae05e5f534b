/**
 * A second, independent reading of a message: its descriptor walked field by field, the numbers read by
 * buffer-layout. It shares no reading code with the compiled decoder, so that an error in either is a
 * difference between the two; and it says which octets each field came from. Some thirty times slower.
 */
import BL from 'buffer-layout';
import { ProtocolError } from '../errors.ts';
import type { BodyOf, Message } from './message.ts';
import {
  type Condition,
  type Count,
  type Doc,
  type Extent,
  fieldsAt,
  type FieldLike,
  type ItemsNode,
  type Node,
  nodeAt,
  type RevisedNode,
  type ShapeLike,
  type TimeNode,
} from './node.ts';
import type { Revision } from './revision.ts';
import { boundsOf, distance } from './size.ts';

/** A field with the octets that it was read from, offsets from the start of the body. */
export interface Span {
  /** Dotted, e.g. `items.mileage`; `count` and lengths have one too. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** As the decoder gives it. */
  readonly value: unknown;
  readonly doc: Doc;
  readonly node: Node;
}

/** A value and where each of its fields stood. */
/** A body and where each part of it stands. */
export interface Reading<T> {
  readonly value: T;
  /** In the order of the octets; a struct or item comes before the fields inside it. */
  readonly spans: readonly Span[];
}

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Record<string, unknown>;
/** Marks that a field is not there. */
const ABSENT = Symbol('absent');

const NUMBER = { 1: BL.u8(), 2: BL.u16be(), 4: BL.u32be() } as const;

class Reader {
  readonly spans: Span[] = [];
  readonly #b: Uint8Array;
  readonly #revision: Revision;
  /** Octets up to which the reader at hand may go. */
  #end: number;
  #p = 0;
  /** Wire numbers of the struct at hand. */
  #wire: Record<string, number> = {};

  constructor(b: Uint8Array, revision: Revision) {
    this.#b = b;
    this.#end = b.length;
    this.#revision = revision;
  }

  body(shape: ShapeLike, path: string): Values {
    const value = this.#struct(shape, path, true);
    if (this.#p < this.#end) {
      value['trailing'] = this.#take(this.#end - this.#p, path);
    }
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

  #extent(extent: Extent, path: string): Uint8Array {
    if (typeof extent === 'number') return this.#take(extent, path);
    if (extent === 'rest') return this.#take(this.#end - this.#p, path);
    return this.#take(this.#number(extent.size, path), path);
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
    this.spans.splice(index, 0, { path, start, end: this.#p, value, doc: at.doc, node });
    return value;
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
        return signMagnitude ? 0x8000 - wire : wire < 0x8000 ? wire : wire - 0x10000;
      }
      case 'coordinate': {
        const wire = this.#number(4, path);
        if (wire >= 2 ** 31) return (wire - 2 ** 32) / node.divisor;
        const negative = this.#holds({ field: node.flags, bit: node.bit });
        return wire === 0 ? 0 : ((negative ? -1 : 1) * wire) / node.divisor;
      }
      case 'bcd':
        return hex(this.#take(node.size, path));
      case 'time':
        return timeOf(node.form, this.#take(node.size, path));
      case 'text':
        return textOf(this.#extent(node.extent, path), node.charset, typeof node.extent === 'number');
      case 'octets':
        return this.#extent(node.extent, path);
      case 'struct':
        return this.#struct(node.shape, path, last);
      case 'list':
        return this.#list(node.of, node.count, path, last);
      case 'sized': {
        const end = this.#p + node.prefix.size + this.#number(node.prefix.size, path);
        if (end > this.#end) return this.#fail(path, end - this.#p);
        const value = this.#attempt(node.of, path, end);
        return value === ABSENT ? this.#take(end - this.#p, path) : value;
      }
      case 'items':
        return this.#items(node, path);
      case 'when':
        return this.#holds(node.condition) ? this.#value(nodeAt(node.of, this.#revision)!, name, path, last) : ABSENT;
      case 'optional': {
        const of = nodeAt(node.of, this.#revision)!;
        const left = this.#end - this.#p;
        const there = left > 0 && left >= boundsOf(of, this.#revision).least;
        return there ? this.#value(of, name, path, last) : ABSENT;
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
    const known =
      count === 'rest' ? Infinity : 'from' in count ? this.#wire[count.from]! : this.#number(count.size, path);
    while (list.length < known) {
      const start = this.#p;
      const marks = this.spans.length;
      try {
        list.push(this.#field(node, '', { path: `${path}[${list.length}]`, doc: of.doc, last: false }));
      } catch (error) {
        if (!(error instanceof ProtocolError) || (count !== 'rest' && !last)) throw error;
        this.#p = start;
        this.spans.length = marks;
        break;
      }
    }
    return list;
  }

  #items(node: ItemsNode, path: string): Values {
    const byId = new Map(Object.entries(node.items).map(([name, item]) => [item.id, { name, field: item.field }]));
    const items: Values = {};
    let left = node.count === undefined ? Infinity : this.#number(node.count.size, path);
    const head = node.idSize + 1;
    while (left-- > 0 && this.#end - this.#p >= head) {
      const start = this.#p;
      const id = this.#number(node.idSize, path);
      const end = start + head + this.#number(1, path);
      if (end > this.#end) {
        this.#p = start;
        break;
      }
      const known = byId.get(id);
      const marks = this.spans.length;
      const here = `${path}.${known?.name ?? 'unknown'}`;
      const fresh = known !== undefined && nodeAt(known.field, this.#revision) !== undefined && !(known.name in items);
      const value = fresh ? this.#attempt(known.field, here, end) : ABSENT;
      const doc = value === ABSENT ? {} : known!.field.doc;
      const kept = value === ABSENT ? { id, bytes: this.#take(end - this.#p, here) } : value;
      if (value === ABSENT) ((items['unknown'] ??= []) as unknown[]).push(kept);
      else items[known!.name] = value;
      this.spans.splice(marks, 0, { path: here.slice(here.indexOf('.') + 1), start, end, value: kept, doc, node });
    }
    if (node.count === undefined && this.#p < this.#end) items['trailing'] = this.#take(this.#end - this.#p, path);
    return items;
  }
}

const hex = (octets: Uint8Array): string => Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');

function timeOf(form: TimeNode['form'], octets: Uint8Array): number {
  if (form === 'bcd') return bcdTimeOf(hex(octets));
  const number = (from: number, to: number): bigint => BigInt(`0x${hex(octets.slice(from, to))}`);
  if (form === 'calendar') {
    const [day, month, hour, minute, second] = [0, 1, 4, 5, 6].map((i) => String(octets[i]).padStart(2, '0'));
    const local = `${String(number(2, 4)).padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`;
    const ms = Date.parse(`${local}.000Z`);
    const real = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local) && ms >= 8 * 3_600_000;
    return real ? ms - 8 * 3_600_000 : Number.NaN;
  }
  const value = Number(number(0, 8));
  const end = Date.parse('9999-12-31T23:59:59.999+08:00');
  if (value > 0 && value * 1000 <= end) return value * 1000;
  return value >= Date.parse('2000-01-01T00:00:00+08:00') && value <= end ? value : Number.NaN;
}

function bcdTimeOf(digits: string): number {
  if (!/^\d{12}$/.test(digits)) return Number.NaN;
  const [yy, mo, dd, hh, mi, ss] = digits.match(/\d\d/g)!;
  const local = `20${yy}-${mo}-${dd}T${hh}:${mi}:${ss}`;
  const ms = Date.parse(`${local}Z`);
  // Date takes the 31st of April for the 1st of May, and 24:00:00 for midnight; a calendar does not.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local) ? ms - 8 * 3_600_000 : Number.NaN;
}

function textOf(octets: Uint8Array, charset: 'latin1' | 'gbk', padded: boolean): string {
  const all = charset === 'gbk' ? new TextDecoder('gbk').decode(octets) : String.fromCharCode(...octets);
  return padded ? all.replace(/[\0 ]+$/, '').replace(/^\0+/, '') : all.replace(/\0+$/, '');
}

/** Octets with the methods that buffer-layout calls, which only Buffer has. */
function toBuffer(b: Uint8Array, start: number, end: number): Uint8Array {
  const { Buffer: NodeBuffer } = globalThis as {
    Buffer?: { from(b: ArrayBufferLike, o: number, n: number): Uint8Array };
  };
  if (NodeBuffer === undefined) throw new Error('the generic reading needs Buffer, which this platform does not have');
  return NodeBuffer.from(b.buffer, b.byteOffset + start, end - start);
}

/** Reads octets [start, end) as the body of a message. Throws ProtocolError TRUNCATED where they are none. */
export function readGeneric<M extends Message>(
  message: M,
  revision: Revision,
  b: Uint8Array,
  start = 0,
  end: number = b.length,
): Reading<BodyOf<M>> {
  const reader = new Reader(toBuffer(b, start, end), revision);
  const value = reader.body(message.body, message.name);
  return { value: value as BodyOf<M>, spans: reader.spans };
}
