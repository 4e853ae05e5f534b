/** Write-ahead logging of a database that several processes may open at once, before any of them has made it. */
import type { DatabaseSync } from 'node:sqlite';

/** SQLITE_BUSY, with whatever else it says in its upper octets. */
const BUSY = 5;
/** Whoever was in the way is done by then. */
const ATTEMPTS = 100;

/**
 * Puts `db` into WAL mode. Whoever opens a new file first changes it, and no connection that comes to that moment is made to wait by
 * its timeout: SQLite asks no busy handler where two that wait for each other would wait for ever. A transaction does wait,
 * and finds the file changed. Throws what SQLite throws.
 */
export function writeAhead(db: DatabaseSync): void {
  for (let attempt = 1; ; attempt++) {
    try {
      return db.exec('pragma journal_mode=wal');
    } catch (error) {
      const { errcode = 0 } = error as { errcode?: number };
      if ((errcode & 0xff) !== BUSY || attempt === ATTEMPTS) throw error;
      db.exec('begin immediate; commit');
    }
  }
}
