/**
 * The tracks of all terminals: `tracks/tracks.db`, SQLite, the positions of a terminal and an hour in a few blocks that lie together,
 * so that one terminal's hour is one short read. Computed from the journal, so losing the last seconds of it costs
 * nothing: they are computed again, and a reader tells once what it finds twice.
 *
 * A write adds to the block that a terminal has open until it is full: terminals that report twice a minute take no more
 * room a point than others.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Seq } from '../../journal/record.ts';
import { BLOCK_SCHEMA, BlockWriter, blockReader, TERMINALS } from './block-table.ts';
import { inOrder, type TrackPoint } from './track-point.ts';
import { openTrackRows } from './track-rows.ts';
import type { WaitingPoints } from './waiting-points.ts';

/** 1 had a row a position. */
const VERSION = 2;
const SCHEMA = `
  create table if not exists terminal (n integer primary key, name text not null unique) strict;
  ${BLOCK_SCHEMA}
  create table if not exists cursor (reader text primary key, seq integer not null) strict, without rowid;
  pragma user_version = ${VERSION};
`;

export interface TrackFile {
  readonly cursor: Seq;
  /** All of it or nothing, with the cursor. Throws what SQLite throws. */
  write(shares: readonly WaitingPoints[], cursor: Seq): void;
  /** Points of [from, to], by time, at most `limit`. */
  read(terminal: string, range: { from: number; to: number; limit: number }): readonly TrackPoint[];
  /** Removes a step of the hours that ended by `before`; true where more are left. */
  drop(before: number): boolean;
  close(): void;
}

/** Where a data folder has its tracks. */
export function trackPath(dataDir: string): string {
  return join(dataDir, 'tracks', 'tracks.db');
}

/** Opens the track file of a data folder, making it where there is none. */
export function openTrackFile(dataDir: string, options: { readOnly?: boolean } = {}): TrackFile {
  const readOnly = options.readOnly ?? false;
  if (!readOnly) mkdirSync(join(dataDir, 'tracks'), { recursive: true, mode: 0o750 });
  const db = new DatabaseSync(trackPath(dataDir), { readOnly, timeout: 5000 });
  if (!readOnly) prepareForWriting(db);
  const version = versionOf(db);
  if (version > VERSION) throw new Error(`tracks.db has version ${version}, this program reads up to ${VERSION}`);
  const number = db.prepare('select n from terminal where name = ?');
  const cursor = db.prepare("select seq from cursor where reader = 'journal'");
  const insertTerminal = readOnly ? undefined : db.prepare('insert into terminal (name) values (?) returning n');
  const setCursor = readOnly
    ? undefined
    : db.prepare("insert into cursor values ('journal', ?) on conflict (reader) do update set seq = excluded.seq");
  // A file of version 1 stays what it is until somebody opens it to write.
  const blocksOf = version < VERSION ? undefined : blockReader(db);
  const blocks = readOnly ? undefined : new BlockWriter(db);
  let rows = openTrackRows(db, { readOnly });
  const numbers = new Map<string, number>();
  let dropFrom = 1;

  function knownNumber(terminal: string): number | undefined {
    const known = numbers.get(terminal) ?? (number.get(terminal)?.['n'] as number | undefined);
    if (known !== undefined) numbers.set(terminal, known);
    return known;
  }

  function newNumber(terminal: string): number {
    const n = Number(insertTerminal!.get(terminal)?.['n']);
    if (n >= TERMINALS) throw new Error(`tracks.db has room for ${TERMINALS - 1} terminals, and has them`);
    numbers.set(terminal, n);
    return n;
  }

  function dropStep(n: number, before: number): boolean {
    const dropped = [blocks!.drop(n, before), rows?.drop(n, before) ?? 0];
    return dropped.some((count) => count > 0);
  }

  return {
    get cursor() {
      return Number(cursor.get()?.['seq'] ?? 0);
    },
    write(shares, seq) {
      db.exec('begin immediate');
      try {
        for (const points of shares) {
          points.forEachTerminal((terminal, order) => {
            blocks!.write(knownNumber(terminal) ?? newNumber(terminal), points, order);
          });
        }
        setCursor!.run(seq);
        db.exec('commit');
      } catch (error) {
        // Numbers given out in this transaction are gone with it, and blocks are as they were.
        numbers.clear();
        blocks!.forget();
        // A full disk has undone it already, and is what is to be told.
        if (db.isTransaction) db.exec('rollback');
        throw error;
      }
    },
    read(terminal, range) {
      const n = knownNumber(terminal);
      if (n === undefined) return [];
      const found = blocksOf?.(n, range) ?? [];
      const all = rows === undefined ? found : inOrder([...found, ...rows.read(n, range)]).slice(0, range.limit);
      return all.map(({ point }) => point);
    },
    drop(before) {
      const count = Number(db.prepare('select max(n) n from terminal').get()?.['n'] ?? 0);
      for (; dropFrom <= count; dropFrom++) if (dropStep(dropFrom, before)) return true;
      dropFrom = 1;
      if (rows?.dropTable() ?? false) rows = undefined;
      return false;
    },
    close: () => db.close(),
  };
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}

function prepareForWriting(db: DatabaseSync): void {
  // NORMAL: a power cut may take the last transactions, and the cursor with them, never tear one.
  // A report of every terminal touches a page of every terminal: they are kept in memory (32 MiB at most).
  db.exec(
    'pragma journal_mode=wal; pragma synchronous=normal; pragma journal_size_limit=67108864; pragma cache_size=-32768',
  );
  if (versionOf(db) >= VERSION) return;
  db.exec('begin immediate');
  db.exec(SCHEMA);
  db.exec('commit');
}
