import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectPage } from '../../../gateway/api/sources.ts';

test('a page is what sorting everything and cutting it would give', () => {
  const key = fc.string({ maxLength: 3 });
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      fc.option(key, { nil: undefined }),
      fc.integer({ min: 1, max: 5 }),
      (keys, after, limit) => {
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1)).filter((each) => after === undefined || each > after);
        expect(selectPage(keys, after, limit)).toEqual(sorted.slice(0, limit));
      },
    ),
  );
});
