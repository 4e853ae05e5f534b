/**
 * The live stream: everything that leaves for the platforms, as it happens, for whoever looks on. Nothing
 * is projected while nobody does. What was missed is told again from the journal, as far back as it reaches.
 */
import type { Envelope } from '../../bridge/index.ts';
import type { Clock } from '../../protocol/index.ts';
import type { Events } from '../events/events.ts';
import type { Latest, Live } from '../fold/latest.ts';
import type { Journal } from '../journal/journal.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import type { Registry } from '../registry/registry.ts';
import type { Project } from './project.ts';
import { statePayload } from './states.ts';
import { formatPlace, parsePlace, type StreamPlace } from './stream-place.ts';

/** Hears of an envelope and of the place behind it: whoever asks from there on has had it. */
export type TapListener = (envelope: Envelope, place: string) => void;

/** A part of what was told since a place, oldest first. */
export interface Retold {
  readonly envelopes: readonly { readonly envelope: Envelope; readonly place: string }[];
  /** Terminals of which there are records among them: their states may have changed. */
  readonly terminals: readonly string[];
  /** Where to go on. */
  readonly next: string;
}

export interface Tap {
  subscribe(listener: TapListener): () => void;
  /** Where the stream is now. */
  readonly place: string;
  /**
   * What was told since a place. `unknown`: it is none of this journal; `tooOld`: its records are gone, or more than `MAX_RETOLD`
   * have come since.
   */
  since(place: string): Promise<Retold | 'unknown' | 'tooOld'>;
  /** How a terminal stands; undefined where it is not known or stays out. */
  state(terminal: string): Envelope | undefined;
  stop(): void;
}

/** Records that are read again for one looker-on; who missed more begins anew. */
export const MAX_RETOLD = 100_000;
/** Octets of the journal that are read at a time, so that nobody waits long for one looker-on. */
const PIECE = 128 * 1024;

export function createTap(parts: {
  journal: Journal;
  project: Project;
  latest: Latest;
  registry: Registry;
  clock: Pick<Clock, 'now'>;
  events?: Pick<Events, 'openIds'>;
}): Tap {
  const { journal, project, latest, registry, clock, events } = parts;
  const listeners = new Set<TapListener>();
  const view = new RecordView();
  let at: StreamPlace = { seq: journal.state.head + 1, told: 0 };
  const textOf = (place: StreamPlace): string => formatPlace(journal.id, place);

  function stateOf(live: Live): Envelope | undefined {
    if (registry.exempt(live.terminal, clock.now()) !== undefined) return undefined;
    const { division } = registry.identity(live.terminal);
    const payload = statePayload(live, registry, { journalId: journal.id, at: clock.now(), events });
    return { kind: 'state', division, payload };
  }

  const stopJournal = journal.subscribe({
    committed(batch) {
      if (listeners.size > 0) {
        forEachRecord(
          batch,
          0,
          (record) => {
            for (const [i, envelope] of project(record).entries()) {
              at = { seq: record.seq, told: i + 1 };
              const place = textOf(at);
              for (const listener of listeners) listener(envelope, place);
            }
          },
          view,
        );
      }
      at = { seq: batch.first + batch.count, told: 0 };
    },
  });
  const stopLatest = latest.subscribe((live, urgent) => {
    if (!urgent || listeners.size === 0) return;
    const envelope = stateOf(live);
    if (envelope === undefined) return;
    const place = textOf(at);
    for (const listener of listeners) listener(envelope, place);
  });

  async function since(text: string): Promise<Retold | 'unknown' | 'tooOld'> {
    const from = parsePlace(journal.id, text);
    if (from === undefined || from.seq > at.seq) return 'unknown';
    if (from.seq === at.seq) return { envelopes: [], terminals: [], next: textOf(at) };
    const { tail } = journal.state;
    if (from.seq < tail || at.seq - from.seq > MAX_RETOLD) return 'tooOld';
    const batches = await journal.read(from.seq - 1, PIECE);
    const envelopes: { envelope: Envelope; place: string }[] = [];
    const terminals = new Set<string>();
    const own = new RecordView();
    // What is committed and not yet told is told as it happens.
    const end = at.seq;
    let next = from.seq;
    for (const batch of batches) {
      // It may have been trimmed while it was read.
      if (batch.first > next) return 'tooOld';
      forEachRecord(
        batch,
        next - 1,
        (record) => {
          if (record.seq >= end) return;
          if (record.terminal !== '') terminals.add(record.terminal);
          const had = record.seq === from.seq ? from.told : 0;
          for (const [i, envelope] of project(record).entries())
            if (i >= had) envelopes.push({ envelope, place: textOf({ seq: record.seq, told: i + 1 }) });
        },
        own,
      );
      next = Math.max(next, Math.min(batch.first + batch.count, end));
    }
    return { envelopes, terminals: [...terminals], next: textOf({ seq: next, told: 0 }) };
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get place() {
      return textOf(at);
    },
    since,
    state(terminal) {
      const live = latest.get(terminal);
      return live === undefined ? undefined : stateOf(live);
    },
    stop() {
      stopJournal();
      stopLatest();
      listeners.clear();
    },
  };
}
