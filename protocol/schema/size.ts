/** How many octets a field takes. */
import { fieldsAt, type Extent, type FieldLike, type Node, nodeAt, type ShapeLike } from './node.ts';
import type { Revision } from './revision.ts';

/** The least octets a field can take, and the most (Infinity where nothing bounds it but the body). */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

function ofExtent(extent: Extent): Bounds {
  if (typeof extent === 'number') return { least: extent, most: extent };
  return { least: typeof extent === 'object' && 'size' in extent ? extent.size : 0, most: Infinity };
}

export function boundsOf(node: Node, revision: Revision): Bounds {
  switch (node.kind) {
    case 'uint':
    case 'signed':
    case 'coordinate':
    case 'flags':
    case 'packed':
    case 'enumeration':
    case 'bcd':
    case 'time':
    case 'count':
    case 'length':
    case 'check':
      return { least: node.size, most: node.size };
    case 'text':
    case 'octets':
      return ofExtent(node.extent);
    case 'struct': {
      let least = 0;
      let most = 0;
      for (const field of fieldsAt(node.shape, revision)) {
        const bounds = boundsOf(field.node, revision);
        least += bounds.least;
        most += bounds.most;
      }
      return { least, most };
    }
    case 'list':
      if (typeof node.count === 'number') {
        const { least, most } = boundsOf(node.of.node, revision);
        return { least: node.count * least, most: node.count * most };
      }
      return { least: typeof node.count === 'object' && 'size' in node.count ? node.count.size : 0, most: Infinity };
    case 'sized':
      return ofExtent(node.extent);
    case 'items':
      return { least: node.count?.size ?? 0, most: Infinity };
    case 'layouts': {
      const all = [node.of, ...Object.values(node.others)].map((of) => boundsOf(of.node, revision).least);
      return { least: Math.min(...all), most: Infinity };
    }
    case 'revised': {
      const field = node.by[revision];
      return field === undefined ? { least: 0, most: 0 } : boundsOf(field.node, revision);
    }
    case 'when':
    case 'optional':
      return { least: 0, most: boundsOf(node.of.node, revision).most };
  }
}

/** The octets of a field that always takes the same number, else undefined. */
export function fixedSize(node: Node, revision: Revision): number | undefined {
  const { least, most } = boundsOf(node, revision);
  return least === most ? least : undefined;
}

/** Octets from the start of field `from` to that of the later field `to`, all of fixed size; and the octets of `to`. */
export function distance(
  shape: ShapeLike,
  from: string,
  to: string,
  revision: Revision,
): { readonly offset: number; readonly size: 1 | 2 | 4 } | undefined {
  const fields = fieldsAt(shape, revision);
  let offset = 0;
  for (const { name, node } of fields.slice(fields.findIndex((field) => field.name === from))) {
    if (name === to) return node.kind === 'flags' ? { offset, size: node.size } : undefined;
    const size = fixedSize(node, revision);
    if (size === undefined) return undefined;
    offset += size;
  }
  return undefined;
}

/**
 * The few lengths that an item may have, ascending; undefined where they are not few. A struct whose last fields
 * may be missing has one length for each of them that is there.
 */
export function lengthsOf(field: FieldLike, revision: Revision): readonly number[] | undefined {
  const node = nodeAt(field, revision);
  if (node === undefined) return [0];
  const fixed = fixedSize(node, revision);
  if (fixed !== undefined) return [fixed];
  if (node.kind !== 'struct') return undefined;
  const lengths = [0];
  for (const part of fieldsAt(node.shape, revision)) {
    const missing = part.node.kind === 'when' || part.node.kind === 'optional';
    const size = fixedSize(missing ? part.node.of.node : part.node, revision);
    if (size === undefined) return undefined;
    const longest = lengths.at(-1)! + size;
    if (missing) lengths.push(longest);
    else if (lengths.length > 1) return undefined;
    else lengths[0] = longest;
  }
  return lengths;
}

/** Whether nothing can be left over behind a field, because it takes all there is. */
export function takesRest(node: Node, revision: Revision): boolean {
  switch (node.kind) {
    case 'text':
    case 'octets':
    case 'sized':
      return node.extent === 'rest';
    case 'items':
      return node.count === undefined;
    case 'struct': {
      const last = fieldsAt(node.shape, revision).at(-1);
      return last !== undefined && takesRest(last.node, revision);
    }
    default:
      return false;
  }
}
