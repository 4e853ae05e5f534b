/**
 * Tracks of the first form: a row a position, in a table that files of version 1 have. They are read beside the blocks until they
 * have aged out, as rewriting the positions of a year would keep a start, or the disk, busy for hours and gain nothing that time
 * does not bring; then the table goes.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { FoundPoint } from './track-point.ts';

const FIX = 1;
const BACKFILL = 2;
/** Rows removed in one step, so that no step holds the file for long. */
const DROP_STEP = 5000;

export interface TrackRows {
  /** Points of [from, to] of the terminal with number `n`, by time, at most `limit`. */
  read(n: number, range: { from: number; to: number; limit: number }): readonly FoundPoint[];
  /** Removes a step of the points of a time before `before`, how many is returned. */
  drop(n: number, before: number): number;
  /** Removes the table where nothing is left in it; true where it is gone. */
  dropTable(): boolean;
}

/** Undefined where the file has none. */
export function openTrackRows(db: DatabaseSync, options: { readOnly: boolean }): TrackRows | undefined {
  if (db.prepare("select 1 from sqlite_master where name = 'place'").get() === undefined) return undefined;
  const select = db.prepare('select * from place where n = ? and t between ? and ? order by t limit ?');
  const drop = options.readOnly
    ? undefined
    : db.prepare(
        `delete from place where (n, t, digest) in (select n, t, digest from place where n = ? and t < ? limit ${DROP_STEP})`,
      );
  return {
    read: (n, { from, to, limit }) => select.all(n, from, to, limit).map(found),
    drop: (n, before) => Number(drop!.run(n, before).changes),
    dropTable() {
      if (db.prepare('select 1 from place limit 1').get() !== undefined) return false;
      db.exec('drop table place');
      return true;
    },
  };
}

function found(row: Record<string, unknown>): FoundPoint {
  const flags = row['flags'] as number;
  const point = {
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
    fix: (flags & FIX) !== 0,
    backfill: (flags & BACKFILL) !== 0,
  };
  return { point, digest: row['digest'] as number };
}
