import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAhead } from '../../gateway/write-ahead.ts';

const BUSY = 5;
const BUSY_SNAPSHOT = BUSY | (2 << 8);
const NOTADB = 26;

/** A database of which each change of mode that has a code here fails with it. */
function failing(...codes: number[]): { db: DatabaseSync; asked: string[] } {
  const asked: string[] = [];
  const exec = (sql: string): void => {
    asked.push(sql);
    const errcode = sql.startsWith('pragma') ? codes.shift() : undefined;
    if (errcode !== undefined) throw Object.assign(new Error('database is locked'), { errcode });
  };
  return { db: { exec } as Partial<DatabaseSync> as DatabaseSync, asked };
}

describe('a database that several open at once', () => {
  const mode = 'pragma journal_mode=wal';
  const wait = 'begin immediate; commit';

  it('is waited for by a transaction where another one is about to change its mode', () => {
    const { db, asked } = failing(BUSY, BUSY_SNAPSHOT);
    writeAhead(db);
    expect(asked).toEqual([mode, wait, mode, wait, mode]);
  });

  it('is not tried for ever', () => {
    const { db, asked } = failing(...new Array<number>(1000).fill(BUSY));
    expect(() => writeAhead(db)).toThrow('locked');
    expect(asked.length).toBeLessThan(300);
  });

  it('that is none is not waited for', () => {
    const { db, asked } = failing(NOTADB);
    expect(() => writeAhead(db)).toThrow('locked');
    expect(asked).toEqual([mode]);
  });

  it('is in WAL mode then, for whoever opens it next too', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xingji-'));
    try {
      for (let n = 0; n < 2; n++) {
        const db = new DatabaseSync(join(folder, 'some.db'));
        writeAhead(db);
        expect(db.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
        db.exec('create table if not exists one (n integer)');
        db.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
