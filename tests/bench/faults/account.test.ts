import { describe, expect, it } from 'vitest';
import { type Evidence, judge } from '../../../bench/faults/account.ts';
import { Deliveries } from '../../../bench/faults/deliveries.ts';

const TIME = '2026-01-01T00:00:01Z';
const KEY = `1 ${Date.parse(TIME)}`;

const payload = (seq: number, id = 'a', terminal = '1'): Buffer =>
  Buffer.from(JSON.stringify({ id, terminal, time: TIME, seq }));

function deliveries(...payloads: Buffer[]): Deliveries {
  const taken = new Deliveries();
  for (const each of payloads) {
    taken.offered(each);
    taken.took(each);
  }
  return taken;
}

const kept = (): Evidence => ({
  told: [KEY],
  unanswered: 0,
  journal: { positions: new Set([KEY]), twice: [] },
  taken: deliveries(payload(1)),
  stored: new Set([KEY]),
  verified: undefined,
  exit: 0,
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
    ['a load that was none', { told: [] }, /at all/],
    ['a verdict of verify', { verified: 'pending 3' }, /pending 3/],
    ['a gateway that does not end in order', { exit: null }, /ended with null/],
  ])('names %s', (_what, over, words) => {
    expect(judge({ ...kept(), ...over }).wrong.join('\n')).toMatch(words);
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
