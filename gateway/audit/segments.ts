/**
 * A trail in pieces: `audit.jsonl` is the one that is written; when it is full it becomes `audit.<its last row>.jsonl`, and the chain goes
 * on in a new one. None is ever removed by the gateway.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

const DIGITS = 15;

/** What a full piece is called, by the number of its last row. */
export function segmentPath(trail: string, last: number): string {
  const end = extname(trail);
  return `${trail.slice(0, trail.length - end.length)}.${String(last).padStart(DIGITS, '0')}${end}`;
}

/** Full pieces, oldest first; none where there is no folder. */
export function segmentsOf(trail: string): readonly string[] {
  const end = extname(trail);
  const start = `${basename(trail, end)}.`;
  const isSegment = (name: string): boolean =>
    name.startsWith(start) && name.endsWith(end) && /^\d{15}$/.test(name.slice(start.length, name.length - end.length));
  try {
    return readdirSync(dirname(trail))
      .filter(isSegment)
      .sort()
      .map((name) => join(dirname(trail), name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** All pieces, oldest first, the one that is written last, whether or not it is there. */
export function piecesOf(trail: string): readonly string[] {
  return [...segmentsOf(trail), trail];
}
