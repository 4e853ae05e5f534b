/** What the commands that look into the event store share. Every worker has a store of its own; a command looks into all. */
import type { DatabaseSync } from 'node:sqlite';
import { eventOf } from '../events/event-id.ts';
import { eventReader } from '../events/store/event-file.ts';
import { eventsPath, openEventsForReading } from '../events/store/event-schema.ts';
import { partitionFolders } from '../workers/partitions.ts';
import { exemptOn, type IsExempt } from './exempt-source.ts';

export interface WorkerEvents {
  /** Data folder of the worker. */
  readonly folder: string;
  readonly db: DatabaseSync;
  readonly isExempt: IsExempt;
}

/** Opens the events of a data folder, hands them to `work` and closes them; one line on stderr and exit code 1 without. */
export function withEvents(dataDir: string, work: (stores: readonly WorkerEvents[]) => void): void {
  const isExempt = exemptOn(dataDir, Date.now());
  const stores = partitionFolders(dataDir).flatMap((folder): WorkerEvents[] => {
    const db = openEventsForReading(eventsPath(folder));
    return db === undefined ? [] : [{ folder, db, isExempt }];
  });
  if (stores.length === 0) {
    console.error(`${eventsPath(dataDir)}: there is no event store that can be read`);
    process.exitCode = 1;
    return;
  }
  try {
    work(stores);
  } finally {
    for (const { db } of stores) db.close();
  }
}

const EXIT_USAGE = 2;

/**
 * What `look` finds of an event in the store that has most of it. Says so, and sets the exit code, where `given` is no id of an
 * event or of a step (2), or none that is known (1): of a vehicle that stays out none is.
 */
export function findEvent<T extends { readonly steps: readonly unknown[] }>(
  stores: readonly WorkerEvents[],
  given: string,
  look: (db: DatabaseSync, id: string) => T | undefined,
): { readonly found: T; readonly folder: string } | undefined {
  const id = eventOf(given.toUpperCase());
  if (id === undefined) {
    console.error(`${JSON.stringify(given)}: is no id of an event, expected 26 letters and digits`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
  const all = stores.flatMap(({ folder, db, isExempt }) => {
    const terminal = eventReader(db).story(id)?.row.terminal;
    const found = terminal === undefined || isExempt(terminal) ? undefined : look(db, id);
    return found === undefined ? [] : [{ found, folder }];
  });
  // Where its terminal changed hands several workers know it: the one that has it now knows all of its steps.
  const [most] = all.sort((a, b) => b.found.steps.length - a.found.steps.length);
  if (most !== undefined) return most;
  console.error(`${id}: there is no such event`);
  process.exitCode = 1;
  return undefined;
}
