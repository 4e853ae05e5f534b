import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDataFolder } from '../../gateway/data-folder.ts';
import { tempDir } from './journal/support.ts';

it('a data folder is made with those above it, for its user and group alone', () => {
  const folder = join(tempDir(), 'a/b');
  makeDataFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o750);
  expect(() => makeDataFolder(folder)).not.toThrow();
});

it('a data folder that cannot be made is named with what is in the way', () => {
  const file = join(tempDir(), 'file');
  writeFileSync(file, '');
  const refusal = (path: string): unknown => {
    try {
      return makeDataFolder(path);
    } catch (error) {
      return error;
    }
  };
  expect(refusal(file)).toMatchObject({ code: 'DATA_UNWRITABLE', detail: `${file}: a file is in its place` });
  expect(refusal(join(file, 'deeper'))).toMatchObject({ detail: `${file}/deeper: a file is on the way to it` });
});
