import { describe, expect, test } from 'vitest';
import { Pending, replyTimeout } from '../../../protocol/endpoint/pending.ts';
import { Serials } from '../../../protocol/endpoint/serials.ts';

describe('serials', () => {
  test('count from 0 and wrap after 65535', () => {
    const serials = new Serials();
    expect([serials.next(), serials.next(), serials.next()]).toEqual([0, 1, 2]);
    const late = new Serials(65_534);
    expect([late.next(), late.next(), late.next()]).toEqual([65_534, 65_535, 0]);
  });

  test('are taken in a row by a message in parts', () => {
    const serials = new Serials(65_534);
    expect([serials.take(4), serials.next()]).toEqual([65_534, 2]);
  });
});

describe('requests awaiting their answer', () => {
  const rule = { timeoutMs: 10_000, retries: 3 };

  test('are sent again by the rule of the standard: 10, 20, 60, 240 seconds', () => {
    expect([0, 1, 2, 3].map((n) => replyTimeout(rule, n))).toEqual([10_000, 20_000, 60_000, 240_000]);
    const pending = new Pending<string>(rule);
    expect(pending.add(7, 'query', 0)).toBe(true);
    const rows: [number, object[], number][] = [
      [9_999, [], 10_000],
      [10_000, [{ kind: 'again', serial: 7, request: 'query', retry: 1 }], 30_000],
      [29_999, [], 30_000],
      [30_000, [{ kind: 'again', serial: 7, request: 'query', retry: 2 }], 90_000],
      [90_000, [{ kind: 'again', serial: 7, request: 'query', retry: 3 }], 330_000],
      [329_999, [], 330_000],
      [330_000, [{ kind: 'unanswered', serial: 7, request: 'query' }], Infinity],
      [1e9, [], Infinity],
    ];
    for (const [now, overdue, next] of rows) {
      expect(pending.expire(now), `at ${now}`).toEqual(overdue);
      expect(pending.nextDeadline(), `after ${now}`).toBe(next);
    }
  });

  test('are settled by their serial, once', () => {
    const pending = new Pending<string>(rule);
    pending.add(1, 'one', 0);
    pending.add(2, 'two', 5);
    expect([pending.settle(2), pending.settle(2), pending.settle(3)]).toEqual(['two', undefined, undefined]);
    expect(pending.expire(10_000)).toMatchObject([{ serial: 1 }]);
    expect(pending.settle(1)).toBe('one');
    expect([pending.size, pending.nextDeadline()]).toEqual([0, Infinity]);
  });

  test('are settled by what they are where the answer names no serial, the oldest first', () => {
    const pending = new Pending<{ id: number; n: number }>(rule);
    for (const [n, id] of [0x8107, 0x8802, 0x8107].entries()) pending.add(n, { id, n }, 0);
    expect(pending.settleWhere(({ id }) => id === 0x8107)).toEqual({ id: 0x8107, n: 0 });
    expect(pending.settleWhere(({ id }) => id === 0x8107)).toEqual({ id: 0x8107, n: 2 });
    expect(pending.settleWhere(({ id }) => id === 0x8107)).toBeUndefined();
  });

  test('can be looked at without being settled', () => {
    const pending = new Pending<string>(rule);
    for (const [serial, request] of ['query', 'set', 'query'].entries()) pending.add(serial, request, 0);
    expect([pending.peek(1), pending.peek(9)]).toEqual(['set', undefined]);
    expect(pending.find((serial, request) => serial > 0 && request === 'query')).toBe(2);
    expect(pending.find(() => false)).toBeUndefined();
    expect(pending.size).toBe(3);
  });

  test('are bounded, and a serial that wrapped around does not overwrite one still out', () => {
    const pending = new Pending<string>(rule, { max: 2 });
    expect([pending.add(1, 'a', 0), pending.add(1, 'b', 0), pending.add(2, 'c', 0), pending.add(3, 'd', 0)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(pending.drain()).toEqual(['a', 'c']);
    expect(pending.add(3, 'd', 0)).toBe(true);
  });

  test('may have a rule of their own', () => {
    const pending = new Pending<string>(rule);
    pending.add(1, 'patient', 0);
    pending.add(2, 'hasty', 0, { timeoutMs: 100, retries: 0 });
    expect(pending.expire(100)).toEqual([{ kind: 'unanswered', serial: 2, request: 'hasty' }]);
    expect(pending.nextDeadline()).toBe(10_000);
  });
});
