/** Goes through the whole chain of the event store: every step, every frame, every signed head. */
import type { KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { equal } from '../../journal/chain.ts';
import { type EventHead, entryDigest, entryHash, frameDigest, isHeadSigned } from './chain.ts';
import { frameRow, readAnchor } from './event-file.ts';

export interface StoreCheck {
  readonly steps: number;
  readonly frames: number;
  readonly signedUpTo: number;
  /** What is wrong, where; at most `MAX_FAULTS`. */
  readonly faults: readonly string[];
}

const MAX_FAULTS = 100;

export function checkStore(db: DatabaseSync, publicKey: KeyObject | undefined): StoreCheck {
  const faults: string[] = [];
  const fault = (text: string): void => void (faults.length < MAX_FAULTS && faults.push(text));
  const journal = String(db.prepare("select value from meta where name = 'journal'").get()?.['value'] ?? '');
  const digests = new Map<number, Uint8Array>();
  for (const row of db.prepare('select * from frame').iterate()) {
    const frame = frameRow(row);
    const digest = frameDigest(frame);
    digests.set(frame.seq, digest);
    if (!equal(digest, row['digest'] as Uint8Array)) fault(`frame ${frame.seq}: altered`);
  }
  const heads = new Map(
    (db.prepare('select * from head').all() as unknown as EventHead[]).map((head) => [head.number, head]),
  );
  const anchor = readAnchor(db, journal);
  let previous = anchor.hash;
  let next = anchor.number + 1;
  let signedUpTo = 0;
  let steps = 0;
  for (const row of db.prepare('select * from step order by number').iterate()) {
    const number = Number(row['number']);
    if (number > next) fault(`steps ${next}–${number - 1}: missing`);
    const kept = String(row['frames']).split(' ').filter(Boolean).map(Number);
    const missing = kept.find((seq) => !digests.has(seq));
    if (missing !== undefined) fault(`step ${number}: frame ${missing} is missing`);
    const frames = kept.flatMap((seq) => digests.get(seq) ?? []);
    const digest = entryDigest(String(row['body']), frames);
    const hash = entryHash(previous, number, digest);
    const stored = row['hash'] as Uint8Array;
    if (!equal(hash, stored)) fault(`step ${number}: altered`);
    const head = heads.get(number);
    if (head !== undefined) {
      const signed = publicKey === undefined || isHeadSigned(journal, head, publicKey);
      if (!signed) fault(`head ${number}: forged`);
      else if (!equal(head.hash, stored)) fault(`head ${number}: contradicted`);
      else signedUpTo = number;
    }
    // From what is stored there, so that one altered step is one fault.
    previous = stored;
    next = number + 1;
    steps++;
  }
  for (const number of heads.keys()) if (number >= next) fault(`steps up to ${number}: missing`);
  return { steps, frames: digests.size, signedUpTo, faults };
}
