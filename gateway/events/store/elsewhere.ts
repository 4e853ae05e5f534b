/**
 * Events whose terminal changed hands: its worker goes on with the steps that it was left, and the records that those rest on stay in the
 * folder of the worker that received them, with its journal and under its chain.
 */
import { eventReader, type OpenEvent, type Stand } from './event-file.ts';
import type { EventEvidence } from './event-query.ts';
import { eventsPath, openEventsForReading } from './event-schema.ts';

/** Where another worker has its data. */
export interface OtherFolder {
  readonly worker: number;
  readonly folder: string;
}

/** What another worker knows of an event; its file is opened for the question, as it is seldom asked. */
export function evidenceIn({ folder }: OtherFolder, id: string): EventEvidence | undefined {
  const db = openEventsForReading(eventsPath(folder));
  if (db === undefined) return undefined;
  try {
    return eventReader(db).evidence(id);
  } finally {
    db.close();
  }
}

/** How those of the events stand of which another worker has later steps. */
export function laterIn({ folder }: OtherFolder, events: readonly OpenEvent[]): readonly Stand[] {
  const db = events.length === 0 ? undefined : openEventsForReading(eventsPath(folder));
  if (db === undefined) return [];
  try {
    const later = db.prepare(
      `select id, code, status, severity, confidence, updated, ended, acknowledged from event where id = ? and step > ?`,
    );
    return events.flatMap(({ id, step }) => (later.get(id, step) as unknown as Stand | undefined) ?? []);
  } finally {
    db.close();
  }
}

/** An event with the frames of others beside its own, each with its worker, in the order in which they came. */
export function withFramesOf(
  own: EventEvidence,
  others: readonly { readonly worker: number; readonly found: EventEvidence | undefined }[],
): EventEvidence {
  const more = others.flatMap(({ worker, found }) => (found?.frames ?? []).map((frame) => ({ ...frame, worker })));
  if (more.length === 0) return own;
  const frames = [...own.frames, ...more].sort((a, b) => a.receivedAt - b.receivedAt || a.seq - b.seq);
  return { ...own, frames };
}
