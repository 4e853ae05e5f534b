/**
 * Reads of the journal's file, on the caller's thread: for the reader thread, and for tools that look into a
 * data folder beside a running gateway. Every call is one short read transaction, so that nobody holds up
 * the writer's log.
 */
import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type ChainEnds, ChainCheck, type ChainReport, equal } from './chain.ts';
import { JournalError } from './errors.ts';
import type { Batch, DeadLetter } from './journal.ts';
import type { SeqRange } from './place.ts';
import type { Seq } from './record.ts';
import { isSigned } from './signed-head.ts';
import { asJournalError, isDamage, openForReading, pragma } from './sqlite-schema.ts';
import type { SignedHead, Unacknowledged } from './storage.ts';

type Row = Record<string, unknown>;
const CHUNK_BYTES = 4 << 20;
/** One for each, as it is handed on to another thread with its buffer. */
const noOctets = (): Uint8Array => new Uint8Array(0);
/** Where rows cannot be found it is looked so many records further, at most, then given up. */
const MAX_STRIDE = 1 << 30;

export interface JournalIdentity {
  readonly id: string;
  readonly createdAt: number;
}

export interface JournalFile {
  readonly identity: JournalIdentity;
  ends(): ChainEnds;
  /** As `Storage.read`. The octets are the caller's alone. */
  read(after: Seq, maxBytes: number): readonly Batch[];
  /** Rows that begin after `first`, whatever they claim to hold: for checks, which must miss none. */
  scan(first: Seq, maxBytes: number): readonly Batch[];
  cursors(): ReadonlyMap<string, Seq>;
  /** What readers are done with ahead of their cursors, in order; only readers that have any. */
  ahead(): ReadonlyMap<string, readonly SeqRange[]>;
  /** In [from, to], in order. */
  signedHeads(from: Seq, to: Seq): readonly SignedHead[];
  /** Dead letters in [from, to], by position. */
  letters(from: Seq, to: Seq): readonly DeadLetter[];
  unacknowledged(from: Seq, to: Seq): readonly Unacknowledged[];
  close(): void;
}

/** Opens `journal.db` read-only. Throws JournalError `DATA_MISSING`, `DATA_NEWER` or `DATA_UNREADABLE`. */
export function openJournalFile(path: string): JournalFile {
  return journalFile(openForReading(path), path);
}

/** The same over a connection that somebody else made; `close` closes it. */
export function journalFile(db: DatabaseSync, path: string): JournalFile {
  const meta = db.prepare('select value from meta where name = ?');
  const ends = db.prepare('select side, seq, hash from chain_end');
  // The batch that holds the record may begin before it: step back to the last one that begins at or before.
  const start = db.prepare('select max(first) as first from batch where first <= ?');
  const batches = db.prepare(
    'select first, count, at, hash, body from batch where first >= ? and first + count - 1 > ? order by first',
  );
  const rows = db.prepare('select first, count, at, hash, body from batch where first > ? order by first');
  // At or behind, never "behind the one before": looking for that one would touch its page, which may be damaged.
  const head = db.prepare('select first, count, at, hash from batch where first >= ? order by first limit 1');
  const body = db.prepare('select body from batch where first = ?');
  const cursors = db.prepare('select reader, seq from cursor order by reader');
  // A file of version 1, looked into before its gateway was ever started by this version, has neither.
  const later = pragma(db, 'user_version') >= 2;
  const ahead = later ? db.prepare('select reader, first, last from ahead order by reader, first') : undefined;
  const signed = later
    ? db.prepare('select seq, hash, at, number, key, signature from signed_head where seq between ? and ? order by seq')
    : undefined;
  const letters = db.prepare(
    'select reader, seq, id, reason, at from letter where seq between ? and ? order by seq, reader, id',
  );
  const unacknowledged = db.prepare('select seq, why, at from unacknowledged where seq between ? and ? order by seq');

  function reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw asJournalError(error, 'look', path);
    }
  }

  /** Where a batch begins that may hold the record; before it, where the page of that one is damaged. */
  function startOf(seq: Seq): Seq {
    for (let back = 0, stride = 1; ; back += stride, stride *= 2) {
      try {
        return (start.get(seq - back)?.['first'] ?? 0) as number;
      } catch (error) {
        if (!isDamage(error) || stride > MAX_STRIDE) throw error;
      }
    }
  }

  /** The next batch behind `first`, without its octets where their pages are damaged; past rows that cannot be found at all. */
  function nextOf(first: Seq, fits: (row: Batch) => boolean): readonly Batch[] {
    for (let at = first + 1; ; ) {
      const row = rowFrom(at);
      if (row === undefined) return [];
      if (fits(row)) return [{ ...row, body: bodyOf(row.first) }];
      at = row.first + 1;
    }
  }

  /** The first row at or behind `seq` that can be found: past a damaged page the very next one. */
  function rowFrom(seq: Seq): Batch | undefined {
    const at = (place: Seq): Batch | undefined => head.get(place) as Batch | undefined;
    let [lost, stride] = [seq - 1, 1];
    for (let place = seq; ; place += stride, stride *= 2) {
      try {
        const row = at(place);
        return place - lost === 1 ? row : firstFound(lost, place, at);
      } catch (error) {
        if (!isDamage(error) || stride > MAX_STRIDE) throw error;
        lost = place;
      }
    }
  }

  function bodyOf(first: Seq): Uint8Array {
    try {
      return (body.get(first)?.['body'] as Uint8Array | undefined) ?? noOctets();
    } catch (error) {
      if (!isDamage(error)) throw error;
      return noOctets();
    }
  }

  function metaValue(name: string): string {
    const row = meta.get(name);
    if (row === undefined) throw new JournalError('DATA_UNREADABLE', `${path} does not say its ${name}.`);
    return String(row['value']);
  }

  return {
    identity: reading(() => ({ id: metaValue('id'), createdAt: Number(metaValue('created')) })),
    ends: () =>
      reading(() => {
        const bySide = new Map(
          (ends.all() as Row[]).map((row) => [
            row['side'],
            { seq: row['seq'] as number, hash: row['hash'] as Uint8Array },
          ]),
        );
        const anchor = bySide.get('anchor');
        const head = bySide.get('head');
        if (anchor === undefined || head === undefined)
          throw new JournalError('DATA_UNREADABLE', `${path} has lost the ends of its chain.`);
        return { anchor, head };
      }),
    read: (after, maxBytes) =>
      reading(() => {
        const from = startOf(after + 1);
        return aroundDamage(
          () => upToBytes(batches.iterate(from, after), maxBytes),
          () => nextOf(from - 1, (row) => row.first + row.count - 1 > after),
        );
      }),
    scan: (first, maxBytes) =>
      reading(() =>
        aroundDamage(
          () => upToBytes(rows.iterate(first), maxBytes),
          () => nextOf(first, () => true),
        ),
      ),
    cursors: () =>
      reading(() => new Map((cursors.all() as Row[]).map((row) => [row['reader'] as string, row['seq'] as number]))),
    ahead: () =>
      reading(() => {
        const found = new Map<string, SeqRange[]>();
        for (const row of (ahead?.all() ?? []) as Row[]) {
          const reader = row['reader'] as string;
          const ranges = found.get(reader) ?? [];
          found.set(reader, [...ranges, { from: row['first'] as number, to: row['last'] as number }]);
        }
        return found;
      }),
    signedHeads: (from, to) => reading(() => (signed?.all(from, to) ?? []) as unknown as SignedHead[]),
    letters: (from, to) => reading(() => letters.all(from, to) as unknown as DeadLetter[]),
    unacknowledged: (from, to) => reading(() => unacknowledged.all(from, to) as unknown as Unacknowledged[]),
    close: () => db.close(),
  };
}

/** What `at` finds at the first place in (lost, found] where it is not led to a damaged page. */
function firstFound(lost: Seq, found: Seq, at: (place: Seq) => Batch | undefined): Batch | undefined {
  let [low, high] = [lost, found];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    try {
      at(middle);
      high = middle;
    } catch (error) {
      if (!isDamage(error)) throw error;
      low = middle;
    }
  }
  return at(high);
}

/** Where pages of the file are damaged, batches one at a time instead: those around the damage can be read. */
function aroundDamage(bulk: () => readonly Batch[], single: () => readonly Batch[]): readonly Batch[] {
  try {
    return bulk();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return single();
  }
}

/**
 * Lets go of the octets of batches that were read from the file, where nobody else has them: the collector would let tens of MiB
 * gather first, which the thread then keeps.
 */
export function giveBack(batches: readonly Batch[]): void {
  for (const { body } of batches) (body.buffer as ArrayBuffer).transfer(0);
}

/** At least one row, then as many as `maxBytes` allows. */
function upToBytes(rows: Iterable<unknown>, maxBytes: number): readonly Batch[] {
  const found: Batch[] = [];
  let bytes = 0;
  for (const row of rows) {
    const batch = row as Batch;
    bytes += batch.body.length;
    if (found.length > 0 && bytes > maxBytes) break;
    found.push(batch);
    if (bytes >= maxBytes) break;
  }
  return found;
}

/**
 * Checks the chain from the first batch kept to what is the head now, and hands every batch to `visit` as
 * well, with whether it stood the check. A gateway may go on writing and trimming meanwhile. Signed heads must
 * fit the chain; with `publicKey` they must be signed by its owner as well.
 */
export function checkChain(
  file: JournalFile,
  visit?: (batch: Batch, sound: boolean) => void,
  publicKey?: KeyObject,
): ChainReport {
  const walk = new ChainWalk(file, visit, publicKey);
  for (;;) {
    const report = walk.step(CHUNK_BYTES);
    if (report !== undefined) return report;
  }
}

/** The same, a piece at a time. */
export class ChainWalk {
  readonly #file: JournalFile;
  readonly #visit: ((batch: Batch, sound: boolean) => void) | undefined;
  readonly #publicKey: KeyObject | undefined;
  readonly #begin: ChainEnds;
  readonly #check: ChainCheck;
  #at = Number.MIN_SAFE_INTEGER;
  /** Of the last signed head. */
  #number = 0;

  constructor(file: JournalFile, visit?: (batch: Batch, sound: boolean) => void, publicKey?: KeyObject) {
    this.#file = file;
    this.#visit = visit;
    this.#publicKey = publicKey;
    this.#begin = file.ends();
    this.#check = new ChainCheck(this.#begin.anchor);
  }

  /** Checks about so many octets; the report at the end. */
  step(maxBytes: number): ChainReport | undefined {
    const batches = this.#file.scan(this.#at, maxBytes);
    if (batches.length === 0) return this.#end();
    const { anchor } = this.#file.ends();
    if (anchor.seq >= this.#check.next) this.#check.skipTo(anchor);
    for (const batch of batches) {
      this.#at = batch.first;
      // Trimmed between two of our looks: no longer ours to judge.
      if (batch.first <= anchor.seq && anchor.seq !== this.#begin.anchor.seq) continue;
      const from = Math.min(this.#check.next, batch.first);
      const sound = this.#check.add(batch);
      this.#signedHeads(from, batch.first + batch.count - 1, batch.hash);
      this.#visit?.(batch, sound);
    }
    if (this.#visit === undefined) giveBack(batches);
    return this.#check.next > this.#begin.head.seq ? this.#end() : undefined;
  }

  /** Signed heads up to this batch; those that are not at its end stand for a batch that is not there any more. */
  #signedHeads(from: Seq, to: Seq, hash: Uint8Array): void {
    const { id } = this.#file.identity;
    for (const head of this.#file.signedHeads(from, to)) {
      const follows = this.#number === 0 || head.number === this.#number + 1;
      const signed = this.#publicKey === undefined || isSigned(id, head, this.#publicKey);
      const fits = head.seq === to && equal(head.hash, hash);
      this.#check.signed(head, !signed ? 'forged' : !fits ? 'contradicted' : follows ? undefined : 'unsigned');
      this.#number = head.number;
    }
  }

  #end(): ChainReport {
    const check = this.#check;
    const beyond = this.#file.signedHeads(check.next, Number.MAX_SAFE_INTEGER);
    const { head } = this.#file.ends();
    for (const signed of beyond) if (signed.seq > head.seq) check.signed(signed, 'contradicted');
    return check.end(head.seq >= check.next && check.next > this.#begin.head.seq ? null : head);
  }
}
