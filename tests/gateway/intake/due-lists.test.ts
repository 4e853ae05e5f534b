import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DueLists, type Listed } from '../../../gateway/intake/due-lists.ts';
import { VirtualClock } from '../../../protocol/index.ts';

const GRAIN = 250;

class One implements Listed {
  readonly name: string;
  dueList = 0;
  dueAt = 0;

  constructor(name: string) {
    this.name = name;
  }
}

function lists(due: (one: One) => void): { clock: VirtualClock; lists: DueLists<One> } {
  const clock = new VirtualClock();
  return { clock, lists: new DueLists<One>(clock, due, { grainMs: GRAIN }) };
}

it('each is told once, at its time rounded up, whatever was set, moved and cancelled before', () => {
  const step = fc.record({
    one: fc.nat(7),
    what: fc.constantFrom('set', 'set', 'cancel'),
    in: fc.nat(3000),
    pass: fc.nat(700),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const told: string[] = [];
      const { clock, lists: made } = lists(({ name }) => void told.push(`${name}@${clock.monotonic()}`));
      const ones = Array.from({ length: 8 }, (_, i) => new One(`${i}`));
      const due = new Map<string, number>();
      const expected: string[] = [];
      const pass = (ms: number): void => {
        const end = clock.monotonic() + ms;
        clock.advance(ms);
        for (const [name, at] of due) {
          if (at > end) continue;
          due.delete(name);
          expected.push(`${name}@${at}`);
        }
      };
      for (const { one, what, in: wait, pass: ms } of steps) {
        const chosen = ones[one]!;
        if (what === 'cancel') {
          made.cancel(chosen);
          due.delete(chosen.name);
        } else {
          const at = clock.monotonic() + wait;
          made.set(chosen, at);
          due.set(chosen.name, Math.max(Math.floor(clock.monotonic() / GRAIN) + 1, Math.ceil(at / GRAIN)) * GRAIN);
        }
        pass(ms);
      }
      pass(10_000);
      expect(told.toSorted()).toEqual(expected.toSorted());
    }),
  );
});

it('one that is told may cancel another of its time, and set itself and others anew', () => {
  const told: string[] = [];
  const [a, b, c] = [new One('a'), new One('b'), new One('c')];
  const { clock, lists: made } = lists((one) => {
    told.push(`${one.name}@${clock.monotonic()}`);
    if (one !== a || told.length > 1) return;
    made.cancel(b);
    made.set(a, clock.monotonic() + GRAIN);
    made.set(c, clock.monotonic() + 2 * GRAIN);
  });
  for (const one of [a, b, c]) made.set(one, GRAIN);
  clock.advance(10 * GRAIN);
  expect(told).toEqual(['a@250', 'a@500', 'c@750']);
});

it('wakes nobody when all is cancelled or cleared', () => {
  const { clock, lists: made } = lists(() => {
    throw new Error('nothing is due');
  });
  const one = new One('one');
  made.set(one, 300);
  made.cancel(one);
  made.set(new One('other'), 600);
  made.clear();
  clock.advance(10_000);
  expect(clock.next).toBeUndefined();
});
