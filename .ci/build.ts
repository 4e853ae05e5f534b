/**
 * Emits the package that is published: JavaScript, types, static files and a `package.json` of its own.
 * `node .ci/build.ts [folder]`, by default `dist/`; then `npm pack ./dist` or `npm publish ./dist`.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const out = resolve(process.argv[2] ?? join(root, 'dist'));
const rooms = ['protocol', 'bridge', 'gateway', 'client', 'simulator'];

rmSync(out, { recursive: true, force: true });
emit();
rewriteUrls();
copyStatic();
writePackage();
chmodSync(join(out, 'bin/xingji.js'), 0o755);

function emit(): void {
  const compiler = join(root, 'node_modules/typescript7/bin/tsc');
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', out];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
}

/** The compiler rewrites imports, not the files of workers: in what is emitted, nothing may name a TypeScript file. */
function rewriteUrls(): void {
  for (const path of globSync('**/*.js', { cwd: out })) {
    const file = join(out, path);
    const text = readFileSync(file, 'utf8');
    const rewritten = text.replaceAll(/((['"])\.{1,2}\/[^'"\s]+)\.ts\2/g, '$1.js$2');
    if (rewritten !== text) writeFileSync(file, rewritten);
  }
}

function copyStatic(): void {
  const isStatic = (path: string): boolean => !/\.(ts|md)$/.test(path);
  for (const path of globSync(`{${rooms.join(',')}}/**/*.*`, { cwd: root }).filter(isStatic)) {
    cpSync(join(root, path), join(out, path), { recursive: true });
  }
  for (const name of ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'docs']) {
    cpSync(join(root, name), join(out, name), { recursive: true });
  }
}

function writePackage(): void {
  const source = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { private: _private, scripts: _scripts, devDependencies: _development, ...kept } = source;
  const exports = Object.fromEntries(
    rooms.map((room) => [`./${room}`, { types: `./${room}/index.d.ts`, default: `./${room}/index.js` }]),
  );
  const published = {
    ...kept,
    bin: { xingji: 'bin/xingji.js' },
    exports: { ...exports, './package.json': './package.json' },
  };
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
}
