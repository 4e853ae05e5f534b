/** What a descriptor becomes for those who read and write messages. */
import type { QuirkSink } from './quirk.ts';

/** Both directions of one message under one revision. */
export interface Codec<T> {
  /**
   * Decodes octets [start, end) of `b`. The value shares no memory with `b`. Every deviation that was tolerated
   * is said to `quirks`; throws ProtocolError TRUNCATED, and nothing else, where the body cannot be read.
   */
  decode(b: Uint8Array, start: number, end: number, quirks: QuirkSink): T;
  /**
   * Writes a body at `start` and returns the offset after it. Past `b.length`: `b` was too short, and holds no
   * body. Throws ProtocolError RANGE, TEXT or SHAPE where the value has no such body.
   */
  encode(value: T, b: Uint8Array, start: number): number;
}
