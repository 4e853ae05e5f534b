/**
 * Snapshots of the folds: `state/state.db`, rows of JSON by kind and key, with the journal position up to
 * which they are complete. A start loads them and hears the journal from there on; a row says itself
 * which records it already contains, so being ahead of the cursor does no harm.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Seq } from '../../journal/record.ts';

const VERSION = 1;
const SCHEMA = `
  create table state (kind text not null, key text not null, value text not null, primary key (kind, key)) strict, without rowid;
  create table cursor (reader text primary key, seq integer not null) strict, without rowid;
  pragma user_version = ${VERSION};
`;

export type StateKind =
  | 'terminal'
  | 'registration'
  | 'archive'
  | 'exemption'
  | 'recycled'
  | 'command'
  | 'commandGroup'
  | 'rsaKey'
  | 'quirk'
  | 'detect'
  | 'event';

/** One row; a null value removes it. */
export interface StateRow {
  readonly kind: StateKind;
  readonly key: string;
  readonly value: string | null;
}

export interface StateFile {
  readonly cursor: Seq;
  rows(): readonly StateRow[];
  /** All of it or nothing. `cursor`, where given, moves with it. */
  write(rows: readonly StateRow[], cursor: Seq | undefined): void;
  close(): void;
}

/** Opens the snapshots of a data folder, making the file where there is none. */
export function openStateFile(dataDir: string): StateFile {
  const folder = join(dataDir, 'state');
  mkdirSync(folder, { recursive: true, mode: 0o750 });
  const db = new DatabaseSync(join(folder, 'state.db'), { timeout: 5000 });
  db.exec('pragma journal_mode=wal; pragma synchronous=normal');
  const version = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (version > VERSION) throw new Error(`state.db has version ${version}, this program reads up to ${VERSION}`);
  if (version < VERSION) db.exec(`begin immediate; ${SCHEMA} commit`);
  const put = db.prepare(
    'insert into state values (?,?,?) on conflict (kind, key) do update set value = excluded.value',
  );
  const remove = db.prepare('delete from state where kind = ? and key = ?');
  const all = db.prepare('select kind, key, value from state');
  const cursor = db.prepare("select seq from cursor where reader = 'journal'");
  const setCursor = db.prepare(
    "insert into cursor values ('journal', ?) on conflict (reader) do update set seq = excluded.seq",
  );
  return {
    get cursor() {
      return Number(cursor.get()?.['seq'] ?? 0);
    },
    rows: () => all.all() as unknown as StateRow[],
    write(rows, seq) {
      db.exec('begin immediate');
      try {
        for (const row of rows) {
          if (row.value === null) remove.run(row.kind, row.key);
          else put.run(row.kind, row.key, row.value);
        }
        if (seq !== undefined) setCursor.run(seq);
        db.exec('commit');
      } catch (error) {
        // A full disk has undone it already, and is what is to be told.
        if (db.isTransaction) db.exec('rollback');
        throw error;
      }
    },
    close: () => db.close(),
  };
}
