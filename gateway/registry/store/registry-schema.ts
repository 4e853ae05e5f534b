/**
 * `registry.db`: facts of platforms by kind and id, what follows from archives (who drives with which terminal, since when),
 * and every change with what was before and after. Written by one transaction at a time, of whichever process; read beside them.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { writeAhead } from '../../write-ahead.ts';
import { RegistryError } from '../errors.ts';

const VERSION = 1;
const MEMORY = ':memory:';
/** `XJR1` in the file's header, so that another program's database is not taken for a registry. */
const APPLICATION_ID = 0x584a5231;

const SCHEMA = `
  -- The latest fact of a kind and id; \`json\` is null where it was taken away. \`n\` is its change.
  create table fact (
    kind text not null, id text not null, n integer not null, json text, division text not null, primary key (kind, id)
  ) strict, without rowid;
  create unique index fact_n on fact (n);
  create table change (
    n integer primary key autoincrement, at integer not null, who text not null, what text not null, subject text not null,
    before text, after text
  ) strict;
  create index change_subject on change (subject, n);
  -- How far a journal, or the audit trail, has been told of changes.
  create table reader (name text primary key, n integer not null) strict, without rowid;
  create table archive (
    id text primary key, n integer not null, vehicle text not null, plate text not null, color integer not null, vin text,
    division text not null, unit text not null, terminal text not null, terminal_id text, imei text, iccid text
  ) strict, without rowid;
  create index archive_terminal on archive (terminal, n);
  create index archive_plate on archive (plate, color);
  create index archive_vehicle on archive (vehicle);
  create index archive_unit on archive (division, unit);
  create index archive_iccid on archive (iccid);
  create table terminal (id text primary key, state text not null, since integer not null, work_order text) strict, without rowid;
  create table binding (
    n integer primary key, terminal text not null, vehicle text not null, plate text not null, iccid text, since integer not null, until integer,
    who text not null
  ) strict;
  create index binding_terminal on binding (terminal, n);
  create index binding_vehicle on binding (vehicle, n);
`;

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]);
}

/** Opens the registry, making it where there is none. Throws RegistryError. */
export function openRegistryDatabase(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // Another process may be in the middle of an import.
    db = new DatabaseSync(path, { timeout: 30_000 });
    writeAhead(db);
    db.exec('pragma synchronous=full; pragma foreign_keys=on');
    const version = pragma(db, 'user_version');
    if (version > VERSION)
      throw new RegistryError('REGISTRY_NEWER', [
        `${path} has version ${version}, this program reads up to ${VERSION}.`,
      ]);
    if (version > 0 && pragma(db, 'application_id') !== APPLICATION_ID)
      throw new RegistryError('REGISTRY_UNREADABLE', [path]);
    if (version === 0) {
      // Orders name people: the file is its owner's alone, and SQLite gives what it makes beside it the same rights.
      if (path !== MEMORY) chmodSync(path, 0o600);
      create(db);
    }
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof RegistryError) throw error;
    throw new RegistryError('REGISTRY_UNREADABLE', [`${path}: ${(error as Error).message}`], error);
  }
}

/** Two processes may come here at once: the second finds it done. */
function create(db: DatabaseSync): void {
  db.exec('begin immediate');
  if (pragma(db, 'user_version') === 0)
    db.exec(`${SCHEMA} pragma application_id = ${APPLICATION_ID}; pragma user_version = ${VERSION}`);
  db.exec('commit');
}

/** Runs `work` as one transaction: all of it is on disk when this returns, or nothing of it ever will be. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  try {
    db.exec('begin immediate');
  } catch (error) {
    throw new RegistryError('REGISTRY_UNWRITABLE', [(error as Error).message], error);
  }
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    if (isEngineFault(error)) throw new RegistryError('REGISTRY_UNWRITABLE', [(error as Error).message], error);
    throw error;
  }
}

function isEngineFault(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error;
}
