/** What the commands that look into the event store share. Every worker has a store of its own; a command looks into all. */
import type { DatabaseSync } from 'node:sqlite';
import { eventOf } from '../events/event-id.ts';
import { eventReader } from '../events/store/event-file.ts';
import { eventsPath, openEventsForReading } from '../events/store/event-schema.ts';
import { JournalError } from '../journal/errors.ts';
import { partitionPath, partitionsOn } from '../workers/partitions.ts';
import { exemptOn, type IsExempt } from './exempt-source.ts';

export interface WorkerEvents {
  readonly worker: number;
  /** Data folder of the worker. */
  readonly folder: string;
  readonly db: DatabaseSync;
  readonly isExempt: IsExempt;
}

/** Opens the events of a data folder, hands them to `work` and closes them; one line on stderr and exit code 1 without, or where a key or a journal fails. */
export function withEvents(dataDir: string, work: (stores: readonly WorkerEvents[]) => void): void {
  const isExempt = exemptOn(dataDir, Date.now());
  const stores = partitionsOn(dataDir).flatMap((worker): WorkerEvents[] => {
    const folder = partitionPath(dataDir, worker);
    const db = openEventsForReading(eventsPath(folder));
    return db === undefined ? [] : [{ worker, folder, db, isExempt }];
  });
  if (stores.length === 0) {
    console.error(`${eventsPath(dataDir)}: there is no event store that can be read`);
    process.exitCode = 1;
    return;
  }
  try {
    work(stores);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    for (const { db } of stores) db.close();
  }
}

const EXIT_USAGE = 2;

/** What a store knows of an event. */
interface Known<T> {
  readonly found: T;
  readonly worker: number;
  readonly folder: string;
}

/**
 * What `look` finds of an event in the store that has most of it, and in the others that know it. Says so, and sets the exit code, where `given` is no id of an
 * event or of a step (2), or none that is known (1): of a vehicle that stays out none is.
 */
export function findEvent<T extends { readonly steps: readonly unknown[] }>(
  stores: readonly WorkerEvents[],
  given: string,
  look: (db: DatabaseSync, id: string) => T | undefined,
): (Known<T> & { readonly others: readonly Known<T>[] }) | undefined {
  const id = eventOf(given.toUpperCase());
  if (id === undefined) {
    console.error(`${JSON.stringify(given)}: is no id of an event, expected 26 letters and digits`);
    process.exitCode = EXIT_USAGE;
    return undefined;
  }
  const all = stores.flatMap(({ worker, folder, db, isExempt }): Known<T>[] => {
    const terminal = eventReader(db).story(id)?.row.terminal;
    const found = terminal === undefined || isExempt(terminal) ? undefined : look(db, id);
    return found === undefined ? [] : [{ found, worker, folder }];
  });
  // Where its terminal changed hands several workers know it: the one that has it now knows all of its steps.
  const [most, ...others] = all.sort((a, b) => b.found.steps.length - a.found.steps.length);
  if (most !== undefined) return { ...most, others };
  console.error(`${id}: there is no such event`);
  process.exitCode = 1;
  return undefined;
}
