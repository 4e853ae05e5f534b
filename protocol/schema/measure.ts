/** How many octets a value takes on the wire, told without writing it. */
import { gbkSize } from '../text/gbk.ts';
import { type Extent, fieldsAt, type ItemsNode, type Node, nodeAt } from './node.ts';
import type { Revision } from './revision.ts';
import { fixedSize } from './size.ts';

type Values = Readonly<Record<string, unknown>>;

/** Octets of the text itself, or of the octets, without prefix or padding. */
export function contentSize(node: Extract<Node, { kind: 'text' | 'octets' }>, value: unknown): number {
  if (node.kind === 'octets') return (value as Uint8Array).length;
  return node.charset === 'gbk' ? gbkSize(value as string) : (value as string).length;
}

const headOf = (extent: Extent): number => (typeof extent === 'object' && 'size' in extent ? extent.size : 0);

/** Entries of a set of items: those with a name of their own, those of a range, and those without. */
export function itemCount({ items: table, ranges }: ItemsNode, value: unknown): number {
  const items = value as Values;
  let n = 0;
  for (const name of [...Object.keys(ranges), 'unknown']) {
    n += ((items[name] as readonly unknown[] | undefined) ?? []).length;
  }
  for (const name of Object.keys(table)) if (items[name] !== undefined) n++;
  return n;
}

/** Octets that a value takes; meaningless for a value that cannot be encoded. */
export function measure(node: Node, revision: Revision, value: unknown): number {
  const fixed = fixedSize(node, revision);
  if (fixed !== undefined) return fixed;
  switch (node.kind) {
    case 'text':
    case 'octets':
      return headOf(node.extent) + contentSize(node, value);
    case 'struct':
      return fieldsAt(node.shape, revision).reduce(
        (sum, { name, node: field }) => sum + measure(field, revision, (value as Values)[name]),
        0,
      );
    case 'list': {
      const of = nodeAt(node.of, revision)!;
      const head = typeof node.count === 'object' && 'size' in node.count ? node.count.size : 0;
      return (value as readonly unknown[]).reduce<number>((sum, entry) => sum + measure(of, revision, entry), head);
    }
    case 'sized': {
      const inner = value instanceof Uint8Array ? value.length : measure(nodeAt(node.of, revision)!, revision, value);
      return headOf(node.extent) + inner;
    }
    case 'items': {
      const items = value as Values;
      let size = (node.count?.size ?? 0) + ((items['trailing'] as Uint8Array | undefined)?.length ?? 0);
      for (const [name, item] of Object.entries(node.items)) {
        const of = nodeAt(item.field, revision);
        if (of !== undefined && items[name] !== undefined) size += node.idSize + 1 + measure(of, revision, items[name]);
      }
      for (const [name, { field }] of Object.entries(node.ranges)) {
        const each = node.idSize + 1 + (fixedSize(nodeAt(field, revision)!, revision) ?? 0);
        size += each * ((items[name] as readonly unknown[] | undefined) ?? []).length;
      }
      for (const { bytes } of (items['unknown'] as readonly { bytes: Uint8Array }[] | undefined) ?? []) {
        size += node.idSize + 1 + bytes.length;
      }
      return size;
    }
    case 'layouts': {
      const { layout } = value as { readonly layout?: string };
      const of = layout === undefined ? node.of : node.others[layout];
      return of === undefined ? 0 : measure(of.node, revision, value);
    }
    case 'when':
    case 'optional':
      return value === undefined ? 0 : measure(node.of.node, revision, value);
    case 'revised': {
      const field = node.by[revision];
      return field === undefined ? 0 : measure(field.node, revision, value);
    }
    default:
      return 0;
  }
}
