/** Writes to the journal's file, on the caller's thread, which should be a thread of its own: each commit waits for the disk. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { batchHash, genesisHash } from './chain.ts';
import type { Batch, DeadLetter } from './journal.ts';
import { asJournalError, lockForWriting, moveLog, openForWriting, pragma } from './sqlite-schema.ts';
import { journalFile } from './sqlite-file.ts';
import type { Commit, Committed, CursorMove, Opened, Space, StorageStats, Trimmed, TrimStep } from './storage.ts';

export interface SqliteWriterOptions {
  readonly path: string;
  /** The file never grows beyond this; a commit that would is refused as if the disk were full. 0: no limit but the disk's. */
  readonly limitBytes: number;
  /** What the time is when the journal is made. */
  readonly now: number;
}

/** Sizes are asked for again after so many octets; a commit counts for this much beside its body. */
const MEASURE_EVERY = 1 << 20;
const MEASURE_COMMIT = 16 << 10;

export class SqliteWriter {
  readonly #path: string;
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #pageSize: number;
  readonly #statements: ReturnType<typeof prepare>;
  #headHash: Uint8Array;
  /** Readers with rows in `ahead`; most never have any. */
  readonly #ahead: Set<string>;
  #measured: Space = { usedBytes: 0, diskBytes: 0 };
  /** Octets written since `#measured`. */
  #unmeasured = Number.POSITIVE_INFINITY;

  /** Throws JournalError with a `DATA_…` code. */
  constructor({ path, limitBytes, now }: SqliteWriterOptions) {
    this.#path = path;
    this.#lock = lockForWriting(path);
    try {
      this.#db = openForWriting(path);
      this.#pageSize = pragma(this.#db, 'page_size');
      if (limitBytes > 0) this.#db.exec(`pragma max_page_count=${Math.floor(limitBytes / this.#pageSize)}`);
      found(this.#db, now);
      this.#statements = prepare(this.#db);
      const file = journalFile(this.#db, path);
      this.#headHash = file.ends().head.hash;
      this.#ahead = new Set(file.ahead().keys());
    } catch (error) {
      this.#lock.close();
      throw asJournalError(error, 'open', path);
    }
  }

  opened(): Opened {
    const file = journalFile(this.#db, this.#path);
    const { anchor, head } = file.ends();
    // Rows behind the head would be numbered twice; the chain check tells how they came there.
    const last = Number(this.#statements.last.get()?.['last'] ?? 0);
    return {
      ...file.identity,
      head: Math.max(head.seq, last),
      tail: anchor.seq + 1,
      cursors: file.cursors(),
      ahead: file.ahead(),
      signed: file.signedHeads(0, Number.MAX_SAFE_INTEGER).at(-1)?.number ?? 0,
      space: this.#measure(),
    };
  }

  commit({ batch, cursors, letters, unacknowledged, settled, signed }: Commit): Committed {
    const { insert, addLetter, dropLetter, addUnacknowledged, setHead, addSigned } = this.#statements;
    const hashed: Batch | null = batch && { ...batch, hash: batchHash(this.#headHash, batch) };
    this.#atomically(() => {
      if (hashed !== null) {
        insert.run(hashed.first, hashed.count, hashed.at, hashed.hash, hashed.body);
        setHead.run(hashed.first + hashed.count - 1, hashed.hash);
      }
      for (const move of cursors) this.#move(move);
      for (const { reader, seq, id, reason, at } of letters) addLetter.run(reader, seq, id, reason, at);
      for (const { seq, why, at } of unacknowledged) addUnacknowledged.run(seq, why, at);
      for (const { reader, seq, id } of settled) dropLetter.run(reader, seq, id);
      for (const { seq, hash, at, number, key, signature } of signed)
        addSigned.run(seq, hash, at, number, key, signature);
    });
    if (hashed !== null) this.#headHash = hashed.hash;
    this.#unmeasured += MEASURE_COMMIT + (batch?.body.length ?? 0);
    if (this.#unmeasured >= MEASURE_EVERY) this.#measure();
    return { batch: hashed, space: this.#measured };
  }

  /** Drops the oldest batches that meet the conditions, and what hangs on their records. */
  trim({ upTo, olderThan, keepBytes, maxBatches }: TrimStep): Trimmed {
    const { oldest, drop, dropLetters, dropUnacknowledged, dropSigned, setAnchor, anchor } = this.#statements;
    let { usedBytes } = this.#measure();
    let last: Batch | undefined;
    let more = false;
    let taken = 0;
    for (const row of oldest.iterate(maxBatches + 1)) {
      const batch = row as unknown as Batch & { size: number };
      if (batch.first + batch.count - 1 > upTo) break;
      if (batch.at >= olderThan && usedBytes <= keepBytes) break;
      more = taken === maxBatches;
      if (more) break;
      taken += 1;
      usedBytes -= batch.size;
      last = batch;
    }
    if (last !== undefined) {
      const { first, count, hash } = last;
      const end = first + count - 1;
      this.#atomically(() => {
        drop.run(first);
        dropLetters.run(end);
        dropUnacknowledged.run(end);
        dropSigned.run(end);
        setAnchor.run(end, hash);
      });
    }
    return { tail: Number(anchor.get()?.['seq']) + 1, more, space: this.#measure() };
  }

  wanted(reader: string, limit: number): readonly DeadLetter[] {
    return this.#looking(() => this.#statements.wanted.all(reader, limit) as unknown as DeadLetter[]);
  }

  /** Moves what the log holds into the file, without waiting for anybody. */
  checkpoint(): void {
    moveLog(this.#db, this.#path);
  }

  stats(): StorageStats {
    return this.#looking(() => {
      const row = this.#statements.counts.get();
      return { ...this.#measure(), batches: Number(row?.['batches']), letters: Number(row?.['letters']) };
    });
  }

  /** What cannot be read is answered: it must not end the thread that commits. */
  #looking<T>(look: () => T): T {
    try {
      return look();
    } catch (error) {
      throw asJournalError(error, 'look', this.#path);
    }
  }

  close(): void {
    this.#db.close();
    this.#lock.close();
  }

  #move([reader, seq, ahead]: CursorMove): void {
    const { setCursor, dropCursor, addAhead, dropAhead } = this.#statements;
    if (seq === null) dropCursor.run(reader);
    else setCursor.run(reader, seq);
    if (ahead.length === 0 && !this.#ahead.delete(reader)) return;
    dropAhead.run(reader);
    if (ahead.length > 0) this.#ahead.add(reader);
    for (const { from, to } of ahead) addAhead.run(reader, from, to);
  }

  #atomically(work: () => void): void {
    const { begin, commit, rollback } = this.#statements;
    try {
      begin.run();
      work();
      commit.run();
    } catch (error) {
      // Some faults of the disk end the transaction by themselves.
      if (this.#db.isTransaction) rollback.run();
      throw asJournalError(error, 'write', this.#path);
    }
  }

  #measure(): Space {
    const pages = pragma(this.#db, 'page_count');
    const free = pragma(this.#db, 'freelist_count');
    const log = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const file = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    this.#measured = { usedBytes: (pages - free) * this.#pageSize, diskBytes: file + log };
    this.#unmeasured = 0;
    return this.#measured;
  }
}

/** Gives a new journal its name and its genesis. */
function found(db: DatabaseSync, now: number): void {
  if (db.prepare("select 1 from meta where name = 'id'").get() !== undefined) return;
  const id = randomUUID().slice(0, 8);
  const end = db.prepare('insert into chain_end values (?, 0, ?)');
  const meta = db.prepare('insert into meta values (?, ?)');
  db.exec('begin immediate');
  meta.run('id', id);
  meta.run('created', String(now));
  end.run('anchor', genesisHash(id));
  end.run('head', genesisHash(id));
  db.exec('commit');
}

function prepare(db: DatabaseSync) {
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    rollback: db.prepare('rollback'),
    insert: db.prepare('insert into batch (first, count, at, hash, body) values (?, ?, ?, ?, ?)'),
    setHead: db.prepare("update chain_end set seq = ?, hash = ? where side = 'head'"),
    setAnchor: db.prepare("update chain_end set seq = ?, hash = ? where side = 'anchor'"),
    anchor: db.prepare("select seq from chain_end where side = 'anchor'"),
    setCursor: db.prepare('insert into cursor values (?, ?) on conflict (reader) do update set seq = excluded.seq'),
    dropCursor: db.prepare('delete from cursor where reader = ?'),
    addLetter: db.prepare('insert or replace into letter (reader, seq, id, reason, at) values (?, ?, ?, ?, ?)'),
    dropLetter: db.prepare('delete from letter where reader = ? and seq = ? and id = ?'),
    wanted: db.prepare(
      'select reader, seq, id, reason, at from letter where reader = ? and wanted <> 0 order by seq limit ?',
    ),
    addAhead: db.prepare('insert into ahead values (?, ?, ?)'),
    dropAhead: db.prepare('delete from ahead where reader = ?'),
    addSigned: db.prepare('insert or replace into signed_head values (?, ?, ?, ?, ?, ?)'),
    // The one at the anchor vouches for it.
    dropSigned: db.prepare('delete from signed_head where seq < ?'),
    addUnacknowledged: db.prepare('insert or replace into unacknowledged values (?, ?, ?)'),
    last: db.prepare('select first + count - 1 as last from batch order by first desc limit 1'),
    oldest: db.prepare('select first, count, at, hash, length(body) as size from batch order by first limit ?'),
    drop: db.prepare('delete from batch where first <= ?'),
    dropLetters: db.prepare('delete from letter where seq <= ?'),
    dropUnacknowledged: db.prepare('delete from unacknowledged where seq <= ?'),
    counts: db.prepare('select (select count(*) from batch) as batches, (select count(*) from letter) as letters'),
  };
}
