/**
 * The same stream without the faults: a gateway that never crashed goes through the journal again, its folds made anew from the first record,
 * and delivers everything once more. What the one under faults delivered must be the same, ids, topics and payloads.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '../../gateway/journal/open-journal.ts';
import { readerOf } from '../../gateway/journal/pump.ts';
import { openJournalFile } from '../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../gateway/journal/sqlite-storage.ts';
import { partitionFolders } from '../../gateway/workers/partitions.ts';
import { mosquitto } from '../../tests/real/support/servers.ts';
import { runXingji } from '../../tests/support/gateway.ts';
import { clock } from '../load/clock.ts';
import { GatewayChild } from './child.ts';
import { Deliveries } from './deliveries.ts';
import { Tap } from './tap.ts';

/** For all of the journal at once, on a machine that may have other work. */
const CATCH_UP = '15m';
/** Differences that are named. */
const NAMED = 3;

export interface Retold {
  /** Messages that both delivered. */
  readonly same: number;
  /** What only one of them delivered, or otherwise than the other; some by name. */
  readonly different: number;
  readonly named: readonly string[];
}

/**
 * Delivers what the journal of `data` holds by a new gateway in `folder`. `hostFaults` is the file that says that nothing
 * is wrong with its machine. Of what it adds to the journal itself nothing is compared.
 */
export async function retell(data: string, folder: string, hostFaults: string, first: Deliveries): Promise<Retold> {
  const again = join(folder, 'again');
  const done = Math.min(...partitionFolders(data).map(doneOf));
  const replayed = await runXingji(['journal', 'replay', '--data', data, '--into', again]);
  if (replayed.code !== 0) throw new Error(`xingji journal replay: ${replayed.stderr}`);
  // The signed heads that were copied with the journal are of this key.
  cpSync(join(data, 'keys'), join(again, 'keys'), { recursive: true });
  for (const partition of partitionFolders(again)) await forgetOutlets(partition);
  const told = new Deliveries();
  const broker = await mosquitto();
  const tap = await Tap.open(broker.port, told);
  try {
    const any = '127.0.0.1:0';
    const workers = String(partitionFolders(again).length);
    const serve = [
      '--data',
      again,
      '--workers',
      workers,
      '--jt808',
      any,
      '--http',
      any,
      '--mqtt-url',
      `mqtt://127.0.0.1:${tap.port}`,
    ];
    const gateway = await GatewayChild.start([...serve, '--enrolment', 'open', '--log-level', 'warn'], hostFaults);
    try {
      const verify = await runXingji(['verify', '--data', again, '--wait', CATCH_UP]);
      if (verify.code !== 0) throw new Error(`the journal could not be delivered again: ${verify.stdout}`);
    } finally {
      await gateway.end('SIGTERM');
    }
  } finally {
    tap.close();
    await broker.remove();
  }
  return compare(first.messages, told.messages, done);
}

/** Up to which record the broker has all of a worker's journal: what was written as the gateway ended is told by the next one. */
function doneOf(data: string): number {
  const file = openJournalFile(journalPath(data));
  const done = file.cursors().get(readerOf('mqtt'));
  file.close();
  if (done === undefined) throw new Error(`${data}: no outlet has a place in its journal`);
  return done;
}

/** Outlets begin with the first record of a worker's journal again. */
async function forgetOutlets(data: string): Promise<void> {
  const storage = sqliteStorage({ path: journalPath(data), limitBytes: 0, now: clock.now() });
  const journal = await openJournal({ storage, clock });
  journal.forgetReader(readerOf('mqtt'));
  await journal.close();
}

/**
 * By the keys of `Deliveries.messages`, which begin with the number of the record. Behind `done`, with which the first had
 * ended, what is told now is another's own.
 */
export function compare(first: ReadonlyMap<string, string>, again: ReadonlyMap<string, string>, done: number): Retold {
  const wrong: string[] = [];
  let same = 0;
  for (const [message, digest] of first) {
    const other = again.get(message);
    if (other === digest) same++;
    else wrong.push(other === undefined ? `${message} is not told again` : `${message} is told otherwise`);
  }
  for (const message of again.keys())
    if (!first.has(message) && Number.parseInt(message) <= done) wrong.push(`${message} is told now`);
  return { same, different: wrong.length, named: wrong.slice(0, NAMED) };
}
