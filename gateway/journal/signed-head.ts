/**
 * Places in the chain that the gateway has signed with a key of its own (Ed25519). Whoever can write the file
 * can make the whole chain anew, but not these; so a journal that was rewritten contradicts them, and they tell
 * whoever holds the public key up to where it is what the gateway wrote.
 *
 * Signed is: the text `xingji signed head 1`, a zero octet, the journal's id, a zero octet, number (u64), seq (u64),
 * at (u64), hash (32 octets); big-endian.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { Clock, MonotonicMs } from '../../protocol/index.ts';
import type { Batch } from './journal.ts';
import type { SignedHead } from './storage.ts';

/** Signs with one key. */
export interface Signer {
  /** Which key: the first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly key: string;
  sign(message: Uint8Array): Uint8Array;
}

/** What names a key, private or public. */
export function keyName(key: KeyObject): string {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}

/** A signer over a private key in PEM. */
export function signerOf(privatePem: string): Signer {
  const key = createPrivateKey(privatePem);
  return { key: keyName(key), sign: (message) => new Uint8Array(sign(null, message, key)) };
}

function message(journalId: string, { number, seq, at, hash }: Omit<SignedHead, 'key' | 'signature'>): Uint8Array {
  const numbers = Buffer.alloc(24);
  numbers.writeBigUInt64BE(BigInt(number), 0);
  numbers.writeBigUInt64BE(BigInt(seq), 8);
  numbers.writeBigUInt64BE(BigInt(at), 16);
  return Buffer.concat([Buffer.from(`xingji signed head 1\0${journalId}\0`), numbers, hash]);
}

/** Whether the key that belongs to `publicKey` signed this. */
export function isSigned(journalId: string, head: SignedHead, publicKey: KeyObject): boolean {
  return verify(null, message(journalId, head), publicKey, head.signature);
}

/** When heads are signed. */
export interface SigningPace {
  /** Batches between two signed heads, at most. */
  readonly signBatches: number;
  /** Time between two, at most, while there are new records. */
  readonly signMs: number;
}

/** Decides when a head is signed: with the first batch, then by batches and time, then with the last. */
export class HeadSigner {
  readonly #journalId: string;
  readonly #signer: Signer;
  readonly #clock: Clock;
  readonly #pace: SigningPace;
  #number: number;
  #batches = Number.POSITIVE_INFINITY;
  #signedAt: MonotonicMs = Number.NEGATIVE_INFINITY;
  #last: Batch | undefined;

  /** `number`: of the last signed head. */
  constructor(given: { journalId: string; number: number; signer: Signer; clock: Clock; pace: SigningPace }) {
    this.#journalId = given.journalId;
    this.#number = given.number;
    this.#signer = given.signer;
    this.#clock = given.clock;
    this.#pace = given.pace;
  }

  /** A batch is on disk. What comes back is to be written with the next commit. */
  committed(batch: Batch): SignedHead | undefined {
    this.#last = batch;
    this.#batches += 1;
    const { signBatches, signMs } = this.#pace;
    const due = this.#batches >= signBatches || this.#clock.monotonic() - this.#signedAt >= signMs;
    return due ? this.last() : undefined;
  }

  /** The last batch of all, signed; undefined where it is already. */
  last(): SignedHead | undefined {
    const batch = this.#last;
    if (batch === undefined) return undefined;
    this.#last = undefined;
    this.#batches = 0;
    this.#signedAt = this.#clock.monotonic();
    this.#number += 1;
    const seq = batch.first + batch.count - 1;
    const head = { number: this.#number, seq, at: this.#clock.now(), hash: batch.hash };
    return { ...head, key: this.#signer.key, signature: this.#signer.sign(message(this.#journalId, head)) };
  }
}
