/** Loaded into a gateway's process before its own code, on every thread: alters its code as it is loaded, by the entry of `BROKEN` that the variable of that name has. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { BROKEN } from './broken.ts';

const broken = BROKEN.find(({ name }) => name === process.env['BROKEN']);
if (broken !== undefined) {
  const at = new URL(`../../${broken.file}`, import.meta.url).href;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== at) return loaded;
      const source = readFileSync(fileURLToPath(url), 'utf8').replace(broken.find, () => broken.put);
      return { ...loaded, source };
    },
  });
}
