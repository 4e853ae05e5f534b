/** Tracks page by page. Two positions of the same second are two, so a page ends at a time and the number of those of that time. */
import type { TrackPoint } from '../fold/store/track-point.ts';

/** Reads points of [from, to] by time, at most `limit`. */
export type ReadTrack = (
  terminal: string,
  range: { readonly from: number; readonly to: number; readonly limit: number },
) => Promise<readonly TrackPoint[]>;

export interface TrackQuestion {
  readonly terminal: string;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** What the page before ended with. */
  readonly cursor?: string | undefined;
}

export interface TrackPage {
  readonly points: readonly TrackPoint[];
  /** Null on the last page. */
  readonly next: string | null;
}

export const TRACK_CURSOR = '^[0-9]{1,15}-[0-9]{1,6}$';

export async function trackPage(read: ReadTrack, question: TrackQuestion): Promise<TrackPage> {
  const { terminal, to, limit, cursor } = question;
  const [time = 0, seen = 0] = cursor === undefined ? [] : cursor.split('-').map(Number);
  const from = Math.max(question.from, time);
  // Those of the second in which the last page ended are read again and left out, and one more says whether there are more.
  const found = (await read(terminal, { from, to, limit: limit + seen + 1 })).slice(seen);
  const points = found.slice(0, limit);
  const last = points.at(-1);
  if (last === undefined || found.length <= limit) return { points, next: null };
  const alike = points.filter((point) => point.time === last.time).length;
  return { points, next: `${last.time}-${last.time === time ? alike + seen : alike}` };
}
