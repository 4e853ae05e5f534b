import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../../bench/faults/account.ts';
import { Deliveries } from '../../../bench/faults/deliveries.ts';
import { compare } from '../../../bench/faults/retold.ts';

const TIME = '2026-01-01T00:00:01Z';
const TOPIC = 'xingji/v1/53/01/02/1/position';
const KEY = `1 ${Date.parse(TIME)}`;

const payload = (seq: number, id = 'a', terminal = '1'): Buffer =>
  Buffer.from(JSON.stringify({ id, terminal, time: TIME, seq }));

function deliveries(...payloads: Buffer[]): Deliveries {
  const taken = new Deliveries();
  for (const each of payloads) {
    taken.offered(TOPIC, each);
    taken.took(TOPIC, each);
  }
  return taken;
}

const kept = (): Evidence => ({
  told: [KEY],
  unanswered: 0,
  journal: { positions: new Set([KEY]), twice: [] },
  taken: deliveries(payload(1)),
  stored: new Set([KEY]),
  retold: { same: 1, different: 0, named: [] },
  verified: undefined,
  exit: 0,
  lastWords: '',
  p99Ms: 1,
  drainSeconds: 1,
  growth: 0,
});

describe('the account of a fault', () => {
  it('finds nothing wrong where everything is in its place', () => {
    expect(judge(kept()).wrong).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, RegExp]>([
    ['a report that the journal has not', { journal: { positions: new Set(), twice: [] } }, /not in the journal/],
    ['a report that the broker never confirmed', { taken: new Deliveries() }, /never at the broker/],
    ['a report that the store has not', { stored: new Set() }, /not in the store/],
    ['a frame that is in the journal twice', { journal: { positions: new Set([KEY]), twice: ['f'] } }, /twice/],
    ['a report under two ids', { taken: deliveries(payload(1), payload(2, 'b')) }, /two ids/],
    ['records in no order', { taken: deliveries(payload(3), payload(2), payload(1)) }, /3 rows/],
    ['a report that nobody acknowledged', { unanswered: 1 }, /never acknowledged/],
    ['a message that is another without the fault', { retold: { same: 0, different: 1, named: ['1 a'] } }, /1 a/],
    ['a load that was none', { told: [] }, /at all/],
    ['a verdict of verify', { verified: 'pending 3' }, /pending 3/],
    ['a gateway that does not end in order', { exit: null, lastWords: 'no more' }, /ended with null: no more/],
  ])('names %s', (_what, over, words) => {
    expect(judge({ ...kept(), ...over }).wrong.join('\n')).toMatch(words);
  });
});

describe('what was delivered, held against what would have been without a fault', () => {
  const first = new Map([
    ['1 a', 'x'],
    ['2 b', 'y'],
  ]);

  it('is the same where ids and contents are, whatever comes behind the journal', () => {
    expect(compare(first, new Map([...first, ['3 c', 'z']]), 2)).toEqual({ same: 2, different: 0, named: [] });
  });

  it('names what is missing, what is another, and what is more', () => {
    const again = new Map([
      ['1 a', 'w'],
      ['3 c', 'z'],
    ]);
    const named = ['1 a is told otherwise', '2 b is not told again', '3 c is told now'];
    expect(compare(first, again, 3)).toEqual({ same: 0, different: 3, named });
  });
});

describe('deliveries', () => {
  const took = (...messages: readonly (readonly [topic: string, body: object])[]): Deliveries => {
    const taken = new Deliveries();
    for (const [topic, body] of messages) taken.took(topic, Buffer.from(JSON.stringify(body)));
    return taken;
  };

  it('know every kind of message that follows from a record, and no state', () => {
    const kinds = ['position', 'message', 'event', 'reply', 'state', 'status'];
    const taken = took(
      ...kinds.map((kind, i) => [`x/${kind}`, { id: kind, terminal: '1', time: TIME, seq: i }] as const),
    );
    expect([...taken.messages.keys()]).toEqual(['0 position', '1 message', '2 event', '3 reply']);
  });

  it('leave out what is told beside the journal, of the journal', () => {
    const beside = { id: 'feedbeef-journal-1795347647031-raised', terminal: '', time: TIME, seq: 7 };
    const record = { ...beside, id: 'feedbeef-journal-1795347647031-cleared' };
    expect([...took(['x/event', beside], ['x/event', record]).messages.keys()]).toEqual([`7 ${record.id}`]);
  });

  it('see two versions of one message', () => {
    const event = (code: string): readonly [string, object] => ['x/event', { id: 'e', terminal: '1', seq: 1, code }];
    expect(took(event('A'), event('A')).conflicts).toEqual([]);
    expect(took(event('A'), event('B')).conflicts).toHaveLength(1);
  });
});

describe('the order in which records came', () => {
  it('is one row where nothing overtook', () => {
    expect(deliveries(payload(1), payload(2), payload(2), payload(5)).rows).toBe(1);
  });

  it('is two where live records went before a backlog, however they alternate', () => {
    expect(deliveries(...[10, 1, 11, 2, 3, 12, 4].map((seq) => payload(seq))).rows).toBe(2);
  });

  it('does not count a second delivery, and looks at each terminal by itself', () => {
    expect(deliveries(payload(1), payload(2), payload(1)).rows).toBe(1);
    expect(deliveries(payload(2), payload(1, 'b', '2')).rows).toBe(1);
  });
});
