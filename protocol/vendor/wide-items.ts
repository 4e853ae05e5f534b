/**
 * Bodies in which some items have ids of two octets, with lengths of one or two, or ids of one octet with lengths of four,
 * between others of the usual shape. Nothing on the wire says which is which: an id that begins with 00 cannot be of one
 * octet, as no item is 0x00, and of the readings that are left the one holds that uses every octet.
 */

import { MAX_BODY } from '../frame/escape.ts';

/** An item as it stands: octets [at, end) of what was split. */
export interface WideItem {
  readonly id: number;
  /** Octets of its id. */
  readonly idSize: 1 | 2;
  readonly lengthSize: 1 | 2 | 4;
  readonly at: number;
  readonly end: number;
}

/** Splits octets [start, end) into items, or undefined where they are none of these shapes, or more than a packet has. */
export function splitWideItems(b: Uint8Array, start: number, end: number): readonly WideItem[] | undefined {
  if (end - start > MAX_BODY) return undefined;
  /** Offsets from which no reading uses every octet: each is tried once, so the work grows with the octets alone. */
  const dead = new Set<number>();
  const items: WideItem[] = [];

  function from(at: number): boolean {
    if (at === end) return true;
    if (dead.has(at)) return false;
    for (const item of readings(b, at, end)) {
      items.push(item);
      if (from(item.end)) return true;
      items.pop();
    }
    dead.add(at);
    return false;
  }
  return from(start) ? items : undefined;
}

function* readings(b: Uint8Array, at: number, end: number): Generator<WideItem> {
  const first = b[at]!;
  if (first !== 0) {
    if (at + 2 <= end) yield* within({ id: first, idSize: 1, lengthSize: 1 }, at + 2, b[at + 1]!, end);
    // Behind an empty item 00 00 would be an id, and none is 0x0000: so this is never met where the other reading holds.
    const long = at + 5 <= end && b[at + 1] === 0 && b[at + 2] === 0;
    if (long) yield* within({ id: first, idSize: 1, lengthSize: 4 }, at + 5, (b[at + 3]! << 8) | b[at + 4]!, end);
    return;
  }
  const id = at + 2 <= end ? b[at + 1]! : 0;
  if (id === 0) return;
  if (at + 3 <= end && b[at + 2] !== 0) yield* within({ id, idSize: 2, lengthSize: 1 }, at + 3, b[at + 2]!, end);
  if (at + 4 <= end) yield* within({ id, idSize: 2, lengthSize: 2 }, at + 4, (b[at + 2]! << 8) | b[at + 3]!, end);
}

type Shape = Pick<WideItem, 'id' | 'idSize' | 'lengthSize'>;

function* within(shape: Shape, at: number, size: number, end: number): Generator<WideItem> {
  if (at + size <= end) yield { ...shape, at, end: at + size };
}
