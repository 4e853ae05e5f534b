/** The trails of a data folder: one of each worker, and that of the commands, which work beside a gateway that runs. */
import { userInfo } from 'node:os';
import { locked } from '../access/lock.ts';
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

/** Whoever called a command, as the trail names them. */
export function authorName(): string {
  return `cli:${userInfo().username}`;
}

/** Appends to the trail of the commands, as whoever called it unless an entry says who. One command at a time has it; rejects where another keeps it for five seconds. */
export async function noteHere(
  data: string,
  entries: readonly (Omit<AuditEntry, 'at' | 'who'> & { readonly who?: string })[],
): Promise<void> {
  const path = toolTrailPath(data);
  await locked(`${path}.lock`, pause, async () => {
    const file = await openAuditFile(path, { signer: openSigner(data), now: Date.now });
    await file.append(entries.map((entry) => ({ who: authorName(), ...entry, at: Date.now() })));
    await file.close();
  });
}
