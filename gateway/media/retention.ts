/** Which days of which terminals go, so that media files stay within their age and their size. */
import type { MediaDay } from './media-disk.ts';

export interface MediaRetention {
  readonly retainMs: number;
  readonly retainBytes: number;
}

const DAY_MS = 86_400_000;

/**
 * All days that are over for longer than `retainMs`, and beyond `retainBytes` the oldest of the rest. A day goes as a
 * whole; what is left when it is told is not over the bound.
 */
export function overdueDays(
  days: readonly MediaDay[],
  { retainMs, retainBytes }: MediaRetention,
  now: number,
): MediaDay[] {
  let bytes = 0;
  for (const day of days) bytes += day.bytes;
  const gone: MediaDay[] = [];
  for (const day of days.toSorted((a, b) => (a.date < b.date ? -1 : 1))) {
    // Dates are those of UTC+8: a day later than UTC at most, which is on the safe side.
    const ended = Date.parse(day.date) + DAY_MS;
    if (!(ended < now - retainMs) && bytes <= retainBytes) continue;
    gone.push(day);
    bytes -= day.bytes;
  }
  return gone;
}
