import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { RDSS_MESSAGES } from '../../../protocol/beidou/rdss/binary-messages.ts';
import { SENTENCES } from '../../../protocol/beidou/sentences.ts';

test('docs/beidou.md names every sentence and every frame', () => {
  const page = readFileSync(new URL('../../../docs/beidou.md', import.meta.url), 'utf8');
  const ids = [...Object.values(SENTENCES), ...Object.values(RDSS_MESSAGES)].map(({ id }) => id);
  const words = new Set(page.match(/[A-Z0-9]+/g));
  // The set-up commands stand behind one prefix.
  for (const number of ['02', '03', '04', '06', '10']) if (words.has(number)) words.add(`PCAS${number}`);
  expect(ids.filter((id) => !words.has(id))).toEqual([]);
});
