/**
 * Writes a body by walking its descriptor: the encoder where functions may not be made from source, and elsewhere a
 * second opinion on the compiled one.
 */
import {
  type CheckNode,
  type Condition,
  type CountNode,
  type Extent,
  fieldsAt,
  type FieldLike,
  type FlagsNode,
  isDerived,
  type ItemsNode,
  type LengthNode,
  type ListNode,
  type Node,
  nodeAt,
  prefixOf,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import type { Charset } from '../text/charset.ts';
import type { Revision } from './revision.ts';
import {
  entries,
  hemisphere,
  misshapen,
  outOfRange,
  putBinaryTime,
  putDigits,
  putItems,
  putOctets,
  putText,
  putTime,
  putUtcBcdTime,
  rangedEntries,
  record,
  xorOf,
} from './runtime.ts';
import { UTF8_RUNTIME } from './utf8-runtime.ts';

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Readonly<Record<string, unknown>>;
type Fields = ReturnType<typeof fieldsAt>;

/** A length that is open until the fields that it measures are written. */
interface Open {
  readonly at: number;
  readonly size: 1 | 2 | 4;
  readonly left: Set<string>;
  sum: number;
}

export class Writer {
  readonly #b: Uint8Array;
  readonly #revision: Revision;
  readonly #putText: typeof putText;
  #p: number;
  /** Wire numbers of the struct at hand, and of those around it; -1 for a field that is not there. */
  #wire: Record<string, number> = {};
  #structAt = 0;

  constructor(b: Uint8Array, start: number, revision: Revision, charset: Charset = 'gbk') {
    this.#putText = charset === 'gbk' ? putText : UTF8_RUNTIME.putText;
    this.#b = b;
    this.#p = start;
    this.#revision = revision;
  }

  /** The offset behind the body. */
  body(shape: ShapeLike, value: unknown, path: string): number {
    this.#struct(shape, value, path);
    const { trailing } = value as Values;
    if (trailing !== undefined) this.#p = putOctets(this.#b, this.#p, trailing, `${path}.trailing`);
    return this.#p;
  }

  #put(size: 1 | 2 | 4, value: number): void {
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) this.#b[this.#p++] = value >>> shift;
  }

  #number(size: 1 | 2 | 4, value: unknown, path: string, shown = value): number {
    const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 256 ** size;
    if (!whole) outOfRange(path, shown, `a number of ${size} octets`);
    this.#put(size, value);
    return value;
  }

  /** Writes a length or a count where it stands, once it is known. */
  #prefix(at: number, size: 1 | 2 | 4, n: number, path: string): void {
    if (n >= 256 ** size) outOfRange(path, n, `a length of ${size} octets`);
    const after = this.#p;
    this.#p = at;
    this.#put(size, n);
    this.#p = after;
  }

  #holds(condition: Condition | 'always' | 'never'): boolean {
    if (typeof condition === 'string') return condition === 'always';
    if ('all' in condition) return condition.all.every((one) => this.#holds(one));
    const wire = this.#wire[condition.field] ?? -1;
    if ('equals' in condition) return wire === condition.equals;
    if ('among' in condition) return condition.among.includes(wire);
    if ('not' in condition) return wire !== condition.not;
    return ((wire >>> condition.bit) & 1) === 1;
  }

  #struct(shape: ShapeLike, value: unknown, path: string): void {
    const outer = this.#wire;
    const outerAt = this.#structAt;
    this.#wire = { ...outer };
    this.#structAt = this.#p;
    const values = record(value, path);
    const fields = fieldsAt(shape, this.#revision);
    let open: Open | undefined;
    for (const { name, node } of fields) {
      const at = `${path}.${name}`;
      if (isDerived(node)) {
        open = this.#derived(node, values, { path, at, fields }) ?? open;
        continue;
      }
      const before = this.#p;
      if (node.kind === 'flags') this.#flags(node, name, values, { path, fields });
      else this.#value(node, name, values[name], at);
      if (open?.left.delete(name) !== true) continue;
      open.sum += this.#p - before;
      if (open.left.size > 0) continue;
      this.#prefix(open.at, open.size, open.sum, at);
      open = undefined;
    }
    this.#wire = outer;
    this.#structAt = outerAt;
  }

  /** A word of bits, in which negative coordinates set those of their hemispheres. */
  #flags(node: FlagsNode, name: string, values: Values, { path, fields }: { path: string; fields: Fields }): void {
    const word = values[name];
    const at = this.#p;
    let signed = this.#number(node.size, word, `${path}.${name}`);
    for (const [bit, angles] of this.#anglesOf(fields, name, values, path)) {
      const mask = 2 ** bit;
      const [one] = angles;
      const list = angles.length !== 1 || Array.isArray(one);
      const set = list ? hemisphere(angles.flat(), mask, `${path}.${name}`) : (one as number) < 0 ? mask : 0;
      signed = (signed | set) >>> 0;
    }
    this.#p = at;
    this.#put(node.size, signed);
    this.#wire[name] = signed;
  }

  /** The coordinates whose signs a word holds, by its bits: here, and in lists as a list. */
  #anglesOf(fields: Fields, flags: string, values: Values, path: string): Map<number, unknown[]> {
    const angles = new Map<number, unknown[]>();
    const add = (bit: number, angle: unknown): void => void angles.set(bit, [...(angles.get(bit) ?? []), angle]);
    for (const { name, node } of fields) {
      if (node.kind === 'coordinate' && node.flags === flags) add(node.bit, values[name]);
      const of = node.kind === 'list' ? nodeAt(node.of, this.#revision) : undefined;
      if (of?.kind !== 'struct' || flags in of.shape) continue;
      for (const inner of fieldsAt(of.shape, this.#revision)) {
        if (inner.node.kind !== 'coordinate' || inner.node.flags !== flags) continue;
        const list = entries(values[name], `${path}.${name}`) as readonly (Values | undefined)[];
        add(
          inner.node.bit,
          list.map((entry) => entry?.[inner.name]),
        );
      }
    }
    return angles;
  }

  #derived(
    node: CountNode | LengthNode | CheckNode,
    values: Values,
    { path, at, fields }: { path: string; at: string; fields: Fields },
  ): Open | undefined {
    if (node.kind === 'check') {
      this.#put(1, xorOf(this.#b, this.#structAt, this.#p));
      return undefined;
    }
    const of = node.of.filter((name) => fields.some((field) => field.name === name));
    const start = this.#p;
    this.#p += node.size;
    if (node.kind === 'length') return { at: start, size: node.size, left: new Set(of), sum: 0 };
    const there = of.map((name) => values[name]).find((list) => list !== undefined && list !== null);
    const list = there ?? (of.length === 1 ? undefined : []);
    this.#prefix(start, node.size, entries(list, `${path}.${of[0]}`).length, at);
    return undefined;
  }

  #value(node: PlainNode, name: string, value: unknown, path: string): void {
    switch (node.kind) {
      case 'uint': {
        const wire = node.divisor === 1 ? value : Math.round((value as number) * node.divisor);
        this.#wire[name] = this.#number(node.size, wire, path, value);
        return;
      }
      case 'flags':
      case 'packed':
        this.#wire[name] = this.#number(node.size, value, path);
        return;
      case 'enumeration': {
        const wire = typeof value === 'string' && Object.hasOwn(node.names, value) ? node.names[value] : value;
        this.#wire[name] = this.#number(node.size, wire, path);
        return;
      }
      case 'signed': {
        const fits = Number.isInteger(value) && (value as number) >= -16_384 && (value as number) <= 32_767;
        if (!fits) outOfRange(path, value, 'a whole number from -16384 to 32767');
        this.#put(2, value as number);
        return;
      }
      case 'coordinate': {
        const wire = Math.round(Math.abs(value as number) * node.divisor);
        if (!(wire <= 0x7fff_ffff)) outOfRange(path, value, 'an angle in degrees');
        this.#put(4, wire);
        return;
      }
      case 'bcd':
        putDigits(this.#b, this.#p, node.size, value, path);
        this.#p += node.size;
        return;
      case 'time':
        if (node.form === 'utc') putUtcBcdTime(this.#b, this.#p, value, path);
        else if (node.form === 'bcd') putTime(this.#b, this.#p, value, path);
        else putBinaryTime(this.#b, this.#p, value, node.form, path);
        this.#p += node.size;
        return;
      case 'text':
        this.#extent(node.extent, path, (at) => this.#putText(this.#b, at, value, node.charset === 'gbk', path));
        return;
      case 'octets':
        this.#extent(node.extent, path, (at) => putOctets(this.#b, at, value, path), true);
        return;
      case 'struct':
        this.#struct(node.shape, value, path);
        return;
      case 'list':
        this.#list(node, value, path);
        return;
      case 'sized':
        this.#sized(node.of, node.extent, value, path);
        return;
      case 'layouts': {
        const { layout } = record(value, path);
        const of = layout === undefined ? node.of : node.others[layout as string];
        const names = Object.keys(node.others).join(', ');
        if (of === undefined) misshapen(`${path}.layout`, `expected one of ${names}, or nothing`);
        this.#value(nodeAt(of, this.#revision)!, name, value, path);
        return;
      }
      case 'items':
        this.#items(node, record(value, path), path);
        return;
      case 'when':
      case 'optional':
        this.#absent(node, name, value, path);
        return;
      case 'count':
      case 'length':
      case 'check':
        throw new Error(`${path}: what follows from other fields stands in a struct, with them`);
    }
  }

  #absent(node: Extract<PlainNode, { kind: 'when' | 'optional' }>, name: string, value: unknown, path: string): void {
    const of = nodeAt(node.of, this.#revision);
    if (of === undefined) return;
    const due = this.#holds(node.kind === 'when' ? node.condition : node.due);
    if (value === undefined) {
      if (due) misshapen(path, 'is missing');
      this.#wire[name] = -1;
      return;
    }
    if (node.kind === 'when' && !due) misshapen(path, 'is not part of this message');
    this.#value(of, name, value, path);
  }

  /** Octets of any extent; those of a fixed one are filled up with zeros, unless they must be `exact`. */
  #extent(extent: Extent, path: string, put: (at: number) => number, exact = false): void {
    const start = this.#p;
    if (typeof extent === 'number') {
      const stop = put(start);
      const size = stop - start;
      if (exact ? size !== extent : size > extent) outOfRange(path, size, `${extent} octets`);
      this.#b.fill(0, stop, start + extent);
      this.#p = start + extent;
      return;
    }
    const size = typeof extent === 'object' && 'size' in extent ? extent.size : 0;
    this.#p = put(start + size);
    if (size !== 0) this.#prefix(start, size, this.#p - start - size, path);
  }

  #list(node: ListNode, value: unknown, path: string): void {
    const list = entries(value, path);
    const prefix = prefixOf(node);
    if (prefix !== undefined) {
      this.#p += prefix.size;
      this.#prefix(this.#p - prefix.size, prefix.size, list.length, path);
    }
    if (typeof node.count === 'number' && list.length !== node.count)
      outOfRange(path, list.length, `${node.count} entries`);
    for (const entry of list) this.#value(nodeAt(node.of, this.#revision)!, '', entry, `${path}[]`);
  }

  #sized(of: FieldLike, extent: Extent, value: unknown, path: string): void {
    this.#extent(extent, path, (at) => {
      if (value instanceof Uint8Array) return putOctets(this.#b, at, value, path);
      this.#p = at;
      this.#value(nodeAt(of, this.#revision)!, '', value, path);
      return this.#p;
    });
  }

  #items(node: ItemsNode, items: Values, path: string): void {
    const counter = this.#p;
    this.#p += node.count?.size ?? 0;
    let count = 0;
    for (const [name, { id, field }] of Object.entries(node.items)) {
      if (nodeAt(field, this.#revision) === undefined || items[name] === undefined) continue;
      this.#item(node.idSize, { id, field }, items[name], `${path}.${name}`);
      count++;
    }
    for (const [name, { first, last, field }] of Object.entries(node.ranges)) {
      const at = `${path}.${name}`;
      const ranged = items[name] === undefined ? [] : rangedEntries(items[name], first, last, at);
      for (const { id, value } of ranged) this.#item(node.idSize, { id, field }, value, at);
      count += ranged.length;
    }
    const { unknown, trailing } = items;
    if (unknown !== undefined) {
      this.#p = putItems(this.#b, this.#p, unknown, node.idSize, `${path}.unknown`);
      count += (unknown as readonly unknown[]).length;
    }
    if (node.count !== undefined) this.#prefix(counter, node.count.size, count, path);
    else if (trailing !== undefined) this.#p = putOctets(this.#b, this.#p, trailing, `${path}.trailing`);
  }

  #item(idSize: 1 | 4, { id, field }: { id: number; field: FieldLike }, value: unknown, path: string): void {
    this.#put(idSize, id);
    this.#extent({ size: 1, name: 'length' }, path, (at) => {
      this.#p = at;
      this.#value(nodeAt(field, this.#revision)!, '', value, path);
      return this.#p;
    });
  }
}
