import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChainReport } from '../../../gateway/journal/chain.ts';
import type { JournalState } from '../../../gateway/journal/journal.ts';
import { openJournal } from '../../../gateway/journal/open-journal.ts';
import { forEachRecord } from '../../../gateway/journal/record-view.ts';
import { checkChain, openJournalFile } from '../../../gateway/journal/sqlite-file.ts';
import { journalPath } from '../../../gateway/journal/sqlite-schema.ts';
import { sqliteStorage } from '../../../gateway/journal/sqlite-storage.ts';
import type { Storage } from '../../../gateway/journal/storage.ts';
import { conformance } from './conformance.ts';
import { bodyOf, commitOf, firsts, frame, NO_RECORDS, tempDir, wallClock, write } from './support.ts';

function storageAt(path: string, more: { limitBytes?: number; checkpointBytes?: number } = {}): Storage {
  return sqliteStorage({ path, limitBytes: 0, now: 1000, ...more });
}

function inFile<T>(path: string, look: (file: ReturnType<typeof openJournalFile>) => T): T {
  const file = openJournalFile(path);
  try {
    return look(file);
  } finally {
    file.close();
  }
}

conformance('SQLite', () => {
  const path = journalPath(tempDir());
  return {
    storage: () => storageAt(path),
    ends: () => inFile(path, (file) => file.ends()),
    letters: () => inFile(path, (file) => file.letters(0, 1e9)),
    signed: () => inFile(path, (file) => file.signedHeads(0, 1e9).map(({ seq }) => seq)),
    unacknowledged: () => inFile(path, (file) => file.unacknowledged(0, 1e9)),
  };
});

/** A journal of five batches of two records, closed. */
async function filled(): Promise<string> {
  const path = journalPath(tempDir());
  const storage = storageAt(path);
  await storage.open();
  for (const first of [1, 3, 5, 7, 9]) await storage.commit(commitOf(first, 2));
  await storage.close();
  return path;
}

function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

describe('opening a data folder', () => {
  it('of a newer version is refused by name', async () => {
    const path = await filled();
    tamper(path, 'pragma user_version = 99');
    await expect(storageAt(path).open()).rejects.toMatchObject({ code: 'DATA_NEWER' });
    expect(() => openJournalFile(path)).toThrow(expect.objectContaining({ code: 'DATA_NEWER' }));
  });

  it('with something else in the place of the journal is refused, and left as it is', async () => {
    const path = join(tempDir(), 'journal.db');
    writeFileSync(path, 'these are not the pages you are looking for'.repeat(100));
    await expect(storageAt(path).open()).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
    expect(readFileSync(path, 'utf8')).toMatch(/^these are not/);
  });

  it("with another program's database is refused", async () => {
    const path = join(tempDir(), 'journal.db');
    tamper(path, 'create table t (x)');
    await expect(storageAt(path).open()).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
  });

  it('in a place that cannot be made is refused', async () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    await expect(storageAt(journalPath(join(dir, 'file'))).open()).rejects.toMatchObject({ code: 'DATA_UNWRITABLE' });
  });

  it('for reading finds that there is none', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'journal'));
    chmodSync(join(dir, 'journal'), 0o755);
    expect(() => openJournalFile(journalPath(dir))).toThrow(expect.objectContaining({ code: 'DATA_MISSING' }));
  });
});

describe('tampering with the file', () => {
  it('is not seen where there was none', async () => {
    expect(inFile(await filled(), (file) => checkChain(file))).toMatchObject({ records: 10, faultCount: 0 });
  });

  it.each([
    [
      'an altered octet',
      "update batch set body = cast(substr(body, 1, 30) || x'00' || substr(body, 32) as blob) where first = 5",
      { first: 5, last: 6, why: 'altered' },
    ],
    ['an altered time', 'update batch set at = at + 1 where first = 5', { first: 5, last: 6, why: 'altered' }],
    ['a removed batch', 'delete from batch where first = 5', { first: 5, last: 6, why: 'missing' }],
    ['the last batch removed', 'delete from batch where first = 9', { first: 9, last: 10, why: 'missing' }],
    ['the first batch removed', 'delete from batch where first = 1', { first: 1, last: 2, why: 'missing' }],
    [
      'an inserted batch',
      'insert into batch select 4, 1, at, hash, body from batch where first = 3',
      { first: 4, last: 4, why: 'inserted' },
    ],
    [
      'a batch put at the end',
      'insert into batch select 11, count, at, hash, body from batch where first = 9',
      { first: 11, last: 12, why: 'altered' },
    ],
    [
      'a batch put before the first',
      'insert into batch select -3, 2, at, hash, body from batch where first = 1',
      { first: -3, last: -2, why: 'inserted' },
    ],
    [
      'two batches changed for each other',
      'update batch set first = 100 where first = 3; update batch set first = 3 where first = 5; update batch set first = 5 where first = 100',
      { first: 3, last: 4, why: 'altered' },
    ],
  ])('shows: %s', async (_, sql, fault) => {
    const path = await filled();
    tamper(path, sql);
    expect(inFile(path, (file) => checkChain(file)).faults[0]).toEqual(fault);
  });

  it('leaves the batches around it readable', async () => {
    const path = await filled();
    tamper(path, 'delete from batch where first = 5');
    const storage = storageAt(path);
    await storage.open();
    expect(firsts(await storage.read(4, 1 << 20))).toEqual([7, 9]);
    await storage.close();
  });
});

describe('a disk that fills up', () => {
  it('refuses, says so, and takes records again by itself when readers have moved on', async () => {
    const path = journalPath(tempDir());
    const storage = storageAt(path, { limitBytes: 1 << 20 });
    const options = { probeEveryMs: 20, trimEveryMs: 20, retainBytes: 200_000, cursorFlushMs: 5 };
    const journal = await openJournal({ storage, clock: wallClock, options });
    journal.cursor('outlet:slow');
    const changes: boolean[] = [];
    const recovered = new Promise<JournalState>((resolve) => {
      journal.subscribe({
        changed(state) {
          changes.push(state.writable);
          if (state.writable) resolve(state);
        },
      });
    });
    let last = 0;
    const filling = async (): Promise<void> => {
      for (;;) last = await write(journal, 'x'.repeat(20_000));
    };
    await expect(filling()).rejects.toThrow('JOURNAL_UNWRITABLE');
    expect(journal.state).toMatchObject({ writable: false, head: last });
    expect(journal.state.fault).toContain('full');
    expect(last).toBeGreaterThan(30);
    journal.advance('outlet:slow', last);
    await recovered;
    expect(changes).toEqual([false, true]);
    expect(await write(journal, 'after')).toBeGreaterThan(last);
    await journal.close();
    expect(inFile(path, (file) => checkChain(file)).faultCount).toBe(0);
  });
});

describe('the log', () => {
  it('is moved into the file beside commits and does not grow for ever', async () => {
    const path = journalPath(tempDir());
    const storage = storageAt(path, { checkpointBytes: 1 << 20 });
    await storage.open();
    let diskBytes = 0;
    for (let first = 1; first < 400; first += 1) {
      const body = new Uint8Array(100_000);
      const { space } = await storage.commit({ ...commitOf(1, 1), batch: { first, count: 1, at: 0, body } });
      diskBytes = space.diskBytes;
    }
    // 40 MB were written; without checkpoints all of it would lie in the log, on top of the file.
    expect(diskBytes).toBeLessThan(40e6 * 1.5);
    const db = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => db.close());
    expect(readFileSync(path).length).toBeGreaterThan(20e6);
    await storage.close();
  });
});

describe('a log that a killed process left behind', () => {
  it('is moved into the file by the next, however little that one writes', async () => {
    const path = journalPath(tempDir());
    const killed = storageAt(path);
    await killed.open();
    for (let first = 1; first < 20; first += 1) {
      const body = new Uint8Array(100_000);
      await killed.commit({ ...commitOf(1, 1), batch: { first, count: 1, at: 0, body } });
    }
    const left = journalPath(tempDir());
    mkdirSync(dirname(left), { recursive: true });
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, left + suffix);
    await killed.close();
    const storage = storageAt(left, { checkpointBytes: 1 << 20 });
    await storage.open();
    expect(statSync(left).size).toBeLessThan(1e6);
    await storage.commit(commitOf(20, 1));
    await expect.poll(() => statSync(left).size).toBeGreaterThan(1.9e6);
    await storage.close();
  });
});

describe('another process', () => {
  it('reads what was committed while the gateway goes on writing', async () => {
    const path = journalPath(tempDir());
    const journal = await openJournal({ storage: storageAt(path), clock: wallClock });
    await write(journal, 'before');
    const code = `
      import { checkChain, openJournalFile } from ${JSON.stringify(new URL('../../../gateway/journal/sqlite-file.ts', import.meta.url).href)};
      const file = openJournalFile(${JSON.stringify(path)});
      process.stdin.on('data', () => console.log(JSON.stringify(checkChain(file))));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const ask = async (): Promise<unknown> => {
      child.stdin.write('?');
      const [answer] = (await once(child.stdout, 'data')) as [Buffer];
      return JSON.parse(answer.toString());
    };
    expect(await ask()).toMatchObject({ records: 1, faultCount: 0 });
    await write(journal, 'after');
    expect(await ask()).toMatchObject({ records: 2, faultCount: 0 });
    await journal.close();
  });
});

describe('kill -9', () => {
  it('loses nothing that was said to be on disk, however often', async () => {
    const path = journalPath(tempDir());
    const told = new Map<number, number>();
    for (let kill = 0; kill < 5; kill += 1) {
      const child = spawn(process.execPath, [join(import.meta.dirname, 'append-until-killed.ts'), path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      let lines = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        lines += chunk.toString().split('\n').length - 1;
        // At another place in the stream of commits every time.
        if (lines > 500 + 700 * kill) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(child.signalCode).toBe('SIGKILL');
      for (const line of output.split('\n').slice(0, -1)) {
        const [seq, token] = line.split(' ').map(Number);
        told.set(seq!, token!);
      }
    }
    const kept = new Map<number, string>();
    inFile(path, (file) => {
      const report = checkChain(file, (batch) => {
        forEachRecord(batch, 0, ({ seq, b, payloadStart, payloadEnd }) => {
          kept.set(seq, new TextDecoder().decode(b.subarray(payloadStart, payloadEnd)));
        });
      });
      expect(report.faultCount).toBe(0);
    });
    expect(told.size).toBeGreaterThan(5 * 500);
    const lost = [...told].filter(([seq, token]) => kept.get(seq) !== `token ${token}`);
    expect(lost).toEqual([]);
  }, 60_000);
});

describe('a file with damaged pages', () => {
  /** Four batches of 40,000 octets; the pages that hold the octets of the second lead nowhere. */
  async function damaged(): Promise<string> {
    const path = journalPath(tempDir());
    const storage = storageAt(path);
    await storage.open();
    for (const [i, letter] of ['a', 'b', 'c', 'd'].entries()) {
      const body = bodyOf([frame('1', letter.repeat(40_000))]);
      await storage.commit({ ...NO_RECORDS, batch: { first: i + 1, count: 1, at: 1000, body } });
    }
    await storage.close();
    const octets = readFileSync(path);
    const page = 4096;
    for (let at = 0; at < octets.length; at += page) {
      if (octets.subarray(at + 4, at + page).every((octet) => octet === 0x62)) octets.writeUInt32BE(0x7fff_ffff, at);
    }
    writeFileSync(path, octets);
    return path;
  }

  it('gives the batches around them, and the damaged one without its octets', async () => {
    const storage = storageAt(await damaged());
    const journal = await openJournal({ storage, clock: wallClock });
    // Each outlet reads them for itself.
    for (let reader = 0; reader < 2; reader++) {
      const found: [number, boolean][] = [];
      for (let after = 0; after < 4; ) {
        for (const batch of await journal.read(after, 1 << 20)) {
          found.push([batch.first, forEachRecord(batch, after, () => {})]);
          after = batch.first;
        }
      }
      expect(found).toEqual([
        [1, true],
        [2, false],
        [3, true],
        [4, true],
      ]);
    }
    expect(await write(journal, 'and it goes on')).toBe(5);
    await journal.close();
  });

  it('that name batches costs those and no other, wherever a reader begins', async () => {
    const path = journalPath(tempDir());
    const storage = storageAt(path);
    await storage.open();
    for (let first = 1; first <= 300; first++) {
      const body = bodyOf([frame('1', `<${first}>`)]);
      await storage.commit({ ...NO_RECORDS, batch: { first, count: 1, at: 1000, body } });
    }
    await storage.close();
    const octets = readFileSync(path);
    const named = (at: number): number[] =>
      [
        ...octets
          .subarray(at, at + 4096)
          .toString('latin1')
          .matchAll(/<(\d+)>/g),
      ]
        .map(([, n]) => Number(n))
        .sort((a, b) => a - b);
    const pages = Array.from({ length: octets.length / 4096 }, (_, i) => i * 4096).filter((at) => named(at).length > 3);
    const hit = pages[pages.length >> 1]!;
    const lost = new Set(named(hit));
    octets.fill(0x41, hit, hit + 4096);
    writeFileSync(path, octets);
    const kept = Array.from({ length: 300 }, (_, i) => i + 1).filter((n) => !lost.has(n));
    for (const begin of [
      0,
      Math.min(...lost) - 2,
      Math.min(...lost) - 1,
      Math.min(...lost),
      Math.max(...lost) - 1,
      Math.max(...lost),
    ]) {
      const found = inFile(path, (file) => {
        const firsts: number[] = [];
        for (let after = begin; ; after = firsts.at(-1)!) {
          const batches = file.read(after, 1000);
          if (batches.length === 0) return firsts;
          firsts.push(...batches.map(({ first }) => first));
        }
      });
      expect(found, `after ${begin}`).toEqual(kept.filter((n) => n > begin));
    }
    const { faults } = inFile(path, (file) => checkChain(file));
    expect(faults).toEqual([{ first: Math.min(...lost), last: Math.max(...lost), why: 'missing' }]);
  });

  it('is named by the check', async () => {
    const report = inFile(await damaged(), (file) => checkChain(file));
    expect(report.faults).toEqual([{ first: 2, last: 2, why: 'altered' }]);
  });
});

it('after a start the whole chain is checked beside everything else, and the journal says what was found', async () => {
  const path = await filled();
  tamper(path, 'update batch set at = at + 1 where first = 5');
  const journal = await openJournal({ storage: storageAt(path), clock: wallClock });
  expect(journal.state.chainFaults).toBeUndefined();
  const report = await new Promise<ChainReport>((resolve) => {
    journal.subscribe({ checked: resolve });
  });
  expect(report).toMatchObject({ records: 10, faults: [{ first: 5, last: 6, why: 'altered' }] });
  expect(journal.state.chainFaults).toBe(1);
  // Whoever comes when it is over hears of it too.
  let late: ChainReport | undefined;
  journal.subscribe({ checked: (told) => (late = told) });
  expect(late).toBe(report);
  await journal.close();
});

it('a file of the first version becomes one of this version, with all that is in it', async () => {
  const path = await filled();
  tamper(
    path,
    `drop table ahead; drop table signed_head; drop index letter_wanted; alter table letter drop column wanted;
     insert into cursor values ('outlet:a', 3); pragma user_version = 1`,
  );
  expect(inFile(path, (file) => [file.ahead().size, file.signedHeads(0, 99).length])).toEqual([0, 0]);
  const storage = storageAt(path);
  const opened = await storage.open();
  expect([opened.head, opened.cursors.get('outlet:a')]).toEqual([10, 3]);
  await storage.commit({ ...NO_RECORDS, cursors: [['outlet:a', 3, [{ from: 6, to: 7 }]]] });
  await storage.close();
  expect(inFile(path, (file) => file.ahead())).toEqual(new Map([['outlet:a', [{ from: 6, to: 7 }]]]));
});
