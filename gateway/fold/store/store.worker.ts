/**
 * The thread that keeps what folds leave on disk: snapshots that the main thread hands over, and tracks,
 * which it computes itself by reading the journal's file behind the gateway's back.
 */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { openJournalFile } from '../../journal/sqlite-file.ts';
import { openStateFile } from './state-file.ts';
import type { StoreReply, StoreRequest, StoreWorkerData } from './store.ts';
import { openTrackFile, trackPath } from './track-file.ts';
import { TrackFollower } from './track-follower.ts';
import type { TrackPoint } from './track-point.ts';

const port = parentPort!;
const { dataDir, journal, trackRetainMs, others = [] } = workerData as StoreWorkerData;
const state = openStateFile(dataDir);
const tracks = openTrackFile(dataDir);
const file = openJournalFile(journal);
const follower = new TrackFollower(file, tracks);
/** Batches read in one go before other requests get their turn. */
const READ_BYTES = 1 << 20;

function say(reply: StoreReply): void {
  port.postMessage(reply);
}

/** New records are gathered for so long before they are gone through: tracks may lag, commits must not. */
const GATHER_MS = 1000;
let head = 0;
let scheduled = false;

/** Goes through the journal a piece at a time; a fault ends the walk until the next word of new records. */
function follow(): void {
  try {
    if (follower.gathered < head && follower.step(READ_BYTES)) {
      setImmediate(follow);
      return;
    }
    follower.write();
    scheduled = false;
    if (follower.waiting > 0) schedule();
    say({ kind: 'tracked', cursor: follower.cursor });
  } catch (error) {
    scheduled = false;
    say({ kind: 'fault', what: 'tracks', detail: error instanceof Error ? error.message : String(error) });
  }
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setTimeout(follow, GATHER_MS);
}

/** What was gathered of the terminal is in the file before it is asked. */
function read({ terminal, ...range }: Extract<StoreRequest, { kind: 'read' }>): readonly TrackPoint[] {
  try {
    follower.writeTerminal(terminal);
  } catch (error) {
    say({ kind: 'fault', what: 'tracks', detail: error instanceof Error ? error.message : String(error) });
  }
  const found = tracks.read(terminal, range);
  const elsewhere = others.flatMap((folder) => readElsewhere(folder, terminal, range));
  if (elsewhere.length === 0) return found;
  return [...found, ...elsewhere].sort((a, b) => a.time - b.time).slice(0, range.limit);
}

/** What another worker has written of it, who may be at it or gone. */
function readElsewhere(
  folder: string,
  terminal: string,
  range: { from: number; to: number; limit: number },
): readonly TrackPoint[] {
  if (!existsSync(trackPath(folder))) return [];
  const file = openTrackFile(folder, { readOnly: true });
  try {
    return file.read(terminal, range);
  } finally {
    file.close();
  }
}

port.on('message', (request: StoreRequest) => {
  switch (request.kind) {
    case 'save':
      try {
        state.write(request.rows, request.cursor);
        return say({ kind: 'saved', ticket: request.ticket });
      } catch (error) {
        say({ kind: 'fault', what: 'state', detail: error instanceof Error ? error.message : String(error) });
        return say({ kind: 'unsaved', ticket: request.ticket });
      }
    case 'head':
      head = request.seq;
      return schedule();
    case 'tidy':
      while (tracks.drop(request.now - trackRetainMs));
      return;
    case 'read':
      return say({ kind: 'points', ticket: request.ticket, points: read(request) });
    case 'close':
      while (follower.step(READ_BYTES));
      follower.writeAll();
      tracks.close();
      state.close();
      file.close();
      say({ kind: 'closed', tracked: follower.cursor });
      return port.close();
    default:
      return request satisfies never;
  }
});

say({ kind: 'open', rows: state.rows(), cursor: state.cursor, tracked: tracks.cursor });
