import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from '../../../../gateway/fold/detect/deadlines.ts';
import { Terminal } from '../../../../gateway/fold/detect/terminal.ts';

function at(deadlines: Deadlines, t: Terminal, due: number): void {
  t.due = due;
  deadlines.set(t);
}

function popAll(deadlines: Deadlines, now: number): string[] {
  const out: string[] = [];
  for (let t = deadlines.pop(now); t !== undefined; t = deadlines.pop(now)) {
    t.due = 0;
    out.push(t.id);
  }
  return out;
}

test('what is due comes by its second, once', () => {
  const deadlines = new Deadlines();
  const [a, b, c] = ['1', '2', '3'].map((id) => new Terminal(id)) as [Terminal, Terminal, Terminal];
  at(deadlines, a, 30);
  at(deadlines, b, 10);
  at(deadlines, c, 20);
  expect(deadlines.next()).toBe(10);
  expect(popAll(deadlines, 9)).toEqual([]);
  expect(popAll(deadlines, 25)).toEqual(['2', '3']);
  expect(deadlines.next()).toBe(30);
  expect(popAll(deadlines, 100)).toEqual(['1']);
  expect(deadlines.next()).toBe(Infinity);
});

test('a deadline that was put off is not due at its old time, and one that was taken back is never due', () => {
  const deadlines = new Deadlines();
  const [a, b] = [new Terminal('1'), new Terminal('2')];
  at(deadlines, a, 10);
  at(deadlines, b, 10);
  at(deadlines, a, 50);
  at(deadlines, b, 0);
  expect(deadlines.next()).toBe(50);
  expect(popAll(deadlines, 49)).toEqual([]);
  expect(popAll(deadlines, 50)).toEqual(['1']);
});

test('a terminal is taken out of turn where something is due of it', () => {
  const deadlines = new Deadlines();
  const [a, b] = [new Terminal('1'), new Terminal('2')];
  at(deadlines, a, 10);
  at(deadlines, b, 10);
  expect([deadlines.take(b, 9), deadlines.take(b, 10), deadlines.take(b, 10)]).toEqual([false, true, false]);
  expect(popAll(deadlines, 10)).toEqual(['1']);
});

test.each([
  ['seconds', 1, 12],
  ['hours', 60, 200],
  ['weeks', 86_400, 40],
])('any deadlines within %s, moved in any way, come in their order', (_, step, most) => {
  const due = fc.integer({ min: 1, max: most }).map((n) => n * step);
  const move = fc.record({ which: fc.nat(19), due });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 200 }), fc.array(move, { maxLength: 50 }), due, (moves, later, now) => {
      const deadlines = new Deadlines();
      const terminals = Array.from({ length: 20 }, (_, n) => new Terminal(String(n)));
      for (const one of moves) at(deadlines, terminals[one.which]!, one.due);
      const key = ({ due: second, order }: Terminal): number => second * 2 ** 31 + order;
      const first = deadlines.pop(now);
      if (first !== undefined) first.due = 0;
      for (const one of later) at(deadlines, terminals[one.which]!, one.due);
      const waiting = terminals.filter((t) => t.due !== 0 && t.due <= now).sort((x, y) => key(x) - key(y));
      expect(deadlines.next()).toBe(Math.min(...terminals.filter((t) => t.due !== 0).map((t) => t.due)));
      expect(popAll(deadlines, now)).toEqual(waiting.map(({ id }) => id));
    }),
  );
});

test('those that are taken out of turn, time and again, are due no more, and the others in their order', () => {
  const move = fc.record({ which: fc.nat(19), due: fc.integer({ min: 1, max: 1000 }), taken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(move, { minLength: 300, maxLength: 500 }), (moves) => {
      const deadlines = new Deadlines();
      const terminals = Array.from({ length: 20 }, (_, n) => new Terminal(String(n)));
      expect(deadlines.pop(1000)).toBeUndefined();
      for (const { which, due, taken } of moves) {
        const t = terminals[which]!;
        at(deadlines, t, due);
        if (!taken) continue;
        expect(deadlines.take(t, 1000)).toBe(true);
        t.due = 0;
      }
      const key = ({ due: second, order }: Terminal): number => second * 2 ** 31 + order;
      const waiting = terminals.filter((t) => t.due !== 0).sort((x, y) => key(x) - key(y));
      expect(popAll(deadlines, 1000)).toEqual(waiting.map(({ id }) => id));
      expect(deadlines.next()).toBe(Infinity);
    }),
  );
});

test('the order within a second does not depend on what was before', () => {
  const ids = Array.from({ length: 300 }, (_, n) => String(13_900_000_000 + n));
  const order = (of: readonly string[], detour: number): string[] => {
    const deadlines = new Deadlines();
    const terminals = of.map((id) => new Terminal(id));
    for (const t of terminals) at(deadlines, t, detour);
    for (const t of terminals) at(deadlines, t, 40);
    return popAll(deadlines, 40);
  };
  const one = order(ids, 30);
  expect(order(ids.toReversed(), 50)).toEqual(one);
  expect(one.toSorted()).toEqual(ids);
});

test('terminals whose ids come to the same order are told apart by the ids', () => {
  const [a, b] = [new Terminal('0P'), new Terminal('11')];
  expect(a.order).toBe(b.order);
  for (const pair of [
    ['0P', '11'],
    ['11', '0P'],
  ]) {
    const deadlines = new Deadlines();
    for (const id of pair) at(deadlines, new Terminal(id), 5);
    expect(popAll(deadlines, 5)).toEqual(['0P', '11']);
  }
});
