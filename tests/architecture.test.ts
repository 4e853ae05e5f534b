import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { OUTSIDE, ROOMS, cruiseRooms } from './support/module-graph.ts';
import {
  ambientUses,
  isCompositionRoot,
  octetSlices,
  programOf,
  sourceFiles,
  undocumentedExports,
} from './support/source-scan.ts';

const root = join(import.meta.dirname, '..');

describe('the rule between the rooms', () => {
  test('holds for every import in the tree', async () => {
    const { modules, violations } = await cruiseRooms(root, [...Object.keys(ROOMS), ...OUTSIDE]);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(80);
  });

  const planted = mkdtempSync(join(tmpdir(), 'xingji-architecture-'));
  afterAll(() => rmSync(planted, { recursive: true }));

  test('is broken by each import that it forbids', async () => {
    const tree: Record<string, string> = {
      'package.json': '{ "type": "module", "devDependencies": { "left": "1.0.0" } }',
      'protocol/index.ts': "export const one = 1;\nexport type { Inner } from './inner.ts';\n",
      'protocol/inner.ts': "import type { one } from './index.ts';\nexport type Inner = typeof one;\n",
      'protocol/hen.ts': "import { egg } from './egg.ts';\nexport const hen = () => egg;\n",
      'protocol/egg.ts': "import { hen } from './hen.ts';\nexport const egg = () => hen;\n",
      'protocol/reads-files.ts': "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n",
      'gateway/index.ts': "export { one } from '../protocol/inner.ts';\n",
      'bridge/index.ts': "import type { one } from '../gateway/index.ts';\nexport type One = typeof one;\n",
      'simulator/index.ts': "export { check } from '../tests/support/check.ts';\n",
      'client/index.ts': "export type { One } from '../bridge/index.ts';\nexport { one } from '../gateway/index.ts';\n",
      'tests/support/check.ts': "export const check = 1;\nexport { gone } from './gone.ts';\n",
      'bin/xingji.ts': "import '../gateway/session/session.ts';\nimport '../gateway/cli/serve.ts';\n",
      'gateway/session/session.ts': 'export {};\n',
      'gateway/cli/serve.ts': 'export {};\n',
    };
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(join(planted, dirname(path)), { recursive: true });
      writeFileSync(join(planted, path), text);
    }
    const { violations } = await cruiseRooms(planted, [...Object.keys(ROOMS), 'bin', 'tests']);
    expect(violations.toSorted()).toEqual([
      'a room is entered through its index.ts: gateway/index.ts → protocol/inner.ts',
      'bin enters rooms by index.ts or cli: bin/xingji.ts → gateway/session/session.ts',
      'bridge imports only protocol: bridge/index.ts → gateway/index.ts',
      'client imports nothing but types: client/index.ts → gateway/index.ts',
      'every import resolves: tests/support/check.ts → ./gone.ts',
      'no import cycle: protocol/egg.ts → protocol/hen.ts',
      'protocol imports no Node module: protocol/reads-files.ts → fs',
      'simulator imports only protocol: simulator/index.ts → tests/support/check.ts',
    ]);
  });
});

const shipped = sourceFiles(root, [...Object.keys(ROOMS), 'bin']);
const everything = [...shipped, ...sourceFiles(root, ['bench', 'tests', '.ci'])];

describe('the world comes in through the composition roots', () => {
  test('no other file reads a clock, sets a timer, draws randomness or looks at the environment', () => {
    const inner = shipped.filter((path) => !path.startsWith('bin/') && !isCompositionRoot(path));
    expect(inner.length).toBeGreaterThan(70);
    expect(inner.flatMap((path) => ambientUses(path, readFileSync(join(root, path), 'utf8')))).toEqual([]);
  });

  test('every such use is seen, and talk of it is not', () => {
    const text = [
      'const a = Date.now(); // setTimeout(f)',
      'const b = new Date();',
      'const c = new Date(0);',
      'setImmediate(f);',
      "const d = process.env['A'] ?? 'Math.random()';",
      'const e = Math.random;',
      'clock.setTimeout(f);',
    ].join('\n');
    expect(ambientUses('a.ts', text)).toEqual([
      'a.ts:1 Date.now',
      'a.ts:2 new Date()',
      'a.ts:4 setImmediate',
      'a.ts:5 process.env',
      'a.ts:6 Math.random',
    ]);
  });
});

describe('every source file', () => {
  test('is short enough to be read in one go', () => {
    expect(everything.length).toBeGreaterThan(150);
    const limit = (path: string): number => (path.startsWith('tests/') ? 600 : 400);
    const lines = everything.map((path) => [path, linesOf(path).length - 1] as const);
    expect(lines.filter(([path, count]) => count > limit(path))).toEqual([]);
  });

  test('is named for one thing, in kebab case', () => {
    const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.(worker|test|real\.test|d))?\.ts$/;
    const vague = /^(utils?|helpers?|manager|common|misc)\b/;
    const ill = everything.filter((path) => !name.test(basename(path)) || vague.test(basename(path)));
    expect(ill).toEqual([]);
  });

  test('leaves nothing for later', () => {
    const mark = /\b(TODO|FIXME|XXX|HACK)\b/;
    const others = everything.filter((path) => path !== 'tests/architecture.test.ts');
    expect(others.filter((path) => linesOf(path).some((line) => mark.test(line)))).toEqual([]);
  });
});

describe('the types', () => {
  const program = programOf(root, shipped);

  test('show no slice of octets, which is a view or a copy as it happens', () => {
    expect(octetSlices(program, root)).toEqual([]);
  });

  test('of whatever an index.ts exports are documented', () => {
    const { exports, undocumented } = undocumentedExports(program, root);
    expect(undocumented).toEqual([]);
    expect(exports).toBeGreaterThan(100);
  });

  test('give away a slice and an undocumented export where there is one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xingji-types-'));
    try {
      const text = 'export function tail(b: Uint8Array): unknown {\n  return [b.slice(1), "b".slice(1)];\n}\n';
      writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "target": "es2024" } }');
      writeFileSync(join(folder, 'index.ts'), text);
      const small = programOf(folder, ['index.ts']);
      expect(octetSlices(small, folder)).toEqual(['index.ts:2']);
      expect(undocumentedExports(small, folder)).toEqual({ exports: 1, undocumented: ['index.ts tail'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function linesOf(path: string): string[] {
  return readFileSync(join(root, path), 'utf8').split('\n');
}
