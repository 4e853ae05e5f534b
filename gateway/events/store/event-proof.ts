/** What proves an event, read from the store: its steps, each with the chain up to a signed head, and its frames. */
import type { DatabaseSync } from 'node:sqlite';
import type { EventHead, KeptFrame } from './chain.ts';
import { eventReader, readAnchor } from './event-file.ts';
import type { EventStory } from './event-query.ts';

export interface ProvedStep {
  readonly number: number;
  readonly seq: number;
  readonly body: string;
  readonly frames: readonly number[];
  /** Hash of the entry before. */
  readonly previous: Uint8Array;
  /** Digests of this entry and of those behind it, up to the head. */
  readonly digests: readonly Uint8Array[];
  readonly head: EventHead;
}

export interface EventProof {
  readonly journal: string;
  readonly story: EventStory;
  readonly steps: readonly ProvedStep[];
  readonly frames: readonly KeptFrame[];
}

/** Undefined where there is no such event; a step behind the last signed head is left out, as nothing vouches for it. */
export function readProof(db: DatabaseSync, id: string): EventProof | undefined {
  const found = eventReader(db).evidence(id);
  if (found === undefined) return undefined;
  const journal = String(db.prepare("select value from meta where name = 'journal'").get()?.['value'] ?? '');
  const rows = db.prepare('select number, seq, body, frames from step where event = ? order by step').all(id);
  const hash = db.prepare('select hash from step where number = ?');
  const head = db.prepare('select * from head where number >= ? order by number limit 1');
  const digests = db.prepare('select digest from step where number between ? and ? order by number');
  const steps = rows.flatMap((row): ProvedStep[] => {
    const number = Number(row['number']);
    const signed = head.get(number) as unknown as EventHead | undefined;
    if (signed === undefined) return [];
    return [
      {
        number,
        seq: Number(row['seq']),
        body: String(row['body']),
        frames: String(row['frames']).split(' ').filter(Boolean).map(Number),
        previous: (hash.get(number - 1)?.['hash'] as Uint8Array | undefined) ?? readAnchor(db, journal).hash,
        digests: digests.all(number, signed.number).map((one) => one['digest'] as Uint8Array),
        head: signed,
      },
    ];
  });
  const { frames, ...story } = found;
  return { journal, story, steps, frames };
}
