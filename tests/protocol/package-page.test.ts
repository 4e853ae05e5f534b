/** The examples of the page about the package are run as they stand, and print what they say. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/protocol-package.md'), 'utf8');
const examples = [...page.matchAll(/^## (.+)\n[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, heading, code]) => [heading!, code!] as const,
);
const folder = mkdtempSync(join(tmpdir(), 'xingji-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the examples of protocol-package.md', () => {
  test('are more than a few', () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  test.each(examples)('%s', (heading, code) => {
    const entry = pathToFileURL(join(root, 'protocol/index.ts')).href;
    const file = join(folder, `${heading.replaceAll(/\W+/g, '-')}.ts`);
    writeFileSync(file, code.replaceAll("'xingji/protocol'", `'${entry}'`));
    const printed = execFileSync(process.execPath, [file], {
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    const said = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line);
    expect(said.length).toBeGreaterThan(0);
    expect(printed.trimEnd().split('\n')).toEqual(said);
  });
});
