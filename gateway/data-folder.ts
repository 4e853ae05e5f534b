/** The folder that a gateway keeps everything in. */
import { mkdirSync } from 'node:fs';
import { JournalError } from './journal/errors.ts';

/** Makes it where there is none. Throws JournalError `DATA_UNWRITABLE` where that cannot be, as where a file is in its place. */
export function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new JournalError('DATA_UNWRITABLE', `${path}: ${REASON[code] ?? message}`, error);
  }
}

const REASON: Readonly<Record<string, string>> = {
  EEXIST: 'a file is in its place',
  ENOTDIR: 'a file is on the way to it',
  EACCES: 'this user may not make it',
  EROFS: 'the file system takes no writes',
};
