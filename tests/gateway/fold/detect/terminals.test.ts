import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Terminal } from '../../../../gateway/fold/detect/terminal.ts';
import { Terminals } from '../../../../gateway/fold/detect/terminals.ts';
import { RecordView } from '../../../../gateway/journal/record-view.ts';
import { bodyOf, frame } from '../../journal/support.ts';

/** A view that stands on a record of this terminal and link. */
function heardOf(id: string, link: number): RecordView {
  const view = new RecordView().open({ first: 1, count: 1, body: bodyOf([{ ...frame(id, ''), link }]) });
  view.next();
  return view;
}

test('a terminal is the same by whichever link it is heard, and no other is', () => {
  const heard = fc.record({ id: fc.nat(3000), link: fc.nat(5000) });
  fc.assert(
    fc.property(fc.array(heard, { maxLength: 500 }), (records) => {
      const terminals = new Terminals();
      const known = new Map<string, Terminal>();
      for (const { id, link } of records) {
        const t = terminals.ofRecord(heardOf(String(id), link))!;
        expect(t.id).toBe(String(id));
        if (known.has(t.id)) expect(t).toBe(known.get(t.id));
        known.set(t.id, t);
      }
      expect(new Set(terminals.values())).toEqual(new Set(known.values()));
    }),
  );
});

test('links that share a place do not share a terminal, however many terminals there come to be', () => {
  const terminals = new Terminals();
  for (let n = 0; n < 4000; n++) terminals.of(String(n), n + 1);
  for (let n = 0; n < 4000; n++) expect(terminals.ofRecord(heardOf(String(n), 4000 - n))!.id).toBe(String(n));
});

test('a record that is about no terminal makes none', () => {
  const terminals = new Terminals();
  terminals.of('1', 7);
  expect(terminals.ofRecord(heardOf('', 7))).toBeUndefined();
  expect([...terminals.values()].map(({ id }) => id)).toEqual(['1']);
});

test('one that is put in place of another is found by its link too', () => {
  const terminals = new Terminals();
  terminals.of('1', 7);
  const other = new Terminal('1');
  terminals.put(other);
  expect([terminals.get('1'), terminals.ofRecord(heardOf('1', 7))]).toEqual([other, other]);
});
