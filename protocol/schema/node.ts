/**
 * What octets mean, as plain data. Everything that knows a layout - both directions of the compiled codec, the
 * generic reading, JSON, schemas, documents, samples - is a function over these nodes.
 */
import type { BitTable } from './bits.ts';
import type { Revision } from './revision.ts';

/** What a reader of the documents is told about a field. No effect on the wire. */
export interface Doc {
  /** The standard's own term. */
  readonly zh?: string;
  readonly en?: string;
  readonly unit?: string;
}

/** A length or a count written before what it measures; `name` as the standard's table calls it. */
export interface Prefix {
  readonly size: 1 | 2 | 4;
  readonly name: string;
}

/** Octets of a text or an opaque field: fixed, all that are left, said by a prefix, or by an earlier `length` field. */
export type Extent = number | 'rest' | Prefix | { readonly from: string };

/**
 * How a list knows its end: a fixed number of entries, a prefix, the octets that are left, or an earlier `count` field
 * of the same struct. Where `evenly` is said, what is left belongs to the entries in equal shares.
 */
export type Count = number | (Prefix & { readonly evenly?: true }) | 'rest' | { readonly from: string };

/** When a field is there, told from the wire number of a field before it, in the same struct or one around it. */
export type Condition =
  | { readonly field: string; readonly equals: number }
  | { readonly field: string; readonly not: number }
  | { readonly field: string; readonly bit: number }
  | { readonly field: string; readonly among: readonly number[] }
  | { readonly all: readonly Condition[] };

/** Part of a word: a number of `width` bits. */
export interface Part {
  readonly bit: number;
  readonly width: number;
  readonly unit?: string;
  readonly names?: Readonly<Record<string, number>>;
}

export interface FieldLike {
  readonly node: Node;
  readonly doc: Doc;
}
export interface ItemLike {
  readonly id: number;
  readonly field: FieldLike;
}
export interface RangeLike {
  readonly first: number;
  readonly last: number;
  readonly field: FieldLike;
}
export type ShapeLike = Readonly<Record<string, FieldLike>>;

/** Unsigned, big-endian; value = wire ÷ divisor (a divisor, so that decimals come out exactly). */
export interface UintNode {
  readonly kind: 'uint';
  readonly size: 1 | 2 | 4;
  readonly divisor: number;
}
/** Signed word: two's complement, and sign-magnitude where only that makes sense. */
export interface SignedNode {
  readonly kind: 'signed';
  readonly size: 2;
}
/**
 * Degrees as a magnitude whose sign is bit `bit` of the field `flags` of the same struct, or of one around it. Where
 * that stands behind it, all fields in between have a fixed size.
 */
export interface CoordinateNode {
  readonly kind: 'coordinate';
  readonly size: 4;
  readonly divisor: number;
  readonly flags: string;
  readonly bit: number;
}
export interface FlagsNode {
  readonly kind: 'flags';
  readonly size: 1 | 2 | 4;
  readonly bits: BitTable;
}
/** A word cut into numbers; kept as the word, so bits without a meaning survive. */
export interface PackedNode {
  readonly kind: 'packed';
  readonly size: 1 | 2 | 4;
  readonly parts: Readonly<Record<string, Part>>;
}
export interface EnumerationNode {
  readonly kind: 'enumeration';
  readonly size: 1 | 2 | 4;
  readonly names: Readonly<Record<string, number>>;
}
/** Digits. Their JSON form is a date (YYYYMMDD), or a moment that may be one of every day (YYMMDDhhmmss). */
export interface BcdNode {
  readonly kind: 'bcd';
  readonly size: number;
  readonly form?: 'date' | 'moment';
}
/**
 * A moment, as epoch milliseconds: BCD[6] in UTC+8 or, as `utc`, in UTC; seven octets day, month, year (WORD), hour, minute, second in
 * UTC+8; or a u64 of UTC seconds or milliseconds, of which both are read and the one that is said is written.
 */
export interface TimeNode {
  readonly kind: 'time';
  readonly form: 'bcd' | 'utc' | 'calendar' | 'seconds' | 'milliseconds';
  readonly size: 6 | 7 | 8;
}
export interface TextNode {
  readonly kind: 'text';
  readonly extent: Extent;
  readonly charset: 'latin1' | 'gbk';
}
export interface OctetsNode {
  readonly kind: 'octets';
  readonly extent: Extent;
}
export interface StructNode {
  readonly kind: 'struct';
  readonly shape: ShapeLike;
}
export interface ListNode {
  readonly kind: 'list';
  readonly count: Count;
  readonly of: FieldLike;
}
/** How many entries the one of the later lists `of` has that is there: no part of the value. */
export interface CountNode {
  readonly kind: 'count';
  readonly size: 1 | 2 | 4;
  readonly of: readonly string[];
}
/** How many octets the one of the later fields `of` takes that is there: no part of the value. */
export interface LengthNode {
  readonly kind: 'length';
  readonly size: 1 | 2 | 4;
  readonly of: readonly string[];
}
/** XOR of all octets of the struct before it: no part of the value. */
export interface CheckNode {
  readonly kind: 'check';
  readonly size: 1;
}
/** A body inside a body, of known length or all that is left; octets where it cannot be read. */
export interface SizedNode {
  readonly kind: 'sized';
  readonly extent: Exclude<Extent, number>;
  readonly of: FieldLike;
}
/** {id, length BYTE, value} repeated, to the end or `count` times. */
export interface ItemsNode {
  readonly kind: 'items';
  readonly idSize: 1 | 4;
  readonly count: Prefix | undefined;
  /** Give every value all names at once, so that all readers see one object shape. Not for tables of a hundred. */
  readonly shaped: boolean;
  /** An id may stand here more than once: the first whose length fits is taken. */
  readonly items: Readonly<Record<string, ItemLike>>;
  /** Runs of ids with one layout of fixed size, e.g. slots: lists of id and value. */
  readonly ranges: Readonly<Record<string, RangeLike>>;
}
/** One struct in more than one layout, told apart by where the octets end; it takes all that are left. */
export interface LayoutsNode {
  readonly kind: 'layouts';
  readonly of: FieldLike;
  /** Said of a value in one of the others. */
  readonly quirk: string;
  /** By the name that such a value has as `layout`. */
  readonly others: Readonly<Record<string, FieldLike>>;
}
/** One field, another layout by revision; not there where the revision has none. */
export interface RevisedNode {
  readonly kind: 'revised';
  readonly by: Readonly<Partial<Record<Revision, FieldLike>>>;
}
/** There if, and only if, the condition holds. */
export interface WhenNode {
  readonly kind: 'when';
  readonly condition: Condition;
  readonly of: FieldLike;
}
/** There if octets are left for it; a sender must write it where `due` holds. */
export interface OptionalNode {
  readonly kind: 'optional';
  readonly due: Condition | 'always' | 'never';
  readonly of: FieldLike;
}

export type Node =
  | UintNode
  | SignedNode
  | CoordinateNode
  | FlagsNode
  | PackedNode
  | EnumerationNode
  | BcdNode
  | TimeNode
  | TextNode
  | OctetsNode
  | StructNode
  | ListNode
  | CountNode
  | LengthNode
  | CheckNode
  | SizedNode
  | ItemsNode
  | LayoutsNode
  | RevisedNode
  | WhenNode
  | OptionalNode;

/** The node of a field under a revision, or undefined where the revision does not have it. */
export function nodeAt(field: FieldLike, revision: Revision): Exclude<Node, RevisedNode> | undefined {
  let node = field.node;
  while (node.kind === 'revised') {
    const next = node.by[revision];
    if (next === undefined) return undefined;
    node = next.node;
  }
  return node;
}

/** The fields of a struct that a revision has, in wire order. */
export function fieldsAt(
  shape: ShapeLike,
  revision: Revision,
): readonly { readonly name: string; readonly node: Exclude<Node, RevisedNode>; readonly doc: Doc }[] {
  return Object.entries(shape).flatMap(([name, field]) => {
    const node = nodeAt(field, revision);
    return node === undefined ? [] : [{ name, node, doc: docAt(field, revision) }];
  });
}

/** What is said about a field under a revision: its own words over those of the layout. */
export function docAt(field: FieldLike, revision: Revision): Doc {
  const { node } = field;
  if (node.kind === 'revised') {
    const under = node.by[revision];
    return under === undefined ? field.doc : { ...docAt(under, revision), ...field.doc };
  }
  if (node.kind === 'when' || node.kind === 'optional') return { ...docAt(node.of, revision), ...field.doc };
  return field.doc;
}

/** Fields that follow from others: on the wire, and no part of the value. */
export function isDerived(node: Node): node is CountNode | LengthNode | CheckNode {
  return node.kind === 'count' || node.kind === 'length' || node.kind === 'check';
}

/** The length or count that stands right before what it measures, or undefined. */
export function prefixOf(node: Node): Prefix | undefined {
  if (node.kind === 'when' || node.kind === 'optional') return prefixOf(node.of.node);
  const at = 'extent' in node ? node.extent : 'count' in node ? node.count : undefined;
  return typeof at === 'object' && 'size' in at ? at : undefined;
}
