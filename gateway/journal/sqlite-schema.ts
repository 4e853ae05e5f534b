/**
 * The journal's file: `journal.db`, SQLite in WAL mode, one row a batch.
 *
 * Readers of other processes open it beside a running gateway. Writers keep each other out by a lock on
 * `journal.lock`, which the operating system lets go of however the process ends.
 */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalError, type JournalErrorCode } from './errors.ts';

export const SCHEMA_VERSION = 2;
/** `XJJ1` in the file's header, so that another program's database is not taken for a journal. */
const APPLICATION_ID = 0x584a4a31;

/** What makes a file of the version before one of this version, from an empty file on. */
const STEPS: readonly string[] = [
  `
  create table meta (name text primary key, value text not null) strict, without rowid;
  create table batch (
    first integer primary key, count integer not null, at integer not null, hash blob not null, body blob not null
  ) strict;
  -- 'anchor': what the first kept batch follows; 'head': the last batch.
  create table chain_end (side text primary key, seq integer not null, hash blob not null) strict, without rowid;
  create table cursor (reader text primary key, seq integer not null) strict, without rowid;
  create table letter (
    reader text not null, seq integer not null, id text not null, reason text not null, at integer not null,
    primary key (seq, reader, id)
  ) strict, without rowid;
  create table unacknowledged (seq integer primary key, why text not null, at integer not null) strict;
  pragma application_id = ${APPLICATION_ID};
`,
  `
  -- What readers are done with ahead of their cursors.
  create table ahead (
    reader text not null, first integer not null, last integer not null, primary key (reader, first)
  ) strict, without rowid;
  -- Not 0: somebody wants the letter sent again.
  alter table letter add column wanted integer not null default 0;
  create index letter_wanted on letter (reader, seq) where wanted <> 0;
  create table signed_head (
    seq integer primary key, hash blob not null, at integer not null, number integer not null, key text not null,
    signature blob not null
  ) strict;
`,
];

/** Primary result codes of SQLite that mean something to us (sqlite.org/rescode.html). */
const BUSY = 5;
const CORRUPT = 11;
const CANTOPEN = 14;
const NOTADB = 26;

/** Where a data folder keeps its journal. */
export function journalPath(dataDir: string): string {
  return join(dataDir, 'journal', 'journal.db');
}

/**
 * Takes the writer's lock beside `path` until the returned connection is closed.
 * Throws JournalError `DATA_LOCKED` or `DATA_UNWRITABLE`.
 */
export function lockForWriting(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    lock = new DatabaseSync(path.replace(/(\.db)?$/, '.lock'), { timeout: 0 });
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock?.close();
    throw asJournalError(error, 'lock', path);
  }
}

/**
 * Opens the file for writing, making it where there is none. Every commit is synced to the disk
 * (synchronous=FULL); checkpoints happen only when asked for, so that no commit pays for one.
 */
export function openForWriting(path: string): DatabaseSync {
  return opened(path, 'open', () => {
    const db = new DatabaseSync(path, { timeout: 5000 });
    db.exec(
      'pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=0; pragma journal_size_limit=134217728',
    );
    const tables = db.prepare('select count(*) as n from sqlite_schema').get();
    if (tables?.['n'] === 0) upgrade(db, 0);
    else if (pragma(db, 'application_id') === APPLICATION_ID) upgrade(db, pragma(db, 'user_version'));
    return db;
  });
}

/**
 * Moves what the log holds into the file, without waiting for anybody. Throws JournalError: where the disk is full there is no
 * room in the file either, and what is in the log stays there and can be read.
 */
export function moveLog(db: Pick<DatabaseSync, 'exec'>, path: string): void {
  try {
    db.exec('pragma wal_checkpoint(passive)');
  } catch (error) {
    throw asJournalError(error, 'write', path);
  }
}

/** Opens the file for reading, beside a running gateway or without one. */
export function openForReading(path: string): DatabaseSync {
  mayRead(path);
  return opened(path, 'look', () => new DatabaseSync(path, { readOnly: true, timeout: 5000 }));
}

/** To the engine what is forbidden is as good as not there: whoever runs a tool is told which of the two it is. */
function mayRead(path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw new JournalError('DATA_FORBIDDEN', path, error);
  }
}

function opened(path: string, doing: Doing, open: () => DatabaseSync): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = open();
    checkIdentity(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw asJournalError(error, doing, path);
  }
}

/** A file of an older version becomes one of this version, whole or not at all. */
function upgrade(db: DatabaseSync, from: number): void {
  if (from >= SCHEMA_VERSION) return;
  db.exec('begin immediate');
  for (const step of STEPS.slice(from)) db.exec(step);
  db.exec(`pragma user_version = ${SCHEMA_VERSION}; commit`);
}

function checkIdentity(db: DatabaseSync, path: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID) throw new JournalError('DATA_UNREADABLE', path);
  const version = pragma(db, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw new JournalError('DATA_NEWER', `${path} has version ${version}, this program reads up to ${SCHEMA_VERSION}.`);
  }
}

/** The value of a pragma that is a number. */
export function pragma(
  db: DatabaseSync,
  name: 'application_id' | 'user_version' | 'page_count' | 'page_size' | 'freelist_count',
): number {
  return Number(Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]);
}

/** What the caller was about, and so what an error of the engine means. */
export type Doing = 'lock' | 'open' | 'look' | 'write';

const MEANING: Readonly<Record<Doing, Readonly<Record<number, JournalErrorCode>>>> = {
  lock: { [BUSY]: 'DATA_LOCKED' },
  open: { [BUSY]: 'DATA_LOCKED', [CORRUPT]: 'DATA_UNREADABLE', [NOTADB]: 'DATA_UNREADABLE' },
  look: { [CANTOPEN]: 'DATA_MISSING' },
  write: { [CORRUPT]: 'DATA_UNREADABLE' },
};
const OTHERWISE: Readonly<Record<Doing, JournalErrorCode>> = {
  lock: 'DATA_UNWRITABLE',
  open: 'DATA_UNWRITABLE',
  look: 'DATA_UNREADABLE',
  write: 'JOURNAL_UNWRITABLE',
};

/** The engine came to pages that are not what they should be. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === CORRUPT;
}

/** Puts an error of the engine or of the file system into our words. An error of ours goes through as it is. */
export function asJournalError(error: unknown, doing: Doing, where: string): Error {
  if (!(error instanceof Error) || error instanceof JournalError || error instanceof TypeError) return error as Error;
  const { errcode } = error as { errcode?: number };
  const code = (errcode === undefined ? undefined : MEANING[doing][errcode & 0xff]) ?? OTHERWISE[doing];
  return new JournalError(code, `${where}: ${error.message}`, error);
}
