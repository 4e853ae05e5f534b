import { describe, expect, test } from 'vitest';
import { OpenWord, wordsOf } from '../../../../gateway/cli/terminal/words.ts';

const texts = (line: string): string[] => wordsOf(line).map(({ text }) => text);

describe('a line of the tool', () => {
  test('is split at blanks, quotes keep them, a backslash takes what is special from a character', () => {
    expect(texts('  text  "a  b"c \'d "e\' f\\ g ')).toEqual(['text', 'a  bc', 'd "e', 'f g']);
  });

  test('has JSON as one word, whatever stands in it', () => {
    const json = '{"text": "a } \\" b", "flag": ["tts", "display"]}';
    expect(texts(`send textMessage ${json} x`)).toEqual(['send', 'textMessage', json, 'x']);
  });

  test('says where a word began', () => {
    expect(wordsOf(' a "b c"').map(({ start }) => start)).toEqual([1, 3]);
  });

  test('ends at a remark', () => {
    expect(texts('wait 5s # until it has a fix')).toEqual(['wait', '5s']);
    expect(texts('# nothing')).toEqual([]);
  });

  test('with a quote or bracket left open is refused', () => {
    for (const line of ['text "a', "text 'a", 'send x {"a":1', 'send x {"a', 'send x [1'])
      expect(() => wordsOf(line)).toThrow(OpenWord);
  });
});
