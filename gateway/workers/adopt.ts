/**
 * Open events of terminals that changed hands: their steps are written again, to the journal of the new owner, so that it goes on with them
 * under the ids that they have. Platforms hear of such a step twice, with the same id.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../protocol/index.ts';
import { writePrivately } from '../access/account-file.ts';
import type { EventStep } from '../events/step.ts';
import { eventsPath, openEventsForReading } from '../events/store/event-schema.ts';
import { encodeFact } from '../intake/facts.ts';
import type { Journal } from '../journal/journal.ts';
import { RECORD_KIND } from '../journal/record.ts';

/** What a partition has to take over at its next start. */
const ADOPTED = 'adopt.jsonl';

/** The steps of events in a partition's store, in order, without the frames that they rest on: those stay with that partition's journal. */
export function stepsOf(folder: string, events: readonly string[]): readonly EventStep[] {
  const db = events.length === 0 ? undefined : openEventsForReading(eventsPath(folder));
  if (db === undefined) return [];
  try {
    const steps = db.prepare('select body from step where event = ? order by step');
    return events.flatMap((event) =>
      steps.all(event).map(({ body }) => ({ ...(JSON.parse(String(body)) as EventStep), frames: [] })),
    );
  } finally {
    db.close();
  }
}

/** Leaves steps for a partition that is not running. They are on disk when it returns. */
export function leaveSteps(folder: string, steps: readonly EventStep[]): void {
  if (steps.length === 0) return;
  writePrivately(join(folder, ADOPTED), steps.map((step) => `${JSON.stringify(step)}\n`).join(''));
}

/** Takes over what was left for a partition; resolves when that is in its journal. Rejects where the journal does not take it. */
export async function adoptSteps(folder: string, journal: Journal, clock: Clock): Promise<void> {
  const path = join(folder, ADOPTED);
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const step = JSON.parse(line) as EventStep;
    const b = encodeFact(step);
    const about = {
      kind: RECORD_KIND.event,
      receivedAt: clock.now(),
      link: 0,
      terminal: step.terminal,
      ackable: false,
    };
    await new Promise<void>((resolve, reject) => {
      const refused = (): void => reject(new Error(`${path}: the journal does not take it`));
      const waiter = { committed: () => resolve(), refused };
      if (journal.append({ ...about, b, start: 0, end: b.length }, waiter, 0) !== undefined) refused();
    });
  }
  // One that is killed before this writes them again, and nothing comes of it.
  rmSync(path);
}
