import { expect, it } from 'vitest';
import { batchHash, type ChainEnd, genesisHash } from '../../../gateway/journal/chain.ts';
import type { Batch } from '../../../gateway/journal/journal.ts';
import { checkChain, type JournalFile } from '../../../gateway/journal/sqlite-file.ts';
import { commitOf } from './support.ts';

/** A file of ten batches of two records that hands out two batches at a look; `between` happens before each, and at 1.5 after the first. */
function changingFile(
  between: (look: number, disk: { batches: Batch[]; anchor: ChainEnd; head: ChainEnd }) => void,
): JournalFile {
  const genesis = { seq: 0, hash: genesisHash('test') };
  const disk = { batches: [] as Batch[], anchor: genesis, head: genesis };
  for (let first = 1; first < 20; first += 2) append(disk);
  let looks = 0;
  return {
    identity: { id: 'test', createdAt: 0 },
    ends: () => ({ anchor: disk.anchor, head: disk.head }),
    scan(first) {
      between((looks += 1), disk);
      const seen = disk.batches.filter((batch) => batch.first > first).slice(0, 2);
      between(looks + 0.5, disk);
      return seen;
    },
    read: () => [],
    cursors: () => new Map(),
    ahead: () => new Map(),
    signedHeads: () => [],
    letters: () => [],
    unacknowledged: () => [],
    close: () => {},
  };
}

function append(disk: { batches: Batch[]; head: ChainEnd }): void {
  const { batch } = commitOf(disk.head.seq + 1, 2);
  const hash = batchHash(disk.head.hash, batch!);
  disk.batches.push({ ...batch!, hash });
  disk.head = { seq: batch!.first + 1, hash };
}

function trim(disk: { batches: Batch[]; anchor: ChainEnd }, upTo: number): void {
  const last = disk.batches.findLast(({ first }) => first + 1 <= upTo)!;
  disk.batches = disk.batches.filter(({ first }) => first + 1 > upTo);
  disk.anchor = { seq: last.first + 1, hash: last.hash };
}

it('a chain that is written to while it is checked is checked to where it was, and ends', () => {
  const report = checkChain(changingFile((look, disk) => look % 1 === 0 && append(disk)));
  expect(report.faultCount).toBe(0);
  expect(report.records).toBeGreaterThanOrEqual(20);
});

it.each([
  ['behind the check', 2, 2],
  ['up to the check', 3, 8],
  ['past the check', 2, 14],
  ['before it began', 1, 6],
  ['past what it has just read', 2.5, 14],
  ['into what it has just read', 2.5, 6],
])('a chain that is trimmed %s has no fault', (_, at, upTo) => {
  const report = checkChain(
    changingFile((look, disk) => {
      if (look === at) trim(disk, upTo);
    }),
  );
  expect(report.faults).toEqual([]);
});

it('a chain that was trimmed is checked from its anchor on', () => {
  const file = changingFile((look, disk) => {
    if (look !== 1) return;
    trim(disk, 6);
    disk.batches.splice(3, 1);
  });
  expect(checkChain(file).faults).toEqual([{ first: 13, last: 14, why: 'missing' }]);
});
