import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  batchHash,
  ChainCheck,
  type ChainEnds,
  type ChainReport,
  genesisHash,
} from '../../../gateway/journal/chain.ts';
import type { Batch } from '../../../gateway/journal/journal.ts';
import { commitOf } from './support.ts';

/** A sound chain of batches with these record counts. */
function chainOf(counts: readonly number[]): { batches: Batch[]; ends: ChainEnds } {
  const anchor = { seq: 0, hash: genesisHash('test') };
  let head = anchor;
  const batches = counts.map((count, i) => {
    const { batch } = commitOf(head.seq + 1, count, 1000 + i);
    const hash = batchHash(head.hash, batch!);
    head = { seq: head.seq + count, hash };
    return { ...batch!, hash };
  });
  return { batches, ends: { anchor, head } };
}

function check(batches: readonly Batch[], { anchor, head }: ChainEnds): ChainReport {
  const checking = new ChainCheck(anchor);
  for (const batch of batches) checking.add(batch);
  return checking.end(head);
}

describe('a chain', () => {
  it('that nobody touched is whole', () => {
    const { batches, ends } = chainOf([3, 1, 4]);
    expect(check(batches, ends)).toMatchObject({ batches: 3, records: 8, faults: [], faultCount: 0 });
  });

  it('of another journal does not fit', () => {
    const { batches, ends } = chainOf([2, 2]);
    const foreign = { ...ends, anchor: { seq: 0, hash: genesisHash('other') } };
    expect(check(batches, foreign).faults).toEqual([{ first: 1, last: 2, why: 'altered' }]);
  });

  it.each<[string, (batch: Batch) => Batch]>([
    ['body', (batch) => ({ ...batch, body: batch.body.with(20, batch.body[20]! ^ 1) })],
    ['time', (batch) => ({ ...batch, at: batch.at + 1 })],
    ['hash', (batch) => ({ ...batch, hash: batch.hash.with(0, batch.hash[0]! ^ 1) })],
    ['length of the hash', (batch) => ({ ...batch, hash: new Uint8Array(100) })],
  ])('tells an altered %s and where', (_, alter) => {
    const { batches, ends } = chainOf([2, 2, 2]);
    const altered = batches.with(1, alter(batches[1]!));
    expect(check(altered, ends).faults[0]).toEqual({ first: 3, last: 4, why: 'altered' });
  });

  it('tells a removed batch, at its place and at the end', () => {
    const { batches, ends } = chainOf([2, 2, 2]);
    expect(check(batches.toSpliced(1, 1), ends).faults).toEqual([{ first: 3, last: 4, why: 'missing' }]);
    expect(check(batches.slice(0, 2), ends).faults).toEqual([{ first: 5, last: 6, why: 'missing' }]);
    expect(check([], ends).faults).toEqual([{ first: 1, last: 6, why: 'missing' }]);
  });

  it('tells an inserted batch, between others and at the end', () => {
    const { batches, ends } = chainOf([2, 2, 2]);
    const more = chainOf([2, 2, 2, 2]);
    expect(check(batches.toSpliced(1, 0, batches[0]!), ends).faults[0]).toEqual({ first: 1, last: 2, why: 'inserted' });
    expect(check(more.batches, ends).faults).toEqual([{ first: 7, last: 8, why: 'inserted' }]);
  });

  it('whose hashes were made anew for altered octets does not end where it should', () => {
    const { batches, ends } = chainOf([2, 2]);
    const [first, second] = batches as [Batch, Batch];
    const forged = { ...first, at: 5, hash: batchHash(ends.anchor.hash, { ...first, at: 5 }) };
    const following = { ...second, hash: batchHash(forged.hash, second) };
    expect(check([forged, following], ends).faults).toEqual([{ first: 4, last: 4, why: 'altered' }]);
  });

  it('tells octets that are no records though their hash fits', () => {
    const anchor = { seq: 0, hash: genesisHash('test') };
    const batch = { first: 1, count: 1, at: 1, body: Uint8Array.of(1, 2, 3) };
    const hash = batchHash(anchor.hash, batch);
    const report = check([{ ...batch, hash }], { anchor, head: { seq: 1, hash } });
    expect(report.faults).toEqual([{ first: 1, last: 1, why: 'unreadable' }]);
  });

  it('shows a change of any single bit', () => {
    const { batches, ends } = chainOf([2, 3, 2]);
    fc.assert(
      fc.property(fc.nat(2), fc.nat(), fc.nat(7), (which, at, bit) => {
        const batch = batches[which]!;
        const octet = at % batch.body.length;
        const body = batch.body.with(octet, batch.body[octet]! ^ (1 << bit));
        expect(check(batches.with(which, { ...batch, body }), ends).faults[0]).toMatchObject({ first: batch.first });
      }),
    );
  });

  it('keeps a bounded list of faults and counts the rest', () => {
    const { batches, ends } = chainOf(new Array<number>(1500).fill(1));
    const report = check(
      batches.map(({ first, count, body, hash }) => ({ first, count, at: 0, body, hash })),
      ends,
    );
    expect(report.faultCount).toBe(1500);
    expect(report.faults).toHaveLength(1000);
  });
});
