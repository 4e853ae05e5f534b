/** What goes on beside reports while there is a session: tracking, pictures by the clock, an upgrade, the bus. */
import type { EpochMs } from '../../protocol/index.ts';
import type { Effect } from './effects.ts';
import type { Terminal } from './terminal.ts';

/** When the next of them is due. */
export function tasksDeadline({ kept }: Terminal): EpochMs {
  if (kept === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(kept.tracking?.until ?? Number.POSITIVE_INFINITY);
}

/** Does what is due. */
export function doTasks(terminal: Terminal, now: EpochMs, _effects: Effect[]): void {
  const { kept } = terminal;
  if (kept?.tracking !== undefined && kept.tracking.until <= now) kept.tracking = undefined;
}
