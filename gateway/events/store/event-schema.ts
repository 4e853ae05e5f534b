/** The file of the event store: `events/events.db`, SQLite in WAL mode. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** `XJE1` in the file's header. */
const APPLICATION_ID = 0x584a4531;

/** What makes a file of the version before one of this version, from an empty file on. */
const STEPS: readonly string[] = [
  `
  create table meta (name text primary key, value text not null) strict, without rowid;
  -- Where each event stands: what lists are made of. Everything in it is in its steps too.
  create table event (
    id text primary key, terminal text not null, vehicle text, division text not null, code text not null,
    axis text not null, status text not null, severity integer not null, confidence real not null,
    fact integer not null, raised integer not null, updated integer not null, ended integer,
    acknowledged text, step integer not null
  ) strict, without rowid;
  create index event_terminal on event (terminal, id);
  create index event_open on event (id) where status in ('raised', 'confirmed');
  -- The steps as they stand in the journal, chained.
  create table step (
    number integer primary key, event text not null, step integer not null, seq integer not null, body text not null,
    frames text not null, digest blob not null, hash blob not null
  ) strict;
  create unique index step_event on step (event, step);
  -- Records of the journal that events rest on: they outlive the journal's retention.
  create table frame (
    seq integer primary key, kind integer not null, received integer not null, terminal text not null,
    octets blob not null, digest blob not null
  ) strict;
  create table head (
    number integer primary key, at integer not null, hash blob not null, key text not null, signature blob not null
  ) strict;
  pragma application_id = ${APPLICATION_ID};
`,
  // The last step that rests on a frame: it goes when that goes.
  'alter table frame add column last integer not null default 0;',
];
const VERSION = STEPS.length;

/** Where a data folder keeps its events. */
export function eventsPath(dataDir: string): string {
  return join(dataDir, 'events', 'events.db');
}

/** Opens the file for writing, making it where there is none. Throws what SQLite throws. */
export function openEventsForWriting(path: string): DatabaseSync {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  const db = new DatabaseSync(path, { timeout: 5000 });
  // FULL: the store vouches for evidence after the journal has let go of it.
  db.exec('pragma journal_mode=wal; pragma synchronous=full; pragma journal_size_limit=67108864');
  const version = pragma(db, 'user_version');
  if (version > VERSION) throw new Error(`events.db has version ${version}, this program reads up to ${VERSION}`);
  if (version < VERSION) {
    db.exec(`begin immediate; ${STEPS.slice(version).join('')} pragma user_version = ${VERSION}; commit`);
  }
  return db;
}

/** Opens the file for reading, beside a running gateway; undefined where there is none. */
export function openEventsForReading(path: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    return pragma(db, 'application_id') === APPLICATION_ID ? db : undefined;
  } catch {
    db?.close();
    return undefined;
  }
}

function pragma(db: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0]);
}
