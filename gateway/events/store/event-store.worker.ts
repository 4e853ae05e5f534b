/** The thread that keeps events: writes steps with the frames they rest on, signs the chain, answers questions. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSigner } from '../../journal/signing-key.ts';
import { openJournalFile } from '../../journal/sqlite-file.ts';
import { evidenceIn, laterIn, type OtherFolder, withFramesOf } from './elsewhere.ts';
import { eventReader, eventWriter, type StepInput } from './event-file.ts';
import type { EventEvidence } from './event-query.ts';
import { eventsPath, openEventsForWriting } from './event-schema.ts';
import type { EventReply, EventRequest, EventStoreData } from './event-store.ts';
import { framesOf } from './journal-frames.ts';

const port = parentPort!;
const { root, dataDir, journal, journalId, retainMs, others } = workerData as EventStoreData;
const file = openJournalFile(journal);
const db = openEventsForWriting(eventsPath(dataDir));
const writer = eventWriter(db, { journalId, signer: openSigner(root), frameOf: framesOf(file) });
const reader = eventReader(db);
const RETRY_MS = 2000;
const TIDY_EVERY_MS = 3_600_000;
/** What the disk did not take yet; the journal has it too, and keeps it until a snapshot says that it is here. */
let waiting: readonly StepInput[] = [];
let retry: NodeJS.Timeout | undefined;

function say(reply: EventReply): void {
  port.postMessage(reply);
}

function write(): void {
  retry = undefined;
  if (waiting.length === 0) return;
  const steps = waiting;
  try {
    writer.write(steps, Date.now());
    waiting = [];
    say({ kind: 'written', steps: steps.length });
  } catch (error) {
    say({ kind: 'fault', detail: error instanceof Error ? error.message : String(error) });
    retry = setTimeout(write, RETRY_MS);
  }
}

function tidy(): void {
  try {
    const open = writer.open();
    for (const other of others) writer.follow(laterIn(other, open));
    writer.trim(Date.now() - retainMs);
  } catch (error) {
    say({ kind: 'fault', detail: error instanceof Error ? error.message : String(error) });
  }
}

function evidence(id: string): EventEvidence | undefined {
  const own = reader.evidence(id);
  const found = (other: OtherFolder) => ({ ...other, found: evidenceIn(other, id) });
  return own && withFramesOf(own, others.map(found));
}

const tidying = setInterval(tidy, TIDY_EVERY_MS);

port.on('message', (request: EventRequest) => {
  switch (request.kind) {
    case 'write':
      waiting = waiting.length === 0 ? request.steps : [...waiting, ...request.steps];
      return retry === undefined ? write() : undefined;
    case 'list':
      return say({ kind: 'answer', ticket: request.ticket, answer: reader.list(request.query) });
    case 'story':
      return say({ kind: 'answer', ticket: request.ticket, answer: reader.story(request.id) });
    case 'evidence':
      return say({ kind: 'answer', ticket: request.ticket, answer: evidence(request.id) });
    case 'close':
      clearInterval(tidying);
      clearTimeout(retry);
      write();
      clearTimeout(retry);
      db.close();
      file.close();
      say({ kind: 'closed' });
      return port.close();
    default:
      return request satisfies never;
  }
});

say({ kind: 'open' });
