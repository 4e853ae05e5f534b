/** The main thread's end of the event store: a thread of its own writes and reads the file. */
import { Worker } from 'node:worker_threads';
import type { OtherFolder } from './elsewhere.ts';
import type { EventEvidence, EventQuery, EventStory, ListedEvent } from './event-query.ts';
import type { StepInput } from './event-file.ts';

export interface EventStoreData {
  /** Data folder of the gateway, with the key that it signs with. */
  readonly root: string;
  readonly dataDir: string;
  /** Path of the journal's file. */
  readonly journal: string;
  readonly journalId: string;
  /** Events that are over for so long are let go of. */
  readonly retainMs: number;
  /** Other workers, which may have records that events of this one rest on. */
  readonly others: readonly OtherFolder[];
}

export type EventRequest =
  | { readonly kind: 'write'; readonly steps: readonly StepInput[] }
  | { readonly kind: 'list'; readonly ticket: number; readonly query: EventQuery }
  | { readonly kind: 'story' | 'evidence'; readonly ticket: number; readonly id: string }
  | { readonly kind: 'close' };

export type EventReply =
  | { readonly kind: 'open' }
  | { readonly kind: 'written'; readonly steps: number }
  | { readonly kind: 'fault'; readonly detail: string }
  | { readonly kind: 'answer'; readonly ticket: number; readonly answer: unknown }
  | { readonly kind: 'closed' };

/** What keeps events. Writing never waits; reading sees what was written before. */
export interface EventStore {
  write(step: StepInput): void;
  /** Resolves when everything that was given is on disk, or the thread ended. */
  flushed(): Promise<void>;
  list(query: EventQuery): Promise<readonly ListedEvent[]>;
  story(id: string): Promise<EventStory | undefined>;
  evidence(id: string): Promise<EventEvidence | undefined>;
  close(): Promise<void>;
}

/** The thread holds little but one batch of the journal. */
const YOUNG_MB = 8;

/** Starts the thread; rejects where the file cannot be opened. `fault` hears of a disk that fails; it is tried again. */
export async function openEventStore(data: EventStoreData, fault: (detail: string) => void): Promise<EventStore> {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const worker = new Worker(new URL(`./event-store.worker${extension}`, import.meta.url), {
    workerData: data,
    name: 'events',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const answers = new Map<number, (answer: unknown) => void>();
  const flushes: (() => void)[] = [];
  let tickets = 0;
  let waiting: StepInput[] = [];
  let unwritten = 0;
  const closed = Promise.withResolvers<void>();
  const post = (request: EventRequest): void => worker.postMessage(request);
  const flush = (): void => flushes.splice(0).forEach((tell) => tell());

  /** Steps of one turn go over together. */
  function send(): void {
    if (waiting.length === 0) return;
    post({ kind: 'write', steps: waiting });
    waiting = [];
  }

  function ask<T>(request: (ticket: number) => EventRequest): Promise<T> {
    send();
    const ticket = ++tickets;
    return new Promise<T>((resolve) => {
      answers.set(ticket, resolve as (answer: unknown) => void);
      post(request(ticket));
    });
  }

  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.on('message', (reply: EventReply) => {
      switch (reply.kind) {
        case 'open':
          return resolve();
        case 'written':
          unwritten -= reply.steps;
          return unwritten === 0 ? flush() : undefined;
        case 'fault':
          return fault(reply.detail);
        case 'answer':
          answers.get(reply.ticket)?.(reply.answer);
          return void answers.delete(reply.ticket);
        case 'closed':
          return closed.resolve();
        default:
          return reply satisfies never;
      }
    });
  });
  worker.on('error', (error) => fault(error.message));
  worker.once('exit', () => {
    closed.resolve();
    flush();
  });
  return {
    write(step) {
      unwritten++;
      if (waiting.push(step) === 1) queueMicrotask(send);
    },
    flushed() {
      send();
      return unwritten === 0 ? Promise.resolve() : new Promise((resolve) => flushes.push(resolve));
    },
    list: (query) => ask((ticket) => ({ kind: 'list', ticket, query })),
    story: (id) => ask((ticket) => ({ kind: 'story', ticket, id })),
    evidence: (id) => ask((ticket) => ({ kind: 'evidence', ticket, id })),
    async close() {
      send();
      post({ kind: 'close' });
      await closed.promise;
      await worker.terminate();
    },
  };
}
