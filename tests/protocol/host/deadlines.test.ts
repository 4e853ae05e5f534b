import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../protocol/host/clock.ts';
import { Deadlines } from '../../../protocol/host/deadlines.ts';
import { VirtualClock } from '../../../protocol/host/virtual-clock.ts';

function bench(options: { grainMs?: number } = {}) {
  const clock = new VirtualClock();
  const met: string[] = [];
  const deadlines = new Deadlines<string>(clock, (key) => met.push(`${key}@${clock.monotonic()}`), options);
  return { clock, met, deadlines };
}

describe('deadlines', () => {
  test('are met once, in their order', () => {
    const { clock, met, deadlines } = bench();
    deadlines.set('b', 20);
    deadlines.set('a', 10);
    deadlines.set('c', 30);
    deadlines.cancel('c');
    deadlines.cancel('unknown');
    clock.advance(100);
    expect(met).toEqual(['a@10', 'b@20']);
    expect([deadlines.size, clock.pending]).toEqual([0, 0]);
  });

  test('move both ways', () => {
    const { clock, met, deadlines } = bench();
    const later = deadlines.set('later', 10);
    deadlines.set('sooner', 50);
    later.postpone(40);
    later.postpone(20);
    deadlines.set('sooner', 30);
    clock.advance(35);
    expect(met).toEqual(['sooner@30']);
    expect(later.at).toBe(40);
    clock.advance(5);
    expect(met).toEqual(['sooner@30', 'later@40']);
    later.postpone(90);
    clock.advance(100);
    expect(met).toHaveLength(2);
  });

  test('that are put off with every frame wake nobody but when the old time comes', () => {
    const { clock, met } = bench();
    let wakes = 0;
    const counting: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      wake: (at, call) => {
        wakes++;
        return clock.wake(at, call);
      },
    };
    const deadlines = new Deadlines<number>(counting, (key) => met.push(String(key)), { grainMs: 1000 });
    const handles = Array.from({ length: 1000 }, (_, key) => deadlines.set(key, 60_000 + key));
    for (let second = 1; second <= 300; second++) {
      clock.advance(1000);
      for (const handle of handles) handle.postpone(clock.monotonic() + 60_000);
    }
    expect(met).toEqual([]);
    expect(wakes).toBeLessThan(20);
    clock.advance(61_000);
    expect(met).toHaveLength(1000);
  });

  test('share wake-ups where a grain is given, and none is met early', () => {
    const { clock, met, deadlines } = bench({ grainMs: 100 });
    for (const at of [101, 150, 199, 200]) deadlines.set(`d${at}`, at);
    clock.advance(1000);
    expect(met).toEqual(['d101@200', 'd150@200', 'd199@200', 'd200@200']);
  });

  test('may be set and cancelled by one that was met', () => {
    const clock = new VirtualClock();
    const met: string[] = [];
    const deadlines: Deadlines<string> = new Deadlines(clock, (key) => {
      met.push(`${key}@${clock.monotonic()}`);
      if (key !== 'first') return;
      deadlines.cancel('cancelled');
      deadlines.set('moved', 30);
      if (met.length < 3) deadlines.set('first', clock.monotonic());
    });
    for (const key of ['first', 'cancelled', 'moved']) deadlines.set(key, 10);
    clock.advance(100);
    expect(met).toEqual(['first@10', 'first@10', 'first@10', 'moved@30']);
  });

  test('are all withdrawn by clear', () => {
    const { clock, met, deadlines } = bench();
    deadlines.set('a', 10);
    deadlines.clear();
    clock.advance(20);
    deadlines.set('b', 30);
    clock.advance(20);
    expect(met).toEqual(['b@30']);
  });

  test('agree with a list that is searched for every deadline', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key: fc.nat({ max: 9 }), in: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ do: fc.constant('postpone' as const), key: fc.nat({ max: 9 }), in: fc.integer({ min: 0, max: 50 }) }),
      fc.record({ do: fc.constant('cancel' as const), key: fc.nat({ max: 9 }), in: fc.constant(0) }),
      fc.record({ do: fc.constant('advance' as const), key: fc.constant(0), in: fc.nat({ max: 40 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new VirtualClock();
        const met: [number, number][] = [];
        const deadlines = new Deadlines<number>(clock, (key) => met.push([key, clock.monotonic()]));
        const handles = new Map<number, { postpone(at: number): void }>();
        const model = new Map<number, number>();
        const expected: [number, number][] = [];
        for (const each of steps) {
          const at = clock.monotonic() + each.in;
          if (each.do === 'set') {
            handles.set(each.key, deadlines.set(each.key, at));
            model.set(each.key, at);
          } else if (each.do === 'postpone') {
            handles.get(each.key)?.postpone(at);
            const old = model.get(each.key);
            if (old !== undefined) model.set(each.key, Math.max(old, at));
          } else if (each.do === 'cancel') {
            deadlines.cancel(each.key);
            model.delete(each.key);
          } else {
            clock.advance(each.in);
            const due = [...model].filter(([, deadline]) => deadline <= at).toSorted((a, b) => a[1] - b[1]);
            for (const [key, deadline] of due) {
              model.delete(key);
              expected.push([key, deadline]);
            }
          }
        }
        expect(deadlines.size).toBe(model.size);
        // Ties may come in any order; each deadline at its own time, in the order of times.
        expect(met.toSorted(byTimeAndKey)).toEqual(expected.toSorted(byTimeAndKey));
        expect(met.map(([, at]) => at)).toEqual(met.map(([, at]) => at).toSorted((a, b) => a - b));
      }),
    );
  });
});

function byTimeAndKey(a: [number, number], b: [number, number]): number {
  return a[1] - b[1] || a[0] - b[0];
}
