import { describe, expect, test } from 'vitest';
import { parseSeeds, readExamSettings } from '../../../bench/detect/exam-settings.ts';

describe('seeds', () => {
  test.each([
    ['1..5', ['1', '2', '3', '4', '5']],
    ['1,4,9', ['1', '4', '9']],
    ['7', ['7']],
    ['train:2..3', ['train2', 'train3']],
  ])('%s', (text, seeds) => {
    expect(parseSeeds(text)).toEqual(seeds);
  });

  test.each(['', '5..1', 'a', '1..', '1..5000', 'Train:1'])('%s are none', (text) => {
    expect(parseSeeds(text)).toBeUndefined();
  });
});

describe('flags of an examination', () => {
  test('have values where nothing is said', () => {
    expect(readExamSettings([], 4)).toMatchObject({
      settings: { scenarios: 'simulator/scenario/catalogue.json', seeds: ['1'], jobs: 4, only: undefined, json: false },
    });
  });

  test('are told all that is wrong at once', () => {
    const read = readExamSettings(['--jobs', '0', '--seeds', 'x', '--warmup', '-1'.replace('-', '9')], 4);
    expect(read).toEqual({
      wrong: [
        "--jobs: is '0', expected a whole number from 1 to 64",
        "--warmup: is '91', expected days from 0 to 60",
        "--seeds: is 'x', expected such as 1..5, 1,4,9 or train:1..40",
      ],
    });
  });

  test('that do not exist are named', () => {
    expect(readExamSettings(['--scenario', 'x'], 4)).toMatchObject({ wrong: [expect.stringContaining('--scenario')] });
  });

  test('name mutations and other ways of judging', () => {
    const read = readExamSettings(['--mutate', 'merge:m2', '--vary', 'invariance', '--later', '12'], 4);
    expect(read).toMatchObject({
      settings: { mutate: { kind: 'merge', seed: 'm2' }, laterS: 43_200, vary: expect.arrayContaining(['restart']) },
    });
    expect(readExamSettings(['--mutate', 'x', '--vary', 'y'], 4)).toMatchObject({
      wrong: [expect.stringContaining('--mutate'), expect.stringContaining('--vary')],
    });
  });

  test('give test seeds to nobody who does not have the salt', () => {
    expect(readExamSettings(['--seeds', 'test:1..2', '--salt', 'guessed'], 4)).toMatchObject({
      wrong: [expect.stringContaining('--salt')],
    });
  });
});
