/** Counts of commands since the start, as plain numbers for the metrics page. */
import type { CommandState } from '../../bridge/index.ts';

export class CommandCounters {
  /** By the step that was taken; one that goes out over another link is sent once more. */
  readonly steps: Record<CommandState, number> = {
    accepted: 0,
    sent: 0,
    acknowledged: 0,
    done: 0,
    failed: 0,
    timedOut: 0,
    expired: 0,
  };
  /** Sent again over the same link, as no answer came. */
  repeated = 0;
}
