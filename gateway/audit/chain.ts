/**
 * Rows of the trail and how they hang together: every row's SHA-256 is over the one before and its own text, and the last row of
 * every write is signed with the gateway's key (Ed25519). So no row can be altered, taken out or put in without the next telling,
 * and nothing can be put behind the last by somebody who has not the key.
 *
 * A row is one line: `{"n":7,"at":…,"who":…,"what":…,"subject":…,"before":…,"after":…,"hash":"<64 hex>","sig":"<base64url>"}`.
 * The hash is over the previous hash (32 octets) and the line's text before `,"hash"`, with `}` behind it. Signed is the text
 * `xingji audit 1`, a zero octet, n (u64, big-endian) and the hash.
 */
import { createHash, type KeyObject, verify } from 'node:crypto';
import type { AuditEntry } from './audit.ts';

/** A place in the chain: the hash of row `n`. */
export interface TrailEnd {
  readonly n: number;
  readonly hash: Uint8Array;
}

/** A place in the chain, vouched for. */
export interface SignedEnd extends TrailEnd {
  readonly signature: Uint8Array;
}

export interface TrailRow extends TrailEnd {
  /** What the hash is over. */
  readonly body: string;
  readonly entry: AuditEntry;
  /** Undefined where rows behind it were written with it. */
  readonly signature: Uint8Array | undefined;
}

/** Before the first row. */
export const GENESIS: TrailEnd = { n: 0, hash: createHash('sha256').update('xingji audit').digest() };

/** Characters that one side of a change may have in a row; what is longer is told by its hash. */
const MAX_SIDE = 16_384;
const LINE = /^(\{"n":(\d{1,15}),.*),"hash":"([0-9a-f]{64})"(?:,"sig":"([\w-]{86})")?\}$/;

function side(value: unknown): unknown {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined || text.length <= MAX_SIDE) return value;
  return { tooLong: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

/** The text of row `n`, which its hash is over. */
export function rowBody(entry: AuditEntry, n: number): string {
  const { at, who, what, subject, before, after } = entry;
  return JSON.stringify({ n, at, who, what, subject, before: side(before), after: side(after) });
}

export function rowHash(previous: Uint8Array, body: string): Uint8Array {
  return createHash('sha256').update(previous).update(body, 'utf8').digest();
}

export function formatRow(body: string, hash: Uint8Array, signature: Uint8Array | undefined): string {
  const signed = signature === undefined ? '' : `,"sig":"${Buffer.from(signature).toString('base64url')}"`;
  return `${body.substring(0, body.length - 1)},"hash":"${Buffer.from(hash).toString('hex')}"${signed}}\n`;
}

/** Undefined where a line is no row. */
export function parseRow(line: string): TrailRow | undefined {
  const [, start, n, hash, sig] = LINE.exec(line) ?? [];
  if (start === undefined || hash === undefined) return undefined;
  const body = `${start}}`;
  const signature = sig === undefined ? undefined : Buffer.from(sig, 'base64url');
  // The last letter has bits to spare: only one of the letters that say the same is what was written.
  if (signature?.toString('base64url') !== sig) return undefined;
  try {
    return { n: Number(n), body, entry: JSON.parse(body) as AuditEntry, hash: Buffer.from(hash, 'hex'), signature };
  } catch {
    return undefined;
  }
}

/** What is signed for a place in the chain. */
export function signedText({ n, hash }: TrailEnd): Uint8Array {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(n));
  return Buffer.concat([Buffer.from('xingji audit 1\0'), number, hash]);
}

export function isEndSigned(end: SignedEnd, key: KeyObject): boolean {
  return verify(null, signedText(end), key, end.signature);
}
