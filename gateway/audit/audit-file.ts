/**
 * The trail as a file: one JSON line an entry, only ever appended to, synced before a writer is told. Calls made while
 * a sync is under way share the next one.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { AuditEntry, AuditSink } from './audit.ts';

export interface AuditFile extends AuditSink {
  /** Resolves when everything that was given is on disk. */
  close(): Promise<void>;
}

/** Opens the file, making it where there is none, readable by its owner alone. */
export async function openAuditFile(path: string): Promise<AuditFile> {
  const file: FileHandle = await open(path, 'a', 0o600);
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const lines = waiting;
    waiting = [];
    next = undefined;
    await file.appendFile(lines.join(''));
    await file.datasync();
  }

  return {
    append(entries: readonly AuditEntry[]): Promise<void> {
      for (const entry of entries) waiting.push(`${JSON.stringify(entry)}\n`);
      if (next === undefined) {
        next = writing.then(write);
        writing = next.catch(() => undefined);
      }
      return next;
    },
    async close() {
      await writing;
      await file.close();
    },
  };
}
