/** Reads a trail from its end backwards, so that the newest of a long one cost no more than those of a short one. */
import { type FileHandle, open } from 'node:fs/promises';
import type { AuditEntry } from './audit.ts';
import { parseRow } from './chain.ts';
import { piecesOf } from './segments.ts';

/** Which rows; newest first. */
export interface TrailQuery {
  /** Epoch ms, both included. */
  readonly from?: number;
  readonly to?: number;
  readonly who?: string;
  /** What was done, or the part before the point: `command`, `command.approved`. */
  readonly what?: string;
  /** Words that the subject has in it. */
  readonly subject?: string;
  /** Only rows before this one. */
  readonly before?: number;
  readonly limit: number;
}

export interface ReadRow extends AuditEntry {
  readonly n: number;
}

const PIECE = 64 << 10;
/** Rows are in the order of their writing; a clock that was set back makes one look older than its neighbours, by less than this. */
const SLACK_MS = 3_600_000;

export function matches(row: ReadRow, query: Omit<TrailQuery, 'limit'>): boolean {
  const { from = 0, to = Number.POSITIVE_INFINITY, who, what, subject = '', before } = query;
  return (
    row.at >= from &&
    row.at <= to &&
    (before === undefined || row.n < before) &&
    (who === undefined || row.who === who) &&
    (what === undefined || row.what === what || row.what.startsWith(`${what}.`)) &&
    row.subject.includes(subject)
  );
}

/** Empty where there is no trail. Lines that are no rows are left out: they are for the check to find. */
export async function readTrail(path: string, query: TrailQuery): Promise<readonly ReadRow[]> {
  const found: ReadRow[] = [];
  for (const piece of piecesOf(path).toReversed()) if (await readPiece(piece, query, found)) break;
  return found;
}

/** Adds what a file has; true where nothing older is wanted. */
async function readPiece(path: string, query: TrailQuery, found: ReadRow[]): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    for await (const line of linesBackwards(file)) {
      const row = parseRow(line);
      if (row === undefined) continue;
      const read: ReadRow = { ...row.entry, n: row.n };
      if (query.from !== undefined && read.at < query.from - SLACK_MS) return true;
      if (matches(read, query) && found.push(read) === query.limit) return true;
    }
    return false;
  } finally {
    await file.close();
  }
}

async function* linesBackwards(file: FileHandle): AsyncGenerator<string> {
  let { size: at } = await file.stat();
  /** The beginning of a line whose start was not read yet. */
  let rest: Buffer = Buffer.alloc(0);
  while (at > 0) {
    const length = Math.min(PIECE, at);
    at -= length;
    const piece = Buffer.alloc(length);
    await file.read(piece, 0, length, at);
    let octets = Buffer.concat([piece, rest]);
    for (let end = octets.lastIndexOf(10); end >= 0; end = octets.lastIndexOf(10)) {
      const line = octets.toString('utf8', end + 1);
      if (line !== '') yield line;
      octets = octets.subarray(0, end);
    }
    rest = octets;
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
