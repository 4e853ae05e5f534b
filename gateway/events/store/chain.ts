/**
 * The chain of the event store: every entry's hash covers the one before, so that no step can be altered, removed or put
 * in between unnoticed; and places in it that the gateway has signed with its key (Ed25519).
 *
 * An entry's digest is SHA-256 of the step's text, and of the frames it rests on; its hash is SHA-256 over the previous
 * hash (32 octets), its number (u64) and its digest (32). So a part of the chain can be shown to somebody without what
 * the steps between say. Signed is: the text `xingji event head 1`, a zero octet, the journal's id, a zero octet, number
 * (u64), at (u64), hash (32); big-endian.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import type { Signer } from '../../journal/signed-head.ts';

/** A place in the chain that the gateway has signed. */
export interface EventHead {
  /** Of the last entry that it stands for. */
  readonly number: number;
  readonly at: number;
  readonly hash: Uint8Array;
  /** Which key, as `Signer.key`. */
  readonly key: string;
  readonly signature: Uint8Array;
}

/** A record of the journal, kept as evidence. */
export interface KeptFrame {
  readonly seq: number;
  readonly kind: number;
  readonly receivedAt: number;
  readonly terminal: string;
  readonly octets: Uint8Array;
  /** In whose folder it is, where it is not in that of the worker who tells of it: its number is one of that worker's journal. */
  readonly worker?: number;
}

/** What the first entry that is kept follows. */
export interface EventAnchor {
  readonly number: number;
  readonly hash: Uint8Array;
}

/** The hash that the first entry of all follows. */
export function eventGenesis(journalId: string): Uint8Array {
  return sha256(`xingji events ${journalId}`);
}

/** SHA-256 of a record: its place, what it is, when and from whom it came, and its octets. */
export function frameDigest({ seq, kind, receivedAt, terminal, octets }: KeptFrame): Uint8Array {
  return sha256(`${seq} ${kind} ${receivedAt} ${terminal}\n`, octets);
}

/** SHA-256 of a step and the frames that were kept for it, in their order. */
export function entryDigest(body: string, frames: readonly Uint8Array[]): Uint8Array {
  return sha256(sha256(body), ...frames);
}

export function entryHash(previous: Uint8Array, number: number, digest: Uint8Array): Uint8Array {
  const numbers = Buffer.alloc(8);
  numbers.writeBigUInt64BE(BigInt(number));
  return sha256(previous, numbers, digest);
}

/** Signs the entry at the end of the chain. */
export function signHead(
  journalId: string,
  head: { readonly number: number; readonly at: number; readonly hash: Uint8Array },
  signer: Signer,
): EventHead {
  return { ...head, key: signer.key, signature: signer.sign(message(journalId, head)) };
}

/** Whether the key that belongs to `publicKey` signed this. */
export function isHeadSigned(journalId: string, head: EventHead, publicKey: KeyObject): boolean {
  return verify(null, message(journalId, head), publicKey, head.signature);
}

function message(journalId: string, { number, at, hash }: Omit<EventHead, 'key' | 'signature'>): Uint8Array {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(number), 0);
  numbers.writeBigUInt64BE(BigInt(at), 8);
  return Buffer.concat([Buffer.from(`xingji event head 1\0${journalId}\0`), numbers, hash]);
}

function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}
