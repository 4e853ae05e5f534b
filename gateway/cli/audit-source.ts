/** The trails of a data folder: one of each worker, and that of the commands, which work beside a gateway that runs. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { AuditEntry } from '../audit/audit.ts';
import { openAuditFile } from '../audit/audit-file.ts';
import { primaryTrailPath, toolTrailPath, trailPath } from '../audit/paths.ts';
import { openSigner } from '../journal/signing-key.ts';
import { partitionFolders } from '../workers/partitions.ts';
import { pause } from './journal-source.ts';

/** A trail and what to call it. */
export interface NamedTrail {
  readonly name: string;
  readonly path: string;
}

/** All trails of a data folder; that of worker 0 first, that of the commands last. */
export function trailsOf(data: string): readonly NamedTrail[] {
  const workers = partitionFolders(data).map((folder, i) => ({
    name: i === 0 ? 'gateway' : `worker ${folder.split('/').at(-1)!}`,
    path: trailPath(folder),
  }));
  return [
    ...workers,
    { name: 'primary', path: primaryTrailPath(data) },
    { name: 'commands', path: toolTrailPath(data) },
  ];
}

const PATIENCE = 100;
const LOOK_EVERY_MS = 50;

/** Whoever called a command, as the trail names them. */
export function authorName(): string {
  return `cli:${userInfo().username}`;
}

/** Appends to the trail of the commands. One command at a time has it; rejects where another keeps it for five seconds. */
export async function noteHere(data: string, entries: readonly Omit<AuditEntry, 'at' | 'who'>[]): Promise<void> {
  const path = toolTrailPath(data);
  const lock = `${path}.lock`;
  await take(lock);
  try {
    const file = await openAuditFile(path, { signer: openSigner(data), now: Date.now });
    await file.append(entries.map((entry) => ({ ...entry, who: authorName(), at: Date.now() })));
    await file.close();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Makes a lock file; rejects where another keeps it for five seconds. Whoever took it removes it. */
export async function take(lock: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      const file = openSync(lock, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries === PATIENCE) throw error;
      if (isLeft(lock)) rmSync(lock, { force: true });
      else await pause(LOOK_EVERY_MS);
    }
  }
}

/** Whether whoever took the lock is gone. */
function isLeft(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    // It is taken, and not yet written.
    if (pid === 0) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' || !existsSync(lock);
  }
}
