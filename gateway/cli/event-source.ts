/** What the commands that look into the event store share. */
import type { DatabaseSync } from 'node:sqlite';
import { eventOf } from '../events/event-id.ts';
import { eventsPath, openEventsForReading } from '../events/store/event-schema.ts';

/** Opens the events of a data folder, hands them to `work` and closes them; one line on stderr and exit code 1 without. */
export async function withEvents(dataDir: string, work: (db: DatabaseSync) => Promise<void> | void): Promise<void> {
  const path = eventsPath(dataDir);
  const db = openEventsForReading(path);
  if (db === undefined) {
    console.error(`${path}: there is no event store that can be read`);
    process.exitCode = 1;
    return;
  }
  try {
    await work(db);
  } finally {
    db.close();
  }
}

/** The event that was meant, by its id or that of a step. */
export function eventGiven(id: string): string | undefined {
  const event = eventOf(id.toUpperCase());
  if (event === undefined) console.error(`${JSON.stringify(id)}: is no id of an event, expected 26 letters and digits`);
  return event;
}

/** Says that there is no such event. */
export function noSuchEvent(id: string, dataDir: string): void {
  console.error(`${id}: there is no such event in ${dataDir}`);
  process.exitCode = 1;
}
