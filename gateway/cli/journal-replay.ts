/** `xingji journal replay`: a journal gone through again, by the folds of this version or by another platform. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { frameHex } from '../../protocol/index.ts';
import { createCore } from '../core.ts';
import { openStore } from '../fold/store/store.ts';
import { openJournal } from '../journal/open-journal.ts';
import { RECORD_KIND } from '../journal/record.ts';
import { forEachRecord, RecordView } from '../journal/record-view.ts';
import { copyJournal } from '../journal/sqlite-aside.ts';
import type { JournalFile } from '../journal/sqlite-file.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { sqliteStorage } from '../journal/sqlite-storage.ts';
import { openMediaDisk } from '../media/media-disk.ts';
import { processClock } from '../process-clock.ts';
import { VERSION } from '../version.ts';
import { partitionPath } from '../workers/partitions.ts';
import { addFilter, batchesOf, count, dataOption, pause, type WorkerJournal, withJournals } from './journal-source.ts';

interface Flags {
  readonly data: string;
  readonly terminal?: string;
  readonly from?: number;
  readonly to?: number;
  readonly into?: string;
  readonly target?: URL;
  readonly rate: number;
}

/** Connections at a time; the one that was not used for longest is ended for another. */
const MAX_CONNECTIONS = 2000;
/** Longest pause between two looks at how much is due. */
const SLICE_MS = 10;

/** Adds `replay` to the command `journal`. */
export function registerReplay(journal: Command): void {
  addFilter(journal.command('replay'))
    .description('go through the journal again: into a new data folder, or to a platform over TCP')
    .addOption(dataOption())
    .option('--into <dir>', 'new data folder: a copy of the journal, with states and tracks made anew from it')
    .option(
      '--target <url>',
      'tcp://HOST:PORT of a platform that gets the frames, a connection for each terminal',
      target,
    )
    .option('--rate <n>', 'frames a second, at most', count, 1000)
    .addHelpText(
      'after',
      '\nExample:\n  xingji journal replay --data ./data --target tcp://127.0.0.1:9808 --terminal 13912345678 --rate 100',
    )
    .action((flags: Flags, command: Command) => {
      if ((flags.into === undefined) === (flags.target === undefined)) command.error('give --into or --target');
      return withJournals(flags.data, (journals) =>
        flags.into === undefined
          ? toPlatform(
              journals.map(({ file }) => file),
              flags,
              flags.target!,
            )
          : intoFolders(journals, flags.into),
      );
    });
}

function target(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'tcp:' || url.port === '') throw new InvalidArgumentError('Expected tcp://HOST:PORT.');
  return url;
}

/** A data folder with those of all workers. */
async function intoFolders(journals: readonly WorkerJournal[], to: string): Promise<void> {
  if (existsSync(to) && readdirSync(to).length > 0) {
    console.error(`${to} is not empty`);
    process.exitCode = 1;
    return;
  }
  for (const { worker, folder } of journals) await intoFolder(folder, partitionPath(to, worker));
}

/** A data folder as a gateway of this version would have it, had it written the journal itself. */
async function intoFolder(from: string, to: string): Promise<void> {
  const clock = processClock;
  const path = journalPath(to);
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  copyJournal(journalPath(from), path);
  const storage = sqliteStorage({ path, limitBytes: 0, now: clock.now() });
  // Nothing goes: whoever looks at old records wants them.
  const journal = await openJournal({ storage, clock, options: { retainMs: Infinity, retainBytes: Infinity } });
  const { head } = journal.state;
  const store = await openStore(
    { dataDir: to, journal: path, trackRetainMs: Number.MAX_SAFE_INTEGER },
    { tracked: () => {}, fault: (what, detail) => console.error(`${what}: ${detail}`) },
  );
  const core = await createCore(
    { clock, secret: (n) => randomBytes(n), journal, store, mediaDisk: openMediaDisk(join(to, 'media')) },
    {
      version: VERSION,
      maxConnections: 0,
      authTimeoutMs: 0,
      idleTimeoutMs: 0,
      maxWriteBacklog: 0,
      mayEnrol: () => false,
      acknowledgeResponses: true,
      commandRetry: { timeoutMs: 0, retries: 0 },
      // Nobody is there to be asked for anything.
      parts: {
        askAfterMs: 0,
        asks: 0,
        giveUpAfterMs: Number.MAX_SAFE_INTEGER,
        memoryBytes: 1 << 20,
        storedBytes: 0,
        completeForm: 'revision',
      },
      media: { retainMs: Number.MAX_SAFE_INTEGER, retainBytes: Number.MAX_SAFE_INTEGER },
      acknowledgeMediaParts: false,
    },
  );
  const { size } = core.latest;
  await core.stop();
  await store.close();
  await journal.close();
  console.log(`${head} records, ${size} terminals in ${to}`);
}

/** Frames in the order of the journal, each terminal on a connection of its own. Waits where the platform does. */
async function toPlatform(files: readonly JournalFile[], flags: Flags, { hostname, port }: URL): Promise<void> {
  const sockets = new Map<string, Socket>();
  const faults = new Map<string, number>();
  let sent = 0;
  let answered = 0;

  function socketOf(terminal: string): Socket {
    const known = sockets.get(terminal);
    sockets.delete(terminal);
    if (known !== undefined && !known.destroyed) {
      sockets.set(terminal, known);
      return known;
    }
    const [oldest] = sockets;
    if (sockets.size >= MAX_CONNECTIONS && oldest !== undefined) {
      oldest[1].end();
      sockets.delete(oldest[0]);
    }
    const socket = connect(Number(port), hostname);
    socket.on('data', (octets) => (answered += octets.length));
    socket.on('error', ({ message }) => faults.set(message, (faults.get(message) ?? 0) + 1));
    sockets.set(terminal, socket);
    return socket;
  }

  const began = performance.now();
  for (const { terminal, hex } of framesOf(files, flags)) {
    while (sent >= ((performance.now() - began) / 1000) * flags.rate) await pause(SLICE_MS);
    const socket = socketOf(terminal);
    if (!socket.write(Buffer.from(hex, 'hex'))) await drained(socket);
    sent += 1;
  }
  await Promise.all([...sockets.values()].map(ended));
  for (const [message, times] of faults) console.error(`${times} × ${message}`);
  console.log(`${sent} frames sent, ${answered} octets came back`);
  process.exitCode = faults.size === 0 ? 0 : 1;
}

function* framesOf(
  files: readonly JournalFile[],
  filter: Flags,
): Generator<{ readonly terminal: string; readonly hex: string }> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
  const view = new RecordView();
  const after = files.map(() => 0);
  for (const [, batch] of batchesOf(files, after)) {
    const frames: { terminal: string; hex: string }[] = [];
    forEachRecord(
      batch,
      0,
      ({ kind, receivedAt, terminal, b, payloadStart, payloadEnd }) => {
        if (kind !== RECORD_KIND.frame || receivedAt < from || receivedAt > to) return;
        if (filter.terminal !== undefined && filter.terminal !== terminal) return;
        frames.push({ terminal, hex: frameHex(b, payloadStart, payloadEnd) });
      },
      view,
    );
    yield* frames;
  }
}

/** Resolves when more can be written, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', () => resolve());
  });
}

function ended(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    socket.once('close', () => resolve());
    socket.end();
    return undefined;
  });
}
