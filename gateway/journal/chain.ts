/**
 * The hash chain: every batch's SHA-256 covers the one before, so that nothing can be altered, removed or
 * put in between without the next hash telling. Both ends are kept apart from the batches (`ChainEnds`), so
 * that batches cut off at the end are missed as well.
 *
 * The hash is over: the previous hash (32 octets), first (u64), count (u32), at (u64), the body; big-endian.
 */
import { createHash } from 'node:crypto';
import { JournalError } from './errors.ts';
import type { Batch } from './journal.ts';
import type { Seq } from './record.ts';
import { RecordView } from './record-view.ts';

/** A place in the chain: the hash of the batch that ends with record `seq`. */
export interface ChainEnd {
  readonly seq: Seq;
  readonly hash: Uint8Array;
}

export interface ChainEnds {
  /** Before the first batch that is kept: the genesis, or the last batch that was trimmed. */
  readonly anchor: ChainEnd;
  /** The last batch; the anchor where none is kept. */
  readonly head: ChainEnd;
}

const PREFIX = 52;

/** The hash that the first batch of the journal `id` follows, so that batches of another journal do not fit. */
export function genesisHash(id: string): Uint8Array {
  return owned(createHash('sha256').update(`xingji journal ${id}`).digest());
}

/** The hash of a batch that follows `previous`. */
export function batchHash(previous: Uint8Array, batch: Omit<Batch, 'hash'>): Uint8Array {
  const prefix = new Uint8Array(PREFIX);
  const view = new DataView(prefix.buffer);
  // A hash that somebody made longer is found out by its value, not by an overrun here.
  prefix.set(previous.subarray(0, 32));
  view.setBigUint64(32, BigInt(batch.first));
  view.setUint32(40, batch.count);
  view.setBigUint64(44, BigInt(batch.at));
  return owned(createHash('sha256').update(prefix).update(batch.body).digest());
}

/** A digest may lie in Node's shared pool: one that is kept or transferred has a buffer of its own. */
function owned(digest: Uint8Array): Uint8Array {
  return new Uint8Array(digest);
}

export interface ChainFault {
  /** First record of the batch at fault, or of the missing range. */
  readonly first: Seq;
  /** Last record of it. */
  readonly last: Seq;
  /**
   * - `altered` the hash does not fit what it stands for.
   * - `missing` records that should be there are not.
   * - `inserted` a batch stands where records have been counted already.
   * - `contradicted` a signed head says that another batch stood here.
   * - `forged` a signed head was not signed by the gateway's key; `unsigned` one is missing between others.
   * - `unreadable` the hash fits, but the octets are not the records that `count` says.
   */
  readonly why: 'altered' | 'missing' | 'inserted' | 'unreadable' | 'contradicted' | 'forged' | 'unsigned';
}

export interface ChainReport {
  readonly batches: number;
  readonly records: number;
  readonly bytes: number;
  /** In order; at most `MAX_FAULTS` are kept. */
  readonly faults: readonly ChainFault[];
  /** All of them. */
  readonly faultCount: number;
  /** Signed heads that were checked, and the last record that a good one vouches for; 0 where none does. */
  readonly signedHeads: number;
  readonly signedUpTo: Seq;
}

const MAX_FAULTS = 1000;

/**
 * Checks batches handed over in order. After a fault it goes on from the hash that is stored there, so that
 * one altered batch is one fault and what follows is still checked.
 */
export class ChainCheck {
  readonly #faults: ChainFault[] = [];
  readonly #view = new RecordView();
  #faultCount = 0;
  #previous: Uint8Array;
  #next: Seq;
  #batches = 0;
  #records = 0;
  #bytes = 0;
  #signedHeads = 0;
  #signedUpTo: Seq = 0;

  constructor(anchor: ChainEnd) {
    this.#previous = anchor.hash;
    this.#next = anchor.seq + 1;
  }

  /** The record that should come next. */
  get next(): Seq {
    return this.#next;
  }

  /** Says whether this batch is what the chain says it should be. */
  add(batch: Batch): boolean {
    const before = this.#faultCount;
    const last = batch.first + batch.count - 1;
    if (batch.first > this.#next) this.#fault(this.#next, batch.first - 1, 'missing');
    if (batch.first < this.#next) this.#fault(batch.first, last, 'inserted');
    else if (batch.first === this.#next && !equal(batchHash(this.#previous, batch), batch.hash)) {
      this.#fault(batch.first, last, 'altered');
    } else if (!this.#readable(batch)) this.#fault(batch.first, last, 'unreadable');
    this.#previous = batch.hash;
    this.#next = Math.max(this.#next, last + 1);
    this.#batches += 1;
    this.#records += batch.count;
    this.#bytes += batch.body.length;
    return this.#faultCount === before;
  }

  /** A signed head, and what stands in the chain where it is; `fault`: it is not good. */
  signed(head: { readonly seq: Seq }, fault: 'contradicted' | 'forged' | 'unsigned' | undefined): void {
    this.#signedHeads += 1;
    if (fault !== undefined) this.#fault(head.seq, head.seq, fault);
    else if (this.#faultCount === 0) this.#signedUpTo = head.seq;
  }

  /** Starts again behind `anchor`: what came before was trimmed while it was being checked. */
  skipTo(anchor: ChainEnd): void {
    this.#previous = anchor.hash;
    this.#next = anchor.seq + 1;
  }

  /**
   * Every batch was added: is the last one what the journal says is its last? Null where the check stopped
   * before the end, as beside a gateway that goes on writing.
   */
  end(head: ChainEnd | null): ChainReport {
    if (head === null) return this.#report();
    if (this.#next <= head.seq) this.#fault(this.#next, head.seq, 'missing');
    else if (this.#next > head.seq + 1) this.#fault(head.seq + 1, this.#next - 1, 'inserted');
    else if (!equal(this.#previous, head.hash)) this.#fault(head.seq, head.seq, 'altered');
    return this.#report();
  }

  #report(): ChainReport {
    return {
      batches: this.#batches,
      records: this.#records,
      bytes: this.#bytes,
      faults: this.#faults,
      faultCount: this.#faultCount,
      signedHeads: this.#signedHeads,
      signedUpTo: this.#signedUpTo,
    };
  }

  #readable(batch: Batch): boolean {
    try {
      this.#view.open(batch);
      while (this.#view.next());
      return true;
    } catch (error) {
      if (error instanceof JournalError) return false;
      throw error;
    }
  }

  #fault(first: Seq, last: Seq, why: ChainFault['why']): void {
    this.#faultCount += 1;
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ first, last, why });
  }
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
