import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noRoomFor } from '../../../bench/flags/results.ts';

it('a file that could not be written at the end of a run is told of before it begins', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xingji-results-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(noRoomFor({ report: join(folder, 'r.json'), events: undefined, json: '', html: 'here.html' })).toEqual([]);
  const nowhere = join(folder, 'no/r.json');
  expect(noRoomFor({ report: nowhere, events: join(folder, 'e') })).toEqual([
    `--report: is '${nowhere}', expected a file in a folder that takes files`,
  ]);
});
