/** What tools do to a journal beside the gateway that writes it: short transactions of their own. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { JournalError } from './errors.ts';
import { asJournalError, isDamage, openForReading } from './sqlite-schema.ts';

/**
 * Writes a copy of the journal as it is at one instant to `to`, which must not be there yet. The gateway goes on
 * meanwhile; only its log cannot be emptied until the copy is done. Throws JournalError.
 */
export function copyJournal(path: string, to: string): void {
  const part = `${to}.part`;
  rmSync(part, { force: true });
  const db = openForReading(path);
  try {
    // One read transaction over all of it, so that the copy is of one instant.
    db.prepare('vacuum into ?').run(part);
    const fd = openSync(part, 'r+');
    fsyncSync(fd);
    closeSync(fd);
    renameSync(part, to);
  } catch (error) {
    rmSync(part, { force: true });
    if (isDamage(error)) throw asJournalError(error, 'look', path);
    throw new JournalError('DATA_UNWRITABLE', `${to}: ${(error as Error).message}`, error);
  } finally {
    db.close();
  }
}

/** Which letters: of a reader, and there all or these. */
export interface LetterChoice {
  readonly reader: string;
  readonly ids: readonly string[] | undefined;
}

/**
 * Has dead letters sent again: the pump of their outlet takes them up within seconds, or at its next start.
 * Returns how many there are. Throws JournalError.
 */
export function wantLetters(path: string, { reader, ids }: LetterChoice): number {
  openForReading(path).close();
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 5000 });
    const chosen = ids === undefined ? '' : `and id in (${ids.map(() => '?').join(', ')})`;
    const want = db.prepare(`update letter set wanted = 1 where reader = ? ${chosen}`);
    return Number(want.run(reader, ...(ids ?? [])).changes);
  } catch (error) {
    throw asJournalError(error, 'write', path);
  } finally {
    db?.close();
  }
}
