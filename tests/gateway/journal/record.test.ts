import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JournalError } from '../../../gateway/journal/errors.ts';
import {
  RECORD_KIND,
  type RecordInput,
  type RecordKind,
  recordBytes,
  writeRecord,
} from '../../../gateway/journal/record.ts';
import { forEachRecord, RecordView, standAt } from '../../../gateway/journal/record-view.ts';
import { bodyOf, frame } from './support.ts';

const anyRecord: fc.Arbitrary<RecordInput> = fc
  .record({
    kind: fc.constantFrom(...(Object.values(RECORD_KIND) as RecordKind[])),
    receivedAt: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    link: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    terminal: fc.stringMatching(/^[0-9]{0,20}$/),
    ackable: fc.boolean(),
    before: fc.integer({ min: 0, max: 5 }),
    b: fc.uint8Array({ maxLength: 400 }),
  })
  .map(({ before, ...record }) =>
    Object.assign(record, { start: Math.min(before, record.b.length), end: record.b.length }),
  );

function readAll(body: Uint8Array, count: number, first = 1): object[] {
  const found: object[] = [];
  const view = new RecordView().open({ first, count, body });
  while (view.next()) {
    const { seq, kind, receivedAt, link, terminal, ackable } = view;
    found.push({
      seq,
      kind,
      receivedAt,
      link,
      terminal,
      ackable,
      payload: view.b.slice(view.payloadStart, view.payloadEnd),
    });
  }
  return found;
}

describe('records', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), fc.integer({ min: 1, max: 2 ** 40 }), (records, first) => {
        const expected = records.map(({ kind, receivedAt, link, terminal, ackable, b, start, end }, i) => {
          return { seq: first + i, kind, receivedAt, link, terminal, ackable, payload: b.slice(start, end) };
        });
        expect(readAll(bodyOf(records), records.length, first)).toEqual(expected);
      }),
    );
  });

  it('take the octets that recordBytes says', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(writeRecord(new Uint8Array(1000), 3, record)).toBe(3 + recordBytes(record));
      }),
    );
  });

  it('have the documented layout', () => {
    const body = bodyOf([{ ...frame('139', 'ab'), receivedAt: 0x0102_0304_0506, link: 0x0708_090a }]);
    expect(Buffer.from(body).toString('hex')).toBe('0000001201010102030405060708090a033133396162');
  });

  it('behind a position are visited, the others passed over', () => {
    const body = bodyOf([frame('1', 'a'), frame('2', 'b'), frame('3', 'c')]);
    const seen: string[] = [];
    forEachRecord({ first: 10, count: 3, body }, 10, (view) => seen.push(`${view.seq} ${view.terminal}`));
    expect(seen).toEqual(['11 2', '12 3']);
  });

  it('of a terminal met before give the same name, whatever else hashed to its place', () => {
    const terminals = Array.from({ length: 6000 }, (_, i) => String(13_900_000_000 + i * 7));
    const body = bodyOf(terminals.map((terminal) => frame(terminal, '')));
    const seen: string[] = [];
    forEachRecord({ first: 1, count: terminals.length, body }, 0, (view) => seen.push(view.terminal));
    expect(seen).toEqual(terminals);
  });

  it('say whether they are of a terminal, and then give the string that was asked with', () => {
    const body = bodyOf([frame('13900000001', 'a'), frame('', 'b')]);
    const view = new RecordView().open({ first: 1, count: 2, body });
    view.next();
    const others = ['', '1390000000', '13900000002', '139000000012'];
    expect(others.map((other) => view.isOf(other))).toEqual([false, false, false, false]);
    expect([view.isOf('13900000001'), view.terminal, view.isOf('13900000002')]).toEqual([true, '13900000001', false]);
    view.next();
    expect([view.isOf('13900000001'), view.isOf(''), view.terminal]).toEqual([false, true, '']);
  });

  it('refuse a terminal that does not fit its length octet', () => {
    expect(() => writeRecord(new Uint8Array(1000), 0, frame('1'.repeat(256), ''))).toThrow(RangeError);
  });
});

describe('octets that are no records', () => {
  it('end the walk through their batch, which says so, and keep nobody from the next', () => {
    const body = bodyOf([frame('1', 'a'), frame('2', 'b'), frame('3', 'c')]);
    const second = bodyOf([frame('1', 'a')]).length;
    const damaged = body.with(second, 0x7f);
    const seen: number[] = [];
    const view = new RecordView();
    const visit = ({ seq }: RecordView): void => void seen.push(seq);
    expect(forEachRecord({ first: 1, count: 3, body: damaged }, 0, visit, view)).toBe(false);
    expect(forEachRecord({ first: 4, count: 3, body: new Uint8Array(0) }, 0, visit, view)).toBe(false);
    expect(forEachRecord({ first: 7, count: 3, body }, 0, visit, view)).toBe(true);
    expect(seen).toEqual([1, 7, 8, 9]);
  });

  it('give records, then RECORD_CORRUPT or the end, never a crash or more than count', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 20 }), (body, count) => {
        const view = new RecordView().open({ first: 1, count, body });
        let records = 0;
        try {
          while (view.next()) records += 1;
          expect(records).toBe(count);
        } catch (error) {
          expect(error).toBeInstanceOf(JournalError);
          expect((error as JournalError).code).toBe('RECORD_CORRUPT');
          expect(view.next()).toBe(false);
        }
      }),
    );
  });

  it.each([
    ['a count that is too high', (body: Uint8Array) => ({ body, count: 3 })],
    ['a count that is too low', (body: Uint8Array) => ({ body, count: 1 })],
    ['a cut batch', (body: Uint8Array) => ({ body: body.subarray(0, body.length - 1), count: 2 })],
    ['a length beyond the batch', (body: Uint8Array) => ({ body: body.with(0, 0x7f), count: 2 })],
    ['a length of nothing', (body: Uint8Array) => ({ body: body.with(3, 0), count: 2 })],
    ['a terminal beyond its record', (body: Uint8Array) => ({ body: body.with(16, 255), count: 2 })],
    ['an unknown kind', (body: Uint8Array) => ({ body: body.with(4, 99), count: 2 })],
  ])('are told by %s', (_, damage) => {
    const damaged = damage(bodyOf([frame('139', 'first'), frame('139', 'second')]));
    expect(() => readAll(damaged.body, damaged.count)).toThrow(expect.objectContaining({ code: 'RECORD_CORRUPT' }));
  });

  it('are found by their place, in any order of asking, and nowhere else', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 5, max: 20 }), { maxLength: 20 }),
        (records, asked) => {
          const batch = { first: 7, count: records.length, body: bodyOf(records) };
          const view = new RecordView();
          for (const seq of asked) {
            const wanted = records[seq - 7];
            expect(standAt(batch, seq, view)).toBe(wanted !== undefined);
            if (wanted !== undefined) expect([view.seq, view.terminal]).toEqual([seq, wanted.terminal]);
          }
        },
      ),
    );
  });
});
