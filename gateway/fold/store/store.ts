/** The main thread's end of the store: snapshots and tracks are kept by a thread of their own. */
import { Worker } from 'node:worker_threads';
import type { Seq } from '../../journal/record.ts';
import type { StateRow } from './state-file.ts';
import type { TrackPoint } from './track-point.ts';

export interface StoreWorkerData {
  readonly dataDir: string;
  /** Path of the journal's file. */
  readonly journal: string;
  readonly trackRetainMs: number;
  /** Data folders of other workers, which may have had a terminal before. */
  readonly others?: readonly string[];
}

export type StoreRequest =
  | {
      readonly kind: 'save';
      readonly ticket: number;
      readonly rows: readonly StateRow[];
      readonly cursor: Seq | undefined;
    }
  | { readonly kind: 'head'; readonly seq: Seq }
  | { readonly kind: 'tidy'; readonly now: number }
  | {
      readonly kind: 'read';
      readonly ticket: number;
      readonly terminal: string;
      readonly from: number;
      readonly to: number;
      readonly limit: number;
    }
  | { readonly kind: 'close' };

export type StoreReply =
  | { readonly kind: 'open'; readonly rows: readonly StateRow[]; readonly cursor: Seq; readonly tracked: Seq }
  | { readonly kind: 'saved' | 'unsaved'; readonly ticket: number }
  | { readonly kind: 'tracked'; readonly cursor: Seq }
  | { readonly kind: 'points'; readonly ticket: number; readonly points: readonly TrackPoint[] }
  | { readonly kind: 'fault'; readonly what: 'tracks' | 'state'; readonly detail: string }
  | { readonly kind: 'closed'; readonly tracked: Seq };

export interface StoreListener {
  /** Tracks are complete up to here. */
  tracked(cursor: Seq): void;
  fault(what: string, detail: string): void;
}

/** The thread's work is a few batches at a time: more room for young objects would only be memory that is not given back. */
const YOUNG_MB = 8;

/** What the folds ask of the store; in memory for tests. */
export interface Store {
  readonly rows: readonly StateRow[];
  readonly cursor: Seq;
  readonly tracked: Seq;
  /** Resolves to whether the rows are kept. */
  save(rows: readonly StateRow[], cursor: Seq | undefined): Promise<boolean>;
  /** The journal holds records up to `seq`. */
  head(seq: Seq): void;
  /** Lets go of tracks past their time. */
  tidy(now: number): void;
  read(terminal: string, range: { from: number; to: number; limit: number }): Promise<readonly TrackPoint[]>;
  close(): Promise<void>;
}

/** Starts the thread and resolves when it has loaded the snapshots. Rejects where a file cannot be opened. */
export async function openStore(data: StoreWorkerData, listener: StoreListener): Promise<Store> {
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './store.worker.ts' : './store.worker.js', import.meta.url),
    {
      workerData: data,
      name: 'store',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    },
  );
  const saves = new Map<number, (kept: boolean) => void>();
  const reads = new Map<number, (points: readonly TrackPoint[]) => void>();
  let tickets = 0;
  let closed: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => {
    closed = resolve;
  });
  /** One word of new records is on its way at a time: the thread hears of a thousand commits as of one. */
  let told = false;
  let head = 0;
  let toldOf = 0;
  function follow(seq: Seq): void {
    head = seq;
    if (told || seq === toldOf) return;
    told = true;
    toldOf = seq;
    post({ kind: 'head', seq });
  }
  function followed(): void {
    told = false;
    follow(head);
  }
  const post = (request: StoreRequest): void => worker.postMessage(request);
  const opened = await new Promise<Extract<StoreReply, { kind: 'open' }>>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (reply: StoreReply) => {
      switch (reply.kind) {
        case 'open':
          return resolve(reply);
        case 'saved':
        case 'unsaved':
          saves.get(reply.ticket)?.(reply.kind === 'saved');
          return void saves.delete(reply.ticket);
        case 'points':
          reads.get(reply.ticket)?.(reply.points);
          return void reads.delete(reply.ticket);
        case 'tracked':
          listener.tracked(reply.cursor);
          return followed();
        case 'fault':
          listener.fault(reply.what, reply.detail);
          return reply.what === 'tracks' ? followed() : undefined;
        case 'closed':
          listener.tracked(reply.tracked);
          return closed?.();
        default:
          return reply satisfies never;
      }
    });
  });
  worker.on('error', (error) => listener.fault('store', error.message));
  return {
    rows: opened.rows,
    cursor: opened.cursor,
    tracked: opened.tracked,
    save(rows, cursor) {
      const ticket = ++tickets;
      return new Promise((resolve) => {
        saves.set(ticket, resolve);
        post({ kind: 'save', ticket, rows, cursor });
      });
    },
    head: follow,
    tidy: (now) => post({ kind: 'tidy', now }),
    read(terminal, range) {
      const ticket = ++tickets;
      return new Promise((resolve) => {
        reads.set(ticket, resolve);
        post({ kind: 'read', ticket, terminal, ...range });
      });
    },
    async close() {
      post({ kind: 'close' });
      worker.once('exit', () => closed?.());
      await ended;
      await worker.terminate();
    },
  };
}
