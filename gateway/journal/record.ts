/**
 * A journal record: what happened, not what we think of it.
 *
 * Octets of a record inside a batch (numbers big-endian):
 *
 *     0   u32  octets that follow
 *     4   u8   kind
 *     5   u8   flags (bit 0: the peer is waiting for an acknowledgement of this record)
 *     6   u48  receivedAt, epoch ms
 *     12  u32  link number
 *     16  u8   n, octets of the terminal
 *     17  n    terminal, ASCII digits without leading zeros; empty where it is not known
 *     17+n     payload, by kind
 */

export const RECORD_KIND = {
  /** An unescaped packet, header first, check octet left off. */
  frame: 1,
  /** JSON: a link opened, authenticated, closed, timed out. */
  link: 2,
  /** JSON: a terminal registered, deregistered, or was removed. */
  registration: 3,
  /** JSON: a step of a command. */
  command: 4,
  /** Header of part 1 without its package item, then the body of all parts joined. Written in the batch of the last part. */
  assembled: 5,
  /** u8 length of reason, reason, then the octets as they came: a frame that was refused. */
  quarantine: 6,
  /** JSON: the gateway started, stopped, refused, recovered, dropped; time passed. */
  gateway: 7,
  /** JSON: a fact from the platform: archive, order, calendar, … */
  feed: 8,
  /** A picture, sound or video that is in a file: `media/media-record.ts`. */
  media: 9,
  /** JSON: a step of an event, or what somebody wants done with one: `events/step.ts`. */
  event: 10,
} as const;
export type RecordKind = (typeof RECORD_KIND)[keyof typeof RECORD_KIND];
export type RecordKindName = keyof typeof RECORD_KIND;

/** Position of a record in the journal, from 1, without gaps. */
export type Seq = number;

/** A record about to be written; `b` [start, end) is copied by `append`. */
export interface RecordInput {
  kind: RecordKind;
  receivedAt: number;
  link: number;
  terminal: string;
  ackable: boolean;
  b: Uint8Array;
  start: number;
  end: number;
}

/** Octets of a record before its terminal. */
export const RECORD_HEAD = 17;
const U32 = 0x1_0000_0000;
/** Below this a plain loop copies faster than a view can be made. */
const LOOP_COPY = 160;

/** Octets that `writeRecord` will use. */
export function recordBytes(record: RecordInput): number {
  return RECORD_HEAD + record.terminal.length + record.end - record.start;
}

/**
 * Writes a record at `at` and returns the offset behind it. `into` has room for `recordBytes(record)`.
 * Throws RangeError where the terminal is longer than its length octet can say, which no phone is.
 */
export function writeRecord(into: Uint8Array, at: number, record: RecordInput): number {
  const { terminal, receivedAt, link, b, start, end } = record;
  const n = terminal.length;
  if (n > 255) throw new RangeError(`terminal of ${n} characters`);
  const size = RECORD_HEAD - 4 + n + end - start;
  const hi = Math.floor(receivedAt / U32);
  const lo = receivedAt % U32;
  into[at] = size >>> 24;
  into[at + 1] = size >>> 16;
  into[at + 2] = size >>> 8;
  into[at + 3] = size;
  into[at + 4] = record.kind;
  into[at + 5] = record.ackable ? 1 : 0;
  into[at + 6] = hi >>> 8;
  into[at + 7] = hi;
  into[at + 8] = lo >>> 24;
  into[at + 9] = lo >>> 16;
  into[at + 10] = lo >>> 8;
  into[at + 11] = lo;
  into[at + 12] = link >>> 24;
  into[at + 13] = link >>> 16;
  into[at + 14] = link >>> 8;
  into[at + 15] = link;
  into[at + 16] = n;
  let to = at + RECORD_HEAD;
  for (let i = 0; i < n; i += 1) into[to++] = terminal.charCodeAt(i);
  if (end - start >= LOOP_COPY) {
    into.set(b.subarray(start, end), to);
    return to + end - start;
  }
  for (let from = start; from < end; from += 1) into[to++] = b[from]!;
  return to;
}
