/**
 * What any storage engine must do, whatever it keeps batches in. An engine is tested by handing this suite a
 * way to open it again and again on one disk.
 */
import { describe, expect, it } from 'vitest';
import { ChainCheck, type ChainEnds } from '../../../gateway/journal/chain.ts';
import type { DeadLetter, Journal } from '../../../gateway/journal/journal.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import type { Commit, SignedHead, Storage, Unacknowledged } from '../../../gateway/journal/storage.ts';
import { commitOf, firsts, NO_RECORDS, wallClock, write } from './support.ts';

/** One disk, and what is on it. */
export interface Bench {
  /** An engine over the disk that is not open yet. */
  storage(): Storage;
  ends(): ChainEnds;
  letters(): readonly DeadLetter[];
  unacknowledged(): readonly Unacknowledged[];
  /** Positions of signed heads. */
  signed(): readonly number[];
}

const letter: DeadLetter = { reader: 'outlet:test', seq: 2, id: 'one', reason: 'refused', at: 5 };

export function conformance(name: string, makeBench: () => Bench): void {
  describe(`storage: ${name}`, () => {
    it('begins empty, with a name of its own', async () => {
      const storage = makeBench().storage();
      const opened = await storage.open();
      expect(opened).toMatchObject({ head: 0, tail: 1 });
      expect(opened.id).toMatch(/^[0-9a-f]{8}$/);
      expect(opened.cursors.size).toBe(0);
      expect(await storage.read(0, 1000)).toEqual([]);
      await storage.close();
    });

    it('hands a committed batch back, octet for octet, with the hash that the chain wants', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      const { anchor } = bench.ends();
      const body = commitOf(1, 3).batch!.body.slice();
      const { batch } = await storage.commit(commitOf(1, 3));
      expect(batch).toMatchObject({ first: 1, count: 3, at: 1000 });
      expect(Buffer.from(batch!.body).equals(Buffer.from(body))).toBe(true);
      const check = new ChainCheck(anchor);
      expect(check.add(batch!)).toBe(true);
      expect(check.end(bench.ends().head).faultCount).toBe(0);
      await storage.close();
    });

    it('reads from the batch that holds a record, and as much as it is asked for', async () => {
      const storage = makeBench().storage();
      await storage.open();
      for (const first of [1, 4, 7, 10]) await storage.commit(commitOf(first, 3));
      const size = commitOf(1, 3).batch!.body.length;
      expect(firsts(await storage.read(0, 10 * size))).toEqual([1, 4, 7, 10]);
      expect(firsts(await storage.read(2, 10 * size))).toEqual([1, 4, 7, 10]);
      expect(firsts(await storage.read(3, 10 * size))).toEqual([4, 7, 10]);
      expect(firsts(await storage.read(5, 2 * size + 10))).toEqual([4, 7]);
      expect(firsts(await storage.read(5, 1))).toEqual([4]);
      expect(await storage.read(12, 1000)).toEqual([]);
      await storage.close();
    });

    it('goes on after a reopening: head, chain, cursors, letters, unsent acknowledgements', async () => {
      const bench = makeBench();
      const before = bench.storage();
      const { id } = await before.open();
      const unsent = { seq: 1, why: 'link gone', at: 7 };
      await before.commit({ ...commitOf(1, 2), cursors: [['a', 2, []]], letters: [letter], unacknowledged: [unsent] });
      await before.close();
      const after = bench.storage();
      const opened = await after.open();
      expect(opened).toMatchObject({ id, head: 2, tail: 1 });
      expect([...opened.cursors]).toEqual([['a', 2]]);
      await after.commit(commitOf(3, 2));
      const check = new ChainCheck(bench.ends().anchor);
      for (const batch of await after.read(0, 1 << 20)) check.add(batch);
      expect(check.end(bench.ends().head)).toMatchObject({ records: 4, faultCount: 0 });
      expect(bench.letters()).toEqual([letter]);
      expect(bench.unacknowledged()).toEqual([unsent]);
      await after.close();
    });

    it('writes what goes along without records, and forgets a reader', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      const { batch } = await storage.commit({
        ...NO_RECORDS,
        cursors: [
          ['a', 1, []],
          ['b', 2, []],
        ],
      });
      expect(batch).toBeNull();
      await storage.commit({
        ...NO_RECORDS,
        cursors: [
          ['a', null, []],
          ['b', 3, []],
        ],
      });
      await storage.close();
      const again = bench.storage();
      expect([...(await again.open()).cursors]).toEqual([['b', 3]]);
      await again.close();
    });

    it('keeps what a reader is done with ahead of its cursor, until it is joined or forgotten', async () => {
      const bench = makeBench();
      const reopened = async (cursors: Commit['cursors']): Promise<unknown> => {
        const storage = bench.storage();
        await storage.open();
        await storage.commit({ ...NO_RECORDS, cursors });
        await storage.close();
        const again = bench.storage();
        const { ahead } = await again.open();
        await again.close();
        return Object.fromEntries(ahead);
      };
      const ranges = [
        { from: 5, to: 7 },
        { from: 9, to: 9 },
      ];
      expect(await reopened([['a', 2, ranges]])).toEqual({ a: ranges });
      expect(await reopened([['a', 7, ranges.slice(1)]])).toEqual({ a: ranges.slice(1) });
      expect(await reopened([['b', 1, ranges]])).toEqual({ a: ranges.slice(1), b: ranges });
      expect(
        await reopened([
          ['a', 9, []],
          ['b', null, []],
        ]),
      ).toEqual({});
    });

    it('settles a letter, and keeps one of each name', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      await storage.commit({ ...commitOf(1, 2), letters: [letter, { ...letter, id: 'two' }] });
      await storage.commit({ ...NO_RECORDS, letters: [{ ...letter, reason: 'refused again' }] });
      const reasons = Object.fromEntries(bench.letters().map(({ id, reason }) => [id, reason]));
      expect(bench.letters()).toHaveLength(2);
      expect(reasons).toEqual({ one: 'refused again', two: 'refused' });
      await storage.commit({ ...NO_RECORDS, settled: [{ reader: 'outlet:test', seq: 2, id: 'one' }] });
      expect(bench.letters()).toMatchObject([{ id: 'two' }]);
      expect(await storage.wanted('outlet:test', 10)).toEqual([]);
      await storage.close();
    });

    it('numbers signed heads on, and drops those of what was trimmed but the one at its end', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      expect((await storage.open()).signed).toBe(0);
      const sign = (number: number, seq: number): SignedHead[] => [
        { number, seq, at: 1, hash: new Uint8Array(32), key: 'k', signature: new Uint8Array(64) },
      ];
      for (const i of [1, 2, 3]) await storage.commit({ ...commitOf(2 * i - 1, 2), signed: sign(i, 2 * i) });
      await storage.trim({ upTo: 4, olderThan: 1e15, keepBytes: 0, maxBatches: 10 });
      await storage.close();
      expect(bench.signed()).toEqual([4, 6]);
      const again = bench.storage();
      expect((await again.open()).signed).toBe(3);
      await again.close();
    });

    it('checks its chain to the end', async () => {
      const storage = makeBench().storage();
      await storage.open();
      for (const first of [1, 3, 5]) await storage.commit(commitOf(first, 2));
      let report = await storage.check();
      for (let steps = 0; report === null && steps < 10; steps += 1) report = await storage.check();
      expect(report).toMatchObject({ records: 6, batches: 3, faultCount: 0 });
      await storage.close();
    });

    it('refuses a second writer, and lets one in when the first has closed', async () => {
      const bench = makeBench();
      const first = bench.storage();
      await first.open();
      await expect(bench.storage().open()).rejects.toMatchObject({ code: 'DATA_LOCKED' });
      await first.commit(commitOf(1, 1));
      await first.close();
      const second = bench.storage();
      expect(await second.open()).toMatchObject({ head: 1 });
      await second.close();
    });

    it('leaves readers where they are when it trims, as what they lost is between them and the tail', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      await storage.commit({ ...commitOf(1, 2), cursors: [['a', 1, [{ from: 4, to: 4 }]]] });
      await storage.commit(commitOf(3, 2));
      await storage.commit(commitOf(5, 2));
      await storage.trim({ upTo: 4, olderThan: 1e15, keepBytes: 0, maxBatches: 10 });
      await storage.close();
      const again = bench.storage();
      const { tail, cursors, ahead } = await again.open();
      expect([tail, [...cursors], [...ahead]]).toEqual([5, [['a', 1]], [['a', [{ from: 4, to: 4 }]]]]);
      await again.close();
    });

    it('trims whole batches, oldest first, only behind the mark, only old ones or beyond the size', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      for (let i = 0; i < 5; i += 1) await storage.commit(commitOf(1 + 2 * i, 2, 100 * i));
      const keepAll = { upTo: 10, olderThan: 0, keepBytes: Number.MAX_SAFE_INTEGER, maxBatches: 10 };
      expect(await storage.trim(keepAll)).toMatchObject({ tail: 1, more: false });
      expect(await storage.trim({ ...keepAll, olderThan: 150, maxBatches: 1 })).toMatchObject({ tail: 3, more: true });
      expect(await storage.trim({ ...keepAll, olderThan: 150 })).toMatchObject({ tail: 5, more: false });
      expect(await storage.trim({ ...keepAll, upTo: 7, keepBytes: 0 })).toMatchObject({ tail: 7, more: false });
      expect(firsts(await storage.read(0, 1 << 20))).toEqual([7, 9]);
      const check = new ChainCheck(bench.ends().anchor);
      for (const batch of await storage.read(0, 1 << 20)) check.add(batch);
      expect(check.end(bench.ends().head).faultCount).toBe(0);
      await storage.close();
    });

    it('drops with a record what hangs on it', async () => {
      const bench = makeBench();
      const storage = bench.storage();
      await storage.open();
      const unsent = [1, 3].map((seq) => ({ seq, why: 'link gone', at: 7 }));
      const letters = [letter, { ...letter, seq: 4 }];
      await storage.commit({ ...commitOf(1, 2), unacknowledged: unsent, letters });
      await storage.commit(commitOf(3, 2));
      await storage.trim({ upTo: 2, olderThan: 1e15, keepBytes: 0, maxBatches: 10 });
      expect(bench.unacknowledged().map(({ seq }) => seq)).toEqual([3]);
      expect(bench.letters().map(({ seq }) => seq)).toEqual([4]);
      await storage.close();
    });
  });

  describe(`journal on ${name}`, () => {
    it('numbers records in the order of append, without gaps, across reopenings', async () => {
      const bench = makeBench();
      for (let round = 0; round < 3; round += 1) {
        const journal = await openJournal({ storage: bench.storage(), clock: wallClock });
        const seqs = await Promise.all(Array.from({ length: 50 }, (_, i) => write(journal, `${round}-${i}`)));
        expect(seqs).toEqual(Array.from({ length: 50 }, (_, i) => round * 50 + i + 1));
        await journal.close();
      }
    });

    it('reads the same from memory and from the disk', async () => {
      const bench = makeBench();
      const journal = await openJournal({ storage: bench.storage(), clock: wallClock });
      for (let i = 0; i < 20; i += 1) await write(journal, `record ${i}`);
      const fromMemory = await texts(journal);
      await journal.close();
      const reopened = await openJournal({ storage: bench.storage(), clock: wallClock });
      expect(fromMemory).toEqual(Array.from({ length: 20 }, (_, i) => `record ${i}`));
      expect(await texts(reopened)).toEqual(fromMemory);
      await reopened.close();
    });

    it('keeps cursors that were moved just before it was closed', async () => {
      const bench = makeBench();
      const journal = await openJournal({ storage: bench.storage(), clock: wallClock });
      await write(journal, 'one');
      journal.advance('outlet:a', 1);
      journal.unacknowledged(1, 'link gone');
      await journal.close();
      const reopened = await openJournal({ storage: bench.storage(), clock: wallClock });
      expect(reopened.cursor('outlet:a')).toBe(1);
      expect(bench.unacknowledged()).toMatchObject([{ seq: 1, why: 'link gone' }]);
      await reopened.close();
    });
  });
}

/** Payloads of all records, read a little at a time. */
async function texts(journal: Journal): Promise<string[]> {
  const found: string[] = [];
  let after = 0;
  while (after < journal.state.head) {
    for (const batch of await journal.read(after, 200)) {
      forEachRecord(batch, after, ({ b, payloadStart, payloadEnd }) => {
        found.push(new TextDecoder().decode(b.subarray(payloadStart, payloadEnd)));
      });
      after = batch.first + batch.count - 1;
    }
  }
  return found;
}
