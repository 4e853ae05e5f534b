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
import { asJournalError, openForReading, pragma } from './sqlite-schema.ts';
import type { SignedHead, Unacknowledged } from './storage.ts';

type Row = Record<string, unknown>;
const CHUNK_BYTES = 4 << 20;

export interface JournalIdentity {
  readonly id: string;
  readonly createdAt: number;
}

export interface JournalFile {
  readonly identity: JournalIdentity;
  ends(): ChainEnds;
  /** As `Storage.read`. */
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
        const from = (start.get(after + 1)?.['first'] ?? 0) as number;
        return upToBytes(batches.iterate(from, after), maxBytes);
      }),
    scan: (first, maxBytes) => reading(() => upToBytes(rows.iterate(first), maxBytes)),
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

/** At least one row, then as many as `maxBytes` allows. */
function upToBytes(rows: Iterable<unknown>, maxBytes: number): readonly Batch[] {
  const found: Batch[] = [];
  let bytes = 0;
  for (const row of rows) {
    const batch = row as Batch;
    bytes += batch.body.length;
    if (found.length > 0 && bytes > maxBytes) break;
    found.push(batch);
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
  const { id } = file.identity;
  let number = 0;
  /** Signed heads up to this batch; those that are not at its end stand for a batch that is not there any more. */
  function checkHeads(from: Seq, to: Seq, hash: Uint8Array): void {
    for (const head of file.signedHeads(from, to)) {
      const follows = number === 0 || head.number === number + 1;
      const signed = publicKey === undefined || isSigned(id, head, publicKey);
      const fits = head.seq === to && equal(head.hash, hash);
      check.signed(head, !signed ? 'forged' : !fits ? 'contradicted' : follows ? undefined : 'unsigned');
      number = head.number;
    }
  }
  const begin = file.ends();
  const check = new ChainCheck(begin.anchor);
  let at = Number.MIN_SAFE_INTEGER;
  do {
    const batches = file.scan(at, CHUNK_BYTES);
    if (batches.length === 0) break;
    const { anchor } = file.ends();
    if (anchor.seq >= check.next) check.skipTo(anchor);
    for (const batch of batches) {
      at = batch.first;
      // Trimmed between two of our looks: no longer ours to judge.
      if (batch.first <= anchor.seq && anchor.seq !== begin.anchor.seq) continue;
      const from = Math.min(check.next, batch.first);
      const sound = check.add(batch);
      checkHeads(from, batch.first + batch.count - 1, batch.hash);
      visit?.(batch, sound);
    }
  } while (check.next <= begin.head.seq);
  const beyond = file.signedHeads(check.next, Number.MAX_SAFE_INTEGER);
  const { head } = file.ends();
  for (const signed of beyond) if (signed.seq > head.seq) check.signed(signed, 'contradicted');
  return check.end(head.seq >= check.next && check.next > begin.head.seq ? null : head);
}
