import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failed, idOf, placeOf, resultOf, serialOf, tokenOf, wantsAnswer } from '../../../gateway/intake/tokens.ts';
import { newHeader } from '../../../protocol/index.ts';

const word = fc.integer({ min: 0, max: 0xffff });

it('a token holds serial, id, result, place and whether an answer is due, whatever they are', () => {
  fc.assert(
    fc.property(word, word, fc.constantFrom(0, 1, 2, 3), fc.boolean(), word, (id, serial, result, answer, place) => {
      const token = tokenOf({ ...newHeader(), id, serial }, result, answer, place);
      expect(Number.isSafeInteger(token)).toBe(true);
      expect([idOf(token), serialOf(token), resultOf(token), wantsAnswer(token), placeOf(token)]).toEqual([
        id,
        serial,
        result,
        answer,
        place,
      ]);
      const refused = failed(token);
      expect([idOf(refused), serialOf(refused), resultOf(refused), wantsAnswer(refused), placeOf(refused)]).toEqual([
        id,
        serial,
        1,
        true,
        place,
      ]);
    }),
  );
});
