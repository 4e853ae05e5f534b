import { expect, test } from 'vitest';
import { isSalt, SALT_SHA256, seedFor, setOf, sha256 } from '../../../bench/detect/seeds.ts';

test('seeds of a set are hashes of set, scenario and number', () => {
  expect(seedFor('train3', 'G01', '')).toBe(sha256('trainG013').substring(0, 16));
  expect(seedFor('valid3', 'G01', 'ignored')).toBe(seedFor('valid3', 'G01', ''));
  expect(seedFor('train3', 'G01', '')).not.toBe(seedFor('train3', 'G02', ''));
  expect(seedFor('7', 'G01', '')).toBe('7');
});

test('seeds of a test follow from a salt that only its hash tells of', () => {
  expect(seedFor('test1', 'G01', 'a')).not.toBe(seedFor('test1', 'G01', 'b'));
  expect(SALT_SHA256).toMatch(/^[0-9a-f]{64}$/);
  expect(isSalt('not the salt')).toBe(false);
});

test('a name says which set it is of', () => {
  expect(['train1', 'valid20', 'test60', '7', 'other1'].map(setOf)).toEqual([
    'train',
    'valid',
    'test',
    undefined,
    undefined,
  ]);
});
