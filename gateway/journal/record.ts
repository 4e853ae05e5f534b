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
  /** JSON: the gateway started, stopped, refused, recovered, dropped. */
  gateway: 7,
  /** JSON: a fact from the platform: archive, order, calendar, … */
  feed: 8,
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
