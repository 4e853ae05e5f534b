import type { EventState } from './step.ts';

/** What became of events since the start. */
export class EventCounters {
  /** Steps that are on disk. */
  readonly steps: Record<EventState, number> = {
    raised: 0,
    updated: 0,
    confirmed: 0,
    reclassified: 0,
    cleared: 0,
    authorised: 0,
    closed: 0,
    reopened: 0,
  };
}
