/** The bodies inside a 0x0704 as spans, for readers that decode each as a 0x0200 and keep no list. */
import { ProtocolError } from '../errors.ts';
import type { QuirkSink } from '../schema/quirk.ts';

const HEAD = 3;
const LENGTH = 2;
const BLIND_ZONE = 1;

/**
 * Walks the items of a 0x0704 body, the same in every revision:
 *
 *     const batch = new BatchCursor(b, start, end, quirks);
 *     while (batch.next()) codec.decode(b, batch.from, batch.to, quirks);
 *
 * An item whose octets are no 0x0200 body is the caller's to notice: the next one is found by the length all the
 * same. A batch that holds fewer items than its count ends early with quirk `count`; octets that are left, a cut-off
 * item among them, are quirk `trailing`.
 */
export class BatchCursor {
  /** Items by the body's own count; no more than these are given. */
  readonly count: number;
  /** Stored while there was no link (盲区补报), as opposed to collected on purpose. */
  readonly blindZone: boolean;
  /** Place of the item at hand, from 0; -1 before the first. */
  index = -1;
  from = 0;
  to: number;
  readonly #b: Uint8Array;
  readonly #end: number;
  readonly #quirks: QuirkSink;

  /** Throws ProtocolError TRUNCATED where not even count and type are there. */
  constructor(b: Uint8Array, start: number, end: number, quirks: QuirkSink) {
    const have = end - start;
    if (have < HEAD) {
      throw new ProtocolError('TRUNCATED', 'batchLocationUpload', `needs ${HEAD} octets, ${have} left`, 0);
    }
    this.count = (b[start]! << 8) | b[start + 1]!;
    this.blindZone = b[start + 2] === BLIND_ZONE;
    this.to = start + HEAD;
    this.#b = b;
    this.#end = end;
    this.#quirks = quirks;
  }

  /** Steps to the next item; false behind the last. */
  next(): boolean {
    const b = this.#b;
    const at = this.to;
    if (this.index + 1 < this.count) {
      const from = at + LENGTH;
      const to = from + ((b[at]! << 8) | b[at + 1]!);
      if (from <= this.#end && to <= this.#end) {
        this.index++;
        this.from = from;
        this.to = to;
        return true;
      }
      this.#quirks.quirk('count');
    }
    if (at < this.#end) this.#quirks.quirk('trailing');
    return false;
  }
}
