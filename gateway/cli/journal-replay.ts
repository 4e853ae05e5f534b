/** `xingji journal replay`: a journal gone through again, by the folds of this version or by another platform. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
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
import { copySigner } from '../journal/signing-key.ts';
import { journalPath } from '../journal/sqlite-schema.ts';
import { sqliteStorage } from '../journal/sqlite-storage.ts';
import { openMediaDisk } from '../media/media-disk.ts';
import { processClock } from '../process-clock.ts';
import { VERSION } from '../version.ts';
import { partitionPath } from '../workers/partitions.ts';
import { exemptOn } from './exempt-source.ts';
import { addFilter, batchesOf, count, dataOption, pause, type WorkerJournal, withJournals } from './journal-source.ts';
import { PlatformConnections } from './platform-connections.ts';

interface Flags {
  readonly data: string;
  readonly terminal?: string;
  readonly from?: number;
  readonly to?: number;
  readonly into?: string;
  readonly target?: URL;
  readonly rate: number;
}

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
    .option('--rate <n>', 'frames a second, at most', rate, 1000)
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
          : intoFolders(journals, flags.data, flags.into),
      );
    });
}

function rate(text: string): number {
  const framesPerSecond = count(text);
  if (framesPerSecond === 0) throw new InvalidArgumentError('Expected a whole number from 1.');
  return framesPerSecond;
}

function target(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol !== 'tcp:' || url.port === '') throw new InvalidArgumentError('Expected tcp://HOST:PORT.');
  return url;
}

/** A data folder with those of all workers, and the key of their journals. */
async function intoFolders(journals: readonly WorkerJournal[], data: string, to: string): Promise<void> {
  if (existsSync(to) && readdirSync(to).length > 0) {
    console.error(`${to} is not empty`);
    process.exitCode = 1;
    return;
  }
  copySigner(data, to);
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
async function toPlatform(files: readonly JournalFile[], flags: Flags, platform: URL): Promise<void> {
  const connections = new PlatformConnections(platform);
  let sent = 0;
  const began = performance.now();
  for (const { terminal, hex } of framesOf(files, flags)) {
    while (sent >= ((performance.now() - began) / 1000) * flags.rate) await pause(SLICE_MS);
    await connections.send(terminal, Buffer.from(hex, 'hex'));
    sent += 1;
  }
  const { answered, unsent, faults } = await connections.end();
  for (const [message, times] of faults) console.error(`${times} × ${message}`);
  const left = unsent === 0 ? '' : `, ${unsent} not`;
  console.log(`${sent - unsent} frames sent${left}, ${answered} octets came back`);
  process.exitCode = faults.size === 0 ? 0 : 1;
}

function* framesOf(
  files: readonly JournalFile[],
  filter: Flags,
): Generator<{ readonly terminal: string; readonly hex: string }> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
  const view = new RecordView();
  const after = files.map(() => 0);
  const isExempt = exemptOn(filter.data, Date.now());
  for (const [, batch] of batchesOf(files, after)) {
    const frames: { terminal: string; hex: string }[] = [];
    forEachRecord(
      batch,
      0,
      ({ kind, receivedAt, terminal, b, payloadStart, payloadEnd }) => {
        if (kind !== RECORD_KIND.frame || receivedAt < from || receivedAt > to) return;
        if (filter.terminal !== undefined && filter.terminal !== terminal) return;
        if (isExempt(terminal, receivedAt)) return;
        frames.push({ terminal, hex: frameHex(b, payloadStart, payloadEnd) });
      },
      view,
    );
    yield* frames;
  }
}
