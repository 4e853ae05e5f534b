import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type Store } from '../../../../gateway/fold/store/store.ts';
import type { Journal } from '../../../../gateway/journal/journal.ts';
import { openJournal } from '../../../../gateway/journal/open-journal.ts';
import type { RecordInput } from '../../../../gateway/journal/record.ts';
import { journalPath } from '../../../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../../../gateway/journal/sqlite-storage.ts';
import { ID, locationBody, NOON } from '../../../support/terminal-frames.ts';
import { tempDir, wallClock } from '../../journal/support.ts';
import { frameRecord, TERMINAL } from '../../support/records.ts';

const DAY = 86_400_000;
const ALL = { from: 0, to: 1e15, limit: 100 };

function append(journal: Journal, record: RecordInput): Promise<number> {
  return new Promise((resolve, reject) => {
    const waiter = {
      committed: (_: number, seq: number) => resolve(seq),
      refused: (_: number, why: string) => reject(new Error(why)),
    };
    const refusal = journal.append(record, waiter, 0);
    if (refusal !== undefined) reject(new Error(refusal));
  });
}

interface Open {
  readonly store: Store;
  readonly faults: string[];
  /** Resolves when tracks are complete up to a record. */
  tracked(seq: number): Promise<void>;
}

async function open(dataDir: string, others: readonly string[] = []): Promise<Open> {
  const faults: string[] = [];
  let reached = 0;
  let waiting: { seq: number; resolve: () => void }[] = [];
  const store = await openStore(
    { dataDir, journal: journalPath(dataDir), trackRetainMs: DAY, others },
    {
      tracked(cursor) {
        reached = Math.max(reached, cursor);
        for (const { seq, resolve } of waiting) if (seq <= reached) resolve();
        waiting = waiting.filter(({ seq }) => seq > reached);
      },
      fault: (what, detail) => faults.push(`${what} ${detail}`),
    },
  );
  onTestFinished(() => store.close());
  const tracked = (seq: number): Promise<void> =>
    new Promise((resolve) => {
      if (seq <= reached) resolve();
      else waiting.push({ seq, resolve });
    });
  return { store, faults, tracked };
}

describe('the store in its own thread', () => {
  it('tells a track from where it was begun by another worker', async () => {
    const folders = [tempDir(), tempDir()] as const;
    for (const [n, dataDir] of folders.entries()) {
      const storage = sqliteStorage({ path: journalPath(dataDir), limitBytes: 0, now: NOON });
      const journal = await openJournal({ storage, clock: wallClock });
      onTestFinished(() => journal.close());
      const { store, tracked } = await open(dataDir, [tempDir(), ...folders.slice(0, n)]);
      const time = NOON - 60_000 * (1 - n);
      const seq = await append(journal, frameRecord({ id: ID.location, body: locationBody({ time }) }));
      store.head(seq);
      await tracked(seq);
      const found = await store.read(TERMINAL, ALL);
      expect(found.map((point) => point.time)).toEqual([NOON - 60_000, NOON].slice(0, 1 + n));
      expect(await store.read(TERMINAL, { ...ALL, limit: 1 })).toHaveLength(1);
    }
  });

  it('keeps snapshots, follows the journal’s file, and has both again when it is opened again', async () => {
    const dataDir = tempDir();
    const journal = await openJournal({
      storage: sqliteStorage({ path: join(dataDir, 'journal', 'journal.db'), limitBytes: 0, now: NOON }),
      clock: wallClock,
    });
    onTestFinished(() => journal.close());
    const first = await open(dataDir);
    expect([first.store.rows, first.store.cursor, first.store.tracked]).toEqual([[], 0, 0]);
    expect(await first.store.save([{ kind: 'terminal', key: '1', value: '{}' }], 4)).toBe(true);
    const old = await append(journal, frameRecord({ id: ID.location, body: locationBody({ time: NOON - 2 * DAY }) }));
    const young = await append(journal, frameRecord({ id: ID.location, body: locationBody({ time: NOON }) }));
    first.store.head(young);
    await first.tracked(young);
    expect((await first.store.read(TERMINAL, ALL)).map(({ seq }) => seq)).toEqual([old, young]);
    first.store.tidy(NOON);
    expect((await first.store.read(TERMINAL, ALL)).map(({ seq }) => seq)).toEqual([young]);
    // What the thread was not told of before it is closed, it still takes.
    const last = await append(journal, frameRecord({ id: ID.location, body: locationBody({ time: NOON + 1000 }) }));
    await first.store.close();
    await first.tracked(last);
    const second = await open(dataDir);
    expect(second.store.rows.map((row) => ({ ...row }))).toEqual([{ kind: 'terminal', key: '1', value: '{}' }]);
    expect([second.store.cursor, second.store.tracked]).toEqual([4, last]);
    expect((await second.store.read(TERMINAL, ALL)).length).toBe(2);
    expect([first.faults, second.faults]).toEqual([[], []]);
  });

  it('does not open without a journal', async () => {
    await expect(open(tempDir())).rejects.toThrow(/journal/);
  });

  it('says so where the snapshots are not kept', async () => {
    const dataDir = tempDir();
    const journal = await openJournal({
      storage: sqliteStorage({ path: journalPath(dataDir), limitBytes: 0, now: NOON }),
      clock: wallClock,
    });
    onTestFinished(() => journal.close());
    const { store, faults } = await open(dataDir);
    const bad = { no: 'text' } as unknown as string;
    expect(await store.save([{ kind: 'terminal', key: '1', value: bad }], 4)).toBe(false);
    expect(faults).toEqual([expect.stringMatching(/^state /)]);
    expect(await store.save([{ kind: 'terminal', key: '1', value: 'good' }], 5)).toBe(true);
  });
});
