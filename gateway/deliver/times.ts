/** Times as payloads have them. */
import { formatTime } from '../../protocol/index.ts';

/** ISO 8601 in +08:00; null where it is no time. */
export function isoTime(ms: number): string | null {
  return Number.isNaN(ms) || ms === 0 ? null : formatTime(ms);
}
