/** What the API needs to know of events: views of them, and one door for what a person does with one. */
import type { EventAction } from './step.ts';
import type { EventQuery } from './store/event-query.ts';
import type { EventView, FrameView, storyView } from './views.ts';

export type EventStoryView = ReturnType<typeof storyView>;
export type EventEvidenceView = EventStoryView & { readonly frames: readonly FrameView[] };

export interface EventSources {
  /** Newest fact first, at most `limit`. */
  list(query: EventQuery): Promise<readonly EventView[]>;
  story(id: string): Promise<EventStoryView | undefined>;
  evidence(id: string): Promise<EventEvidenceView | undefined>;
  /**
   * Resolves when it is on disk. `refused`: the event is not in a state for it; `busy`: the journal takes nothing now.
   */
  act(action: Omit<EventAction, 'upon'>): Promise<'done' | 'refused' | 'unknown' | 'busy'>;
}
