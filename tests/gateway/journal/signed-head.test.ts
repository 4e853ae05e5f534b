import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { batchHash } from '../../../gateway/journal/chain.ts';
import type { JournalOptions } from '../../../gateway/journal/journal-options.ts';
import type { Batch } from '../../../gateway/journal/journal.ts';
import { memoryStorage } from '../../../gateway/journal/memory-storage.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { isSigned } from '../../../gateway/journal/signed-head.ts';
import { openSigner, privateKeyPath, publicKeyPath } from '../../../gateway/journal/signing-key.ts';
import { checkChain, openJournalFile } from '../../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import { VirtualClock } from '../../../protocol/index.ts';
import { frame, tempDir, turn, wallClock, write } from './support.ts';

describe('the key of a data folder', () => {
  it('is made at the first start, for its owner alone, and is the same after', () => {
    const dir = tempDir();
    const { key } = openSigner(dir);
    expect(key).toMatch(/^[0-9a-f]{16}$/);
    expect(statSync(privateKeyPath(dir)).mode & 0o777).toBe(0o600);
    expect(openSigner(dir).key).toBe(key);
  });

  it('is not made anew where it is damaged', () => {
    const dir = tempDir();
    openSigner(dir);
    writeFileSync(privateKeyPath(dir), 'no key');
    expect(() => openSigner(dir)).toThrow(expect.objectContaining({ code: 'DATA_KEY' }));
    expect(readFileSync(privateKeyPath(dir), 'utf8')).toBe('no key');
  });
});

describe('signing', () => {
  async function world(options: JournalOptions) {
    const dir = tempDir();
    const clock = new VirtualClock();
    const storage = memoryStorage({ clock });
    const journal = await openJournal({ storage, clock, signer: openSigner(dir), options });
    const append = async (n: number): Promise<void> => {
      for (let i = 0; i < n; i += 1) {
        journal.append(frame('1', 'x'), null, 0);
        await turn();
      }
    };
    const publicKey = createPublicKey(readFileSync(publicKeyPath(dir)));
    return { clock, storage, journal, append, publicKey };
  }

  it('comes with the first batch, after so many more, and at the end', async () => {
    const { storage, journal, append, publicKey } = await world({ signBatches: 10, cursorFlushMs: 1 });
    await append(25);
    const { signed } = storage.disk;
    expect(signed.map(({ number, seq }) => [number, seq])).toEqual([
      [1, 1],
      [2, 11],
      [3, 21],
    ]);
    await journal.close();
    expect(storage.disk.signed.at(-1)).toMatchObject({ number: 4, seq: 25, hash: storage.disk.ends.head.hash });
    expect(storage.disk.signed.every((head) => isSigned(journal.id, head, publicKey))).toBe(true);
  });

  it('comes with time as well, while there is something new', async () => {
    const { clock, storage, append } = await world({ signMs: 60_000 });
    await append(2);
    await clock.run(61_000, turn);
    expect(storage.disk.signed).toHaveLength(1);
    await append(2);
    expect(storage.disk.signed.map(({ seq }) => seq)).toEqual([1, 3]);
  });

  it('waits for a disk that refuses', async () => {
    const { clock, storage, journal, append } = await world({ signBatches: 2 });
    await append(2);
    storage.faults.full = true;
    await append(3);
    storage.faults.full = false;
    await clock.run(2000, turn);
    await append(4);
    await journal.close();
    expect(storage.disk.signed.map(({ number }) => number)).toEqual(storage.disk.signed.map((_, i) => i + 1));
    expect(storage.disk.signed.at(-1)?.seq).toBe(journal.state.head);
  });
});

describe('a journal that was rewritten', () => {
  /** Twenty batches, a head signed after every five and at the end. */
  async function filled() {
    const dir = tempDir();
    const path = journalPath(dir);
    const storage = sqliteStorage({ path, limitBytes: 0, now: 1000 });
    const options = { signBatches: 5 };
    const journal = await openJournal({ storage, clock: wallClock, signer: openSigner(dir), options });
    for (let i = 1; i <= 20; i += 1) await write(journal, `record ${i}`);
    await journal.close();
    const check = (publicKey = createPublicKey(readFileSync(publicKeyPath(dir)))) => {
      const file = openJournalFile(path);
      try {
        return checkChain(file, undefined, publicKey);
      } finally {
        file.close();
      }
    };
    return { path, dir, check };
  }

  /** Makes the chain anew over what is there, as somebody would who knows how. */
  function rechain(path: string, change: (batches: Batch[]) => Batch[]): void {
    const file = openJournalFile(path);
    const { anchor } = file.ends();
    const batches = change([...file.read(0, 1e9)]);
    file.close();
    const db = new DatabaseSync(path);
    db.exec('delete from batch');
    const insert = db.prepare('insert into batch (first, count, at, hash, body) values (?, ?, ?, ?, ?)');
    let end = anchor;
    for (const batch of batches) {
      end = { seq: batch.first + batch.count - 1, hash: batchHash(end.hash, batch) };
      insert.run(batch.first, batch.count, batch.at, end.hash, batch.body);
    }
    db.prepare("update chain_end set seq = ?, hash = ? where side = 'head'").run(end.seq, end.hash);
    db.close();
  }

  it('is whole and vouched for to the end where it was not', async () => {
    const { check, dir } = await filled();
    expect(check()).toMatchObject({ records: 20, faultCount: 0, signedUpTo: 20 });
    expect(check().signedHeads).toBeGreaterThanOrEqual(4);
    expect(existsSync(publicKeyPath(dir))).toBe(true);
  });

  it('contradicts what was signed, from the first head behind the change on', async () => {
    const { path, check } = await filled();
    rechain(path, (batches) => batches.map((batch) => (batch.first === 8 ? { ...batch, at: batch.at + 1 } : batch)));
    const { faults, signedUpTo } = check();
    expect(faults[0]).toEqual({ first: 11, last: 11, why: 'contradicted' });
    expect(signedUpTo).toBe(6);
  });

  it('contradicts it by what was cut off at its end', async () => {
    const { path, check } = await filled();
    rechain(path, (batches) => batches.slice(0, 17));
    expect(check().faults).toEqual([{ first: 20, last: 20, why: 'contradicted' }]);
  });

  it('is missed a signed head that was taken out', async () => {
    const { path, check } = await filled();
    const db = new DatabaseSync(path);
    db.exec('delete from signed_head where seq = 11');
    db.close();
    expect(check().faults).toEqual([{ first: 16, last: 16, why: 'unsigned' }]);
  });

  it('is not saved by another signature', async () => {
    const { path, check } = await filled();
    const db = new DatabaseSync(path);
    db.exec('update signed_head set signature = zeroblob(64) where seq = 6');
    db.close();
    expect(check().faults).toEqual([{ first: 6, last: 6, why: 'forged' }]);
    const stranger = tempDir();
    openSigner(stranger);
    const otherKey = createPublicKey(readFileSync(publicKeyPath(stranger)));
    expect(check(otherKey).faults.every(({ why }) => why === 'forged')).toBe(true);
  });
});
