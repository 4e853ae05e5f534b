/** Bodies drawn at random from a descriptor: every value that a message may hold, each of them encodable. */
import type { Random } from '../host/random.ts';
import { gbkCode } from '../text/gbk.ts';
import { type BodyOf, layoutOf, type Message } from './message.ts';
import {
  type Condition,
  type Extent,
  fieldsAt,
  isDerived,
  type ItemsNode,
  type Node,
  nodeAt,
  type RevisedNode,
  type ShapeLike,
} from './node.ts';
import type { Revision } from './revision.ts';

type PlainNode = Exclude<Node, RevisedNode>;
type Values = Record<string, unknown>;

/** Most octets, characters and entries that are drawn where the field itself has no bound. */
const MOST_OCTETS = 24;
const MOST_CHARACTERS = 20;
const MOST_ENTRIES = 5;
/** 1 January 2000 and 31 December 2099 in UTC+8, in seconds. */
const FIRST_SECOND = 946_656_000;
const LAST_SECOND = 4_102_415_999;
/** From the time in UTC+8 that digits show to the one in UTC. */
const UTC_OFFSET = 8 * 3600;
const FIRST_HAN = 0x4e00;
const LAST_HAN = 0x9fa5;

const wholeOf = (size: 1 | 2 | 4, random: Random): number => random.int(0, 256 ** size - 1);

function extentOf(extent: Extent, most: number, random: Random): number {
  return random.int(0, typeof extent === 'number' ? extent : most);
}

/** Letters, digits and signs; in GBK also Han characters. Never padding, which would not come back. */
function textOf(room: number, gbk: boolean, random: Random): string {
  let text = '';
  for (let left = room; left > 0; ) {
    const wide = gbk && left >= 2 && random.int(0, 2) === 0;
    const unit = wide ? random.int(FIRST_HAN, LAST_HAN) : random.int(0x21, 0x7e);
    text += String.fromCharCode(wide && gbkCode(unit) === 0 ? FIRST_HAN : unit);
    left -= wide ? 2 : 1;
  }
  return text;
}

class Sampler {
  readonly #revision: Revision;
  readonly #random: Random;
  #wire: Record<string, number> = {};

  constructor(revision: Revision, random: Random) {
    this.#revision = revision;
    this.#random = random;
  }

  struct(shape: ShapeLike): Values {
    const outer = this.#wire;
    this.#wire = { ...outer };
    const values: Values = {};
    for (const { name, node } of fieldsAt(shape, this.#revision)) {
      if (isDerived(node) || name in values) continue;
      // The sign of a coordinate follows from flags that may stand behind it.
      if (node.kind === 'coordinate' && node.flags in shape && !(node.flags in values))
        values[node.flags] = this.#value(nodeAt(shape[node.flags]!, this.#revision)!, node.flags);
      const value = this.#value(node, name);
      if (value !== undefined) values[name] = value;
    }
    this.#wire = outer;
    return values;
  }

  #holds(condition: Condition): boolean {
    if ('all' in condition) return condition.all.every((one) => this.#holds(one));
    const wire = this.#wire[condition.field] ?? -1;
    if ('equals' in condition) return wire === condition.equals;
    if ('among' in condition) return condition.among.includes(wire);
    if ('not' in condition) return wire !== condition.not;
    return ((wire >>> condition.bit) & 1) === 1;
  }

  #value(node: PlainNode, name: string): unknown {
    const random = this.#random;
    switch (node.kind) {
      case 'uint':
        return (this.#wire[name] = wholeOf(node.size, random)) / node.divisor;
      case 'flags':
      case 'packed':
        return (this.#wire[name] = wholeOf(node.size, random));
      case 'enumeration': {
        const names = Object.keys(node.names);
        const picked = random.int(0, names.length);
        const wire = picked < names.length ? node.names[names[picked]!]! : wholeOf(node.size, random);
        this.#wire[name] = wire;
        return names.find((one) => node.names[one] === wire) ?? wire;
      }
      case 'signed':
        return random.int(-0x4000, 0x7fff);
      case 'coordinate': {
        const wire = random.int(0, 0x7fff_ffff);
        const negative = this.#holds({ field: node.flags, bit: node.bit });
        return (negative ? 0 - wire : wire) / node.divisor;
      }
      case 'bcd':
        return Array.from({ length: 2 * node.size }, () => random.int(0, 9)).join('');
      case 'time':
        return random.int(0, 9) === 0
          ? Number.NaN
          : (random.int(FIRST_SECOND, LAST_SECOND) + (node.form === 'utc' ? UTC_OFFSET : 0)) * 1000;
      case 'text':
        return textOf(extentOf(node.extent, MOST_CHARACTERS, random), node.charset === 'gbk', random);
      case 'octets':
        return random.bytes(typeof node.extent === 'number' ? node.extent : random.int(0, MOST_OCTETS));
      case 'struct':
        return this.struct(node.shape);
      case 'list':
        return Array.from({ length: typeof node.count === 'number' ? node.count : random.int(0, MOST_ENTRIES) }, () =>
          this.#value(nodeAt(node.of, this.#revision)!, name),
        );
      case 'sized':
      case 'layouts':
        return this.#value(nodeAt(node.of, this.#revision)!, name);
      case 'items':
        return this.#items(node);
      case 'when':
        return this.#holds(node.condition) ? this.#value(nodeAt(node.of, this.#revision)!, name) : undefined;
      case 'optional': {
        const due = node.due === 'always' || (node.due !== 'never' && this.#holds(node.due));
        const there = due || (node.due === 'never' && random.int(0, 1) === 1);
        return there ? this.#value(nodeAt(node.of, this.#revision)!, name) : undefined;
      }
      case 'count':
      case 'length':
      case 'check':
        return undefined;
    }
  }

  /** A few of the known items, some that nobody knows, and now and then a cut-off end. */
  #items(node: ItemsNode): Values {
    const random = this.#random;
    const values: Values = {};
    const table = Object.entries(node.items);
    const rarity = Math.ceil(table.length / 8);
    const seen = new Set<number>();
    for (const [name, { id, field }] of table) {
      // A second layout of an id is for lengths that the first does not have.
      if (seen.has(id)) continue;
      seen.add(id);
      const of = nodeAt(field, this.#revision);
      if (of !== undefined && random.int(0, rarity) === 0) values[name] = this.#value(of, name);
    }
    const ranges = Object.values(node.ranges);
    const known = new Set(table.map(([, item]) => item.id));
    for (const [name, { first, last, field }] of Object.entries(node.ranges)) {
      const entries = Array.from({ length: random.int(0, 2) }, () => ({
        id: random.int(first, last),
        value: this.#value(nodeAt(field, this.#revision)!, name),
      }));
      if (entries.length > 0) values[name] = entries;
    }
    const unknown = Array.from({ length: random.int(0, 2) }, () => ({
      id: wholeOf(node.idSize, random),
      bytes: random.bytes(random.int(0, MOST_OCTETS)),
    })).filter(({ id }) => !known.has(id) && !ranges.some(({ first, last }) => id >= first && id <= last));
    if (unknown.length > 0) values['unknown'] = unknown;
    // One octet is no item, whatever it holds.
    if (node.count === undefined && random.int(0, 9) === 0) values['trailing'] = random.bytes(1);
    return values;
  }
}

/** Draws a body of a message. The same stream of numbers gives the same body. */
export function sample<M extends Message>(message: M, revision: Revision, random: Random): BodyOf<M> {
  return new Sampler(revision, random).struct(layoutOf(message, revision).shape) as BodyOf<M>;
}
