import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Archive, type ArchiveFact } from '../../../gateway/registry/archive.ts';
import { record, show } from '../support/records.ts';

const fact = (id: string, terminal: string, over: Partial<ArchiveFact> = {}): ArchiveFact => ({
  id,
  vehicle: `vehicle ${id}`,
  plate: `云A${id}`,
  plateColor: 2,
  division: '530102',
  unit: '机关事务局',
  terminal,
  ...over,
});

function hear(archive: Archive, facts: readonly ArchiveFact[], first = 1): (string | undefined)[] {
  const changed: (string | undefined)[] = [];
  const records = facts.map((one) => record('feed', { feed: 'archive', fact: one }, { terminal: '' }));
  show(records, (view) => changed.push(archive.apply(view)), first);
  return changed;
}

const plates = (archive: Archive, terminals: readonly string[]): (string | undefined)[] =>
  terminals.map((terminal) => archive.get(terminal)?.plate);

describe('the archive', () => {
  it('knows a vehicle by its terminal, with or without leading zeros', () => {
    const archive = new Archive();
    expect(hear(archive, [fact('1', '013912345678')])).toEqual(['1']);
    expect(archive.get('13912345678')?.plate).toBe('云A1');
    expect(archive.size).toBe(1);
  });

  it('replaces a fact by a later one of the same id: another terminal, and the first is free', () => {
    const archive = new Archive();
    hear(archive, [fact('1', '100'), fact('1', '200')]);
    expect(plates(archive, ['100', '200'])).toEqual([undefined, '云A1']);
    expect(archive.size).toBe(1);
  });

  it('forgets what is deleted', () => {
    const archive = new Archive();
    hear(archive, [fact('1', '100'), fact('1', '100', { deleted: true })]);
    expect([plates(archive, ['100']), archive.size, archive.snapshot('1')]).toEqual([[undefined], 0, null]);
  });

  it('takes deletions of what it never knew', () => {
    const archive = new Archive();
    expect(hear(archive, [fact('9', '100', { deleted: true })])).toEqual(['9']);
    expect(archive.size).toBe(0);
  });

  it('gives a terminal to the vehicle of the later fact, and back when that is withdrawn', () => {
    const archive = new Archive();
    hear(archive, [fact('1', '100'), fact('2', '100')]);
    expect(plates(archive, ['100'])).toEqual(['云A2']);
    // The first vehicle gets another terminal: the second keeps its own.
    hear(archive, [fact('1', '300')], 3);
    expect(plates(archive, ['100', '300'])).toEqual(['云A2', '云A1']);
    hear(archive, [fact('1', '100'), fact('1', '100', { deleted: true })], 4);
    expect(plates(archive, ['100', '300'])).toEqual(['云A2', undefined]);
  });

  it('leaves other kinds of facts, and records that are none, alone', () => {
    const archive = new Archive();
    const changed: unknown[] = [];
    show(
      [
        record('feed', { feed: 'order', fact: fact('1', '100') }),
        record('feed', Uint8Array.of(7)),
        record('frame', Uint8Array.of(7)),
      ],
      (view) => changed.push(archive.apply(view)),
    );
    expect([changed, archive.size]).toEqual([[undefined, undefined, undefined], 0]);
  });

  it('comes to the same from any snapshot, rows in any order, and any record that is not behind it', () => {
    const anyFact = fc
      .record({ id: fc.constantFrom('1', '2', '3'), terminal: fc.constantFrom('100', '200'), deleted: fc.boolean() })
      .map(({ id, terminal, deleted }) => fact(id, terminal, deleted ? { deleted } : {}));
    fc.assert(
      fc.property(
        fc.array(anyFact, { maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom(['1', '2', '3'], ['3', '2', '1'], ['2', '3', '1']),
        (facts, snapshotAt, from, order) => {
          const straight = new Archive();
          hear(straight, facts);
          const at = snapshotAt % (facts.length + 1);
          const before = new Archive();
          hear(before, facts.slice(0, at));
          const again = new Archive();
          for (const id of order) {
            const row = before.snapshot(id);
            if (row !== null) again.restore(id, row);
          }
          const cursor = from % (at + 1);
          hear(again, facts.slice(cursor), cursor + 1);
          expect(plates(again, ['100', '200'])).toEqual(plates(straight, ['100', '200']));
        },
      ),
    );
  });
});
