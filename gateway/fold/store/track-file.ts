/**
 * The tracks of all terminals: `tracks/tracks.db`, SQLite, one row a position, clustered by terminal and
 * device time, so that one terminal's hour is one short read. Computed from the journal, so losing the
 * last seconds of it costs nothing: they are computed again.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Seq } from '../../journal/record.ts';

const VERSION = 1;
const SCHEMA = `
  create table terminal (n integer primary key, name text not null unique) strict;
  create table place (
    n integer not null, t integer not null, digest integer not null, seq integer not null, received integer not null,
    lat real not null, lon real not null, altitude integer not null, speed real not null, direction integer not null,
    alarm integer not null, status integer not null, mileage real, flags integer not null,
    primary key (n, t, digest)
  ) strict, without rowid;
  create table cursor (reader text primary key, seq integer not null) strict, without rowid;
  pragma user_version = ${VERSION};
`;
const FIX = 1;
const BACKFILL = 2;
/** Rows removed in one step of `drop`, so that no step holds the file for long. */
const DROP_STEP = 5000;

export interface TrackPoint {
  /** Device time, or the time of reception where the terminal's clock cannot be meant; epoch ms. */
  readonly time: number;
  readonly seq: Seq;
  readonly receivedAt: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly altitude: number;
  readonly speed: number;
  readonly direction: number;
  readonly alarm: number;
  readonly status: number;
  readonly mileage: number | null;
  readonly fix: boolean;
  readonly backfill: boolean;
}

export interface TrackInput extends TrackPoint {
  readonly terminal: string;
  /** 32 bits of the position's content: the same position is kept once, two at the same second are two. */
  readonly digest: number;
}

export interface TrackFile {
  readonly cursor: Seq;
  /** All of it or nothing, with the cursor. Throws what SQLite throws. */
  write(points: Iterable<TrackInput>, cursor: Seq): void;
  /** Points of [from, to], by time, at most `limit`. */
  read(terminal: string, range: { from: number; to: number; limit: number }): readonly TrackPoint[];
  /** Removes a step of the points of a time before `before`; true where more are left. */
  drop(before: number): boolean;
  close(): void;
}

/** Where a data folder has its tracks. */
export function trackPath(dataDir: string): string {
  return join(dataDir, 'tracks', 'tracks.db');
}

/** Opens the track file of a data folder, making it where there is none. */
export function openTrackFile(dataDir: string, options: { readOnly?: boolean } = {}): TrackFile {
  const folder = join(dataDir, 'tracks');
  const readOnly = options.readOnly ?? false;
  if (!readOnly) mkdirSync(folder, { recursive: true, mode: 0o750 });
  const db = new DatabaseSync(trackPath(dataDir), { readOnly, timeout: 5000 });
  if (!readOnly) prepareForWriting(db);
  const number = db.prepare('select n from terminal where name = ?');
  const insertTerminal = readOnly ? undefined : db.prepare('insert into terminal (name) values (?) returning n');
  const insert = readOnly ? undefined : db.prepare('insert or ignore into place values (?,?,?,?,?,?,?,?,?,?,?,?,?,?)');
  const select = db.prepare('select * from place where n = ? and t between ? and ? order by t limit ?');
  const cursor = db.prepare("select seq from cursor where reader = 'journal'");
  const setCursor = readOnly
    ? undefined
    : db.prepare("insert into cursor values ('journal', ?) on conflict (reader) do update set seq = excluded.seq");
  const drop = readOnly
    ? undefined
    : db.prepare(
        `delete from place where (n, t, digest) in (select n, t, digest from place where n = ? and t < ? limit ${DROP_STEP})`,
      );
  const numbers = new Map<string, number>();
  let dropFrom = 1;

  function numberOf(terminal: string): number {
    const known = numbers.get(terminal);
    if (known !== undefined) return known;
    const row = number.get(terminal) ?? insertTerminal?.get(terminal);
    const n = Number(row?.['n'] ?? 0);
    if (n > 0) numbers.set(terminal, n);
    return n;
  }

  function writeAll(points: Iterable<TrackInput>, seq: Seq): void {
    for (const point of points) {
      const flags = (point.fix ? FIX : 0) | (point.backfill ? BACKFILL : 0);
      insert!.run(
        numberOf(point.terminal),
        point.time,
        point.digest,
        point.seq,
        point.receivedAt,
        point.latitude,
        point.longitude,
        point.altitude,
        point.speed,
        point.direction,
        point.alarm,
        point.status,
        point.mileage,
        flags,
      );
    }
    setCursor!.run(seq);
  }

  return {
    get cursor() {
      return Number(cursor.get()?.['seq'] ?? 0);
    },
    write(points, seq) {
      db.exec('begin immediate');
      try {
        writeAll(points, seq);
        db.exec('commit');
      } catch (error) {
        // Numbers given out in this transaction are gone with it.
        numbers.clear();
        db.exec('rollback');
        throw error;
      }
    },
    read: (terminal, { from, to, limit }) =>
      select.all(numberOf(terminal), from, to, limit).map((row) => ({
        time: row['t'] as number,
        seq: row['seq'] as number,
        receivedAt: row['received'] as number,
        latitude: row['lat'] as number,
        longitude: row['lon'] as number,
        altitude: row['altitude'] as number,
        speed: row['speed'] as number,
        direction: row['direction'] as number,
        alarm: row['alarm'] as number,
        status: row['status'] as number,
        mileage: row['mileage'] as number | null,
        fix: ((row['flags'] as number) & FIX) !== 0,
        backfill: ((row['flags'] as number) & BACKFILL) !== 0,
      })),
    drop(before) {
      const count = Number(db.prepare('select max(n) n from terminal').get()?.['n'] ?? 0);
      while (dropFrom <= count) {
        const changes = Number(drop!.run(dropFrom, before).changes);
        if (changes === DROP_STEP) return true;
        dropFrom++;
        if (changes > 0 && dropFrom <= count) return true;
      }
      dropFrom = 1;
      return false;
    },
    close: () => db.close(),
  };
}

function prepareForWriting(db: DatabaseSync): void {
  // NORMAL: a power cut may take the last transactions, and the cursor with them, never tear one.
  // A report of every terminal touches a page of every terminal: they are kept in memory (32 MiB at most).
  db.exec(
    'pragma journal_mode=wal; pragma synchronous=normal; pragma journal_size_limit=67108864; pragma cache_size=-32768',
  );
  const version = Number(db.prepare('pragma user_version').get()?.['user_version'] ?? 0);
  if (version > VERSION) throw new Error(`tracks.db has version ${version}, this program reads up to ${VERSION}`);
  if (version === VERSION) return;
  db.exec('begin immediate');
  db.exec(SCHEMA);
  db.exec('commit');
}
