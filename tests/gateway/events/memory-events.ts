/** The event store without its thread, over one database: in memory, or at a path. */
import { generateKeyPairSync } from 'node:crypto';
import { eventReader, eventWriter } from '../../../gateway/events/store/event-file.ts';
import { openEventsForWriting } from '../../../gateway/events/store/event-schema.ts';
import type { EventStore } from '../../../gateway/events/store/event-store.ts';
import type { KeptFrame } from '../../../gateway/events/store/chain.ts';
import type { MemoryDisk } from '../../../gateway/journal/memory-storage.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { signerOf } from '../../../gateway/journal/signed-head.ts';

export const KEYS = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

export function memoryEvents(disk: MemoryDisk, path = ':memory:'): EventStore {
  const db = openEventsForWriting(path);
  const frameOf = (seq: number): KeptFrame | undefined => frameIn(disk, seq);
  const writer = eventWriter(db, { journalId: 'feedbeef', signer: signerOf(KEYS.privateKey), frameOf });
  const reader = eventReader(db);
  return {
    write: (step) => writer.write([step], 1),
    flushed: async () => {},
    list: async (query) => reader.list(query),
    story: async (id) => reader.story(id),
    evidence: async (id) => reader.evidence(id),
    close: async () => db.close(),
  };
}

export function frameIn(disk: MemoryDisk, seq: number): KeptFrame | undefined {
  let found: KeptFrame | undefined;
  for (const batch of disk.batches) {
    forEachRecord(batch, seq - 1, ({ seq: at, kind, receivedAt, terminal, b, payloadStart, payloadEnd }) => {
      if (at === seq) found = { seq, kind, receivedAt, terminal, octets: b.slice(payloadStart, payloadEnd) };
    });
  }
  return found;
}
