import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HYPOTHESES, HYPOTHESIS_NAMES } from '../../../gateway/quirks/hypotheses.ts';
import {
  believedOf,
  learn,
  learntFromJson,
  learntToJson,
  newLearnt,
  scoreOf,
} from '../../../gateway/quirks/learner.ts';

const times = (n: number, f: () => void): void => {
  for (let i = 0; i < n; i++) f();
};

describe('what is learnt of a terminal', () => {
  test('is believed from its threshold on, and not before', () => {
    const learnt = newLearnt();
    times(5, () => learn(learnt, 'time', 'utc'));
    expect(believedOf(learnt, 'time')).toBeUndefined();
    learn(learnt, 'time', 'utc');
    expect([believedOf(learnt, 'time'), scoreOf(learnt, 'time')]).toEqual(['utc', 6]);
  });

  test('is not turned round by a few odd messages, but by a lasting change', () => {
    const learnt = newLearnt();
    times(100, () => learn(learnt, 'time', 'utc'));
    times(11, () => learn(learnt, 'time', 'utc+8'));
    expect(believedOf(learnt, 'time')).toBe('utc');
    learn(learnt, 'time', 'utc+8');
    expect(believedOf(learnt, 'time')).toBe('utc+8');
  });

  test('says whether there is something to keep', () => {
    const learnt = newLearnt();
    expect(learn(learnt, 'phone', 'hex')).toBe(true);
    times(20, () => learn(learnt, 'phone', 'hex'));
    expect(learn(learnt, 'phone', 'hex')).toBe(false);
  });

  test('is the same after it was kept, whatever was learnt', () => {
    const anything = fc
      .constantFrom(...HYPOTHESIS_NAMES)
      .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(HYPOTHESES[name].values as readonly string[]))));
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 200 }), (evidence) => {
        const learnt = newLearnt();
        for (const [name, value] of evidence) learn(learnt, name, value as never);
        const again = learntFromJson(JSON.parse(JSON.stringify(learntToJson(learnt))));
        expect(learntToJson(again)).toEqual(learntToJson(learnt));
        for (const name of HYPOTHESIS_NAMES)
          expect([believedOf(again, name), scoreOf(again, name)]).toEqual([
            believedOf(learnt, name),
            scoreOf(learnt, name),
          ]);
      }),
    );
  });

  test('forgets values that the table has no more', () => {
    const learnt = learntFromJson({ time: { utc: 9, gone: 5, is: 'gone' }, other: { a: 1 } });
    expect(believedOf(learnt, 'time')).toBeUndefined();
    expect(learntToJson(learnt)).toEqual({ time: { utc: 9 } });
  });
});
