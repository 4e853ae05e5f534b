/** `npm run docs`: writes the pages that are made from the code. `tests/docs.test.ts` fails where one is out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from './generated-pages.ts';

for (const [path, page] of Object.entries(GENERATED)) {
  writeFileSync(join(import.meta.dirname, '..', path), page());
  console.log(path);
}
