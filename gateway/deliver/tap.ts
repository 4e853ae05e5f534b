/**
 * The live stream: everything that leaves for the platforms, as it happens, for whoever looks on. Nothing
 * is projected while nobody does.
 */
import type { Envelope } from '../../bridge/index.ts';
import type { Clock } from '../../protocol/index.ts';
import type { Events } from '../events/events.ts';
import type { Latest } from '../fold/latest.ts';
import type { Journal } from '../journal/journal.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import type { Registry } from '../registry/registry.ts';
import type { Project } from './project.ts';
import { statePayload } from './states.ts';

export interface Tap {
  subscribe(listener: (envelope: Envelope) => void): () => void;
  stop(): void;
}

export function createTap(parts: {
  journal: Journal;
  project: Project;
  latest: Latest;
  registry: Registry;
  clock: Pick<Clock, 'now'>;
  events?: Pick<Events, 'openIds'>;
}): Tap {
  const { journal, project, latest, registry, clock, events } = parts;
  const listeners = new Set<(envelope: Envelope) => void>();
  const view = new RecordView();
  const say = (envelope: Envelope): void => {
    for (const listener of listeners) listener(envelope);
  };
  const stopJournal = journal.subscribe({
    committed(batch) {
      if (listeners.size === 0) return;
      forEachRecord(batch, 0, (record) => project(record).forEach(say), view);
    },
  });
  const stopLatest = latest.subscribe((live, urgent) => {
    if (!urgent || listeners.size === 0) return;
    const { division } = registry.identity(live.terminal);
    say({
      kind: 'state',
      division,
      payload: statePayload(live, registry, { journalId: journal.id, at: clock.now(), events }),
    });
  });
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopJournal();
      stopLatest();
      listeners.clear();
    },
  };
}
